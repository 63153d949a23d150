"""What a target remembers of a fill that several transactions do: enough to go on with it, or to undo it.

It stands in a schema of its own in the target, is written in the transaction that takes constraints off, and goes in
the one that says that all is done. Each part of the rows is noted in the transaction that brings it. A *run* is one
attempt: whoever goes on with a job raises its number, and processes of the attempt before can no longer write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from designer_kernel.errors import DesignerError, SamplePlanError
from designer_kernel.postgres.own_schemas import FILL
from designer_kernel.sample.loading.parts import Part
from designer_kernel.sample.loading.suspension import FOREIGN_KEY, Suspended, Suspension, Trigger
from designer_kernel.sample.planning.facts import TableName

LOADING: Final = "loading"
CONSTRAINING: Final = "constraining"
REMOVING: Final = "removing"

FORMAT: Final = 2
"""The version of these tables."""

_TABLES: Final = (
    "CREATE SCHEMA schema_designer_fill",
    """CREATE TABLE schema_designer_fill.job (
        id uuid PRIMARY KEY,
        format integer NOT NULL,
        run integer NOT NULL DEFAULT 1,
        state text NOT NULL DEFAULT 'loading' CHECK (state IN ('loading', 'constraining', 'removing')),
        mode text NOT NULL,
        asked jsonb NOT NULL,
        plan_hash text NOT NULL,
        seed bigint NOT NULL,
        rows bigint NOT NULL,
        part bigint NOT NULL,
        document text NOT NULL,
        catalog text NOT NULL,
        by_whom text NOT NULL DEFAULT session_user,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
    """CREATE TABLE schema_designer_fill.suspended (
        place integer PRIMARY KEY,
        schema text NOT NULL, "table" text NOT NULL, name text NOT NULL, kind text NOT NULL,
        definition text NOT NULL, comment text, parts jsonb NOT NULL, is_whole boolean NOT NULL,
        in_steps boolean NOT NULL,
        state text NOT NULL DEFAULT 'off' CHECK (state IN ('off', 'unchecked', 'back')),
        seconds double precision NOT NULL DEFAULT 0)""",
    """CREATE TABLE schema_designer_fill.triggers (
        schema text, "table" text, name text, mode text NOT NULL, PRIMARY KEY (schema, "table", name))""",
    """CREATE TABLE schema_designer_fill.sequences (
        name text PRIMARY KEY, last_value bigint NOT NULL, is_called boolean NOT NULL)""",
    """CREATE TABLE schema_designer_fill.written (
        place integer NOT NULL, schema text, "table" text, was_empty boolean NOT NULL, kept text,
        is_lost boolean NOT NULL,
        PRIMARY KEY (schema, "table"))""",
    """CREATE TABLE schema_designer_fill.unlogged (schema text, "table" text, PRIMARY KEY (schema, "table"))""",
    """CREATE TABLE schema_designer_fill.parts (
        schema text, "table" text, start bigint, stop bigint NOT NULL, seconds double precision NOT NULL DEFAULT 0,
        transaction xid8 NOT NULL DEFAULT pg_current_xact_id(), finished_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (schema, "table", start))""",
    "REVOKE ALL ON ALL TABLES IN SCHEMA schema_designer_fill FROM PUBLIC",
    """COMMENT ON SCHEMA schema_designer_fill IS
        'Schema Designer: a fill under way. designer fill --resume goes on with it, --abandon undoes it'""",
)
_OWNER: Final = """
    SELECT o.rolname, o.rolsuper OR o.rolname = own.rolname OR o.oid = d.datdba AND NOT own.rolsuper,
           pg_has_role(o.oid, 'USAGE')
    FROM pg_namespace n JOIN pg_roles o ON o.oid = n.nspowner
    JOIN pg_database d ON d.datname = current_database() JOIN pg_roles own ON own.rolname = current_user
    WHERE n.nspname = %s
"""


class FillTakenOver(DesignerError):
    """Another process goes on with the fill, or it was ended: this one may no longer write."""

    code = "fill_taken_over"


def taken_over(job: UUID) -> FillTakenOver:
    """Return the error for a run that is over."""
    return FillTakenOver(
        "another process goes on with this fill, or it was ended", where=str(job), mend="leave it to that one"
    )


@dataclass(frozen=True, slots=True)
class Job:
    """A fill under way, as its target remembers it.

    ``lost`` are the tables whose rows it had replaced without keeping them, once it is undone.
    """

    id: UUID
    run: int
    state: str
    mode: str
    asked: dict[str, Any]
    plan_hash: str
    seed: int
    rows: int
    part: int
    document: str
    catalog: str
    started_at: str
    lost: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"fill {self.id} of {self.rows:,} rows, begun {self.started_at}, {self.state}"


def under_way(connection: psycopg.Connection[Any]) -> Job | None:
    """Return the fill that was begun here and is not done, if there is one.

    Raises
    ------
    SamplePlanError
        If the journal belongs to somebody else, or to a newer program. Its definitions are executed, so a superuser
        takes only those of superusers.
    """
    owner = connection.execute(_OWNER, [FILL]).fetchone()
    if owner is None:
        return None
    if not owner[1] or not owner[2]:
        raise SamplePlanError(
            f"a fill of {owner[0]} is under way here, or somebody has made a schema of this name",
            where=FILL,
            mend=f"let {owner[0]} end it, or drop the schema if it is no journal of a fill",
        )
    version = connection.execute("SELECT format FROM schema_designer_fill.job").fetchone()
    if version is None:
        return None
    if version[0] != FORMAT:
        raise SamplePlanError(
            "the fill that is under way here was begun by another version of this program",
            where=FILL,
            mend="go on with that version, or abandon it there",
        )
    row = connection.execute(
        """
        SELECT id, run, state, mode, asked, plan_hash, seed, rows, part, document, catalog,
               to_char(started_at, 'YYYY-MM-DD HH24:MI:SS TZ')
        FROM schema_designer_fill.job
        """
    ).fetchone()
    return None if row is None else Job(*row)


def begin(connection: psycopg.Connection[Any], job: Job, suspension: Suspension) -> None:
    """Write the journal, in the transaction that takes constraints off.

    Raises
    ------
    SamplePlanError
        If the user may not make it.
    """
    try:
        for statement in _TABLES:
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege as error:
        raise SamplePlanError(
            f"you may not make the journal of a fill in parts: {error.diag.message_primary}",
            where=FILL,
            mend="ask for GRANT CREATE ON DATABASE, or fill in one transaction (connections=1, resumable=False)",
        ) from error
    connection.execute(
        """
        INSERT INTO schema_designer_fill.job
            (id, format, run, state, mode, asked, plan_hash, seed, rows, part, document, catalog)
        VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            job.id, FORMAT, job.run, job.state, job.mode, json.dumps(job.asked), job.plan_hash, job.seed, job.rows,
            job.part, job.document, job.catalog,
        ],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO schema_designer_fill.suspended
                (place, schema, "table", name, kind, definition, comment, parts, is_whole, in_steps)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (i, *s.table, s.name, s.kind, s.definition, s.comment, json.dumps(s.parts), s.is_whole, s.in_steps)
                for i, s in enumerate((*suspension.indexes, *suspension.foreign_keys))
            ],
        )
        cursor.executemany(
            "INSERT INTO schema_designer_fill.triggers VALUES (%s, %s, %s, %s)",
            [(*table, name, mode) for table, name, mode in suspension.triggers],
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was taken off, with its place in the journal and how far it is back: off, unchecked or back."""

    place: int
    item: Suspended
    state: str
    seconds: float


def suspended(connection: psycopg.Connection[Any]) -> list[Entry]:
    """Return what was taken off, in the order in which it comes back."""
    rows = connection.execute(
        """
        SELECT place, state, seconds, schema, "table", name, kind, definition, comment, parts, is_whole, in_steps
        FROM schema_designer_fill.suspended ORDER BY place
        """
    ).fetchall()
    return [
        Entry(
            place,
            Suspended(
                (schema, table), name, kind, text, comment, tuple((a, b) for a, b in parts), is_whole, in_steps
            ),
            state,
            seconds,
        )
        for place, state, seconds, schema, table, name, kind, text, comment, parts, is_whole, in_steps in rows
    ]  # fmt: skip


def suspension_of(connection: psycopg.Connection[Any], entries: Iterable[Entry]) -> Suspension:
    """Return what was taken off as one value."""
    items = [entry.item for entry in entries]
    rows = connection.execute('SELECT schema, "table", name, mode FROM schema_designer_fill.triggers ORDER BY 1, 2, 3')
    triggers: tuple[Trigger, ...] = tuple(((a, b), c, d) for a, b, c, d in rows.fetchall())
    keys = tuple(item for item in items if item.kind != FOREIGN_KEY)
    return Suspension(keys, tuple(item for item in items if item.kind == FOREIGN_KEY), triggers)


def mark(connection: psycopg.Connection[Any], place: int, state: str, seconds: float) -> None:
    """Note how far something is back, in the transaction that brings it."""
    connection.execute(
        "UPDATE schema_designer_fill.suspended SET state = %s, seconds = seconds + %s WHERE place = %s",
        [state, seconds, place],
    )


def claim(connection: psycopg.Connection[Any], job: UUID, run: int, part: Part) -> bool:
    """Note a part in the transaction that is to send it; whether it is still to be sent.

    Who sends the same part at the same time waits here until the other one has committed or failed.

    Raises
    ------
    FillTakenOver
        If another run goes on with the job.
    """
    held = connection.execute(
        "SELECT FROM schema_designer_fill.job WHERE id = %s AND run = %s AND state = 'loading' FOR SHARE", [job, run]
    )
    if not held.rowcount:
        raise taken_over(job)
    noted = connection.execute(
        """
        INSERT INTO schema_designer_fill.parts (schema, "table", start, stop) VALUES (%s, %s, %s, %s)
        ON CONFLICT DO NOTHING
        """,
        [*part.table, part.start, part.stop],
    )
    return noted.rowcount == 1


def timed(connection: psycopg.Connection[Any], part: Part, seconds: float) -> None:
    """Note how long a part took, in its own transaction."""
    connection.execute(
        'UPDATE schema_designer_fill.parts SET seconds = %s WHERE (schema, "table", start) = (%s, %s, %s)',
        [seconds, *part.key],
    )


def sent(connection: psycopg.Connection[Any]) -> dict[tuple[str, str, int], tuple[int, float]]:
    """Return the parts that are there, each with its end and how long it took."""
    rows = connection.execute('SELECT schema, "table", start, stop, seconds FROM schema_designer_fill.parts').fetchall()
    return {(a, b, start): (stop, seconds) for a, b, start, stop, seconds in rows}


def brought(table: TableName) -> sql.Composed:
    """Return the condition that the job brought a row of a table: the server knows which transaction that was."""
    return sql.SQL(
        """
        xmin::text IN (SELECT (transaction::text::numeric % 4294967296)::bigint::text FROM schema_designer_fill.parts
                       WHERE (schema, "table") = ({}, {}))
        """
    ).format(*map(sql.Literal, table))


def forget(connection: psycopg.Connection[Any], table: TableName) -> None:
    """Forget the parts of a table that the server has lost."""
    connection.execute('DELETE FROM schema_designer_fill.parts WHERE (schema, "table") = (%s, %s)', table)


def take_over(connection: psycopg.Connection[Any], job: Job, state: str) -> int:
    """Begin another run in a state, and return its number.

    It waits for parts that processes of the run before are just sending.

    Raises
    ------
    FillTakenOver
        If somebody else has begun another run since.
    """
    row = connection.execute(
        """
        UPDATE schema_designer_fill.job SET run = run + 1, state = %s, updated_at = clock_timestamp()
        WHERE id = %s AND run = %s RETURNING run
        """,
        [state, job.id, job.run],
    ).fetchone()
    if row is None:
        raise taken_over(job.id)
    return int(row[0])


def enter(connection: psycopg.Connection[Any], job: UUID, state: str) -> None:
    """Note that a job goes over to another state."""
    connection.execute(
        "UPDATE schema_designer_fill.job SET state = %s, updated_at = clock_timestamp() WHERE id = %s", [state, job]
    )


def end(connection: psycopg.Connection[Any]) -> None:
    """Remove the journal, in the transaction in which all is as it should be."""
    connection.execute("DROP SCHEMA schema_designer_fill CASCADE")


def unlogged(connection: psycopg.Connection[Any]) -> list[TableName]:
    """Return the tables and partitions that are not logged for the time being."""
    rows = connection.execute('SELECT schema, "table" FROM schema_designer_fill.unlogged ORDER BY 1, 2').fetchall()
    return [(schema, table) for schema, table in rows]
