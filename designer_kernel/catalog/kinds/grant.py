"""``GRANT``: privileges of one role on one object."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(CatalogObject):
    """The privileges that a role holds on a relation, a schema or a function, sorted."""

    kind = "grant"
    on: ObjectId
    role: str
    privileges: tuple[str, ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("grant", (self.on.kind, *self.on.path, self.role))

    @property
    def parent(self) -> ObjectId:
        return self.on
