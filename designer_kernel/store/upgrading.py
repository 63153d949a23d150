"""The store's migrations, run by Alembic, one transaction for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.schema import CreateSchema

from designer_kernel.store.base import SCHEMA

_LOCK: Final = 0x5C4E3A
"""Two processes that open a new store at the same time take turns."""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the store to a revision, the newest by default; it is made if there is none.

    The caller commits. The application role is made if it is missing, and gets its rights anew.
    """
    _take_turns(connection)
    connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
    command.upgrade(_config(connection), revision)
    _grant(connection)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the store back to a revision (``base``: nothing is left of it); the caller commits."""
    _take_turns(connection)
    command.downgrade(_config(connection), revision)


def _take_turns(connection: Connection) -> None:
    """Wait for others who do this, and see all rows: row security holds for the owner of the tables as well."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(text("SELECT set_config('designer.scope', 'store', true)"))


def revision_of(connection: Connection) -> str | None:
    """Return the revision that a store is at; nothing if there is no store."""
    context = MigrationContext.configure(
        connection, opts={"version_table_schema": SCHEMA, "version_table": "alembic_version"}
    )
    return context.get_current_revision()


def newest() -> str:
    """Return the revision that this version of the designer works with."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def application(connection: Connection) -> str:
    """Return the role that services act as in this store: one of its own, known by the number of the database.

    So it may nothing in another store of the same server, and a database that is renamed keeps it.
    """
    number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return f"schema_designer_app_{number}"


def is_ready(connection: Connection) -> bool:
    """Whether a store is at the newest revision and has its application role, which a copied database has not."""
    if revision_of(connection) != newest():
        return False
    known = text("SELECT has_schema_privilege(oid, 'designer', 'USAGE') FROM pg_roles WHERE rolname = :role")
    return bool(connection.scalar(known, {"role": application(connection)}))


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


_RIGHTS: Final = """
DO $$
DECLARE
  gate regprocedure;
  other name;
BEGIN
  IF to_regrole('{role}') IS NULL THEN
    CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT {role} TO %I', current_user);
  END IF;
  GRANT USAGE ON SCHEMA designer TO {role};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA designer TO {role};
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA designer TO {role};
  IF to_regclass('designer.audits') IS NOT NULL THEN
    REVOKE UPDATE, DELETE ON designer.audits FROM {role};
  END IF;
  REVOKE INSERT, UPDATE, DELETE ON designer.alembic_version FROM {role};
  IF to_regnamespace('designer_gates') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA designer_gates TO {role};
    FOR gate IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = to_regnamespace('designer_gates') LOOP
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {role}', gate);
    END LOOP;
  END IF;
  FOR other IN
    SELECT DISTINCT r.rolname FROM pg_namespace n, aclexplode(n.nspacl) AS a, pg_roles r
    WHERE n.nspname = 'designer' AND r.oid = a.grantee AND r.rolname ~ '^schema_designer_app' AND r.rolname <> '{role}'
  LOOP -- of the database that this one is a copy of
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA designer FROM %I', other);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA designer FROM %I', other);
    EXECUTE format('REVOKE ALL ON SCHEMA designer FROM %I', other);
  END LOOP;
END $$
"""


def _grant(connection: Connection) -> None:
    """Give the application role rows, but not those of the audit, which it may add to only."""
    connection.execute(text(_RIGHTS.replace("{role}", application(connection))))
