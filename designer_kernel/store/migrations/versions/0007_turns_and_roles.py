"""Turns that only the store can take, and an application role for each store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TAKE = """
CREATE FUNCTION designer.take_turn(wanted text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM designer.turns AS t WHERE t.name = wanted FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO designer.turns (name) VALUES (wanted) ON CONFLICT DO NOTHING; -- waits for who adds the same just now
    PERFORM 1 FROM designer.turns AS t WHERE t.name = wanted FOR UPDATE;
  END IF;
END $$
"""
_END = """
CREATE FUNCTION designer.end_of_audits(OUT now timestamptz, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE; -- at the commit they would wait for others' rows, while those wait for this turn
  PERFORM designer.take_turn('audits');
  SELECT a.seq, a.hash INTO seq, hash FROM designer.audits AS a ORDER BY a.seq DESC LIMIT 1;
  now := clock_timestamp();
END $$
"""
"""One round trip while others wait. Statements of a volatile function see what was committed before each of them."""

_END_BEFORE = """
CREATE FUNCTION designer.end_of_audits(lock bigint, OUT now timestamptz, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  PERFORM pg_advisory_xact_lock(lock);
  SELECT a.seq, a.hash INTO seq, hash FROM designer.audits AS a ORDER BY a.seq DESC LIMIT 1;
  now := clock_timestamp();
END $$
"""

_TAKE_FROM_ALL_STORES = """
DO $$
DECLARE
  gate regprocedure;
BEGIN
  IF to_regrole('schema_designer_app') IS NULL THEN
    RETURN;
  END IF;
  REVOKE ALL ON ALL TABLES IN SCHEMA designer FROM schema_designer_app;
  REVOKE ALL ON ALL SEQUENCES IN SCHEMA designer FROM schema_designer_app;
  REVOKE ALL ON SCHEMA designer FROM schema_designer_app;
  IF to_regnamespace('designer_gates') IS NOT NULL THEN
    REVOKE ALL ON SCHEMA designer_gates FROM schema_designer_app;
    FOR gate IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = to_regnamespace('designer_gates') LOOP
      EXECUTE format('REVOKE ALL ON FUNCTION %s FROM schema_designer_app', gate);
    END LOOP;
  END IF;
  BEGIN
    DROP ROLE schema_designer_app;
  EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege OR object_in_use THEN
    NULL; -- other stores of this server still work as it, or it is not ours to drop
  END;
END $$
"""
"""One role for all stores of a server could do in each what it could do in any."""

_GIVE_TO_ALL_STORES = """
DO $$
DECLARE
  gate regprocedure;
  own name := 'schema_designer_app_' || (SELECT oid FROM pg_database WHERE datname = current_database());
BEGIN
  IF to_regrole('schema_designer_app') IS NULL THEN
    CREATE ROLE schema_designer_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT schema_designer_app TO %I', current_user);
  END IF;
  GRANT USAGE ON SCHEMA designer TO schema_designer_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA designer TO schema_designer_app;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA designer TO schema_designer_app;
  REVOKE UPDATE, DELETE ON designer.audits FROM schema_designer_app;
  REVOKE INSERT, UPDATE, DELETE ON designer.alembic_version FROM schema_designer_app;
  IF to_regnamespace('designer_gates') IS NOT NULL THEN
    GRANT USAGE ON SCHEMA designer_gates TO schema_designer_app;
    FOR gate IN SELECT p.oid FROM pg_proc p WHERE p.pronamespace = to_regnamespace('designer_gates') LOOP
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO schema_designer_app', gate);
    END LOOP;
  END IF;
  IF to_regrole(own::text) IS NOT NULL THEN
    EXECUTE format('DROP OWNED BY %I', own);
    EXECUTE format('DROP ROLE %I', own);
  END IF;
END $$
"""


def upgrade() -> None:
    """Make the turns; the rights of the role of before go, those of the new one come with every upgrade."""
    op.create_table(
        "turns",
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_turns"),
        schema="designer",
    )
    op.execute("DROP FUNCTION designer.end_of_audits(bigint)")
    for statement in (_TAKE, _END, _TAKE_FROM_ALL_STORES):
        op.execute(statement)


def downgrade() -> None:
    """Go back to locks that anybody can take, and to one role for all stores."""
    op.execute("DROP FUNCTION designer.end_of_audits()")
    op.execute("DROP FUNCTION designer.take_turn(text)")
    op.drop_table("turns", schema="designer")
    for statement in (_END_BEFORE, _GIVE_TO_ALL_STORES):
        op.execute(statement)
