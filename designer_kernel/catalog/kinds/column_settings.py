"""How the server stores and samples a column: storage, compression, statistics target, options of the planner.

Each is a fact of its own, told where it is not what the type, or the parent of a child, gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._inheritance import PARENT_COLUMN, with_standalone
from designer_kernel.catalog.kinds._presence import TABLES
from designer_kernel.catalog.kinds._settings import setting
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_STORAGE: Final = """CASE {0} WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                   WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END"""
_COMPRESSION: Final = "CASE {0} WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'default' END"


_IN_MAIN: Final = frozenset({"numeric", "inet", "cidr"})
"""Types whose values stay in the row as long as they can; those of all others of variable length do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSetting(CatalogObject):
    """One setting of a column of a table, a materialized view or a foreign table."""

    section = "Columns"
    placement = "follows"
    schema: str
    table: str
    column: str

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.table, self.column))

    @property
    def parent(self) -> ObjectId:
        return column_id(self.schema, self.table, self.column)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (table_id(self.schema, self.table),)  # columns of partitions and views are no facts

    def words(self) -> str:
        """Return what stands after ALTER COLUMN and the name."""
        raise TypeError(f"{type(self).__name__} does not say how it is written")

    def usual(self) -> str:
        """Return what stands after ALTER COLUMN and the name to take the setting back."""
        raise TypeError(f"{type(self).__name__} does not say what is usual")

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        table = quote_path(self.schema, self.table)
        return (f"ALTER TABLE ONLY {table} ALTER COLUMN {quote(self.column)} {self.usual()}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        # Children say themselves what they have.
        table = quote_path(self.schema, self.table)
        return (f"ALTER TABLE ONLY {table} ALTER COLUMN {quote(self.column)} {self.words()}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStorage(ColumnSetting):
    """Whether long values are compressed and moved out of the row: PLAIN, EXTERNAL, MAIN or EXTENDED."""

    kind = "column_storage"
    presence = TABLES
    among = "set_relations"
    rank = 104
    storage: str

    def words(self) -> str:
        return f"SET STORAGE {self.storage}"

    def usual(self) -> str:
        return "SET STORAGE DEFAULT"

    def leave(self, change: Change) -> tuple[str, ...] | None:
        if change.version >= 16:
            return None
        column = change.after.get(self.parent)
        kind = getattr(column, "type", "").partition("(")[0]
        return replace(self, storage="MAIN" if kind in _IN_MAIN else "EXTENDED").create(change.after, {})

    @classmethod
    def introspection(cls, version: int) -> str:
        return _unlike_parent(version, 1, _STORAGE, "attstorage", "t.typstorage")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnCompression(ColumnSetting):
    """How long values are compressed: ``pglz``, ``lz4``, or ``default`` where a parent says otherwise."""

    kind = "column_compression"
    presence = TABLES
    among = "set_relations"
    rank = 104
    method: str

    def words(self) -> str:
        return f"SET COMPRESSION {self.method}"

    def usual(self) -> str:
        return "SET COMPRESSION default"

    @classmethod
    def introspection(cls, version: int) -> str:
        return _unlike_parent(version, 2, _COMPRESSION, "attcompression", "''::\"char\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStatistics(ColumnSetting):
    """How many values ANALYZE keeps of a column."""

    kind = "column_statistics"
    presence = TABLES
    among = "set_relations"
    rank = 104
    target: int

    def words(self) -> str:
        return f"SET STATISTICS {self.target}"

    def usual(self) -> str:
        return "SET STATISTICS -1"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{with_standalone(version)}
            SELECT {_COLUMN.format(3)}, a.attstattarget
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE {_SET_RELATIONS} AND c.relkind IN ('r', 'p', 'm', 'f') AND coalesce(a.attstattarget, -1) >= 0
            ORDER BY c.schema, c.relname, a.attnum
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnOption(ColumnSetting):
    """An option of the planner about a column: ``n_distinct`` or ``n_distinct_inherited``."""

    kind = "column_option"
    presence = TABLES
    among = "set_relations"
    rank = 104
    option: str
    value: str

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.table, self.column, self.option))

    def words(self) -> str:
        return f"SET ({setting(self.option, self.value)})"

    def usual(self) -> str:
        return f"RESET ({quote(self.option)})"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{with_standalone(version)}
            SELECT {_COLUMN.format(4)}, o.option_name, o.option_value
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            CROSS JOIN LATERAL pg_options_to_table(a.attoptions) o
            WHERE {_SET_RELATIONS} AND c.relkind IN ('r', 'p', 'm', 'f') AND a.attoptions IS NOT NULL
            ORDER BY c.schema, c.relname, a.attnum, o.option_name
            """


_SET_RELATIONS: Final = "c.oid = ANY(%(set_relations)s::oid[])"
"""Whether a relation ``c`` has a column that is set in some way at all."""

_COLUMN: Final = "'pg_class'::regclass::oid, c.oid, -10000 * {0} - a.attnum, c.schema, c.relname, a.attname"
"""An address that no other fact about a column has, and the column."""


def _unlike_parent(version: int, number: int, spelling: str, attribute: str, usual: str) -> str:
    """Return the query for columns whose attribute is neither that of their parents nor the usual one."""
    return f"""{with_standalone(version)}
            SELECT {_COLUMN.format(number)}, {spelling.format(f"a.{attribute}")}
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN standalone s ON s.oid = c.oid
            WHERE {_SET_RELATIONS} AND c.relkind IN ('r', 'p', 'm', 'f')
              AND (a.attinhcount > 0 OR a.{attribute} <> {usual})
              AND CASE WHEN a.attinhcount = 0 OR s.oid IS NOT NULL THEN a.{attribute} <> {usual}
                  ELSE EXISTS (SELECT FROM {PARENT_COLUMN}
                               WHERE i.inhrelid = c.oid AND p.attname = a.attname AND p.{attribute} <> a.{attribute})
                  END
            ORDER BY c.schema, c.relname, a.attnum
            """
