"""The tablespace of a table. Tablespaces belong to the whole cluster: they are named here, never created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._inheritance import with_standalone
from designer_kernel.catalog.kinds._presence import TABLESPACES
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class TableTablespace(CatalogObject):
    """A table's tablespace, if it is not the database's; a partition's, if it is not its parent's."""

    kind = "table_tablespace"
    presence = TABLESPACES
    rank = 105
    section = "Storage"
    placement = "follows"
    schema: str
    table: str
    tablespace: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("table_tablespace", (self.schema, self.table))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)} SET TABLESPACE {quote(self.tablespace)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)} SET TABLESPACE pg_default",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{with_standalone(version)}
            SELECT 'pg_class'::regclass::oid, c.oid, -100000, c.schema, c.relname, coalesce(t.spcname, 'pg_default')
            FROM relations c
            LEFT JOIN standalone s ON s.oid = c.oid
            LEFT JOIN pg_inherits i ON c.relispartition AND s.oid IS NULL AND i.inhrelid = c.oid
            LEFT JOIN pg_class p ON p.oid = i.inhparent
            LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace
            WHERE c.relkind IN ('r', 'p') AND c.reltablespace <> coalesce(p.reltablespace, 0)
            ORDER BY c.schema, c.relname
            """
