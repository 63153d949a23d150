"""Row security: a transaction sees the workspaces of whose it is."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_FUNCTIONS = (
    """
    CREATE FUNCTION designer.sees_all() RETURNS boolean LANGUAGE sql STABLE AS $$
      SELECT coalesce(pg_catalog.current_setting('designer.scope', true) = 'store', false)
    $$
    """,
    """
    CREATE FUNCTION designer.acting_person() RETURNS uuid LANGUAGE sql STABLE AS $$
      SELECT nullif(pg_catalog.current_setting('designer.person', true), '')::pg_catalog.uuid
    $$
    """,
    """
    CREATE FUNCTION designer.own_workspaces() RETURNS uuid[] LANGUAGE sql STABLE AS $$
      SELECT nullif(pg_catalog.current_setting('designer.workspaces', true), '')::pg_catalog.uuid[]
    $$
    """,
    """
    CREATE FUNCTION designer.begin_as(role text, person uuid, whole boolean) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE
      own text := '{}';
    BEGIN
      PERFORM pg_catalog.set_config('role', role, true);
      PERFORM pg_catalog.set_config('designer.scope', CASE WHEN whole THEN 'store' ELSE '' END, true);
      PERFORM pg_catalog.set_config('designer.person', coalesce(person::text, ''), true);
      IF person IS NOT NULL THEN
        SELECT coalesce(pg_catalog.array_agg(m.workspace_id), '{}')::text INTO own
        FROM designer.memberships AS m WHERE m.user_id = person;
      END IF;
      PERFORM pg_catalog.set_config('designer.workspaces', own, true);
      RETURN own;
    END $$
    """,
)

_END = """
CREATE OR REPLACE FUNCTION designer.end_of_audits(OUT now timestamptz, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql AS $$
DECLARE
  scope text := coalesce(current_setting('designer.scope', true), '');
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE; -- at the commit they would wait for others' rows, while those wait for this turn
  PERFORM designer.take_turn('audits');
  PERFORM set_config('designer.scope', 'store', true); -- the last row may be anybody's
  SELECT a.seq, a.hash INTO seq, hash FROM designer.audits AS a ORDER BY a.seq DESC LIMIT 1;
  PERFORM set_config('designer.scope', scope, true);
  now := clock_timestamp();
END $$
"""
_CONTINUED = """
CREATE OR REPLACE FUNCTION designer.refuse_to_fork_audits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last record;
  scope text := coalesce(current_setting('designer.scope', true), '');
BEGIN
  PERFORM set_config('designer.scope', 'store', true);
  SELECT seq, hash INTO last FROM designer.audits ORDER BY seq DESC LIMIT 1;
  PERFORM set_config('designer.scope', scope, true);
  IF NEW.seq <> coalesce(last.seq, 0) + 1 OR NEW.previous_hash <> coalesce(last.hash, repeat('0', 64)) THEN
    RAISE EXCEPTION 'an audit row follows the last one' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$
"""
_END_BEFORE = """
CREATE OR REPLACE FUNCTION designer.end_of_audits(OUT now timestamptz, OUT seq bigint, OUT hash text)
LANGUAGE plpgsql AS $$
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  PERFORM designer.take_turn('audits');
  SELECT a.seq, a.hash INTO seq, hash FROM designer.audits AS a ORDER BY a.seq DESC LIMIT 1;
  now := clock_timestamp();
END $$
"""
_CONTINUED_BEFORE = """
CREATE OR REPLACE FUNCTION designer.refuse_to_fork_audits() RETURNS trigger LANGUAGE plpgsql AS $$
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

_POLICIES = """
DO $$
DECLARE
  t text;
BEGIN
  -- settings are asked in queries of their own: once for a statement, and not once for a row
  CREATE POLICY own ON designer.workspaces
    USING ((SELECT designer.sees_all()) OR id = ANY ((SELECT designer.own_workspaces())::uuid[]));
  CREATE POLICY offered ON designer.workspaces FOR SELECT
    USING (EXISTS (SELECT FROM designer.invitations AS i
                   WHERE i.workspace_id = workspaces.id AND i.user_id = (SELECT designer.acting_person())));
  CREATE POLICY own ON designer.answers
    USING ((SELECT designer.sees_all()) OR user_id = (SELECT designer.acting_person()));
  FOREACH t IN ARRAY ARRAY['memberships', 'invitations'] LOOP -- nobody puts themselves into a workspace
    EXECUTE format(
      'CREATE POLICY own ON designer.%I'
      ' USING ((SELECT designer.sees_all()) OR workspace_id = ANY ((SELECT designer.own_workspaces())::uuid[])'
      '   OR user_id = (SELECT designer.acting_person()))'
      ' WITH CHECK ((SELECT designer.sees_all()) OR workspace_id = ANY ((SELECT designer.own_workspaces())::uuid[]))', t
    );
  END LOOP;
  FOREACH t IN ARRAY ARRAY['projects', 'connections', 'data_keys', 'audits'] LOOP
    EXECUTE format(
      'CREATE POLICY own ON designer.%I'
      ' USING ((SELECT designer.sees_all()) OR workspace_id = ANY ((SELECT designer.own_workspaces())::uuid[]))', t
    );
  END LOOP;
  CREATE POLICY told ON designer.audits FOR INSERT WITH CHECK (true);
  FOREACH t IN ARRAY ARRAY[
    'entities', 'attributes', 'relationships', 'design_objects', 'changes', 'schema_versions', 'migrations',
    'sample_jobs'
  ] LOOP
    EXECUTE format(
      'CREATE POLICY own ON designer.%I USING ((SELECT designer.sees_all())'
      ' OR EXISTS (SELECT FROM designer.projects AS p WHERE p.id = %I.project_id))', t, t
    );
  END LOOP;
  FOR t IN SELECT tablename FROM pg_policies WHERE schemaname = 'designer' AND policyname = 'own' LOOP
    EXECUTE format('ALTER TABLE designer.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
  END LOOP;
END $$
"""

_NO_POLICIES = """
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'designer' LOOP
    EXECUTE format('DROP POLICY %I ON designer.%I', found.policyname, found.tablename);
    EXECUTE format('ALTER TABLE designer.%I DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', found.tablename);
  END LOOP;
  DROP FUNCTION designer.begin_as(text, uuid, boolean);
  DROP FUNCTION designer.own_workspaces();
  DROP FUNCTION designer.acting_person();
  DROP FUNCTION designer.sees_all();
END $$
"""


def upgrade() -> None:
    """Make the policies; they hold for the owner of the tables as well."""
    for statement in (*_FUNCTIONS, _END, _CONTINUED, _POLICIES):
        op.execute(statement)


def downgrade() -> None:
    """Take them away."""
    for statement in (_END_BEFORE, _CONTINUED_BEFORE, _NO_POLICIES):
        op.execute(statement)
