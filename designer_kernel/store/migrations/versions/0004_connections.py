"""Connections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "data_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("master_key_id", sa.String(255), nullable=False),
        sa.Column("state", sa.String(20), server_default="active", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.CheckConstraint("state IN ('active', 'retiring')", name="ck_data_keys_state"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["designer.workspaces.id"], name="fk_data_keys_workspace_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_data_keys"),
        schema="designer",
    )
    op.create_index("ix_data_keys_workspace_id", "data_keys", ["workspace_id"], schema="designer")
    op.create_index(
        "uq_data_keys_active",
        "data_keys",
        ["workspace_id"],
        unique=True,
        schema="designer",
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "connections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("db_type", sa.String(20), server_default="postgres", nullable=False),
        sa.Column("connection_uri", sa.LargeBinary(), nullable=True),
        sa.Column("mode", sa.String(20), server_default="read-only", nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.CheckConstraint("db_type IN ('postgres', 'mysql', 'mssql', 'mongodb')", name="ck_connections_db_type"),
        sa.CheckConstraint("mode IN ('read-only', 'read-write')", name="ck_connections_mode"),
        sa.CheckConstraint("(connection_uri IS NULL) = (key_id IS NULL)", name="ck_connections_sealed"),
        sa.ForeignKeyConstraint(["key_id"], ["designer.data_keys.id"], name="fk_connections_key_id"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["designer.users.id"], name="fk_connections_person_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["designer.workspaces.id"], name="fk_connections_workspace_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_connections"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_connections_workspace_id_name"),
        schema="designer",
    )
    op.create_index("ix_connections_key_id", "connections", ["key_id"], schema="designer")
    op.create_index("ix_connections_person_id", "connections", ["person_id"], schema="designer")


def downgrade() -> None:
    """Drop them; the secrets go with them."""
    for table in ("connections", "data_keys"):
        op.drop_table(table, schema="designer")
