"""``CREATE EXTENSION``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(CatalogObject):
    """An installed extension and the schema that its objects live in."""

    kind = "extension"
    name: str
    schema: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("extension", (self.name,))
