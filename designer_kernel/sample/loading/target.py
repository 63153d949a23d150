"""The database that is filled: what must be true of it before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName

HAS_FOREIGN: Final = sql.SQL(
    """
    EXISTS (
        WITH RECURSIVE below (oid) AS (
            SELECT inhrelid FROM pg_inherits WHERE inhparent = c.oid
            UNION SELECT i.inhrelid FROM pg_inherits i JOIN below b ON i.inhparent = b.oid)
        SELECT FROM below JOIN pg_foreign_table f ON f.ftrelid = below.oid)
    """
)
"""Whether foreign tables inherit from the table ``c``: statistics of it would read them."""

_STATE: Final = sql.SQL(
    """
    SELECT c.oid, n.nspname, c.relname, pg_has_role(c.relowner, 'USAGE'), row_security_active(c.oid),
           has_table_privilege(c.oid, 'INSERT'), c.relkind = 'r', c.reltablespace <> 0, {}
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN unnest(%s::text[], %s::text[]) AS wanted (schema, name)
      ON (n.nspname, c.relname) = (wanted.schema, wanted.name)
    """
).format(HAS_FOREIGN)


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A table as the server has it now; ``has_foreign`` says that foreign tables inherit from it."""

    oid: int
    name: TableName
    is_owned: bool
    is_plain: bool = False
    is_elsewhere: bool = False
    has_foreign: bool = False


def identifier(name: TableName) -> sql.Identifier:
    """Return a qualified name as SQL."""
    return sql.Identifier(*name)


def targets(connection: psycopg.Connection[Any], plan: Plan) -> dict[TableName, TargetTable]:
    """Return the tables of a plan as the server has them.

    Raises
    ------
    SamplePlanError
        If the user may not write to one, or row security would hide rows; nothing has been changed then.
    """
    names = list(plan.tables)
    rows = connection.execute(_STATE, ([n[0] for n in names], [n[1] for n in names])).fetchall()
    found = {}
    for oid, schema, name, is_owned, is_secured, may_insert, is_plain, is_elsewhere, has_foreign in rows:
        label = f"{schema}.{name}"
        if not plan.tables[schema, name].rows:
            found[schema, name] = TargetTable(oid, (schema, name), is_owned, is_plain, is_elsewhere, has_foreign)
            continue
        if is_secured:
            raise SamplePlanError(
                "row-level security applies to you, so COPY cannot write here",
                where=label,
                mend="connect as a superuser or as a role with BYPASSRLS",
            )
        if not may_insert:
            raise SamplePlanError(
                "you may not insert here", where=label, mend="connect as the table's owner, or ask for INSERT"
            )
        found[schema, name] = TargetTable(oid, (schema, name), is_owned, is_plain, is_elsewhere, has_foreign)
    return found


def refuse_rows(connection: psycopg.Connection[Any], plan: Plan) -> None:
    """Refuse to fill tables that hold rows already.

    Raises
    ------
    SamplePlanError
        Naming the first such table.
    """
    for table in plan.tables.values():
        if table.rows and has_rows(connection, table.name):
            raise SamplePlanError(
                "it holds rows already",
                where=table.label,
                mend="use replace=True to empty the tables that are filled, or tables=… to leave it out",
            )


def own_rows(connection: psycopg.Connection[Any], name: TableName) -> sql.Composed:
    """Return a table as SQL so that its partitions are meant, but not the tables that merely inherit from it."""
    row = connection.execute(
        "SELECT relkind = 'p' FROM pg_class WHERE oid = %s::regclass", [identifier(name).as_string(connection)]
    ).fetchone()
    is_partitioned = row is not None and row[0]
    return sql.SQL("{}{}").format(sql.SQL("" if is_partitioned else "ONLY "), identifier(name))


def has_rows(connection: psycopg.Connection[Any], name: TableName) -> bool:
    """Whether a table holds rows of its own."""
    query = sql.SQL("SELECT EXISTS (SELECT FROM {})").format(own_rows(connection, name))
    row = connection.execute(query).fetchone()
    return bool(row and row[0])


def truncate(connection: psycopg.Connection[Any], plan: Plan) -> None:
    """Empty the tables that are filled, and those alone; what is empty is left alone, so that no trigger logs nothing.

    Raises
    ------
    SamplePlanError
        If a table with rows, which is not filled, refers to one of them.
    """
    filled = [t.name for t in plan.tables.values() if t.rows and has_rows(connection, t.name)]
    emptied = set(filled)
    for outside, inside, constraint in _references_from_outside(connection, filled):
        if outside in plan.tables and not has_rows(connection, outside):
            emptied.add(outside)  # TRUNCATE wants to be told of referring tables even if they are empty
            continue
        raise SamplePlanError(
            f"{'.'.join(outside)} refers to {'.'.join(inside)}, which is to be emptied, and is not filled itself",
            where=f"{'.'.join(outside)}.{constraint}",
            mend="fill it as well (tables=…), empty it yourself, or drop the foreign key",
        )
    if emptied:
        names = sql.SQL(", ").join(own_rows(connection, name) for name in sorted(emptied))
        connection.execute(sql.SQL("TRUNCATE {}").format(names))


def _references_from_outside(
    connection: psycopg.Connection[Any], filled: Iterable[TableName]
) -> list[tuple[TableName, TableName, str]]:
    names = list(filled)
    rows = connection.execute(
        """
        SELECT fn.nspname, f.relname, tn.nspname, t.relname, k.conname
        FROM pg_constraint k
        JOIN pg_class f ON f.oid = coalesce(pg_partition_root(k.conrelid), k.conrelid)
        JOIN pg_namespace fn ON fn.oid = f.relnamespace
        JOIN pg_class t ON t.oid = coalesce(pg_partition_root(k.confrelid), k.confrelid)
        JOIN pg_namespace tn ON tn.oid = t.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0
          AND (tn.nspname, t.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
          AND (fn.nspname, f.relname) NOT IN (SELECT * FROM unnest(%s::text[], %s::text[]))
        ORDER BY 1, 2, 5
        """,
        ([n[0] for n in names], [n[1] for n in names]) * 2,
    ).fetchall()
    return [((a, b), (c, d), name) for a, b, c, d, name in rows]
