"""The tables in which a target remembers its migrations: made on first use, and brought up to date by their version.

They belong to whoever made them first, and nobody else may read them until he grants it: what PostgreSQL says of a
statement that fails, and up to where a batch is done, quote rows.
"""

from __future__ import annotations

from typing import Any, Final

import psycopg

from designer_kernel.errors import DesignerError
from designer_kernel.migrate.running import prepare
from designer_kernel.postgres.own_schemas import RECORDS, SALVAGE
from designer_kernel.postgres.script import COMMIT, explained

PART: Final = "records"
"""The name under which the version of these tables is noted; what else lives in the schema has names of its own."""


class RecordsUnusable(DesignerError):
    """What a target remembers cannot be read or written: who asks may not, or it is not ours."""

    code = "records_unusable"


VERSIONS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "CREATE TABLE IF NOT EXISTS schema_designer.schema_format (part text PRIMARY KEY, version integer NOT NULL)",
        """CREATE TABLE schema_designer.schema_catalogs (
            hash text PRIMARY KEY,
            catalog jsonb NOT NULL)""",
        """CREATE TABLE schema_designer.schema_migrations (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            version integer NOT NULL,
            name text NOT NULL,
            direction text NOT NULL CHECK (direction IN ('up', 'down', 'noted', 'revert')),
            mode text NOT NULL,
            up_hash text NOT NULL,
            down_hash text NOT NULL,
            plan_hash text NOT NULL,
            proof_hash text NOT NULL,
            before_hash text NOT NULL,
            after_hash text NOT NULL,
            design_hash text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            duration interval NOT NULL,
            by_whom text NOT NULL,
            role name NOT NULL DEFAULT session_user,
            success boolean NOT NULL,
            error text NOT NULL DEFAULT '',
            rolled_back_at timestamptz,
            rolled_back_by bigint REFERENCES schema_designer.schema_migrations,
            run uuid NOT NULL UNIQUE,
            document jsonb,
            before_catalog text REFERENCES schema_designer.schema_catalogs,
            after_catalog text REFERENCES schema_designer.schema_catalogs)""",
        """CREATE TABLE schema_designer.schema_progress (
            place integer PRIMARY KEY DEFAULT 1 CHECK (place = 1),
            run uuid NOT NULL,
            undoes bigint,
            proof_hash text NOT NULL,
            plan_hash text NOT NULL,
            document jsonb NOT NULL,
            before_catalog text NOT NULL REFERENCES schema_designer.schema_catalogs,
            after_catalog text NOT NULL REFERENCES schema_designer.schema_catalogs,
            step integer NOT NULL DEFAULT 0,
            position text,
            attempts integer NOT NULL DEFAULT 0,
            last_error text NOT NULL DEFAULT '',
            state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'stopped', 'done')),
            worked interval NOT NULL DEFAULT '0',
            by_whom text NOT NULL,
            started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            updated_at timestamptz NOT NULL DEFAULT clock_timestamp())""",
        """CREATE TABLE schema_designer.schema_ignored (
            kind text,
            path text[],
            by_whom text NOT NULL,
            since timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (kind, path))""",
        """COMMENT ON SCHEMA schema_designer IS
            'Schema Designer: the migrations of this database (schema_migrations), and the one under way'""",
        # privileges by default may have given them to everybody
        """REVOKE ALL ON schema_designer.schema_format, schema_designer.schema_catalogs,
            schema_designer.schema_migrations, schema_designer.schema_progress, schema_designer.schema_ignored
            FROM PUBLIC""",
    ),
)
"""The statements that lead to each version of the tables from the one before."""

_SCHEMA: Final = """
    SELECT pg_catalog.pg_get_userbyid(n.nspowner), pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
           EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'schema_format')
    FROM pg_catalog.pg_namespace n WHERE n.nspname = %s
"""

_STRANGERS: Final = """
    WITH held (what, owner, is_plain) AS (
        SELECT 'the schema ' || nspname, nspowner, true FROM pg_catalog.pg_namespace
        WHERE nspname IN (%(records)s, %(salvage)s)
        UNION ALL
        SELECT c.relname, c.relowner, c.relkind = 'r'
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE (n.nspname = %(records)s AND (c.relname LIKE 'schema\\_%%' OR c.relname = 'salvaged')
               OR n.nspname = %(salvage)s)
            AND c.relkind NOT IN ('i', 'S', 't')
    )
    SELECT pg_catalog.format('%%s belongs to %%s', h.what, o.rolname)
    FROM held h JOIN pg_catalog.pg_roles o ON o.oid = h.owner
    JOIN pg_catalog.pg_database d ON d.datname = pg_catalog.current_database()
    JOIN pg_catalog.pg_roles me ON me.rolname = current_user
    WHERE NOT (h.is_plain AND (o.rolsuper OR o.oid IN (d.datdba, me.oid)
                               OR NOT me.rolsuper AND pg_catalog.pg_has_role(o.oid, 'USAGE')))
    LIMIT 1
"""
"""What somebody made who is neither the database's owner nor one of ours: reading or writing it would run his code."""


def ensure(connection: psycopg.Connection[Any]) -> None:
    """Make the tables, or bring them up to date. What is there already costs two queries.

    Parameters
    ----------
    connection
        In autocommit mode, and alone, see `designer_kernel.postgres.deploy.alone`.

    Raises
    ------
    RecordsUnusable
        If the role may not make them, somebody else's are there, or a newer program made them.
    """
    found = version(connection)
    if found == len(VERSIONS):
        return
    try:
        with connection.transaction():
            prepare(connection)
            if connection.execute("SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s", [RECORDS]).rowcount == 0:
                connection.execute("CREATE SCHEMA schema_designer")
            for statements in VERSIONS[found:]:
                for statement in statements:
                    connection.execute(statement.encode())
            connection.execute(
                "INSERT INTO schema_designer.schema_format VALUES (%s, %s)"
                " ON CONFLICT (part) DO UPDATE SET version = excluded.version",
                [PART, len(VERSIONS)],
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise RecordsUnusable(
            f"the role may not make the tables that remember migrations: {error.diag.message_primary}",
            where=RECORDS,
            mend="GRANT CREATE ON DATABASE to the role, or let the database's owner apply the first migration",
        ) from error
    except psycopg.Error as error:
        raise explained(error, COMMIT, ()) from error


def version(connection: psycopg.Connection[Any]) -> int:
    """Return the version of the tables of a target; 0 if it has none.

    Raises
    ------
    RecordsUnusable
        If they cannot be trusted or read, or a newer program made them.
    """
    refuse_strangers(connection)
    row = connection.execute(_SCHEMA, [RECORDS]).fetchone()
    if row is None:
        return 0
    owner, is_usable, has_format = row
    if not is_usable:
        raise _forbidden(owner)
    if not has_format:
        return 0
    try:
        found = connection.execute(
            "SELECT version FROM schema_designer.schema_format WHERE part = %s", [PART]
        ).fetchone()
    except psycopg.errors.InsufficientPrivilege as error:
        raise _forbidden(owner) from error
    known = 0 if found is None else int(found[0])
    if known > len(VERSIONS):
        raise RecordsUnusable(
            f"a newer program has written the records: their version is {known}, this program knows {len(VERSIONS)}",
            where=RECORDS,
            mend="use the newer program",
        )
    return known


def refuse_strangers(connection: psycopg.Connection[Any]) -> None:
    """Refuse to use schemas of records or of salvage that hold what somebody else made.

    Raises
    ------
    RecordsUnusable
        If they do.
    """
    stranger = connection.execute(_STRANGERS, {"records": RECORDS, "salvage": SALVAGE}).fetchone()
    if stranger is not None:
        raise RecordsUnusable(
            f"the records are not trusted: {stranger[0]}, who does not own the database",
            where=RECORDS,
            mend="look at what is there; drop it, or give it to the owner of the database",
        )


def _forbidden(owner: str) -> RecordsUnusable:
    return RecordsUnusable(
        "the role may not read the records of migrations",
        where=RECORDS,
        mend=f"use the role {owner}, or let it grant USAGE on the schema and SELECT on its tables",
    )
