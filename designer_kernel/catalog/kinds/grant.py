"""``GRANT``: privileges of one role on one object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

PUBLIC: Final = "public"
"""The role that stands for everybody; PostgreSQL reserves this name."""

TARGETS: Final = {"relation": "TABLE", "column": "TABLE", "schema": "SCHEMA", "type": "TYPE"}
"""What GRANT calls the kinds of object that privileges are on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(CatalogObject):
    """The privileges that a role holds on a relation, a schema or a function, sorted."""

    kind = "grant"
    rank = 400
    section = "Privileges"
    on: ObjectId
    role: str
    privileges: tuple[str, ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("grant", (self.on.kind, *self.on.path, self.role))

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield ObjectId("role", (self.role,))
        if self.on.kind == "column":
            yield ObjectId("relation", self.on.path[:2])

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        path = self.on.path
        columns = f" ({quote(path[-1])})" if self.on.kind == "column" else ""
        privileges = ", ".join(f"{privilege}{columns}" for privilege in self.privileges)
        if self.on.kind == "function":
            target = f"ROUTINE {quote_path(*path[:2])}({path[2]})"
        elif self.on.kind in TARGETS:
            target = f"{TARGETS[self.on.kind]} {quote_path(*path[:2])}"
        else:
            raise InvalidDesign(f"privileges cannot be granted on {self.on}", mend="grant them on a table or a schema")
        return (f"GRANT {privileges} ON {target} TO {'PUBLIC' if self.role == PUBLIC else quote(self.role)}",)
