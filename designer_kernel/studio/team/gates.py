"""Making rooms: the PostgreSQL schema of a project, the role of its workspace, and the gate to both.

Schemas belong to the store, not to the role: who does not own a room cannot hand it to others, rename or drop it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql

from designer_kernel.errors import DeployRefused
from designer_kernel.store import turns

if TYPE_CHECKING:
    from designer_kernel.store.engine import Store
    from designer_kernel.studio.team.isolation import Room

GATES: Final = "designer_gates"
"""The schema of the gates: nobody but the store itself may look into it."""

_SCHEMA_NAMED: Final = "SELECT FROM pg_namespace WHERE nspname = %s"
_ROLE_NAMED: Final = "SELECT FROM pg_roles WHERE rolname = %s"
_GATE_NAMED: Final = """
    SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE (n.nspname, p.proname) = (%s, %s)
"""
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


def make(store: Store, connection: psycopg.Connection[Any], room: Room) -> None:
    """Make a room, the role of its workspace and the gate, if they are missing.

    The gates share a schema, so who makes one waits for others who do. That is done beside the transaction, which may
    be long, and stays: a gate that leads nowhere opens nothing.

    Raises
    ------
    DeployRefused
        If the login of the store may not make them.
    """
    try:
        if not _has(connection, _GATE_NAMED, GATES, room.role):
            with store.beside() as other:
                other.execute(turns.TAKE, [GATES])
                _make_role(other, room, _role_now(connection))
        if not _has(connection, _SCHEMA_NAMED, room.schema):
            with as_owner(connection):
                make_schema(connection, room)
    except psycopg.errors.InsufficientPrivilege as error:
        raise DeployRefused(
            "the login of the team's database may not make roles and schemas",
            mend="let whoever runs the service give it CREATEROLE, and CREATE on the database",
        ) from error


def forget(connection: psycopg.Connection[Any], role: str) -> None:
    """Take the role of a workspace away, and its gate."""
    with as_owner(connection):
        if _has(connection, _ROLE_NAMED, role):
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))  # the gate
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@contextmanager
def as_owner(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Act as the login that owns the store; only statements of ours run so, and none that names what people wrote."""
    application = _role_now(connection)
    connection.execute("SET LOCAL ROLE NONE")
    yield
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(application))


def _role_now(connection: psycopg.Connection[Any]) -> sql.Identifier:
    """Return the role that a transaction acts as: the store's application role."""
    found = connection.execute("SELECT pg_catalog.current_setting('role')").fetchone()
    assert found is not None
    return sql.Identifier(found[0])


def _make_role(connection: psycopg.Connection[Any], room: Room, application: sql.Identifier) -> None:
    """Make the role of a workspace and its gate; who made them meanwhile is as good."""
    gates, role = sql.Identifier(GATES), sql.Identifier(room.role)
    if not _has(connection, _SCHEMA_NAMED, GATES):
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(gates))
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(gates, application))
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
        _make_gate(connection, room, application)


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


def _make_gate(connection: psycopg.Connection[Any], room: Room, application: sql.Identifier) -> None:
    role, gates = sql.Identifier(room.role), sql.Identifier(GATES)
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


def make_schema(connection: psycopg.Connection[Any], room: Room) -> None:
    """Make the schema of a room, in which the role of its workspace makes what it likes."""
    schema, role = sql.Identifier(room.schema), sql.Identifier(room.role)
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
    connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(schema, role))


def _has(connection: psycopg.Connection[Any], query: str, *parameters: str) -> bool:
    return connection.execute(query.encode(), parameters).fetchone() is not None
