"""Scripts that want to be read as something else than they are, or to hide what they make."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.database import read_database
from designer_kernel.exchange.sql import Limits, read_script
from designer_kernel.postgres.target import OtherServer

SHORT = Limits(statement_seconds=2, seconds=30, memory=256 << 20, disk=64 << 20)
KEPT = "CREATE SCHEMA app; CREATE TABLE app.kept (a integer PRIMARY KEY, b text DEFAULT 'x\\y' CHECK (b <> ''));"


EVIL_FUNCTION = """
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.format_type(oid, integer) RETURNS text LANGUAGE sql AS 'SELECT ''evil''::text';
"""
EVIL_OPERATOR = """
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.same(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    CREATE OPERATOR evil.= (FUNCTION = evil.same, LEFTARG = oid, RIGHTARG = oid);
"""


@pytest.fixture(scope="module")
def plain(server):
    """What the script means when nothing hides it."""
    return read_script(KEPT, limits=SHORT).catalog


@pytest.mark.parametrize(
    "attack",
    [
        "CREATE TEMP TABLE pg_class AS SELECT * FROM pg_catalog.pg_class",
        "CREATE TEMP VIEW pg_class AS SELECT * FROM pg_catalog.pg_class WHERE relname <> 'kept'",
        "CREATE TEMP VIEW pg_attribute AS SELECT * FROM pg_catalog.pg_attribute WHERE attname <> 'b'",
        "CREATE TEMP TABLE pg_constraint (oid oid, conname name)",
        "CREATE TABLE pg_temp.pg_namespace (oid oid, nspname name)",
        "CREATE TEMP VIEW pg_depend AS SELECT pg_sleep(100)",
        "CREATE TEMP TABLE pg_roles (rolname name)",
        "CREATE TEMP TABLE pg_available_extensions (name name)",
        "CREATE DOMAIN pg_temp.oid AS text",
        "CREATE DOMAIN pg_temp.name AS integer",
        "CREATE FUNCTION pg_temp.format_type(oid, integer) RETURNS text LANGUAGE sql AS 'SELECT ''evil''::text'",
    ],
)
def test_temporary_objects_do_not_stand_for_those_of_the_server(plain, attack):
    reading = read_script(f"{KEPT}\n{attack};", limits=SHORT)
    assert differences(plain, reading.catalog) == []


@pytest.mark.parametrize(
    "attack",
    [
        f"{EVIL_FUNCTION} SET search_path = evil, pg_catalog",
        f"{EVIL_OPERATOR} SELECT pg_catalog.set_config('search_path', 'evil, pg_catalog', false)",
        "CREATE SCHEMA evil; CREATE VIEW evil.pg_class AS SELECT 1 AS oid; SET search_path = evil, pg_catalog",
        "DO $$ BEGIN PERFORM set_config('search_path', 'pg_temp, pg_catalog', false); END $$",
        "SET standard_conforming_strings = off",
        "DO $$ BEGIN SET standard_conforming_strings = off; SET quote_all_identifiers = on; END $$",
        "DO $$ BEGIN SET bytea_output = escape; SET DateStyle = german; SET row_security = off; END $$",
        "DO $$ BEGIN SET default_transaction_read_only = on; SET statement_timeout = 1; END $$",
        "DO $$ BEGIN EXECUTE format('ALTER ROLE %I SET search_path = evil', current_user); END $$",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = evil', current_database()); END $$",
        "SELECT pg_advisory_lock_shared(1), pg_advisory_xact_lock(g) FROM generate_series(1, 1000) g",
        "SELECT pg_notify('x', repeat('y', 7000)) FROM generate_series(1, 100)",
        "LISTEN x",
    ],
)
def test_settings_do_not_change_what_is_read(plain, attack):
    reading = read_script(f"{KEPT}\n{attack};", limits=SHORT)
    kept = reading.catalog.only(key for key in reading.catalog if "evil" not in key.path)
    assert differences(plain, kept) == []


@pytest.mark.parametrize(
    "script",
    [
        "SELECT " + "(" * 50_000 + "1" + ")" * 50_000,
        "CREATE TABLE t (a int CHECK (" + "(" * 20_000 + "true" + ")" * 20_000 + "))",
        "CREATE VIEW v AS SELECT " + "NOT " * 50_000 + "true",
        "CREATE VIEW v AS SELECT 1" + " UNION ALL SELECT 1" * 20_000,
        "CREATE TABLE t (a int" + "[]" * 50_000 + ")",
        "CREATE TABLE t (" + ", ".join(f"c{n} int" for n in range(5_000)) + ")",
        "SELECT " + "CASE WHEN true THEN " * 20_000 + "1" + " END" * 20_000,
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC " + "SELECT 1; " * 10_000 + "END",
        "$$" * 100_001,
        "/*" * 100_000,
        "'" * 100_001,
        '"' * 100_001,
        ";" * 100_000,
        "\\" * 100_000,
        "\\if true\n" * 50_000,
    ],
    ids=["brackets", "check", "not", "union", "array", "columns", "case", "body", "dollars", "comments", "quotes",
         "names", "semicolons", "backslashes", "branches"],
)  # fmt: skip
def test_what_is_nested_or_repeated_without_end_is_read_or_refused(script, server):
    try:
        reading = read_script(f"{KEPT}\n{script}\n;", limits=SHORT)
    except DesignerError:
        return
    assert reading.outcomes
    assert all(outcome.message for outcome in reading.failed)


def test_a_database_with_a_hostile_name_and_settings_is_read_as_it_is(server, plain):
    name = "we\"ird' ; -- %s {0} x"
    admin = OtherServer(server.url())
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            settings = {
                "standard_conforming_strings": "off", "quote_all_identifiers": "on", "search_path": "evil, pg_catalog",
                "DateStyle": "German", "default_transaction_read_only": "on", "bytea_output": "escape",
                "IntervalStyle": "iso_8601", "extra_float_digits": "-15", "row_security": "off",
            }  # fmt: skip
            with psycopg.connect(admin.url(name), autocommit=True) as inside:
                inside.execute(KEPT)
                inside.execute("CREATE SCHEMA evil; CREATE VIEW evil.pg_class AS SELECT 1 AS oid")
            for key, value in settings.items():
                statement = sql.SQL("ALTER DATABASE {} SET {} = {}")
                connection.execute(statement.format(sql.Identifier(name), sql.Identifier(key), sql.Literal(value)))
            catalog = read_database(admin.url(name), schemas=("app",)).catalog
            assert differences(plain, catalog) == []
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
