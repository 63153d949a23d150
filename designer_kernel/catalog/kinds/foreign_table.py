"""``CREATE FOREIGN TABLE``, and the options of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._inheritance import with_standalone
from designer_kernel.catalog.kinds._options import Pair, altered, generic, public_options, secret_options
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.foreign_server import server_id
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.secrets import open_secrets, secret_names

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTable(Table):
    """A table whose rows are elsewhere: alone, a child of other tables, or a partition.

    Its columns, defaults and checks are facts as those of other tables are. ``secrets`` are the names of options whose
    values are not read; those of its columns stand behind the column's name and a dot.
    """

    kind = "foreign_table"
    holds_rows = False
    presence = "EXISTS (SELECT FROM pg_foreign_table)"
    rank = 100
    section = "Foreign tables"
    server: str
    options: tuple[Pair, ...] = ()
    secrets: tuple[str, ...] = secret_names()

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield server_id(self.server)
        yield from super(ForeignTable, self).requires(catalog)

    def open_secrets(self) -> Iterable[str]:
        return open_secrets(self.options)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if not isinstance(old, ForeignTable):
            return None
        told = replace(self, options=old.options, secrets=old.secrets)
        if told != old:
            return super(ForeignTable, told).alter(old, change)
        return Alteration((f"ALTER {self.address()}{altered(old.options, self.options)}",))

    def _statement(self, clauses: list[tuple[str, ...]], shape: str) -> str:
        table = quote_path(self.schema, self.name)
        return f"CREATE FOREIGN TABLE {table}{shape}\n    SERVER {quote(self.server)}{generic(self.options)}"

    def address(self) -> str:
        return f"FOREIGN TABLE {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{with_standalone(version)}
            SELECT 'pg_class'::regclass::oid, c.oid, 0, c.schema, c.relname,
                   CASE WHEN c.relispartition THEN ARRAY[pn.nspname, p.relname] END,
                   CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) ELSE '' END,
                   CASE WHEN c.relispartition THEN '{{}}' ELSE coalesce(
                       (SELECT array_agg(ARRAY[hn.nspname, hc.relname] ORDER BY h.inhseqno)
                        FROM pg_inherits h
                        JOIN pg_class hc ON hc.oid = h.inhparent
                        JOIN pg_namespace hn ON hn.oid = hc.relnamespace
                        WHERE h.inhrelid = c.oid), '{{}}') END,
                   s.oid IS NOT NULL, r.srvname,
                   {public_options("f.ftoptions")},
                   {secret_options("f.ftoptions")} || coalesce((
                       SELECT array_agg(a.attname || '.' || hidden.name ORDER BY a.attnum, hidden.place)
                       FROM pg_attribute a, unnest({secret_options("a.attfdwoptions")})
                           WITH ORDINALITY hidden (name, place)
                       WHERE a.attrelid = c.oid AND a.attfdwoptions IS NOT NULL AND NOT a.attisdropped), '{{}}')
            FROM relations c
            JOIN pg_foreign_table f ON f.ftrelid = c.oid
            JOIN pg_foreign_server r ON r.oid = f.ftserver
            LEFT JOIN standalone s ON s.oid = c.oid
            LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
            LEFT JOIN pg_class p ON p.oid = i.inhparent
            LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
            ORDER BY c.schema, c.relname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, partition_of, bound, inherits, standalone, server, options, secrets = row
        return cls(
            schema=schema,
            name=name,
            partition_of=tuple(partition_of) if partition_of else None,
            bound=bound,
            inherits=tuple(map(tuple, inherits)),
            standalone=standalone,
            server=server,
            options=tuple(map(tuple, options)),
            secrets=tuple(secrets),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignColumnOptions(CatalogObject):
    """What a foreign-data wrapper is told about one column of a foreign table, apart from secrets."""

    kind = "foreign_column_options"
    presence = "EXISTS (SELECT FROM pg_foreign_table)"
    rank = 104
    section = "Foreign tables"
    placement = "follows"
    schema: str
    table: str
    column: str
    options: tuple[Pair, ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("foreign_column_options", (self.schema, self.table, self.column))

    @property
    def parent(self) -> ObjectId:
        return column_id(self.schema, self.table, self.column)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (table_id(self.schema, self.table),)  # columns of partitions are no facts

    def open_secrets(self) -> Iterable[str]:
        return open_secrets(self.options)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        table = quote_path(self.schema, self.table)
        return (f"ALTER FOREIGN TABLE {table}\n    ALTER COLUMN {quote(self.column)}{generic(self.options)}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        table = quote_path(self.schema, self.table)
        clause = altered(old.options, self.options)
        return Alteration((f"ALTER FOREIGN TABLE {table}\n    ALTER COLUMN {quote(self.column)}{clause}",))

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        table, dropped = (
            quote_path(self.schema, self.table),
            ", ".join(f"DROP {quote(name)}" for name, _ in self.options),
        )
        return (f"ALTER FOREIGN TABLE {table}\n    ALTER COLUMN {quote(self.column)} OPTIONS ({dropped})",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, -200000 - a.attnum, c.schema, c.relname, a.attname,
                   {public_options("a.attfdwoptions")}
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attfdwoptions IS NOT NULL AND NOT a.attisdropped
            WHERE c.relkind = 'f' AND {public_options("a.attfdwoptions")} <> '{{}}'
            ORDER BY c.schema, c.relname, a.attnum
            """
