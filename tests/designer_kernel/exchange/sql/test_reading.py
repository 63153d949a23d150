"""What scripts mean: order, skipped statements, dumps, notes."""

from __future__ import annotations

import random
import subprocess

import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import DocumentError, UnknownObject
from designer_kernel.exchange.database import import_database, read_database
from designer_kernel.exchange.sql import Limits, import_sql, read_file, read_script
from designer_kernel.postgres import cluster
from designer_kernel.postgres.introspect import introspect


def states(script, **options):
    return [outcome.state for outcome in read_script(script, **options).outcomes]


def relations(reading):
    return {".".join(key.path) for key in reading.catalog if key.kind == "relation"}


def test_nothing_of_the_shadow_is_read(server):
    reading = read_script("-- nothing", server=server)
    assert len(reading.catalog) == 0
    assert reading.outcomes == ()


def test_statements_in_any_order(server):
    statements = [
        "CREATE SCHEMA s", "CREATE TYPE s.mood AS ENUM ('fine')", "CREATE TABLE s.a (id int PRIMARY KEY, m s.mood)",
        "CREATE TABLE s.b (id int PRIMARY KEY, a int REFERENCES s.a (id))", "CREATE VIEW s.v AS SELECT * FROM s.b",
        "CREATE INDEX b_a ON s.b (a)", "COMMENT ON VIEW s.v IS 'x'", "ALTER TABLE s.a ADD COLUMN c text",
        "CREATE VIEW s.w AS SELECT c FROM s.a", "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE TABLE s.d (x int DEFAULT s.f())", "GRANT SELECT ON s.v TO PUBLIC",
    ]  # fmt: skip
    meant = read_script(";\n".join(statements), server=server)
    assert meant.counts == {"ran": len(statements)}
    for seed in range(5):
        random.Random(seed).shuffle(statements)
        found = read_script(";\n".join(statements), server=server)
        assert found.failed == ()
        assert differences(meant.catalog, found.catalog) == []
        again = read_script(found.script(), server=server)
        assert again.counts == {"ran": len(statements)}


def test_a_thousand_statements_backwards_take_no_thousand_rounds(server):
    script = ";\n".join(f"CREATE VIEW v{i} AS SELECT * FROM v{i - 1}" for i in range(300, 0, -1))
    reading = read_script(f"{script};\nCREATE VIEW v0 AS SELECT 1 AS a;", server=server)
    assert reading.counts == {"ran after retry": 300, "ran": 1}


def test_dropping_what_is_not_there_yet_is_not_tried_again(server):
    reading = read_script("DROP TABLE t; DROP TABLE IF EXISTS t; CREATE TABLE t (a int);", server=server)
    assert [outcome.state for outcome in reading.outcomes] == ["skipped", "ran", "ran"]
    assert relations(reading) == {"public.t"}


def test_rollback_of_the_script_counts(server):
    script = """
        BEGIN; CREATE TABLE kept (a int); COMMIT;
        BEGIN; CREATE TABLE gone (a int); ROLLBACK;
        BEGIN; CREATE TABLE too (a int); SAVEPOINT s; CREATE TABLE not_this (a int); ROLLBACK TO s; COMMIT;
    """
    assert relations(read_script(script, server=server)) == {"public.kept", "public.too"}


def test_search_path_holds_where_it_stands(server):
    script = """
        CREATE SCHEMA one; CREATE SCHEMA two;
        SET search_path = one; CREATE VIEW v AS SELECT * FROM two.t;
        SET search_path = two; CREATE TABLE t (a int);
        SELECT pg_catalog.set_config('search_path', '', false);
        CREATE TABLE nowhere (a int);
    """
    reading = read_script(script, server=server)
    assert relations(reading) == {"one.v", "two.t"}
    assert "no schema has been selected" in reading.failed[0].message


def test_settings_that_fail_do_not_take_the_rest_with_them(server):
    assert states("SET default_table_access_method = nothing; CREATE TABLE t (a int);") == ["failed", "ran"]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("VACUUM t", "housekeeping"), ("CREATE DATABASE x", "into one"), ("ALTER TABLE t OWNER TO x", "owners"),
        ("ALTER SYSTEM SET work_mem = 1", "server"), ("SET statement_timeout = 0", "session"),
        ("INSERT INTO t VALUES (1)", "data"), ("SELECT setval('s', 3)", "data"), ("SELECT 1", "only reads"),
        ("\\i other.sql", "not read"), ("\\! rm -rf /", "no shell"), ("\\connect x", "how to work"),
        ("ALTER ROLE x LOGIN", "names"), ("TRUNCATE t", "data"), ("BEGIN", "one transaction"),
        ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", "data"), ("LOAD 'x'", "library"),
    ],
)  # fmt: skip
def test_what_defines_nothing_is_skipped_with_a_reason(statement, why):
    reading = read_script(f"CREATE TABLE t (a int); \n{statement}\n")
    assert reading.outcomes[1].state == "skipped"
    assert why in reading.outcomes[1].message


def test_data_is_counted_by_table(server):
    script = (
        "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2); INSERT INTO public.u SELECT 1;\n"
        "COPY t FROM stdin;\n1\n2\n3\n\\.\n"
    )
    reading = read_script(script, server=server)
    assert reading.data == {"t": 5, "public.u": 0}
    assert reading.notes == ("5 rows of 2 tables were skipped: only definitions are read",)


def test_concurrently_is_left_out_and_said(server):
    reading = read_script("CREATE TABLE t (a int); CREATE INDEX CONCURRENTLY i ON t (a);", server=server)
    assert "without CONCURRENTLY" in reading.outcomes[1].message
    assert reading.failed == ()


def test_if_not_exists_that_hides_another_definition_is_said(server):
    reading = read_script("CREATE TABLE t (a int); CREATE TABLE IF NOT EXISTS t (b text);", server=server)
    assert reading.outcomes[1].state == "skipped"
    assert "may differ" in reading.outcomes[1].message


def test_position_of_an_error_is_that_in_the_script(server):
    reading = read_script("CREATE TABLE t (a int);\n\nCREATE VIEW v AS\n  SELECT wrong FROM t;", server=server)
    assert reading.failed[0].position == (4, 10)
    assert reading.failed[0].where == "4:10"


def test_secrets_of_user_mappings_are_not_read(server):
    reading = read_script(
        "CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;"
        "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'me', password 'canary-17');",
        server=server,
    )
    assert reading.failed == ()
    assert "canary" not in repr(reading.catalog.values())


DUMPED = """
    CREATE SCHEMA app; COMMENT ON SCHEMA app IS 'the application''s';
    CREATE EXTENSION hstore; CREATE EXTENSION pg_stat_statements SCHEMA app;
    CREATE TYPE app.mood AS ENUM ('fine', 'tired');
    CREATE TABLE app.people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood app.mood, tags hstore);
    CREATE TABLE app.events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END; $$;
    CREATE TRIGGER t BEFORE INSERT ON app.people FOR EACH ROW EXECUTE FUNCTION app.f();
    CREATE VIEW app.v AS SELECT id FROM app.people;
    ALTER TABLE app.people ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON app.people TO dump_reader USING (id > 0);
    GRANT SELECT ON app.v TO dump_reader; GRANT USAGE ON SCHEMA app TO dump_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO dump_reader;
    INSERT INTO app.people (mood) VALUES ('fine'), ('tired');
"""


@pytest.fixture
def dumped(server, database_url):
    """A database, the catalog of it, and its dump with data."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE dump_reader")
        connection.execute(DUMPED.encode())
        connection.autocommit = False
        catalog = introspect(connection)
    done = subprocess.run(
        [cluster.binaries() / "pg_dump", "-d", database_url],
        capture_output=True, encoding="utf-8", env=cluster.environment(), check=True,
    )  # fmt: skip
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY dump_reader; DROP ROLE dump_reader")
    return catalog, done.stdout


def test_dump_is_read_as_the_database_it_was(dumped):
    catalog, text = dumped
    assert "\\restrict" in text
    reading = read_script(text)
    assert reading.failed == ()
    assert differences(catalog, reading.catalog) == []
    assert reading.data == {"app.people": 2}
    assert any("dump_reader" in note for note in reading.notes)


def test_dump_with_windows_line_ends_and_byte_order_mark(dumped):
    catalog, text = dumped
    reading = read_script("\ufeff" + text.replace("\n", "\r\n"))
    assert reading.failed == ()
    assert differences(catalog, reading.catalog) == []


@pytest.mark.older
def test_shadow_on_another_server(older_url):
    reading = read_script(
        "CREATE ROLE older_role; CREATE TABLE t (a int); GRANT SELECT ON t TO older_role; CREATE EXTENSION pg_trgm;"
        "SELECT pg_read_file('/etc/passwd');",
        server=older_url,
    )
    assert [outcome.state for outcome in reading.outcomes] == ["ran", "ran", "ran", "ran", "failed"]
    with psycopg.connect(older_url) as connection:
        left = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'designer%' OR rolname = 'older_role'"
        ).fetchall()
    assert left == []


def test_files_in_other_encodings(tmp_path):
    path = tmp_path / "s.sql"
    for raw in (
        "CREATE TABLE größe ();".encode(),
        "\ufeffCREATE TABLE größe ();".encode(),
        "CREATE TABLE größe ();".encode("utf-16"),
        "SET client_encoding = 'LATIN1';\nCREATE TABLE größe ();".encode("latin-1"),
        "SET client_encoding TO WIN1252;\nCREATE TABLE größe ();".encode("cp1252"),
    ):
        path.write_bytes(raw)
        assert relations(read_script(read_file(path))) == {"public.größe"}


@pytest.mark.parametrize(
    ("raw", "what"),
    [(b"PGDMP\x01", "own format"), (b"\x1f\x8b\x08", "compressed"), ("größe".encode("latin-1"), "0xf6")],
)
def test_files_that_are_no_scripts(tmp_path, raw, what):
    path = tmp_path / "s.sql"
    path.write_bytes(raw)
    with pytest.raises(DocumentError, match=what) as caught:
        read_file(path)
    assert caught.value.mend


def test_size_is_limited():
    with pytest.raises(DocumentError):
        read_script("SELECT 1;" * 100, limits=Limits(characters=100))
    with pytest.raises(DocumentError):
        read_script("SELECT 1;" * 100, limits=Limits(statements=50))
    with pytest.raises(DocumentError, match="NUL"):
        read_script("SELECT '\x00'")


def test_unknown_mend_is_named(server):
    with pytest.raises(UnknownObject, match="no mend 'x'"):
        read_script("CREATE TABLE t (a int)", server=server, mends=["x"])


def test_progress_is_told(server):
    told = []
    read_script("CREATE TABLE t (a int);" * 50, server=server, progress=lambda *now: told.append(now))
    assert told[0] == (0, 50, "line 1")
    assert told[-1][:2] == (50, 50)


def test_database_as_a_source(server, database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA a; CREATE TABLE a.t (x int PRIMARY KEY); CREATE TABLE public.u (y int);")
    assert {key.path for key in read_database(database_url, schemas=["a"]).catalog if key.kind == "relation"} == {
        ("a", "t")
    }
    imported = import_database(database_url, name="mine")
    assert imported.design.name == "mine"
    assert imported.losses.is_lossless


def test_outcomes_become_losses(server):
    imported = import_sql("CREATE TABLE t (a int); CREATE VIEW v AS SELECT b FROM t; INSERT INTO t VALUES (1);")
    refused = {(loss.object, loss.kind) for loss in imported.losses.of("refused")}
    assert refused == {("CREATE VIEW v AS SELECT", "statement"), ("t", "data")}
    assert list(imported.reading.to_frame().columns) == ["number", "line", "state", "message", "mend", "sql"]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE USER MAPPING FOR PUBLIC SERVER nosuch OPTIONS (user 'me', password 'hunter2')",
        "CREATE ROLE r LOGIN PASSWORD E'\\'hunter2'",
        "ALTER USER r PASSWORD 'hunter2'",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2' PUBLICATION p",
        "CREATE SERVER x FOREIGN DATA WRAPPER nosuch OPTIONS (password 'hunter2')",
        "CREATE USER me IDENTIFIED BY 'it''s hunter2'",
    ],
)
def test_passwords_are_not_shown(server, statement):
    reading = read_script(f"{statement};", server=server)
    assert reading.outcomes[0].sql.startswith(statement[:10])
    assert "hunter2" not in repr(reading.outcomes) + reading.to_frame().to_string()


def test_statements_that_define_nothing_have_one_entry(server):
    script = "SET lock_timeout = 0;\nCREATE TABLE t (a int);\nVACUUM t;\nCREATE TEMP TABLE x (a int);\nLISTEN z;\n"
    (told,) = import_sql(script, server=server).losses.of("refused", "changed")
    assert (told.object, told.kind, told.outcome) == ("3 statements (lines 3, 4, 5)", "statement", "refused")
    assert "nothing that lasts" in told.reason


def test_settings_of_a_dump_are_no_loss(server):
    script = (
        "SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\nBEGIN;\n"
        "CREATE TABLE public.t (a int);\nCREATE SEQUENCE public.s;\nSELECT pg_catalog.setval('public.s', 1, false);\n"
        "COMMIT;\n"
    )
    assert import_sql(script, server=server).losses.is_lossless


def test_skipped_rows_are_counted_or_said_to_come_from_a_query(server):
    script = (
        "INSERT INTO one VALUES (1); INSERT INTO two VALUES (1), (2); INSERT INTO made SELECT 1; UPDATE old SET a = 1;"
        "INSERT INTO both VALUES (1); INSERT INTO both SELECT 2;"
    )
    told = {loss.object: loss.reason.partition(" skipped")[0] for loss in import_sql(script, server=server).losses}
    assert told == {
        "one": "1 row was", "two": "2 rows were", "made": "rows made by a query were", "old": "changes of rows were",
        "both": "1 row and rows made by a query were",
    }  # fmt: skip


def test_a_statement_that_a_mend_leaves_out_is_told(server):
    imported = import_sql(
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT b FROM t;", server=server, mends=["leave-out:v"]
    )
    (told,) = imported.losses.of("changed", "refused")
    assert (told.object, told.kind, told.outcome) == ("CREATE VIEW v AS SELECT", "mend", "refused")


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ('CREATE EXTENSION "uuid-ossp";', 'CREATE EXTENSION "uuid-ossp"'),
        ("CREATE TABLE `bt` (a int);", "CREATE TABLE `bt`"),
    ],
)
def test_a_statement_is_named_with_the_whole_name_of_what_it_makes(server, statement, name):
    refused = import_sql(f"CREATE TABLE t (a int); {statement}", server=server).losses.of("refused")
    assert [loss.object for loss in refused] == [name]


def test_what_is_refused_says_so_once(server):
    (refused,) = import_sql("CREATE TABLE t (a int);\n\\i other.sql\n", server=server).losses.of("refused")
    assert refused.reason.startswith("other files are not read")
