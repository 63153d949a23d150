"""Audits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEPT = """
CREATE FUNCTION designer.refuse_to_change_audits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit rows are kept as they are' USING ERRCODE = 'insufficient_privilege';
END $$
"""
_KEPT_TRIGGER = """
CREATE TRIGGER audits_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON designer.audits
FOR EACH STATEMENT EXECUTE FUNCTION designer.refuse_to_change_audits()
"""
_CONTINUED = """
CREATE FUNCTION designer.refuse_to_fork_audits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last record;
BEGIN
  SELECT seq, hash INTO last FROM designer.audits ORDER BY seq DESC LIMIT 1;
  IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.previous_hash <> coalesce(last.hash, repeat('0', 64)) THEN
    RAISE EXCEPTION 'an audit row follows the last one' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""
_CONTINUED_TRIGGER = """
CREATE TRIGGER audits_continue BEFORE INSERT ON designer.audits
FOR EACH ROW EXECUTE FUNCTION designer.refuse_to_fork_audits()
"""

_END = """
CREATE FUNCTION designer.end_of_audits(lock bigint, OUT now timestamptz, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE; -- at the commit they would wait for others' rows, while those wait for this lock
  PERFORM pg_advisory_xact_lock(lock);
  SELECT a.seq, a.hash INTO seq, hash FROM designer.audits AS a ORDER BY a.seq DESC LIMIT 1;
  now := clock_timestamp();
END $$
"""
"""One round trip while others wait. Statements of a volatile function see what was committed before each of them."""


def upgrade() -> None:
    """Make the table, which rows are only added to."""
    op.create_table(
        "audits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("format", sa.SmallInteger(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_audits_seq")),
        sa.PrimaryKeyConstraint("id", name="pk_audits"),
        sa.UniqueConstraint("previous_hash", name="uq_audits_previous_hash"),
        sa.UniqueConstraint("seq", name="uq_audits_seq"),
        schema="designer",
    )
    op.create_index("ix_audits_workspace_id_seq", "audits", ["workspace_id", "seq"], schema="designer")
    for statement in (_KEPT, _KEPT_TRIGGER, _CONTINUED, _CONTINUED_TRIGGER, _END):
        op.execute(statement)


def downgrade() -> None:
    """Drop it with all that was told."""
    op.drop_table("audits", schema="designer")
    op.execute("DROP FUNCTION designer.end_of_audits(bigint)")
    op.execute("DROP FUNCTION designer.refuse_to_change_audits()")
    op.execute("DROP FUNCTION designer.refuse_to_fork_audits()")
