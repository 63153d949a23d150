"""What all table constraints share."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(CatalogObject):
    """A named constraint of a table; constraint names are unique within their table."""

    schema: str
    table: str
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("constraint", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)
