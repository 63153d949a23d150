"""``CREATE MATERIALIZED VIEW``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog import layout
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializedView(CatalogObject):
    """A query whose result is stored."""

    kind = "materialized_view"
    rank = 200
    section = "Views"
    schema: str
    name: str
    query: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def sql_fields(self) -> Iterable[str]:
        return (self.query,) if self.query else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"CREATE MATERIALIZED VIEW {quote_path(self.schema, self.name)} AS\n{layout.query(self.query)}",)

    def address(self) -> str:
        return f"MATERIALIZED VIEW {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, 0, c.schema, c.relname, rtrim(pg_get_viewdef(c.oid), ';')
            FROM relations c
            WHERE c.relkind = 'm'
            ORDER BY c.schema, c.relname
            """
