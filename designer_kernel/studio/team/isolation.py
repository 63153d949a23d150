"""Rooms: what teams deploy lives in PostgreSQL schemas of its own, and everything there is done as a role of the team.

A design brings code: defaults, checks, functions of triggers, views. ``SET ROLE`` alone does not hold against that,
since ``set_config('role', …)`` in a default goes back to the role that the session began with. So nothing of a
workspace runs but inside its *gate*: a function with the rights of the workspace's role (``SECURITY DEFINER``), within
which PostgreSQL refuses to change the role. The role cannot log in, belongs to no other, and may use the rooms of its
workspace alone; it may not reach the schema of the gates, so it cannot change its own.

Schemas belong to the store, not to the role: who does not own a room cannot hand it to others, rename or drop it.

What code could leave behind for those who use the connection next (settings, prepared statements, cursors that are
held, temporary tables, locks) is taken away at the end of each visit, before anything else runs with other rights.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from designer_kernel.errors import DeployRefused, DesignerError
from designer_kernel.studio.team.refusals import BadInput

if TYPE_CHECKING:
    from designer_kernel.studio.team.unit import Unit

GATES: Final = "designer_gates"
"""The schema of the gates: nobody but the store itself may look into it."""

TIMEOUT: Final = "10s"
"""How long one statement in a room may take."""

_APPLICATION: Final = "schema_designer_app"
_SCHEMA_NAMED: Final = "SELECT FROM pg_namespace WHERE nspname = %s"
_ROLE_NAMED: Final = "SELECT FROM pg_roles WHERE rolname = %s"
_GATE_NAMED: Final = """
    SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE (n.nspname, p.proname) = (%s, %s)
"""
_RECORDS_WHO_QUEUED: Final = 180000
"""From this version on the server itself runs a trigger as who made it wait; before, as whoever commits."""

_GATE: Final = """
    CREATE FUNCTION {gate} (room text, statement text, document jsonb, gives_rows boolean) RETURNS SETOF jsonb
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $gate$
    BEGIN
      PERFORM pg_catalog.set_config('search_path', pg_catalog.quote_ident(room) || ', pg_temp', true);
      IF gives_rows THEN
        RETURN QUERY EXECUTE statement USING document;
      ELSE
        EXECUTE statement;
      END IF;
      SET CONSTRAINTS ALL IMMEDIATE;
    END
    $gate$
"""

_PUBLIC_IS_OPEN: Final = """
    SELECT FROM pg_namespace n, aclexplode(n.nspacl) AS a
    WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE'
"""
_OPEN_SCHEMAS: Final = """
    SELECT n.nspname FROM pg_namespace n
    WHERE n.nspname !~ '^sd_p_' AND n.nspname !~ '^pg_' AND has_schema_privilege(%s, n.oid, 'CREATE') LIMIT 1
"""

_ENTER: Final = """
    SELECT pg_catalog.set_config(s.key, s.value, true) FROM pg_catalog.jsonb_each_text(%s::pg_catalog.jsonb) AS s
"""

_LEAVE: Final = """
    RESET ALL;
    SET LOCAL search_path = pg_catalog, pg_temp;
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
    SELECT c.relname FROM pg_catalog.pg_class c
    WHERE c.relowner = pg_catalog.to_regrole(%(role)s)
      AND (EXISTS (SELECT FROM pg_catalog.pg_trigger t
                   WHERE t.tgrelid = c.oid AND t.tgdeferrable AND NOT t.tgisinternal)
           OR EXISTS (SELECT FROM pg_catalog.pg_constraint k
                      WHERE k.conrelid = c.oid AND k.contype = 'x' AND k.condeferrable))
    LIMIT 1
"""


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


@dataclass(frozen=True, slots=True)
class Visit:
    """A room that is open: statements run there, one by one, with the rights of its workspace."""

    room: Room
    connection: psycopg.Connection[Any]

    def run(self, statement: sql.Composable | str) -> None:
        """Run a statement that gives no rows.

        Raises
        ------
        psycopg.Error
            If the server refuses it.
        """
        self._through(statement, None, gives_rows=False)

    def rows(self, statement: sql.Composable, document: str | None = None) -> list[str]:
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
        found = self.connection.execute(call, [self.room.schema, text, document, gives_rows])
        return [row[0] for row in found.fetchall()]


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
    """Make a room, the role of its workspace and the gate, if they are missing."""
    connection = driver(unit)
    with _as_owner(connection):
        if not _has(connection, _SCHEMA_NAMED, GATES):
            _make_gates(connection)
        if not _has(connection, _GATE_NAMED, GATES, room.role):
            _make_role(connection, room)
        if not _has(connection, _SCHEMA_NAMED, room.schema):
            _make_schema(connection, room)


@contextmanager
def aside(unit: Unit, room: Room) -> Iterator[None]:
    """Put an empty room of the same name in the place of a room; at the end all that happened in it never happened."""
    connection = driver(unit)
    with connection.transaction(force_rollback=True):
        with _as_owner(connection):
            old, away = sql.Identifier(room.schema), sql.Identifier(f"{room.schema}_aside")
            connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(old, away))
            _make_schema(connection, room)
        yield


def drop(unit: Unit, room: Room) -> None:
    """Take a room away with all that is in it."""
    connection = driver(unit)
    with _as_owner(connection):
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(room.schema)))


def forget(unit: Unit, workspace: UUID, projects: Iterable[UUID]) -> None:
    """Take away all that a workspace has deployed, its role and its gate."""
    connection = driver(unit)
    role = Room(workspace, workspace).role
    for project in projects:
        drop(unit, Room(workspace, project))
    with _as_owner(connection):
        if _has(connection, _ROLE_NAMED, role):
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))  # the gate
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@contextmanager
def visit(
    unit: Unit, room: Room, *, reading: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Visit]:
    """Open a room. If anything is raised, nothing that was done there stays.

    Within the visit the connection may be used for nothing else.

    Parameters
    ----------
    reading
        Whether the server is to refuse all writing; then nothing stays in any case.
    settings
        What else is set meanwhile.
    """
    connection = driver(unit)
    # what code in a room prepares must never be taken for a statement of ours
    connection.prepare_threshold = None
    given = {"statement_timeout": TIMEOUT, **(settings or {})} | ({"transaction_read_only": "on"} if reading else {})
    try:
        with connection.transaction(force_rollback=reading):
            connection.execute(_ENTER, [json.dumps(given)])
            yield Visit(room, connection)
    finally:
        _clean(unit, connection)
    _refuse_waiting(connection, room)


def _clean(unit: Unit, connection: psycopg.Connection[Any]) -> None:
    try:
        connection.execute(_LEAVE, prepare=False)
    except psycopg.Error:
        unit.session.connection().invalidate()
        raise RoomBroken("the connection broke; nothing was changed", mend="try again") from None


def _refuse_waiting(connection: psycopg.Connection[Any], room: Room) -> None:
    """Refuse what would run at the end of the transaction, as whoever commits: that is not the workspace's role.

    Raises
    ------
    BadInput
        If a table has such a thing; the transaction must not be committed then.
    """
    if connection.info.server_version >= _RECORDS_WHO_QUEUED:
        return
    found = connection.execute(_WAITING, {"role": room.role}).fetchone()
    if found is not None:
        raise BadInput(
            "a trigger or an exclusion constraint that waits for the end of the transaction runs with other rights"
            " before PostgreSQL 18",
            where=found[0],
            mend="make it immediate (not deferrable)",
        )


@contextmanager
def _as_owner(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Act as the login that owns the store; only statements of ours run so, and none that names what people wrote."""
    connection.execute("SET LOCAL ROLE NONE")
    yield
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(_APPLICATION)))


def _make_gates(connection: psycopg.Connection[Any]) -> None:
    _take_turns(connection, GATES)
    gates = sql.Identifier(GATES)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(gates))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(gates, sql.Identifier(_APPLICATION)))


def _make_role(connection: psycopg.Connection[Any], room: Room) -> None:
    """Make the role of a workspace and its gate; who made them meanwhile is as good."""
    _take_turns(connection, room.role)
    role = sql.Identifier(room.role)
    if not _has(connection, _ROLE_NAMED, room.role):
        connection.execute(
            sql.SQL(
                "CREATE ROLE {} NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION"
            ).format(role)
        )
        if not _has(connection, "SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper"):
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    _close_other_schemas(connection, room.role)
    if not _has(connection, _GATE_NAMED, GATES, room.role):
        _make_gate(connection, room)


def _close_other_schemas(connection: psycopg.Connection[Any], role: str) -> None:
    """See to it that a role can make nothing where others look names up: their code would run with their rights.

    Before PostgreSQL 15, and in databases that are older, everybody may make functions in the schema ``public``.
    """
    if _has(connection, _PUBLIC_IS_OPEN):
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    found = connection.execute(_OPEN_SCHEMAS, [role]).fetchone()
    if found is not None:
        raise DeployRefused(
            f"in the schema {found[0]} of the team's database everybody may make objects",
            where=found[0],
            mend="let its owner take that right from PUBLIC (REVOKE CREATE ON SCHEMA … FROM PUBLIC)",
        )


def _make_gate(connection: psycopg.Connection[Any], room: Room) -> None:
    role, gates, application = map(sql.Identifier, (room.role, GATES, _APPLICATION))
    signature = sql.SQL("{} (text, text, jsonb, boolean)").format(room.gate)
    for statement in (
        sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(gates, role),
        sql.SQL("SET LOCAL ROLE {}").format(role),  # so that it owns the gate, whose rights are its own
        sql.SQL(_GATE).format(gate=room.gate),
        sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(signature),
        sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(signature, application),
        sql.SQL("SET LOCAL ROLE NONE"),
        sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(gates, role),
    ):
        connection.execute(statement)


def _take_turns(connection: psycopg.Connection[Any], what: str) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])


def _make_schema(connection: psycopg.Connection[Any], room: Room) -> None:
    schema, role = sql.Identifier(room.schema), sql.Identifier(room.role)
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(schema, role))


def _has(connection: psycopg.Connection[Any], query: str, *parameters: str) -> bool:
    return connection.execute(query.encode(), parameters).fetchone() is not None
