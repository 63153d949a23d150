"""``CREATE FUNCTION`` and ``CREATE PROCEDURE``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(CatalogObject):
    """A function or procedure. ``arguments`` is its identity: the types in canonical spelling, comma-separated.

    ``definition`` is the whole ``CREATE FUNCTION`` statement; the other fields are what can be compared without it.
    """

    kind = "function"
    schema: str
    name: str
    arguments: str
    returns: str
    language: str
    definition: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("function", (self.schema, self.name, self.arguments))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))
