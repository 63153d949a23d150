"""Nothing that one workspace deploys, writes or asks reaches what another has, or the store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.exchange.sql.reading import read_script
from designer_kernel.postgres import connection
from designer_kernel.store.base import Base
from designer_kernel.studio.team import deploying, gates, isolation, rows, stored, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.deadlines import Deadline
from designer_kernel.studio.team.deploying import room_of
from designer_kernel.studio.team.isolation import Room
from designer_kernel.studio.team.refusals import BadInput, NotFound
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit
from tests.designer_kernel.studio.team.conftest import emptied, registered
from tests.designer_kernel.studio.team.rooms import ATTACK, VAULT, deployed, project

STORES = ["store", pytest.param("older_store", marks=pytest.mark.older)]


class Scene:
    """Ada keeps a secret; Mallory owns another workspace, and runs what she likes in a room of it."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.ada, self.mallory = registered(team, "ada"), registered(team, "mallory")
        self.vault = deployed(team, self.ada, VAULT)
        self.attack = deployed(team, self.mallory, ATTACK)
        team.do(self.ada, rows.insert, self.vault, "secrets", [{"id": 1, "word": "swordfish"}])
        self.theirs, self.own = self.room(self.ada, self.vault), self.room(self.mallory, self.attack)
        self.application = str(self.scalar("SELECT current_user"))

    def room(self, actor: Actor, project: UUID) -> Room:
        with self.team.store.transaction() as session:
            return room_of(stored.found(Unit(session, actor), Right.see, project))

    def attempt(self, code: str) -> str:
        """Run SQL in Mallory's room, with all that she can do there, and return what came of it."""
        made = self.team.do(self.mallory, rows.insert, self.attack, "attempts", [{"code": code}])
        return str(made[0].values["outcome"])

    def word(self) -> str:
        return str(self.team.do(self.ada, rows.get, self.vault, "secrets", {"id": 1}).values["word"])

    def scalar(self, sql: str) -> object:
        """Ask the store itself, on the connections that everybody shares."""
        with self.team.store.transaction() as session:
            return session.scalar(text(sql))


@pytest.fixture(scope="module", params=STORES)
def scene(request: pytest.FixtureRequest) -> Scene:
    return Scene(Team(emptied(request.getfixturevalue(request.param))))


def test_code_in_a_room_keeps_the_role_of_its_workspace(scene: Scene) -> None:
    assert scene.attempt("SELECT 1") == f"done as {scene.own.role}"
    for code in (
        "SELECT set_config('role', 'none', true)",
        f"SELECT set_config('role', '{scene.application}', false)",
        f"SET ROLE {scene.theirs.role}",
        f"SET LOCAL ROLE {scene.theirs.role}",
        "RESET ROLE",
        "SET SESSION AUTHORIZATION DEFAULT",
        "RESET SESSION AUTHORIZATION",
        "SELECT set_config('session_authorization', 'postgres', true)",
    ):
        outcome = scene.attempt(code)
        assert outcome.startswith("42501"), (code, outcome)


def test_code_in_a_room_reaches_no_other_and_not_the_gates(scene: Scene) -> None:
    theirs, own = scene.theirs, scene.own
    gate = f"designer_gates.{own.role}(text, text, jsonb, boolean)"
    for code in (
        f"SELECT * FROM {theirs.schema}.secrets",
        f"INSERT INTO {theirs.schema}.secrets VALUES (2, 'x')",
        f"UPDATE {theirs.schema}.secrets SET word = 'x'",
        f"DELETE FROM {theirs.schema}.secrets",
        f"TRUNCATE {theirs.schema}.secrets",
        f"DROP TABLE {theirs.schema}.secrets",
        f"LOCK TABLE {theirs.schema}.secrets",
        f"CREATE TABLE {theirs.schema}.mine (id int)",
        f"CREATE VIEW peek AS SELECT * FROM {theirs.schema}.secrets",
        f"CREATE TABLE child () INHERITS ({theirs.schema}.secrets)",
        f"CREATE TABLE child (id bigint REFERENCES {theirs.schema}.secrets)",
        f"SELECT * FROM designer_gates.{theirs.role}('{theirs.schema}', 'SELECT to_jsonb(1)', NULL, true)",
        f"SELECT * FROM designer_gates.{own.role}('{theirs.schema}', 'SELECT to_jsonb(1)', NULL, true)",
        f"ALTER FUNCTION {gate} SECURITY INVOKER",
        f"CREATE OR REPLACE FUNCTION {gate} RETURNS SETOF jsonb LANGUAGE sql AS 'SELECT NULL::jsonb'",
        f"GRANT EXECUTE ON FUNCTION {gate} TO PUBLIC",
        "CREATE FUNCTION designer_gates.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        f"ALTER SCHEMA {own.schema} RENAME TO mine",
        f"DROP SCHEMA {own.schema} CASCADE",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE EXTENSION dblink",
        f"ALTER ROLE {scene.application} SUPERUSER",
        f"GRANT {theirs.role} TO {own.role}",
        "COPY attempts TO PROGRAM 'true'",
        "COPY attempts TO '/tmp/stolen'",
        "SELECT pg_read_file('/etc/hostname')",
        "SELECT lo_import('/etc/hostname')",
        "ALTER SYSTEM SET work_mem = '64kB'",
    ):
        outcome = scene.attempt(code)
        assert outcome[:5] in {"42501", "25001"}, (code, outcome)  # the last: not within a transaction
    scene.attempt(f"GRANT USAGE ON SCHEMA {own.schema} TO PUBLIC")  # only a warning: it has nothing to give
    has = f"SELECT has_schema_privilege('{theirs.role}', '{own.schema}', 'USAGE')"
    assert scene.scalar(has) is False
    assert scene.word() == "swordfish"


def test_code_in_a_room_touches_no_table_of_the_store(scene: Scene) -> None:
    for table in Base.metadata.sorted_tables:
        for code in (
            f'SELECT FROM designer."{table.name}"',
            f'INSERT INTO designer."{table.name}" DEFAULT VALUES',
            f'UPDATE designer."{table.name}" SET {table.columns.keys()[0]} = NULL',
            f'DELETE FROM designer."{table.name}"',
        ):
            assert scene.attempt(code).startswith("42501"), code


def test_code_in_a_room_leaves_nothing_behind_for_others(scene: Scene) -> None:
    evil = f"{scene.own.schema}.evil"
    scene.attempt(
        f"CREATE FUNCTION {evil}(text) RETURNS text LANGUAGE plpgsql AS"
        " $f$ BEGIN EXECUTE 'RESET ROLE'; RETURN current_user; END $f$"
    )
    scene.attempt(f"CREATE FUNCTION {scene.own.schema}.lower(text) RETURNS text LANGUAGE sql AS 'SELECT {evil}($1)'")
    for code in (
        f"SELECT set_config('search_path', '{scene.own.schema}, pg_catalog', false)",
        "SELECT set_config('statement_timeout', '0', false), set_config('app.left', 'x', false)",
        "DEALLOCATE ALL",
        f"PREPARE _pg3_0 AS SELECT {evil}('a')",
        f"DECLARE held CURSOR WITH HOLD FOR SELECT {evil}('a')",
        "CREATE TEMP TABLE workspaces (id int)",
        "SELECT pg_advisory_lock(4711)",
        "LISTEN anything",
        "SET CONSTRAINTS ALL DEFERRED",
        "SET TRANSACTION READ ONLY",  # the audit is written after it
    ):
        outcome = scene.attempt(code)
        assert outcome.startswith(("done", "0A000")), (code, outcome)
    assert scene.scalar("SELECT current_setting('search_path')") != f"{scene.own.schema}, pg_catalog"
    assert scene.scalar("SELECT current_setting('app.left', true)") in ("", None)
    assert scene.scalar("SELECT current_setting('statement_timeout')") == "30s"
    assert scene.scalar("SELECT count(*) FROM pg_prepared_statements WHERE from_sql") == 0
    assert scene.scalar("SELECT count(*) FROM pg_cursors WHERE name = 'held'") == 0
    assert scene.scalar("SELECT count(*) FROM pg_class WHERE relpersistence = 't'") == 0
    assert scene.scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711") == 0
    assert scene.scalar("SELECT count(*) FROM pg_listening_channels()") == 0
    scene.attempt(
        "CREATE FUNCTION plants() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN"
        f" EXECUTE 'PREPARE _pg3_1 AS SELECT {evil}(''a'')'; RAISE 'over'; END $f$"
    )
    scene.attempt("CREATE VIEW planting AS SELECT plants() AS n")
    with pytest.raises(BadInput, match="over"):
        scene.team.do(scene.mallory, rows.query, scene.attack, "planting")
    assert scene.scalar("SELECT count(*) FROM pg_prepared_statements WHERE from_sql") == 0
    for _ in range(8):  # so often that a driver prepares it
        assert scene.scalar("SELECT lower('A') || current_user") == f"a{scene.application}"


def test_a_trigger_that_waits_never_runs_with_other_rights(scene: Scene) -> None:
    outcomes = []
    for code in (
        "CREATE TABLE seen (who text)",
        """
        CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN
          EXECUTE 'SET CONSTRAINTS ALL DEFERRED'; INSERT INTO seen VALUES (current_user); RETURN NULL;
        END $f$
        """,
        """
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON attempts DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION late()
        """,
        "SELECT 1",
    ):
        try:
            outcomes.append(scene.attempt(code))
        except BadInput as refused:
            outcomes.append(refused.mend)
    assert "not deferrable" in outcomes[2]
    assert scene.attempt("INSERT INTO seen VALUES ('nobody')").startswith("done")
    found = scene.team.do(scene.mallory, rows.query, scene.attack, "seen")
    assert {row.values["who"] for row in found.rows} <= {scene.own.role, "nobody"}


def test_reading_changes_nothing(scene: Scene) -> None:
    scene.attempt(
        "CREATE FUNCTION writes() RETURNS int LANGUAGE plpgsql AS"
        " $f$ BEGIN INSERT INTO attempts (code) VALUES ('SELECT 1'); RETURN 1; END $f$"
    )
    scene.attempt("CREATE VIEW trap AS SELECT writes() AS n")
    with pytest.raises(DesignerError, match="read-only transaction"):
        scene.team.do(scene.mallory, rows.query, scene.attack, "trap")


def test_code_in_a_room_has_only_so_much_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "TIMEOUT", 0.1)
    with pytest.raises(StatementFailed, match="too long"):
        scene.attempt("SELECT set_config('statement_timeout', '0', true), pg_sleep(60)")
    both = [
        {"code": "SELECT set_config('statement_timeout', '0', true)"},
        {"code": "SELECT pg_sleep(3)", "outcome": "a statement of its own, since it has other columns"},
    ]
    with pytest.raises(StatementFailed, match="too long"):
        scene.team.do(scene.mallory, rows.insert, scene.attack, "attempts", both)
    monkeypatch.setattr(isolation, "TIMEOUT", 10.0)
    monkeypatch.setattr(isolation, "WHOLE", 0.0)
    with pytest.raises(StatementFailed, match="too long"):
        scene.attempt("SELECT 1")
    monkeypatch.undo()
    assert scene.attempt("SELECT 1").startswith("done")


def test_code_that_catches_the_interruption_is_ended_all_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "TIMEOUT", 0.1)
    monkeypatch.setattr(isolation, "GRACE", 0.2)
    stubborn = """
        DO $$ BEGIN
          LOOP
            BEGIN
              PERFORM pg_sleep(600);
            EXCEPTION WHEN query_canceled THEN NULL;
            END;
          END LOOP;
        END $$
    """
    with pytest.raises(StatementFailed, match="too long") as refused:
        scene.attempt(stubborn)
    assert refused.value.sqlstate == "57014"
    monkeypatch.undo()
    assert scene.scalar("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%designer_gates%sleep%'") == 0
    assert scene.attempt("SELECT 1").startswith("done")


def test_who_ends_in_time_is_not_ended(scene: Scene) -> None:
    with scene.team.store.transaction() as session:
        connection = isolation.driver(Unit(session, scene.ada))
        with Deadline(session, connection, 0.5) as deadline:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        sleep(0.6)
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not deadline.has_passed


def test_locks_that_code_in_a_room_may_take_are_in_nobodys_way(scene: Scene) -> None:
    taken = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'designer'::regnamespace AND prosrc ~ 'advisory'"
    assert scene.scalar(taken) == 0
    assert scene.attempt("SELECT designer.take_turn('audits')").startswith("42501")
    assert scene.attempt("SELECT designer.end_of_audits()").startswith("42501")
    with psycopg.connect(scene.team.store.url) as holder:
        for key in (0x5C4E3B, 0x5C4E3C, 0x5C4E5E, 0x0F1257, 0x10CA1):  # of a version before
            holder.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        for name in (gates.GATES, scene.own.role):
            holder.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        other = scene.team.do(scene.mallory, workspaces.create, "while it is held").id
        made = project(scene.team, scene.mallory, other, VAULT)
        scene.team.do(scene.mallory, deploying.deploy, made)


def test_a_foreign_key_that_waits_casts_by_nothing_of_a_room(scene: Scene) -> None:
    scene.attempt("CREATE TYPE colour AS ENUM ('red')")
    scene.attempt(
        "CREATE FUNCTION lengthens(colour) RETURNS bigint LANGUAGE plpgsql AS"
        " $f$ BEGIN RETURN length($1::text); END $f$"
    )
    with pytest.raises(BadInput, match="waits"):
        scene.attempt("CREATE CAST (colour AS bigint) WITH FUNCTION lengthens(colour)")


def test_a_connection_that_breaks_in_a_room_is_thrown_away(scene: Scene) -> None:
    ended = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%designer_gates%'"
        " AND state = 'active'"
    )
    with ThreadPoolExecutor(1) as workers:
        waiting = workers.submit(scene.attempt, "SELECT pg_sleep(60)")
        with psycopg.connect(scene.team.store.url, autocommit=True) as admin:
            while not waiting.done() and admin.execute(ended).fetchone() == (0,):
                sleep(0.02)
        with pytest.raises(DesignerError):
            waiting.result()
    assert scene.attempt("SELECT 1").startswith("done")
    assert scene.word() == "swordfish"


def test_names_lead_to_no_other_room(scene: Scene) -> None:
    theirs = scene.theirs.schema
    for name in (
        f"{theirs}.secrets", f'{theirs}"."secrets', "secrets", "pg_class", "designer.users", "attempts; DROP TABLE x",
        'attempts" AS t, pg_authid', "", "a\x00b", "\ud800", "x" * 64, "../secrets", "Attempts", "attempts\u202e",
        "🙂" * 20,
    ):  # fmt: skip
        with pytest.raises(NotFound):
            scene.team.do(scene.mallory, rows.query, scene.attack, name)
        with pytest.raises(NotFound):
            scene.team.do(scene.mallory, rows.insert, scene.attack, name, [{"code": "x"}])
    for case, more in ((rows.query, ()), (rows.tables, None), (rows.get, ({"id": 1},))):
        arguments = () if more is None else ("secrets", *more)
        with pytest.raises(NotFound, match="no project"):
            scene.team.do(scene.mallory, case, scene.vault, *arguments)


def test_a_script_that_is_imported_finds_no_room(scene: Scene) -> None:
    theirs = scene.theirs.schema
    script = f"""
        \\connect {connection.parse(scene.team.store.url)["dbname"]}
        CREATE TABLE good (id int PRIMARY KEY);
        CREATE TABLE loot AS SELECT * FROM {theirs}.secrets;
        CREATE VIEW peek AS SELECT * FROM designer.users;
        SET ROLE {scene.theirs.role};
        DO $$ BEGIN PERFORM set_config('role', 'none', true); EXECUTE 'TRUNCATE {theirs}.secrets'; END $$;
        DROP SCHEMA IF EXISTS {theirs} CASCADE;
    """
    read = read_script(script)
    names = {key.path[-1] for key in read.catalog}
    assert "good" in names
    assert not names & {"loot", "peek"}
    assert scene.word() == "swordfish"


def test_a_design_deploys_into_its_own_room_or_not_at_all(scene: Scene) -> None:
    workspace = scene.team.do(scene.mallory, workspaces.create, "second").id
    theirs = scene.theirs
    for number, more in enumerate((
        f"views: [{{name: peek, query: 'SELECT * FROM {theirs.schema}.secrets'}}]",
        "views: [{name: peek, query: 'SELECT * FROM designer.users'}]",
        f"default_schema: {theirs.schema}\nentities: [{{name: mine, schema_name: public}}]",
        f"entities: [{{name: mine, schema_name: {theirs.schema}}}]",
        f"schemas: [{{name: {theirs.schema}}}]",
        f"roles: [{{name: {theirs.role}}}]",
        "extensions: [{name: dblink}]",
        "materialized_views: [{name: stolen, query: \"SELECT set_config('role', 'none', true)\"}]",
    )):  # fmt: skip
        made = project(scene.team, scene.mallory, workspace, f"format: 1\nname: p{number}\n{more}\n")
        with pytest.raises(DesignerError) as refused:
            scene.team.do(scene.mallory, deploying.deploy, made)
        assert getattr(refused.value, "sqlstate", "42501") == "42501", more
        with scene.team.store.transaction() as session:
            unit = Unit(session, scene.mallory)
            assert not isolation.is_there(unit, Room(workspace, made))
    assert scene.word() == "swordfish"
