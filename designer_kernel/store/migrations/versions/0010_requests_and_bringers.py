"""What was sent under a request, for versions too, and who brought versions from elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("changes", sa.Column("request_digest", sa.String(64)), schema="designer")
    op.add_column(
        "schema_versions",
        sa.Column("brought_by", sa.String(255), server_default=sa.text("''"), nullable=False),
        schema="designer",
    )
    op.add_column("schema_versions", sa.Column("request", sa.String(64)), schema="designer")
    op.create_unique_constraint(
        "uq_schema_versions_project_id_request", "schema_versions", ["project_id", "request"], schema="designer"
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_constraint("uq_schema_versions_project_id_request", "schema_versions", schema="designer")
    op.drop_column("schema_versions", "request", schema="designer")
    op.drop_column("schema_versions", "brought_by", schema="designer")
    op.drop_column("changes", "request_digest", schema="designer")
