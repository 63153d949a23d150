"""``CREATE MATERIALIZED VIEW``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializedView(CatalogObject):
    """A query whose result is stored."""

    kind = "materialized_view"
    schema: str
    name: str
    query: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))
