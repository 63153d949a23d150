"""What statements take away, seen on the server: tables and columns that go, and tables that lose all their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.losses import Loss
from designer_kernel.postgres.own_schemas import OWN_SCHEMAS

_TABLES: Final = """
    SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', c.reltuples::bigint,
           (SELECT i.inhparent FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.oid >= 16384 AND n.nspname <> ALL (%s)
      AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
"""
_COLUMNS: Final = """
    SELECT a.attrelid, a.attnum, a.attname, a.attinhcount > 0
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
"""


@dataclass(frozen=True, slots=True)
class _Table:
    path: tuple[str, str]
    is_partitioned: bool
    rows: int
    parent: int | None


@dataclass(frozen=True, slots=True)
class Holding:
    """The tables of a database, their columns, and which of them hold rows; all known by their numbers."""

    tables: dict[int, _Table]
    columns: dict[tuple[int, int], tuple[str, bool]]
    filled: frozenset[int]


def holding(connection: psycopg.Connection[Any]) -> Holding:
    """Return what a database holds now."""
    tables = {
        oid: _Table((schema, name), is_partitioned, rows, parent)
        for oid, schema, name, is_partitioned, rows, parent in connection.execute(_TABLES, [list(OWN_SCHEMAS)])
    }
    columns = {
        (oid, number): (name, inherited)
        for oid, number, name, inherited in connection.execute(_COLUMNS, [list(tables)])
    }
    has = sql.SQL("SELECT EXISTS (SELECT FROM {})")
    filled = set()
    for oid, table in tables.items():
        row = connection.execute(has.format(sql.Identifier(*table.path))).fetchone()
        if row is not None and row[0]:
            filled.add(oid)
    return Holding(tables, columns, frozenset(filled))


def taken(before: Holding, after: Holding) -> Iterator[Loss]:
    """Yield what is lost between two looks at a database; what goes with another one is not told by itself."""
    gone = {oid for oid in before.tables if oid not in after.tables}
    emptied = {oid for oid in before.filled if oid in after.tables and oid not in after.filled}
    for oid, table in before.tables.items():
        key = ObjectId("relation", table.path)
        if oid in gone and table.parent not in gone:
            yield Loss(key, "its rows go", table.rows)
        elif oid in emptied and table.parent not in emptied:
            yield Loss(key, "all its rows go", table.rows)
    for (oid, number), (name, is_inherited) in before.columns.items():
        if oid in after.tables and (oid, number) not in after.columns and not is_inherited:
            yield Loss(ObjectId("column", (*before.tables[oid].path, name)), "its values go", before.tables[oid].rows)
