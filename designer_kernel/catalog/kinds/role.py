"""``CREATE ROLE``: roles belong to the server, not to a database; a design names those that its policies speak of."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(CatalogObject):
    """A role that policies and grants name. Created without login if it does not exist; never altered."""

    kind = "role"
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("role", (self.name,))
