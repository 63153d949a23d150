"""How Alembic runs the store's migrations: over the connection that `upgrading` gives it."""

from __future__ import annotations

from alembic import context

from designer_kernel.store import tables  # noqa: F401 - so that all tables are known
from designer_kernel.store.base import SCHEMA, Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    version_table="alembic_version",
    version_table_schema=SCHEMA,
    include_schemas=True,
    include_name=lambda name, kind, parents: kind != "schema" or name == SCHEMA,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
