"""Projects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    "projects",
    "entities",
    "attributes",
    "relationships",
    "design_objects",
    "changes",
    "schema_versions",
    "migrations",
)


def upgrade() -> None:
    """Make the tables."""
    _projects()
    _items()
    _remembered()


def downgrade() -> None:
    """Drop them."""
    for table in reversed(_TABLES):
        op.drop_table(table, schema="designer")


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        _text("description", ""),
        sa.Column("target_database_type", sa.String(50), server_default="PostgreSQL", nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("state", sa.Uuid(), nullable=False),
        *_definition_and_times(),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["designer.workspaces.id"], name="fk_projects_workspace_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["designer.users.id"], name="fk_projects_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_projects_workspace_id_name"),
        schema="designer",
    )
    _index("projects", "user_id")


def _items() -> None:
    op.create_table(
        "entities",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        _text("description", ""),
        sa.Column("is_abstract", sa.Boolean(), server_default="false", nullable=False),
        *_definition_and_times(),
        *_item_keys("entities"),
        schema="designer",
    )
    op.create_table(
        "attributes",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        _text("description", ""),
        sa.Column("data_type", sa.String(200), nullable=False),
        sa.Column("length", sa.Integer()),
        sa.Column("precision", sa.Integer()),
        sa.Column("scale", sa.Integer()),
        sa.Column("is_nullable", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("is_primary_key", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_unique", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("default_value", sa.String()),
        *_definition_and_times(),
        sa.PrimaryKeyConstraint("project_id", "id", name="pk_attributes"),
        _entity_key("attributes", "entity_id", ondelete="CASCADE"),
        schema="designer",
    )
    _index("attributes", "project_id", "entity_id")
    op.create_table(
        "relationships",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255)),
        _text("description", ""),
        sa.Column("source_entity_id", sa.Uuid(), nullable=False),
        sa.Column("target_entity_id", sa.Uuid(), nullable=False),
        sa.Column("relationship_type", sa.String(50), nullable=False),
        sa.Column("source_cardinality", sa.String(10), nullable=False),
        sa.Column("target_cardinality", sa.String(10), nullable=False),
        sa.Column("on_delete_action", sa.String(50), nullable=False),
        sa.Column("on_update_action", sa.String(50), nullable=False),
        *_definition_and_times(),
        *_item_keys("relationships"),
        _entity_key("relationships", "source_entity_id", deferrable=True, initially="DEFERRED"),
        _entity_key("relationships", "target_entity_id", deferrable=True, initially="DEFERRED"),
        schema="designer",
    )
    _index("relationships", "project_id", "source_entity_id")
    _index("relationships", "project_id", "target_entity_id")
    op.create_table(
        "design_objects",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collection", sa.String(30), nullable=False),
        sa.Column("name", sa.String(255)),
        *_definition_and_times(),
        *_item_keys("design_objects"),
        schema="designer",
    )


def _remembered() -> None:
    op.create_table(
        "changes",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("who", sa.String(255), nullable=False),
        _now("made_at"),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("base_revision", sa.BigInteger()),
        sa.Column("undoes", sa.BigInteger()),
        sa.Column("request", sa.String(255)),
        sa.Column("edit", JSONB()),
        _json("delta"),
        _json("inverse"),
        sa.CheckConstraint("origin IN ('create', 'edit', 'undo', 'restore')", name="ck_changes_origin"),
        _project_key("changes"),
        sa.ForeignKeyConstraint(["user_id"], ["designer.users.id"], name="fk_changes_user_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("project_id", "revision", name="pk_changes"),
        sa.UniqueConstraint("project_id", "user_id", "request", name="uq_changes_project_id_user_id_request"),
        schema="designer",
    )
    _index("changes", "user_id")
    op.create_table(
        "schema_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        _text("message", ""),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("design_hash", sa.String(64), nullable=False),
        sa.Column("catalog_hash", sa.String(64), server_default="", nullable=False),
        _json("definition"),
        _now("created_at"),
        _project_key("schema_versions"),
        sa.PrimaryKeyConstraint("id", name="pk_schema_versions"),
        sa.UniqueConstraint("project_id", "number", name="uq_schema_versions_project_id_number"),
        schema="designer",
    )
    op.create_table(
        "migrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("direction", sa.String(10), server_default="up", nullable=False),
        sa.Column("from_revision", sa.BigInteger()),
        sa.Column("to_revision", sa.BigInteger(), nullable=False),
        sa.Column("plan_hash", sa.String(64), server_default="", nullable=False),
        _json("definition"),
        sa.Column("status", sa.String(20), server_default="running", nullable=False),
        sa.Column("who", sa.String(255), nullable=False),
        _now("started_at"),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("direction IN ('up', 'down')", name="ck_migrations_direction"),
        sa.CheckConstraint("status IN ('running', 'applied', 'failed', 'undone')", name="ck_migrations_status"),
        _project_key("migrations"),
        sa.PrimaryKeyConstraint("id", name="pk_migrations"),
        schema="designer",
    )
    _index("migrations", "project_id", "target", "started_at")


def _text(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, JSONB(), server_default=sa.text("'{}'"), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False)


def _definition_and_times() -> tuple[sa.Column[object], ...]:
    return _json("definition"), _now("created_at"), _now("updated_at")


def _project_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["project_id"], ["designer.projects.id"], name=f"fk_{table}_project_id", ondelete="CASCADE"
    )


def _item_keys(table: str) -> tuple[sa.Constraint, ...]:
    return sa.PrimaryKeyConstraint("project_id", "id", name=f"pk_{table}"), _project_key(table)


def _entity_key(
    table: str,
    column: str,
    *,
    ondelete: str | None = None,
    deferrable: bool | None = None,
    initially: str | None = None,
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["project_id", column],
        ["designer.entities.project_id", "designer.entities.id"],
        name=f"fk_{table}_project_id_{column}",
        ondelete=ondelete,
        deferrable=deferrable,
        initially=initially,
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), schema="designer")
