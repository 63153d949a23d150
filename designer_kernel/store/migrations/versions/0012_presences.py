"""Who is looking at a project just now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SECURED = """
CREATE POLICY own ON designer.presences USING ((SELECT designer.sees_all())
  OR EXISTS (SELECT FROM designer.projects AS p WHERE p.id = presences.project_id));
ALTER TABLE designer.presences ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY
"""


def upgrade() -> None:
    """Make the table: unlogged, since what is in it is of some seconds only."""
    op.create_table(
        "presences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("who", sa.String(255), nullable=False),
        sa.Column("chosen", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["designer.projects.id"], name="fk_presences_project_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["designer.users.id"], name="fk_presences_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_presences"),
        schema="designer",
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_presences_project_id", "presences", ["project_id"], schema="designer")
    op.create_index("ix_presences_user_id", "presences", ["user_id"], schema="designer")
    op.execute(_SECURED)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("presences", schema="designer")
