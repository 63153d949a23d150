"""The database that a subset goes to: its tables, empty and as in the source; constraints off, and on again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.errors import SamplePlanError, StatementFailed
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample.loading.finishing import stale
from designer_kernel.sample.loading.suspension import Extent, suspend
from designer_kernel.sample.loading.target import TargetTable, has_rows
from designer_kernel.sample.planning.facts import TableFacts, TableName, table_facts
from designer_kernel.sample.subset.selection import Tell

_STATE: Final = """
    SELECT c.oid, n.nspname, c.relname, pg_has_role(c.relowner, 'USAGE'), c.relkind = 'r', c.reltablespace <> 0
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN unnest(%s::text[], %s::text[]) AS wanted (schema, name)
      ON (n.nspname, c.relname) = (wanted.schema, wanted.name)
"""
_NEXTVAL: Final = re.compile(r"nextval\('(.*)'::regclass\)")


def prepare(connection: psycopg.Connection[Any], url: str, source: Catalog, tell: Tell) -> list[str]:
    """Create the source's objects in an empty target; return notes.

    In a database that has tables nothing is created: they are compared where rows go.
    """
    there = introspect(connection)
    connection.rollback()
    if list(there.of(Table)):
        return []
    tell("creating the tables of the target")
    deployment = deploy(source, url, allow_missing=True)
    left = [str(key) for key in deployment.left_out]
    return [f"the target lacks {', '.join(left)}: {'; '.join(str(m) for m in deployment.missing)}"] if left else []


def fitting(connection: psycopg.Connection[Any], facts: Mapping[TableName, TableFacts]) -> Catalog:
    """Return the target's catalog.

    Raises
    ------
    SamplePlanError
        If a table that gets rows is missing, has other columns, or holds rows.
    """
    catalog = introspect(connection)
    there = table_facts(catalog)
    for name, table in facts.items():
        other = there.get(name)
        if other is None:
            raise SamplePlanError(
                "the target does not have it",
                where=table.label,
                mend="give an empty database, which gets all tables, or deploy the same schema there",
            )
        mine = {c.name: c.type for c in table.columns.values()}
        theirs = {c.name: c.type for c in other.columns.values()}
        if mine != theirs:
            names = ", ".join(sorted({c for c, _ in mine.items() ^ theirs.items()}))
            raise SamplePlanError(
                f"the target has other columns: {names}", where=table.label, mend="deploy the same schema there"
            )
        if has_rows(connection, name):
            raise SamplePlanError(
                "it holds rows in the target", where=table.label, mend="empty it, or give an empty database"
            )
    return catalog


@contextmanager
def loose(connection: psycopg.Connection[Any], names: Iterable[TableName], tell: Tell) -> Iterator[None]:
    """Take off what a load must not meet, and put it back: every constraint is checked for every row."""
    wanted = list(names)
    rows = connection.execute(_STATE, ([n[0] for n in wanted], [n[1] for n in wanted])).fetchall()
    targets = {
        (schema, name): TargetTable(oid, (schema, name), is_owned, is_plain, is_elsewhere)
        for oid, schema, name, is_owned, is_plain, is_elsewhere in rows
    }
    for target in targets.values():
        if not target.is_owned:
            raise SamplePlanError(
                "it is not yours in the target, so its triggers and constraints cannot be taken off meanwhile",
                where=".".join(target.name),
                mend="connect as the owner of the tables",
            )
    everything = frozenset(targets)
    taken = suspend(connection, targets, Extent(everything, everything, everything))
    yield
    for item in (*taken.indexes, *taken.foreign_keys):
        tell(f"checking {item.label}")
        item.restore(connection)
    taken.enable_triggers(connection)


def finish(
    connection: psycopg.Connection[Any], catalog: Catalog, facts: Mapping[TableName, TableFacts], tell: Tell
) -> list[str]:
    """Count statistics, refresh views, set sequences behind the last number; return notes."""
    notes = []
    for name in facts:
        tell(f"statistics of {'.'.join(name)}")
        connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(*name)))
    for view in stale(catalog, {table_id(*name) for name in facts}):
        try:
            with connection.transaction():
                connection.execute(
                    sql.SQL("REFRESH MATERIALIZED VIEW {}").format(sql.Identifier(view.schema, view.name))
                )
        except psycopg.errors.QueryCanceled:
            raise
        except psycopg.Error:
            notes.append(f"the materialized view {view.schema}.{view.name} was not refreshed")
    for table in facts.values():
        for column in table.columns.values():
            default = _NEXTVAL.search(column.default)
            if not (column.identity or default) or column.form.kind != "integer":
                continue
            path = sql.Identifier(*table.name)
            sequence = sql.SQL("pg_get_serial_sequence({}, {})").format(
                sql.Literal(path.as_string(connection)), sql.Literal(column.name)
            )
            if default:
                sequence = sql.SQL("{}::regclass").format(sql.Literal(default[1].replace("''", "'")))
            statement = sql.SQL("SELECT setval({}, max({})) FROM {} HAVING max({}) >= 1")
            number = sql.Identifier(column.name)
            connection.execute(statement.format(sequence, number, path, number))
    return notes


def refused(error: psycopg.Error, where: str, mend: str = "") -> StatementFailed:
    """Return what a server refused, without the row that it quotes."""
    diag = error.diag
    place = f"{diag.schema_name}.{diag.table_name}.{diag.constraint_name}" if diag.constraint_name else where
    about = diag.message_primary or type(error).__name__
    if diag.sqlstate and diag.sqlstate.startswith("22"):  # data exceptions quote the value that does not fit
        about = "a value does not fit"
    return StatementFailed(
        about,
        where=place,
        mend=mend or "nothing was changed in the target; mark the column with another sort, or leave the mark out",
        sqlstate=error.sqlstate or "",
    )
