"""``COMMENT ON``: a fact of its own about any other fact."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(CatalogObject):
    """The comment on an object."""

    kind = "comment"
    on: ObjectId
    text: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("comment", (self.on.kind, *self.on.path))

    @property
    def parent(self) -> ObjectId:
        return self.on
