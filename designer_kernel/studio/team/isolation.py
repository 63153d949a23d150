"""Rooms: what teams deploy lives in PostgreSQL schemas of its own, and everything there is done as a role of the team.

A design brings code: defaults, checks, functions of triggers, views. ``SET ROLE`` alone does not hold against that,
since ``set_config('role', …)`` in a default goes back to the role that the session began with. So nothing of a
workspace runs but inside its *gate*: a function with the rights of the workspace's role (``SECURITY DEFINER``), within
which PostgreSQL refuses to change the role. The role cannot log in, belongs to no other, and may use the rooms of its
workspace alone; it may not reach the schema of the gates, so it cannot change its own.

What code could leave behind for those who use the connection next (settings, prepared statements, cursors that are
held, temporary tables, locks) is taken away at the end of each visit, before anything else runs with other rights.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.store import scope
from designer_kernel.store.engine import STORE
from designer_kernel.studio.team import gates
from designer_kernel.studio.team.deadlines import Deadline
from designer_kernel.studio.team.gates import GATES
from designer_kernel.studio.team.refusals import BadInput

if TYPE_CHECKING:
    from designer_kernel.studio.team.unit import Unit

TIMEOUT: Final = 10.0
"""Seconds that one statement in a room may take, if it is not said otherwise."""

GRACE: Final = 2.0
"""Seconds after which a connection is ended whose statement goes on in spite of that."""

WHOLE: Final = 600.0
"""Seconds for all statements of a visit."""

_SET: Final = """
    SELECT pg_catalog.set_config(s.key, s.value, true) FROM pg_catalog.jsonb_each_text(%s::pg_catalog.jsonb) AS s
"""

_LIMIT: Final = "SELECT pg_catalog.set_config('statement_timeout', %s, true)"

_LEAVE: Final = """
    RESET ALL;
    SET search_path = pg_catalog, pg_temp;
    CLOSE ALL;
    DEALLOCATE ALL;
    UNLISTEN *;
    DISCARD TEMP;
    SELECT pg_catalog.pg_advisory_unlock_all();
    SET timezone = 'UTC';
    SET statement_timeout = '30s';
    SET idle_in_transaction_session_timeout = '60s';
"""
"""What ends a visit. The settings at its end are those that the store gives each connection."""

_WAITING: Final = """
    SELECT c.relname FROM pg_catalog.pg_shdepend d JOIN pg_catalog.pg_class c ON c.oid = d.objid
    WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.deptype = 'o'
      AND d.refobjid = pg_catalog.to_regrole(%(role)s) AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
      AND (EXISTS (SELECT FROM pg_catalog.pg_trigger t
                   WHERE t.tgrelid = c.oid AND t.tgdeferrable AND NOT t.tgisinternal)
           OR EXISTS (SELECT FROM pg_catalog.pg_constraint k
                      WHERE k.conrelid = c.oid AND k.contype = 'x' AND k.condeferrable))
    UNION ALL
    SELECT pg_catalog.format_type(k.castsource, NULL) FROM pg_catalog.pg_cast k
    JOIN pg_catalog.pg_proc p ON p.oid = k.castfunc AND p.proowner = pg_catalog.to_regrole(%(role)s)
    WHERE k.castfunc >= 16384 -- none of the server's own
    LIMIT 1
"""
"""Where code of a workspace could wait for the end of a transaction; a foreign key that is deferred uses casts."""


class RoomBroken(DesignerError):
    """A visit after which the connection could not be cleaned; it is thrown away."""

    code = "room_broken"


@dataclass(frozen=True, slots=True)
class Room:
    """Where one project of a workspace is deployed."""

    workspace: UUID
    project: UUID

    @property
    def schema(self) -> str:
        """The PostgreSQL schema; ids make its name, so no two are alike and none can be chosen."""
        return f"sd_p_{self.project.hex}"

    @property
    def role(self) -> str:
        """The role of the workspace."""
        return f"sd_w_{self.workspace.hex}"

    @property
    def gate(self) -> sql.Identifier:
        """The function through which everything goes."""
        return sql.Identifier(GATES, self.role)


@dataclass(slots=True)
class Visit:
    """A room that is open: statements run there, one by one, with the rights of its workspace.

    Attributes
    ----------
    seconds
        How long one statement may take.
    ends_at
        When the last one is over, by the monotonic clock.
    is_overdue
        Whether one did not end in time, and the connection was ended therefore.
    """

    room: Room
    session: Session
    connection: psycopg.Connection[Any]
    seconds: float
    ends_at: float
    is_overdue: bool = False

    def run(self, statement: sql.Composable | str) -> None:
        """Run a statement that gives no rows.

        Raises
        ------
        psycopg.Error
            If the server refuses it.
        """
        self._through(statement, None, gives_rows=False)

    def rows(self, statement: sql.Composable | str, document: str | None = None) -> list[str]:
        """Return what a statement gives: one column of jsonb, here as text.

        Parameters
        ----------
        document
            JSON; the statement speaks of it as ``$1``.

        Raises
        ------
        psycopg.Error
            If the server refuses it.
        """
        return self._through(statement, document, gives_rows=True)

    def _through(self, statement: sql.Composable | str, document: str | None, *, gives_rows: bool) -> list[str]:
        text = statement if isinstance(statement, str) else statement.as_string(self.connection)
        call = sql.SQL(
            "SELECT found::pg_catalog.text FROM {}"
            " (%s::pg_catalog.text, %s::pg_catalog.text, %s::pg_catalog.jsonb, %s::pg_catalog.bool) AS found"
        ).format(self.room.gate)
        seconds = min(self.seconds, self.ends_at - time.monotonic())
        if seconds <= 0:
            raise _too_long()
        deadline = Deadline(self.session, self.connection, seconds + GRACE)
        try:
            with deadline:
                # each time: code that ran before may have set it otherwise
                self.connection.execute(_LIMIT, [f"{max(1, round(seconds * 1000))}ms"])
                found = self.connection.execute(call, [self.room.schema, text, document, gives_rows])
                return [row[0] for row in found.fetchall()]
        finally:
            self.is_overdue = deadline.has_passed


def driver(unit: Unit) -> psycopg.Connection[Any]:
    """Return the connection of a unit of work, in whose transaction all of it happens."""
    unit.session.flush()
    found = unit.session.connection().connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


def is_there(unit: Unit, room: Room) -> bool:
    """Whether anything was ever deployed into a room."""
    found = driver(unit).execute("SELECT pg_catalog.to_regnamespace(%s) IS NOT NULL", [room.schema]).fetchone()
    return bool(found and found[0])


def prepare(unit: Unit, room: Room) -> None:
    """Make a room, the role of its workspace and the gate, if they are missing.

    Raises
    ------
    DeployRefused
        If the login of the store may not make them.
    """
    gates.make(unit.session.info[STORE], driver(unit), room)


@contextmanager
def aside(unit: Unit, room: Room) -> Iterator[None]:
    """Put an empty room of the same name in the place of a room; at the end all that happened in it never happened."""
    connection = driver(unit)
    with connection.transaction(force_rollback=True):
        with gates.as_owner(connection):
            old, away = sql.Identifier(room.schema), sql.Identifier(f"{room.schema}_aside")
            connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(old, away))
            gates.make_schema(connection, room)
        yield


def drop(unit: Unit, room: Room) -> None:
    """Take a room away with all that is in it."""
    connection = driver(unit)
    with gates.as_owner(connection):
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(room.schema)))


def forget(unit: Unit, workspace: UUID, projects: Iterable[UUID]) -> None:
    """Take away all that a workspace has deployed, its role and its gate."""
    for project in projects:
        drop(unit, Room(workspace, project))
    gates.forget(driver(unit), Room(workspace, workspace).role)


@contextmanager
def visit(
    unit: Unit,
    room: Room,
    *,
    reading: bool = False,
    settings: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Iterator[Visit]:
    """Open a room. If anything is raised, nothing that was done there stays.

    Within the visit the connection may be used for nothing else.

    Parameters
    ----------
    reading
        Whether the server is to refuse all writing; then nothing stays in any case.
    settings
        What else is set meanwhile.
    seconds
        How long one statement may take; by default `TIMEOUT`.

    Raises
    ------
    StatementFailed
        If a statement does not end in time, whatever it does about that.
    RoomBroken
        If the connection breaks.
    """
    connection = driver(unit)
    # what code in a room prepares must never be taken for a statement of ours
    connection.prepare_threshold = None
    given = {**scope.NOTHING, **(settings or {})} | ({"transaction_read_only": "on"} if reading else {})
    opened = Visit(room, unit.session, connection, TIMEOUT if seconds is None else seconds, time.monotonic() + WHOLE)
    try:
        with connection.transaction(force_rollback=reading):
            connection.execute(_SET, [json.dumps(given)])
            yield opened
    finally:
        _clean(opened)
    if not reading:
        _refuse_waiting(connection, room)


def _clean(visit: Visit) -> None:
    try:
        visit.connection.execute(_LEAVE, prepare=False)
        visit.connection.execute(_SET, [json.dumps(dict(scope.settings(visit.session)))])
    except psycopg.Error:
        visit.session.connection().invalidate()
        if visit.is_overdue:
            raise _too_long() from None
        raise RoomBroken("the connection broke; nothing was changed", mend="try again") from None


def _too_long() -> StatementFailed:
    return StatementFailed(
        "this took too long", mend="look what the code of the design does, or try again later", sqlstate="57014"
    )


def _refuse_waiting(connection: psycopg.Connection[Any], room: Room) -> None:
    """Refuse what would run at the end of the transaction.

    Before PostgreSQL 18 it would run as whoever commits, which is not the workspace's role. Later it would still run
    while all who tell the audit wait for the end of this transaction.

    Raises
    ------
    BadInput
        If a table has such a thing; the transaction must not be committed then.
    """
    found = connection.execute(_WAITING, {"role": room.role}).fetchone()
    if found is not None:
        raise BadInput(
            "a trigger, an exclusion constraint or a cast that waits for the end of the transaction would run while"
            " others wait for that",
            where=found[0],
            mend="make it immediate (not deferrable)",
        )
