"""``CREATE TYPE … AS ENUM``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(CatalogObject):
    """An enumerated type with its labels in sort order."""

    kind = "enum"
    schema: str
    name: str
    labels: tuple[str, ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))
