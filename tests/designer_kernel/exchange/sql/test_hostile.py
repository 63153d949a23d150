"""Scripts that mean harm can read no files, reach no superuser, leave nothing behind, and end."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psycopg
import pytest

from designer_kernel.errors import Cancelled, ServerUnavailable
from designer_kernel.exchange.sql import Limits, read_script
from designer_kernel.postgres.shadow import PREFIX, shadow_database

SHORT = Limits(statement_seconds=1, seconds=30, memory=256 << 20, disk=64 << 20)
TABLE = "CREATE TABLE kept (a integer);"


@pytest.fixture(autouse=True)
def nothing_stays(server):
    """Whatever a script does, the server has the same roles, databases and settings afterwards."""
    with shadow_database(server):  # makes the role to which shadows belong
        pass
    before = state(server)
    yield
    assert state(server) == before


def state(server):
    with psycopg.connect(server.url()) as connection:
        return [
            connection.execute(query).fetchall()
            for query in (
                "SELECT rolname, rolsuper, rolcreaterole, rolvaliduntil FROM pg_roles ORDER BY 1",
                "SELECT datname, datdba::regrole::text FROM pg_database ORDER BY 1",
                "SELECT spcname FROM pg_tablespace ORDER BY 1",
                "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members ORDER BY 1, 2",
                "SELECT sourceline, name, setting FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf'",
                "SELECT count(*) FROM pg_prepared_xacts",
                "SELECT setdatabase, setrole::regrole::text, setconfig FROM pg_db_role_setting ORDER BY 1, 2",
            )
        ]


def last(script, limits=SHORT):
    """Read a table, then the attack, then another table; both tables must come to be."""
    reading = read_script(f"{TABLE}\n{script};\nCREATE TABLE kept_too (b integer);", limits=limits)
    names = {key.path[-1] for key in reading.catalog if key.kind == "relation"}
    assert {"kept", "kept_too"} <= names
    return reading, reading.outcomes[1]


@pytest.mark.parametrize(
    "attack",
    [
        "COPY kept FROM PROGRAM 'touch /tmp/designer_pwned'",
        "COPY (SELECT 1) TO '/tmp/designer_pwned'",
        "COPY kept FROM '/etc/passwd'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_read_binary_file('/etc/passwd')",
        "SELECT pg_ls_dir('/')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT pg_reload_conf()",
        "CREATE TABLE stolen AS SELECT pg_read_file('/etc/passwd') AS t WITH DATA",
        "SELECT pg_read_file('/etc/passwd') AS t INTO stolen",
        "CREATE MATERIALIZED VIEW stolen AS SELECT pg_read_file('/etc/passwd') AS t",
        "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch /tmp/designer_pwned'''; END $$",
        "DO $$ BEGIN PERFORM pg_read_file('/etc/passwd'); END $$",
        "LOAD '/tmp/evil.so'",
        "CREATE FUNCTION evil() RETURNS int LANGUAGE c AS '/tmp/evil.so', 'evil'",
        "CREATE FUNCTION evil() RETURNS int LANGUAGE internal AS 'pg_terminate_backend'",
        "CREATE FUNCTION evil() RETURNS int LANGUAGE plpython3u AS 'pass'",
        "CREATE EXTENSION plpython3u",
        "CREATE EXTENSION adminpack",
        "CREATE EXTENSION pageinspect",
        "ALTER SYSTEM SET archive_command = 'touch /tmp/designer_pwned'",
        "SET SESSION AUTHORIZATION postgres",
        "SET ROLE postgres",
        "DO $$ BEGIN EXECUTE 'SET SESSION AUTHORIZATION postgres'; END $$",
        "DO $$ BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXECUTE 'SET ROLE postgres'; END $$",
        "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SUPERUSER', current_user); END $$",
        "DO $$ BEGIN EXECUTE format('GRANT postgres TO %I', current_user); END $$",
        "DO $$ BEGIN EXECUTE format('GRANT pg_execute_server_program TO %I', current_user); END $$",
        "DO $$ BEGIN EXECUTE format('GRANT pg_read_server_files TO %I', current_user); END $$",
        "DO $$ BEGIN EXECUTE 'GRANT designer_shadow TO ' || quote_ident(current_user); END $$",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE designer_shadow SUPERUSER'; END $$",
        "CREATE TABLESPACE t LOCATION '/tmp'",
        "CREATE DATABASE pwned",
        "DROP DATABASE postgres",
        "ALTER DATABASE postgres SET search_path = 'x'",
        "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 password=x' PUBLICATION p WITH (connect = false)",
        "PREPARE TRANSACTION 'left_behind'",
        "DO $$ BEGIN COMMIT; END $$",
        "DO $$ BEGIN CREATE ROLE pwned_role SUPERUSER; COMMIT; END $$",
        "CREATE ROLE pwned_role SUPERUSER LOGIN PASSWORD 'x'",
        "DO $$ BEGIN CREATE ROLE pwned_role; END $$",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
        "SELECT set_config('temp_file_limit', '-1', false)",
        "SELECT pg_advisory_lock(1)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT query_to_xml('ALTER ROLE postgres PASSWORD ''x''', true, true, '')",
        "SECURITY LABEL ON ROLE postgres IS 'x'",
        "COMMIT",
        "ROLLBACK AND CHAIN",
        "END",
        "ABORT",
    ],
)
def test_attack_does_nothing(server, attack):
    reading, _ = last(attack)
    assert not any("root:" in repr(fact) for fact in reading.catalog.values())
    assert not Path("/tmp/designer_pwned").exists()


def test_what_a_superuser_alone_may_do_fails_or_is_skipped():
    for attack, state in [
        ("SELECT pg_read_file('/etc/passwd')", "failed"),
        ("SELECT lo_import('/etc/passwd')", "failed"),
        ("COPY kept FROM PROGRAM 'id'", "skipped"),
        ("LOAD 'x'", "skipped"),
        ("SET ROLE postgres", "skipped"),
        ("ALTER SYSTEM SET work_mem = '1GB'", "skipped"),
        ("DO $$ BEGIN EXECUTE 'SET ROLE postgres'; END $$", "failed"),
        ("DO $$ BEGIN COMMIT; END $$", "failed"),
    ]:
        assert last(attack)[1].state == state, attack


def test_role_of_a_script_is_powerless():
    script = """
        CREATE TABLE who AS SELECT 1 AS a;
        DO $$ DECLARE r record; BEGIN
            SELECT * INTO r FROM pg_roles WHERE rolname = session_user;
            IF r.rolsuper OR r.rolreplication OR r.rolbypassrls OR r.rolcreatedb THEN RAISE 'strong'; END IF;
            IF EXISTS (SELECT FROM pg_roles o WHERE o.rolname <> session_user AND o.rolname NOT LIKE 'dr%'
                       AND o.rolname <> 'pg_database_owner' AND pg_has_role(session_user, o.oid, 'MEMBER')) THEN
                RAISE 'is a member';
            END IF;
        END $$;
    """
    assert read_script(script).failed == ()


@pytest.mark.parametrize("extension", ["dblink", "postgres_fdw"])
def test_nothing_connects_out_of_the_shadow(server, extension):
    host = server.url().split("host=")[1].split("&")[0].replace("%2F", "/")
    calls = {
        "dblink": f"SELECT * FROM dblink('host={host} user=postgres password=x', 'SELECT 1') AS t(a int)",
        "postgres_fdw": f"""
            CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{host}', dbname 'postgres');
            CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (user 'postgres', password 'secret-canary');
            CREATE FOREIGN TABLE f (rolname name) SERVER s OPTIONS (schema_name 'pg_catalog', table_name 'pg_roles');
            CREATE MATERIALIZED VIEW stolen AS SELECT * FROM f""",
    }
    reading = read_script(f"CREATE EXTENSION {extension};\n{calls[extension]};", limits=SHORT)
    assert reading.outcomes[0].state == "ran"
    assert reading.outcomes[-1].state == "failed"
    wanted = "permission denied" if extension == "dblink" else "has no handler"
    assert wanted in reading.outcomes[-1].message
    assert not any("secret-canary" in repr(fact) for fact in reading.catalog.values())


def test_foreign_tables_over_files_are_read_as_definitions_only():
    reading = read_script(
        """
        CREATE EXTENSION file_fdw;
        CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
        CREATE FOREIGN TABLE passwd (line text) SERVER files OPTIONS (filename '/etc/passwd', format 'text');
        CREATE MATERIALIZED VIEW stolen AS SELECT line FROM passwd;
        """,
        limits=SHORT,
    )
    assert [outcome.state for outcome in reading.outcomes] == ["ran", "ran", "ran", "failed"]
    assert "has no handler" in reading.outcomes[-1].message


@pytest.mark.parametrize(
    "bomb",
    [
        "DO $$ BEGIN LOOP NULL; END LOOP; END $$",
        "SELECT pg_sleep(1000)",
        "SELECT count(*) FROM generate_series(1, 1000000000000)",
        "SELECT g, repeat('x', 1000) FROM generate_series(1, 1000000000) g",
        "CREATE MATERIALIZED VIEW bomb AS SELECT g FROM generate_series(1, 1000000000000) g",
        "SET statement_timeout = 0; DO $$ BEGIN LOOP NULL; END LOOP; END $$",
        "SELECT set_config('statement_timeout', '0', false); SELECT pg_sleep(1000)",
        "DO $$ BEGIN SET statement_timeout = 0; PERFORM pg_sleep(1000); END $$",
        "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(100); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$",
        "DO $$ DECLARE a text[]; BEGIN LOOP a := a || repeat(md5(random()::text), 1000000); END LOOP; END $$",
        "DO $$ BEGIN LOOP INSERT INTO kept SELECT generate_series(1, 100000); END LOOP; END $$",
        "SELECT string_agg(repeat('x', 1000000), '') FROM generate_series(1, 1000000)",
        "DO $$ BEGIN LOOP RAISE NOTICE '%', repeat('x', 10000); END LOOP; END $$",
    ],
)
def test_what_never_ends_is_ended(bomb):
    begin = time.monotonic()
    reading, _ = last(bomb)
    assert time.monotonic() - begin < 20
    assert len(reading.failed) == 1
    assert reading.failed[0].sqlstate in {"57014", "54000", "53400", "53200", "57P01"}
    assert reading.failed[0].mends[-1].is_last_resort


def test_the_server_s_process_may_be_killed_by_a_statement_and_the_rest_is_read():
    _, outcome = last("SELECT pg_terminate_backend(pg_backend_pid())")
    assert outcome.state == "failed"
    assert "ended the server's process" in outcome.message


def test_time_for_all_is_limited():
    with pytest.raises(Cancelled, match="longer than"):
        read_script("SELECT pg_sleep(0.7);" * 20, limits=Limits(statement_seconds=5, seconds=2))


def test_cancel_from_another_thread(server):
    cancel = threading.Event()
    threading.Timer(0.5, cancel.set).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        read_script("SELECT pg_sleep(100);", cancel=cancel)
    assert time.monotonic() - begin < 10
    with psycopg.connect(server.url()) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
    assert left == []


def test_roles_of_scripts_do_not_meet_those_of_the_server(server):
    """Two scripts that make the same role do not wait for each other, and no role of the server is taken for theirs."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("CREATE ROLE script_taken NOLOGIN")
        admin.execute("BEGIN")
        admin.execute("CREATE ROLE script_busy")  # another session makes it at this moment
        try:
            reading = read_script(
                "CREATE ROLE script_busy; CREATE ROLE script_taken; CREATE TABLE t (a int);"
                "GRANT SELECT ON t TO script_busy, script_taken;",
                limits=SHORT,
            )
        finally:
            admin.execute("ROLLBACK")
            admin.execute("DROP ROLE script_taken")
    assert reading.failed == ()
    assert {key.path[0] for key in reading.catalog if key.kind == "role"} == {"script_busy", "script_taken"}


def test_without_a_superuser_nothing_runs_with_the_rights_of_whoever_asks(server):
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("CREATE ROLE zq LOGIN CREATEDB")
    try:
        with pytest.raises(ServerUnavailable, match="a role of its own") as caught:
            read_script("CREATE TABLE zqa (a int)", server=server.url().replace("postgres@", "zq@", 1))
        assert "embedded" in caught.value.mend
    finally:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute("DROP ROLE zq")
