"""A script that somebody trusts as their own: read with a superuser's rights, and still without reaching out."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.sql import Limits, import_sql, read_script
from designer_kernel.postgres import cluster
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect

SUPERUSERS = """
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'nothing more'; END $$;
CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION watch();
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF AS 'int4eq';
CREATE FUNCTION order_of(int, int) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'btint4cmp';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same);
CREATE OPERATOR FAMILY numbers USING btree;
CREATE OPERATOR CLASS numbers FOR TYPE int USING btree FAMILY numbers AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 ===, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 order_of(int, int);
CREATE TYPE flag;
CREATE FUNCTION flag_in(cstring) RETURNS flag LANGUAGE internal IMMUTABLE STRICT AS 'boolin';
CREATE FUNCTION flag_out(flag) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'boolout';
CREATE TYPE flag (INPUT = flag_in, OUTPUT = flag_out, LIKE = boolean);
CREATE CAST (boolean AS flag) WITHOUT FUNCTION;
CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER other FOREIGN DATA WRAPPER elsewhere;
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere.invalid dbname=d' PUBLICATION p WITH (enabled = true);
CREATE TABLE kept (a int, b flag);
"""


def kinds(reading):
    return {key.kind for key in reading.catalog}


def test_what_only_a_superuser_may_make_needs_trust(server):
    refused = read_script(SUPERUSERS, server=server)
    assert len(refused.failed) > 8
    told = [outcome for outcome in refused.failed if outcome.sqlstate == "42501"]
    assert told
    assert all("trusted=True" in outcome.mends[0].explanation for outcome in told)
    read = read_script(SUPERUSERS, server=server, trusted=True)
    assert [(outcome.sql, outcome.message) for outcome in read.failed] == []
    assert kinds(read) >= {
        "event_trigger", "operator_class", "operator_family", "operator", "type", "cast", "foreign_data_wrapper",
        "foreign_server", "publication", "subscription", "relation",
    }  # fmt: skip
    names = {name for key in read.catalog for name in key.path}
    assert not any(name.startswith("designer_shadow") for name in names)


def test_ones_own_dump_loses_nothing(database_url):
    with connect(database_url, autocommit=True) as connection:
        script, _, _ = SUPERUSERS.partition("CREATE SUBSCRIPTION")
        connection.execute(script.replace("RAISE 'nothing more';", "").encode())
        connection.execute("CREATE TABLE kept (a int PRIMARY KEY, b flag)")
        meant = introspect(connection)
    dump = subprocess.run(
        [str(cluster.binaries() / "pg_dump"), "--schema-only", "--no-owner", database_url],
        capture_output=True,
        check=True,
    ).stdout.decode()
    imported = import_sql(dump, trusted=True)
    assert imported.reading.failed == ()
    assert differences(meant, imported.reading.catalog) == []


def test_its_owners_are_kept_too(database_url):
    with connect(database_url, autocommit=True) as connection:
        script, _, _ = SUPERUSERS.partition("CREATE SUBSCRIPTION")
        connection.execute(script.replace("RAISE 'nothing more';", "").encode())
        meant = introspect(connection, owners=True)
    dump = subprocess.run(
        [str(cluster.binaries() / "pg_dump"), "--schema-only", database_url], capture_output=True, check=True
    ).stdout.decode()
    reading = read_script(dump, trusted=True, owners=True)
    assert reading.failed == ()
    assert differences(meant, reading.catalog) == []


BEFORE = """
CREATE EXTENSION file_fdw;
CREATE TABLE kept (a int);
CREATE TABLE parts (a text) PARTITION BY RANGE (a);
CREATE TABLE part (a text);
"""


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO '/tmp/designer_pwned'",
        "COPY kept FROM PROGRAM 'touch /tmp/designer_pwned'",
        "SELECT lo_import('/etc/passwd')",
        "SELECT pg_catalog.pg_read_file('/etc/passwd')",
        "CREATE MATERIALIZED VIEW v AS SELECT pg_read_file('/etc/passwd') AS a",
        "CREATE TABLE v AS SELECT pg_ls_dir('/') AS a",
        "DO $$ BEGIN COPY kept FROM PROGRAM 'touch /tmp/designer_pwned'; END $$",
        "DO $$ BEGIN PERFORM lo_export(1, '/tmp/designer_pwned'); END $$",
        "DO $$ BEGIN EXECUTE 'SELECT pg_reload_conf()'; END $$",
        "SELECT pg_create_physical_replication_slot('designer_pwned')",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/evil.so', 'f'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '$libdir/../evil', 'f'",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "LOAD '/tmp/evil.so'",
        "CREATE TABLESPACE t LOCATION '/tmp'",
        "CREATE ROLE designer_pwned SUPERUSER",
        "ALTER TABLE parts ATTACH PARTITION part FOR VALUES FROM (pg_read_file('/etc/hostname')) TO (MAXVALUE)",
        "ALTER TABLE kept ADD COLUMN c text DEFAULT pg_read_file('/etc/hostname')",
        "ALTER TABLE kept ALTER COLUMN a TYPE text USING pg_read_file('/etc/hostname')",
        "CREATE TABLE later PARTITION OF parts FOR VALUES FROM (pg_read_file('/etc/hostname')) TO (MAXVALUE)",
        "SELECT query_to_xml('SELECT pg_read_file(''/etc/passwd'')', false, false, '')",
        r"""SELECT U&"pg\005fread_file"('/etc/passwd')""",
        "ALTER FUNCTION pg_catalog.pg_read_file(text) RENAME TO innocent",
        "CREATE FUNCTION innocent(text) RETURNS text LANGUAGE internal AS 'pg_read_file_all'",
        "CREATE FUNCTION f() RETURNS fdw_handler LANGUAGE c AS '$libdir/file_fdw', 'file_fdw_handler'",
        "CREATE FUNCTION f(text) RETURNS text LANGUAGE c AS 'dblink', 'dblink_connect'",
        "CREATE OPERATOR !! (RIGHTARG = text, FUNCTION = pg_read_file)",
        "CREATE CAST (text AS xml) WITH FUNCTION pg_read_file(text)",
        "CREATE FOREIGN DATA WRAPPER w HANDLER file_fdw_handler",
        "ALTER FOREIGN DATA WRAPPER file_fdw HANDLER file_fdw_handler",
        "IMPORT FOREIGN SCHEMA s FROM SERVER away INTO public",
        "ALTER FUNCTION file_fdw_handler() RENAME TO harmless",
        "DO $$ BEGIN ALTER FOREIGN DATA WRAPPER file_fdw HANDLER file_fdw_handler; END $$",
        "SELECT autoprewarm_dump_now()",
        "SELECT dblink_connect('host=localhost')",
    ],
)
def test_not_even_a_trusted_script_reaches_out(server, statement):
    reading = read_script(f"{BEFORE} {statement};", server=server, trusted=True)
    assert reading.failed == ()
    if not statement.startswith("CREATE ROLE"):
        assert reading.outcomes[-1].state == "skipped", reading.outcomes[-1]
    assert not Path("/tmp/designer_pwned").exists()
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE rolname = 'designer_pwned'").fetchone() is None
        assert connection.execute("SELECT FROM pg_replication_slots").fetchone() is None


RENAMED = """
CREATE EXTENSION file_fdw;
CREATE FOREIGN DATA WRAPPER mine;
DO $$ BEGIN EXECUTE 'ALTER FOREIGN DATA ' || 'WRAPPER mine HANDLER file' || '_fdw_handler'; END $$;
"""
FOREIGN = """
CREATE SERVER away FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE told (a text) SERVER away OPTIONS (program 'touch /tmp/designer_pwned; echo 1');
"""


@pytest.mark.parametrize(
    "before",
    [
        "CREATE EXTENSION file_fdw;",
        "CREATE SCHEMA x; CREATE EXTENSION file_fdw SCHEMA x;",
        "CREATE EXTENSION file_fdw; DROP EXTENSION file_fdw; CREATE EXTENSION file_fdw;",
        "CREATE EXTENSION file_fdw; DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION file_fdw;",
        RENAMED,
        "DO $$ BEGIN EXECUTE 'CREATE EXTENSION file' || '_fdw'; END $$;",
    ],
)
@pytest.mark.parametrize(
    "reads",
    [
        "CREATE MATERIALIZED VIEW copied AS SELECT * FROM told",
        "CREATE MATERIALIZED VIEW copied AS SELECT * FROM told WITH NO DATA; REFRESH MATERIALIZED VIEW copied",
        "CREATE TABLE copied AS SELECT * FROM told",
        "SELECT count(*) FROM told",
        "ANALYZE told",
    ],
)
def test_foreign_tables_of_a_trusted_script_read_nothing(server, before, reads):
    script = before + FOREIGN.replace("WRAPPER file_fdw", "WRAPPER mine" if "mine" in before else "WRAPPER file_fdw")
    reading = read_script(f"{script} {reads};", server=server, trusted=True)
    assert not Path("/tmp/designer_pwned").exists()
    assert ObjectId("relation", ("public", "told")) in reading.catalog


def test_no_other_server_is_asked_for_its_tables(server):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        port = listening.getsockname()[1]
        script = f"""
            CREATE EXTENSION postgres_fdw;
            CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{port}');
            CREATE USER MAPPING FOR public SERVER away OPTIONS (user 'u', password 'p');
            CREATE FOREIGN TABLE told (a text) SERVER away;
            IMPORT FOREIGN SCHEMA s FROM SERVER away INTO public;
            SELECT count(*) FROM told;
        """
        reading = read_script(script, server=server, trusted=True, limits=Limits(statement_seconds=2))
        with pytest.raises(TimeoutError):
            listening.accept()
    assert ObjectId("relation", ("public", "told")) in reading.catalog


def test_the_contents_of_a_view_are_not_made_of_a_trusted_script(server):
    script = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'ran'; END $$;"
    script += (
        "CREATE MATERIALIZED VIEW m AS SELECT f() AS a; CREATE UNIQUE INDEX ON m (a); REFRESH MATERIALIZED VIEW m;"
    )
    reading = read_script(script, server=server, trusted=True)
    assert reading.failed == ()
    assert ObjectId("relation", ("public", "m")) in reading.catalog
    assert reading.counts == {"ran": 3, "skipped": 1}


def test_what_merely_names_such_a_function_is_defined(server):
    script = "CREATE VIEW logs AS SELECT pg_read_file('x') AS a; CREATE FUNCTION f() RETURNS int RETURN 1;"
    assert read_script(script, server=server, trusted=True).counts == {"ran": 2}


def test_trust_is_for_the_embedded_server_alone(server):
    with pytest.raises(DesignerError, match="only on the embedded server"):
        read_script("CREATE TABLE t (a int)", server=server.url(), trusted=True)


def test_mends_of_a_trusted_script_keep_the_trust(server):
    script = SUPERUSERS + "CREATE POLICY p ON kept TO nobody_knows USING (true);"
    reading = read_script(script, server=server, trusted=True, mends="all")
    assert reading.failed == ()
    assert [mend.id for mend in reading.applied] == ["add-role:nobody_knows"]
