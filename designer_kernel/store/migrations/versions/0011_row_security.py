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

# each in a query of its own, so that it is asked once for a statement and not once for a row
_ALL = "(SELECT designer.sees_all())"
_OWN = "{} = ANY ((SELECT designer.own_workspaces())::uuid[])"
_PERSON = "{} = (SELECT designer.acting_person())"
_OF_PROJECT = "EXISTS (SELECT FROM designer.projects AS p WHERE p.id = {}.project_id)"

_SEEN = {
    "workspaces": _OWN.format("id"),
    "memberships": f"{_OWN.format('workspace_id')} OR {_PERSON.format('user_id')}",
    "invitations": f"{_OWN.format('workspace_id')} OR {_PERSON.format('user_id')}",
    "projects": _OWN.format("workspace_id"),
    "connections": _OWN.format("workspace_id"),
    "data_keys": _OWN.format("workspace_id"),
    "audits": _OWN.format("workspace_id"),
    "answers": _PERSON.format("user_id"),
    **{
        table: _OF_PROJECT.format(table)
        for table in (
            "entities", "attributes", "relationships", "design_objects", "changes", "schema_versions", "migrations",
            "sample_jobs",
        )
    },
}  # fmt: skip
"""What a transaction sees of each table, if not everything."""

_WRITTEN = {"memberships": _OWN.format("workspace_id"), "invitations": _OWN.format("workspace_id")}
"""Of these tables it may add less than it sees: nobody puts themselves into a workspace."""

_OFFERED = f"""
CREATE POLICY offered ON designer.workspaces FOR SELECT USING (
  EXISTS (SELECT FROM designer.invitations AS i WHERE i.workspace_id = workspaces.id AND {_PERSON.format("i.user_id")})
)
"""
_TOLD = "CREATE POLICY told ON designer.audits FOR INSERT WITH CHECK (true)"


def upgrade() -> None:
    """Make the policies; they hold for the owner of the tables as well."""
    for statement in (*_FUNCTIONS, _END, _CONTINUED):
        op.execute(statement)
    for table, seen in _SEEN.items():
        written = _WRITTEN.get(table, seen)
        op.execute(f"CREATE POLICY own ON designer.{table} USING ({_ALL} OR {seen}) WITH CHECK ({_ALL} OR {written})")
        op.execute(f"ALTER TABLE designer.{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.execute(_OFFERED)
    op.execute(_TOLD)


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP POLICY told ON designer.audits")
    op.execute("DROP POLICY offered ON designer.workspaces")
    for table in _SEEN:
        op.execute(f"ALTER TABLE designer.{table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY own ON designer.{table}")
    for statement in (_END_BEFORE, _CONTINUED_BEFORE):
        op.execute(statement)
    for function in ("begin_as(text, uuid, boolean)", "own_workspaces()", "acting_person()", "sees_all()"):
        op.execute(f"DROP FUNCTION designer.{function}")
