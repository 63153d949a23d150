"""What is secret is never read: not into a catalog, a design, its file, SQL or a report; and it is no difference."""

from __future__ import annotations

import time

import psycopg
import pytest

from designer_kernel.catalog import canonical, render
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.secrets import is_secret
from designer_kernel.design import document
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.database import import_database, read_database
from designer_kernel.exchange.sql import import_sql
from designer_kernel.exchange.sql.outcome import shown
from designer_kernel.postgres.deploy import deploy
from designer_kernel.studio.refreshing import compare_with_database

CANARY = "tweety-4711"
FOREIGN = f"""
    CREATE FOREIGN DATA WRAPPER free OPTIONS (api_key '{CANARY}', region 'eu');
    CREATE SERVER away FOREIGN DATA WRAPPER free OPTIONS (secret_access_key '{CANARY}', url 'there');
    CREATE USER MAPPING FOR public SERVER away
        OPTIONS ("user" 'me', password '{CANARY}', "sslPassword" '{CANARY}', db_pass '{CANARY}', "PWD" '{CANARY}');
    CREATE FOREIGN TABLE t (
        a integer OPTIONS (token '{CANARY}', name 'b'),
        c text OPTIONS (password '{CANARY}')
    ) SERVER away OPTIONS (passphrase '{CANARY}', path '/x');
"""
MAPPING = f"""
    CREATE EXTENSION postgres_fdw;
    CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'there');
    CREATE USER MAPPING FOR public SERVER away OPTIONS ("user" 'me', password '{CANARY}', sslpassword '{CANARY}');
    CREATE FOREIGN TABLE t (a integer OPTIONS (column_name 'b')) SERVER away OPTIONS (table_name 'x');
"""
SUBSCRIPTION = f"""
    CREATE SUBSCRIPTION sub CONNECTION 'host=h user=u password={CANARY}' PUBLICATION p
        WITH (connect = false, slot_name = NONE);
"""
HIDDEN = {"api_key", "secret_access_key", "password", "sslPassword", "db_pass", "PWD", "token", "passphrase"}


def everything(imported, catalog):
    """All texts in which a secret could stay."""
    return "\n".join(
        [
            canonical.to_json(catalog),
            repr(list(catalog.values())),
            render.script(catalog).text,
            document.to_yaml(imported.design),
            document.to_json(imported.design),
            render.script(lower(imported.design)).text,
            imported.losses.to_frame().to_csv(),
            imported.losses.to_frame().to_html(),
            str(imported.losses),
        ]
    )


@pytest.fixture
def foreign_url(database_url):
    """A database with secrets of every kind, of a wrapper that only a superuser can make."""
    with psycopg.connect(database_url) as connection:
        connection.execute(FOREIGN)
    return database_url


@pytest.fixture
def mapped_url(database_url):
    """A database with a mapping that has passwords, as people have it."""
    with psycopg.connect(database_url) as connection:
        connection.execute(MAPPING)
    return database_url


def test_no_secret_of_a_database_is_kept_and_the_report_says_which(foreign_url):
    imported = import_database(foreign_url)
    assert CANARY not in everything(imported, read_database(foreign_url).catalog)
    reasons = " ".join(loss.reason for loss in imported.losses)
    assert {name for name in HIDDEN if name in reasons} == HIDDEN


def test_no_secret_of_a_script_is_kept(server):
    # whatever is offered to file_fdw is taken in a shadow; making wrappers and subscriptions is refused
    script = "CREATE EXTENSION file_fdw;" + FOREIGN.replace("WRAPPER free OPTIONS (s", "WRAPPER file_fdw OPTIONS (s")
    imported = import_sql(script + SUBSCRIPTION + f"SELECT dblink_connect('host=h password={CANARY}');")
    assert len(imported.reading.failed) == 3
    reasons = {loss.kind: loss.reason for loss in imported.losses}
    assert "password, sslPassword, db_pass, PWD" in reasons["user mapping"]
    assert "passphrase, a.token, c.password" in reasons["foreign table"]
    assert "secret_access_key" in reasons["foreign server"]
    kept = everything(imported, imported.reading.catalog)
    assert CANARY not in kept + imported.reading.to_frame().to_csv() + repr(imported.reading.outcomes)


def test_a_secret_is_no_difference_when_deployed_again_or_refreshed(mapped_url):
    design = import_database(mapped_url).design
    assert deploy(design, mapped_url).created == ()
    comparison = compare_with_database(design, mapped_url)
    assert comparison.meant is not None
    refreshed = comparison.refreshed()
    assert refreshed.edit is None
    assert any("password" in loss.reason for loss in refreshed.losses)
    assert differences(lower(design), comparison.catalog) == []


def test_what_had_secrets_is_built_again_without_them(server, mapped_url):
    design = import_database(mapped_url).design
    other = server.ensure_database("test_secrets_again")
    try:
        assert deploy(design, other).created
        catalog = read_database(other).catalog
        assert differences(read_database(mapped_url).catalog, catalog) == []
        assert not any(getattr(fact, "secrets", ()) for fact in catalog.values())
        assert deploy(design, other).created == ()
    finally:
        server.drop_database("test_secrets_again")


def test_secrets_of_every_kind_are_no_difference(server, foreign_url):
    catalog = read_database(foreign_url).catalog
    other = server.ensure_database("test_secrets_again")
    try:
        with psycopg.connect(other) as connection:
            connection.execute(render.script(catalog).text)
        assert differences(catalog, read_database(other).catalog) == []
        design = import_database(foreign_url).design
        assert compare_with_database(design, foreign_url).refreshed().design == design
        assert compare_with_database(design, other).refreshed().edit is None
    finally:
        server.drop_database("test_secrets_again")


def test_a_subscription_s_password_is_no_difference(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SUBSCRIPTION)
        try:
            imported = import_database(database_url)
            assert CANARY not in everything(imported, read_database(database_url).catalog)
            [loss] = [loss for loss in imported.losses if loss.kind == "subscription"]
            assert "password" in loss.reason
            assert differences(lower(imported.design), read_database(database_url).catalog) == []
            comparison = compare_with_database(imported.design, database_url)
            assert comparison.refreshed().design == imported.design
        finally:
            connection.execute("DROP SUBSCRIPTION sub")


def test_a_password_may_be_changed_without_a_difference(foreign_url):
    before = read_database(foreign_url).catalog
    with psycopg.connect(foreign_url) as connection:
        connection.execute("ALTER USER MAPPING FOR public SERVER away OPTIONS (DROP password, DROP db_pass)")
    assert differences(before, read_database(foreign_url).catalog) == []
    assert canonical.content_hash(before) == canonical.content_hash(read_database(foreign_url).catalog)


@pytest.mark.parametrize(
    "fields",
    [
        'kind: user_mapping\n    fields: {server: away, role: public, options: [[password, "CANARY"]]}',
        'kind: foreign_server\n    fields: {name: away, wrapper: free, options: [[api_key, "CANARY"]]}',
        'kind: foreign_data_wrapper\n    fields: {name: free, options: [[SECRET, "CANARY"]]}',
        'kind: foreign_table\n    fields: {schema: public, name: t, server: s, options: [[token, "CANARY"]]}',
        'kind: foreign_column_options\n    fields: {schema: public, table: t, column: c, options: [[token, "CANARY"]]}',
        'kind: subscription\n    fields: {name: s, publications: [p], connection: "host=h password=CANARY"}',
        'kind: subscription\n    fields: {name: s, publications: [p], connection: "postgresql://u:CANARY@h/d"}',
    ],
)
def test_a_secret_in_a_file_is_refused_and_not_repeated(fields):
    design = document.read(f"format: 1\nname: d\nopaque:\n  - {fields}\n".replace("CANARY", CANARY))
    with pytest.raises(DesignerError) as caught:
        lower(design)
    assert "secret" in caught.value.what
    assert CANARY not in str(caught.value)
    assert "after" in caught.value.mend


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT dblink_connect('host=h password=CANARY')",
        "SELECT dblink_connect('postgresql://u:CANARY@h/d')",
        "SELECT dblink('host=h password=''CANARY x''', 'SELECT 1')",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE r'; ALTER ROLE r PASSWORD 'CANARY'; END $$",
        "IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y OPTIONS (api_key 'CANARY')",
        "ALTER FOREIGN TABLE t OPTIONS (ADD token 'CANARY')",
        """ALTER FOREIGN TABLE t OPTIONS (ADD "Secret Key" 'x', ADD "secretKey" E'CANARY')""",
        "ALTER USER x WITH ENCRYPTED PASSWORD 'CANARY'",
        "ALTER ROLE r PASSWORD $$CANARY$$",
        "ALTER ROLE r PASSWORD $tag$CANARY$tag$",
        "CREATE USER MAPPING FOR u SERVER s OPTIONS (api_key $x$CANARY$x$)",
        "SELECT dblink_connect($$host=h password=CANARY$$)",
        "SELECT dblink_connect(password => 'CANARY')",
        "SET a.token = 'CANARY'",
        "SET a.token TO CANARY",
        "SET SESSION a.jwt = $$CANARY$$",
        "SELECT set_config('a.token', 'CANARY', false)",
        "ALTER DATABASE d SET a.token TO 'CANARY'",
        "ALTER ROLE r SET a.token = CANARY",
        "ALTER ROLE r IN DATABASE d SET a.token = CANARY",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE r PASSWORD ''CANARY'''; END $$",
        "DO $$ BEGIN EXECUTE $x$ALTER ROLE r PASSWORD 'CANARY'$x$; END $$",
        "DO 'BEGIN EXECUTE ''ALTER ROLE r PASSWORD ''''CANARY''''''; END'",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE r SET a.token = CANARY'; END $$",
        "DO $a$ BEGIN EXECUTE $b$ DO $c$ BEGIN ALTER ROLE r PASSWORD $d$CANARY$d$; END $c$ $b$; END $a$",
        '\\connect "host=h password=CANARY dbname=d"',
        "\\c postgresql://u:CANARY@h/d",
        "\\set password CANARY",
        "\\set other 'CANARY'",
        "\\setenv PGPASSWORD CANARY",
        "\\! psql postgresql://u:CANARY@h/d",
    ],
)
def test_statements_are_shown_without_secrets(sql):
    assert CANARY not in shown(sql.replace("CANARY", CANARY))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (a text DEFAULT 'a=b', b text CHECK (b <> 'password'))",
        "COMMENT ON TABLE t IS 'a password = x'",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'it''s', $x$y$x$ $$",
        "SET search_path = app, public",
        "ALTER ROLE r SET work_mem = 64",
        "\\connect shop",
    ],
)
def test_other_statements_are_shown_as_they_are(sql):
    assert shown(sql) == sql


SCRIPT = r"""
\connect "host=h password=CANARY dbname=shop"
CREATE TABLE t (a int);
\c postgresql://u:CANARY@h/blog
CREATE TABLE u (a int);
\c postgresql://u:CANARY@h
\connect "host=h password='CANARY"
\set password CANARY
ALTER ROLE r PASSWORD :'password';
SET a.token = 'CANARY';
ALTER ROLE r SET a.token = CANARY;
DO $$ BEGIN EXECUTE 'ALTER ROLE nobody PASSWORD ''CANARY'''; END $$;
"""


@pytest.mark.parametrize("database", ["", "blog"])
def test_no_secret_of_a_script_is_in_its_outcomes_or_losses(server, database):
    imported = import_sql(SCRIPT.replace("CANARY", CANARY), database=database)
    reading = imported.reading
    told = [everything(imported, reading.catalog), reading.to_frame().to_csv(), repr(reading.outcomes)]
    told += [repr(reading.notes), repr([outcome.as_dict() for outcome in reading.outcomes])]
    assert not any(CANARY in text for text in told)


@pytest.mark.parametrize("name", ["api-key", "private-key", "userpass", "bearer", "jwt", "access-key", "apikey"])
def test_options_that_are_secrets_by_their_names(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["password_required", "password_encryption", "bypass", "compass", "key", "sslkey"])
def test_options_that_are_none(name):
    assert not is_secret(name)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 300_000,
        "'" + "a=" * 100_000 + "''",
        "a " * 200_000,
        "'" + "a=b " * 100_000 + "!",
        "$a$" * 30_000,
        "".join(f"$a{n}$" for n in range(20_000)),
        "SET a = " * 30_000,
        "set_config('" * 30_000,
    ],
)
def test_showing_takes_no_time(text):
    begin = time.monotonic()
    shown(f"SELECT {text}")
    assert time.monotonic() - begin < 2
