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
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
    command.upgrade(_config(connection), revision)
    _grant(connection)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the store back to a revision (``base``: nothing is left of it); the caller commits."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    command.downgrade(_config(connection), revision)


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


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


_RIGHTS: Final = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'schema_designer_app') THEN
    CREATE ROLE schema_designer_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'schema_designer_app', 'MEMBER') THEN
    EXECUTE format('GRANT schema_designer_app TO %I', current_user);
  END IF;
END $$;
GRANT USAGE ON SCHEMA designer TO schema_designer_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA designer TO schema_designer_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA designer TO schema_designer_app;
DO $$ BEGIN
  IF to_regclass('designer.audits') IS NOT NULL THEN
    REVOKE UPDATE, DELETE ON designer.audits FROM schema_designer_app;
  END IF;
END $$;
REVOKE INSERT, UPDATE, DELETE ON designer.alembic_version FROM schema_designer_app;
"""


def _grant(connection: Connection) -> None:
    """Give the application role rows, but not those of the audit, which it may add to only."""
    connection.execute(text(_RIGHTS))
