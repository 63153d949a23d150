"""``CREATE FUNCTION`` and ``CREATE PROCEDURE``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog import layout
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(CatalogObject):
    """A function or procedure. ``arguments`` is its identity: the types in canonical spelling, comma-separated.

    ``definition`` is the whole ``CREATE FUNCTION`` statement; the other fields are what can be compared without it.
    """

    kind = "function"
    rank = 60
    section = "Functions"
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

    def sql_fields(self) -> Iterable[str]:
        return (self.definition, *layout.sql_body(self.definition))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (layout.function(self.definition),)

    def address(self) -> str:
        return f"ROUTINE {quote_path(self.schema, self.name)}({self.arguments})"
