"""Undoing a fill that several transactions did: what it wrote goes, what it took off comes back, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.own_schemas import FILL
from designer_kernel.sample.loading import finishing, journal, preparing
from designer_kernel.sample.loading.journal import Job
from designer_kernel.sample.loading.target import has_rows, identifier, own_rows
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName

KEPT_UP_TO: Final = 256 << 20
"""Bytes of rows that are kept until the end without being asked to, when they are replaced."""

_SIZE: Final = """
    SELECT coalesce(sum(pg_relation_size(part.oid)), 0)::bigint FROM pg_class c
    JOIN LATERAL (SELECT c.oid WHERE c.relkind = 'r' UNION ALL
                  SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p' AND isleaf) part (oid) ON true
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""
_COLUMNS: Final = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
    AND attgenerated = '' ORDER BY attnum
"""


def size_of_old(connection: psycopg.Connection[Any], tables: Iterable[TableName]) -> int:
    """Return the bytes of the rows of some tables."""
    names = list(tables)
    row = connection.execute(_SIZE, ([n[0] for n in names], [n[1] for n in names])).fetchone()
    return int(row[0]) if row is not None else 0


def keep(connection: psycopg.Connection[Any], table: TableName, number: int) -> str:
    """Keep a copy of the rows of a table beside the journal, and return its name."""
    name = f"old_{number}"
    statement = sql.SQL("CREATE TABLE {} AS SELECT {} FROM {}")
    columns = _columns(connection, table)
    connection.execute(statement.format(sql.Identifier(FILL, name), columns, own_rows(connection, table)))
    return name


def note(
    connection: psycopg.Connection[Any],
    place: int,
    table: TableName,
    *,
    was_empty: bool,
    kept: str | None,
    is_lost: bool,
) -> None:
    """Note that a table is written to, its place in the order, what it held before, and where that is kept."""
    connection.execute(
        "INSERT INTO schema_designer_fill.written VALUES (%s, %s, %s, %s, %s, %s)",
        [place, *table, was_empty, kept, is_lost],
    )


def note_sequences(connection: psycopg.Connection[Any], plan: Plan) -> None:
    """Note where the sequences stand that the end of the fill moves."""
    for _, _, sequence in finishing.sequences(connection, plan):
        row = connection.execute(
            sql.SQL(
                "SELECT format('%I.%I', n.nspname, c.relname), n.nspname, c.relname FROM pg_class c "
                "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ({0})::regclass"
            ).format(sequence)
        ).fetchone()
        if row is None:
            continue
        state = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(row[1], row[2]))
        ).fetchone()
        assert state is not None
        connection.execute(
            "INSERT INTO schema_designer_fill.sequences VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", [row[0], *state]
        )


def remove(connection: psycopg.Connection[Any], job: Job) -> tuple[str, ...]:
    """Undo a job, and end its journal; return the tables whose rows it had replaced and nobody kept.

    Parameters
    ----------
    connection
        In autocommit mode, with the lock of fills.

    Raises
    ------
    psycopg.Error
        If the server refuses something; the journal stays then, and says that the job is to be removed.
    """
    journal.take_over(connection, job, journal.REMOVING)  # from here on nobody adds rows to it
    with connection.transaction():
        preparing.session_of(connection).apply(connection, local=True)
        entries = journal.suspended(connection)
        _drop_keys(connection, [e for e in entries if e.state != "off"])
        _remove_rows(connection)
        for table in journal.unlogged(connection):
            preparing.log_again(connection, table)
        suspension = journal.suspension_of(connection, entries)
        for item in (*suspension.indexes, *suspension.foreign_keys):
            item.restore(connection)
        suspension.enable_triggers(connection)
        if job.mode not in preparing.ADDING:
            # others may have taken numbers meanwhile; the fill moves them only at its end
            connection.execute(
                "SELECT setval(name::regclass, last_value, is_called) FROM schema_designer_fill.sequences"
            )
        lost = connection.execute(
            'SELECT schema, "table" FROM schema_designer_fill.written WHERE is_lost ORDER BY place'
        ).fetchall()
        journal.end(connection)
    return tuple(f"{schema}.{table}" for schema, table in lost)


def lost_words(tables: Sequence[str]) -> str:
    """Say that replaced rows of some tables did not come back, behind what else is said; nothing if there are none."""
    if not tables:
        return ""
    return f"; the rows that it had replaced in {', '.join(tables)} were not kept, and are gone"


def _drop_keys(connection: psycopg.Connection[Any], entries: list[journal.Entry]) -> None:
    """Take off again what is back already, foreign keys first, so that rows can go in any order."""
    for entry in reversed(entries):
        item = entry.item
        if item.kind == "index":
            statement = sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(item.table[0], item.name))
        else:
            parts = (identifier(item.table), sql.Identifier(item.name))
            statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}").format(*parts)
        connection.execute(statement)


def _remove_rows(connection: psycopg.Connection[Any]) -> None:
    """Remove what was written, children first, and bring back what was kept, parents first."""
    rows = connection.execute(
        'SELECT schema, "table", was_empty, kept FROM schema_designer_fill.written ORDER BY place'
    ).fetchall()
    _empty(connection, [(a, b) for a, b, was_empty, _ in rows if was_empty and is_ours(connection, (a, b))])
    for schema, table, _, _ in reversed(rows):
        remove_ours(connection, (schema, table))
    for schema, table, _, kept in rows:
        if kept is not None:
            columns = _columns(connection, (schema, table))
            statement = sql.SQL("INSERT INTO {0} ({1}) OVERRIDING SYSTEM VALUE SELECT {1} FROM {2}")
            source = sql.Identifier(FILL, kept)
            connection.execute(statement.format(identifier((schema, table)), columns, source))


def remove_ours(connection: psycopg.Connection[Any], table: TableName) -> None:
    """Remove the rows of the job from a table, and nobody else's."""
    if has_rows(connection, table):
        statement = sql.SQL("DELETE FROM {} WHERE {}")
        connection.execute(statement.format(own_rows(connection, table), journal.brought(table)))


def is_ours(connection: psycopg.Connection[Any], table: TableName) -> bool:
    """Whether a table holds rows of the job, and nobody else's."""
    query = sql.SQL(
        """
        SELECT (SELECT count(*) FROM {}), coalesce(sum(stop - start), 0)::bigint FROM schema_designer_fill.parts
        WHERE (schema, "table") = (%s, %s)
        """
    )
    row = connection.execute(query.format(own_rows(connection, table)), table).fetchone()
    return row is not None and row[0] > 0 and row[0] == row[1]


def _empty(connection: psycopg.Connection[Any], tables: list[TableName]) -> None:
    if not tables:
        return
    names = sql.SQL(", ").join(own_rows(connection, name) for name in tables)
    with suppress(psycopg.errors.FeatureNotSupported), connection.transaction():
        # where a foreign key from outside leads here, they are removed one by one
        connection.execute(sql.SQL("TRUNCATE {}").format(names))


def _columns(connection: psycopg.Connection[Any], table: TableName) -> sql.Composed:
    path = identifier(table).as_string(connection)
    rows = connection.execute(_COLUMNS, [path]).fetchall()
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in rows)


def refuse_to_lose(job: Job) -> SamplePlanError:
    """Return the error for a fill that is under way, and is not the one that is asked for."""
    return SamplePlanError(
        f"another fill is under way here, and its constraints are off: {job}",
        where=FILL,
        mend="ask for the same fill again, or say resume=True (--resume), to go on; abandon (--abandon) undoes it",
    )
