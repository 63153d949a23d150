"""Statistics targets of the expressions that an index is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._partitioned_indexes import DERIVED
from designer_kernel.catalog.kinds._presence import TABLES
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatistics(CatalogObject):
    """How closely ANALYZE looks at an expression of an index: ``column`` is its place, counted from one.

    ``table`` is the table whose constraint the index belongs to, and empty for a plain index.
    """

    kind = "index_statistics"
    presence = TABLES
    among = "set_relations"
    rank = 141
    section = "Indexes"
    placement = "follows"
    schema: str
    table: str = ""
    index: str
    column: int
    target: int

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.index, str(self.column)))

    @property
    def parent(self) -> ObjectId:
        if self.table:
            return ObjectId("constraint", (self.schema, self.table, self.index))
        return ObjectId("index", (self.schema, self.index))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        index = quote_path(self.schema, self.index)
        return (f"ALTER INDEX {index} ALTER COLUMN {self.column} SET STATISTICS {self.target}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return tuple(sql.rpartition(" ")[0] + " -1" for sql in self.create(catalog, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS},{DERIVED}
            SELECT 'pg_class'::regclass::oid, x.oid, -200000 - a.attnum, c.schema,
                   CASE WHEN EXISTS (SELECT FROM pg_constraint k
                                     WHERE k.conrelid = c.oid AND k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))
                        THEN c.relname ELSE '' END,
                   x.relname, a.attnum::integer, a.attstattarget::integer
            FROM relations c
            JOIN pg_index i ON i.indrelid = c.oid AND i.indexprs IS NOT NULL
            JOIN pg_class x ON x.oid = i.indexrelid
            JOIN pg_attribute a ON a.attrelid = x.oid AND a.attstattarget >= 0 AND a.attnum <= i.indnkeyatts
            WHERE x.oid = ANY(%(set_relations)s::oid[]) AND x.oid NOT IN (SELECT d.oid FROM derived d)
              AND (x.relkind = 'I' OR i.indisvalid)
              AND i.indkey[a.attnum - 1] = 0
            ORDER BY c.schema, x.relname, a.attnum
            """
