"""Invitations, and codes for a new password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("inviter_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'admin', 'editor', 'viewer')", name=op.f("ck_invitations_role")),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["designer.users.id"], name="fk_invitations_inviter_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["designer.users.id"], name="fk_invitations_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["designer.workspaces.id"], name="fk_invitations_workspace_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("workspace_id", "user_id", name="uq_invitations_workspace_id_user_id"),
        schema="designer",
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"], schema="designer")
    op.create_table(
        "reset_codes",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("giver_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=_NOW, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["giver_id"], ["designer.users.id"], name="fk_reset_codes_giver_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["designer.users.id"], name="fk_reset_codes_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_reset_codes"),
        schema="designer",
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("reset_codes", "invitations"):
        op.drop_table(table, schema="designer")
