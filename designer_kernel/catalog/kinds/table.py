"""``CREATE TABLE``: the relation itself; columns, constraints and the rest are facts of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.layout import aligned
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import expressions

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(CatalogObject):
    """An ordinary table, a partitioned table (``partition_by``) or a partition (``partition_of`` and ``bound``).

    ``partition_by`` is the text after PARTITION BY: ``RANGE (created_at)``; ``bound`` is the text that follows the
    parent's name: ``FOR VALUES FROM (…) TO (…)`` or ``DEFAULT``. ``partition_of`` is (schema, name).
    """

    kind = "table"
    rank = 100
    section = "Tables"
    schema: str
    name: str
    unlogged: bool = False
    partition_by: str = sql_text()
    partition_of: tuple[str, str] | None = None
    bound: str = sql_text()
    row_security: bool = False
    force_row_security: bool = False

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (table_id(*self.partition_of),) if self.partition_of else ()

    def sql_fields(self) -> Iterable[str]:
        # A partition key is a list of columns and expressions after its method; a row has the same grammar.
        method, _, key = self.partition_by.partition(" ")
        return expressions(f"ROW{key.strip()}") if method and key else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        path = quote_path(self.schema, self.name)
        clauses = [part.clause(folded) for part in folded.get(self.id, ())]
        text = f"CREATE {'UNLOGGED ' if self.unlogged else ''}TABLE {path}"
        if self.partition_of:
            text += f" PARTITION OF {quote_path(*self.partition_of)}"
            text += f" (\n{aligned(clauses)}\n)\n    {self.bound}" if clauses else f"\n    {self.bound}"
        else:
            text += f" (\n{aligned(clauses)}\n)" if clauses else " ()"
        if self.partition_by:
            text += f" PARTITION BY {self.partition_by}"
        statements = [text]
        if self.row_security:
            statements.append(f"ALTER TABLE {path} ENABLE ROW LEVEL SECURITY")
        if self.force_row_security:
            statements.append(f"ALTER TABLE {path} FORCE ROW LEVEL SECURITY")
        return tuple(statements)

    def address(self) -> str:
        return f"TABLE {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, 0, c.schema, c.relname, c.relpersistence = 'u',
                   CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) ELSE '' END,
                   CASE WHEN c.relispartition THEN ARRAY[pn.nspname, p.relname] END,
                   CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) ELSE '' END,
                   c.relrowsecurity, c.relforcerowsecurity
            FROM relations c
            LEFT JOIN pg_inherits i ON c.relispartition AND i.inhrelid = c.oid
            LEFT JOIN pg_class p ON p.oid = i.inhparent
            LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
            WHERE c.relkind IN ('r', 'p')
            ORDER BY c.schema, c.relname
            """


def table_id(schema: str, name: str) -> ObjectId:
    """Return the identity of a relation; tables, views and materialized views share one name space."""
    return ObjectId("relation", (schema, name))
