"""``CREATE SCHEMA``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(CatalogObject):
    """A namespace."""

    kind = "schema"
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("schema", (self.name,))
