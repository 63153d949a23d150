"""Scripts are pleasant, deterministic, and say exactly what they create."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog import layout, render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds.column import Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.errors import InvalidIdentifier, UnknownObject
from tests.designer_kernel.catalog.databases import FreshUrl, load, read, scripted
from tests.designer_kernel.catalog.facts import relation, table
from tests.designer_kernel.catalog.hostile import hostile_catalog


def test_a_script_is_commented_aligned_and_one_transaction() -> None:
    catalog = Catalog([Schema(name="s"), *table("orders", "total"), Comment(on=relation("orders"), text="it's")])
    assert render.script(catalog, title="Shop").text == (
        "-- Shop\n"
        "-- Creates 1 schema, 1 table.\n"
        "-- One transaction: psql -v ON_ERROR_STOP=1 -f FILE\n"
        "\n"
        "BEGIN;\n"
        "\n"
        "SET LOCAL client_encoding = 'UTF8';\n"
        "SET LOCAL standard_conforming_strings = on;\n"
        "SET LOCAL default_tablespace = '';\n"
        "SET LOCAL default_table_access_method = heap;\n"
        "SET LOCAL xmloption = content;\n"
        "SET LOCAL check_function_bodies = off;\n"
        "SET LOCAL search_path = public;\n"
        "\n"
        "\n"
        "-- Schemas " + "-" * 89 + "\n"
        "\n"
        "CREATE SCHEMA IF NOT EXISTS s;\n"
        "\n"
        "\n"
        "-- Tables " + "-" * 90 + "\n"
        "\n"
        "CREATE TABLE s.orders (\n"
        "    id    bigint,\n"
        "    total bigint,\n"
        "    CONSTRAINT orders_pkey PRIMARY KEY (id)\n"
        ");\n"
        "COMMENT ON TABLE s.orders IS 'it''s';\n"
        "\n"
        "COMMIT;\n"
    )


def test_the_title_cannot_leave_its_comment() -> None:
    text = render.script(Catalog(), title="a\nDROP TABLE x;\r\u2028DROP TABLE y;\x00").text
    assert all(line.startswith("--") for line in text.splitlines() if "DROP" in line)
    assert "\x00" not in text


def test_each_fact_is_made_by_one_statement() -> None:
    catalog = hostile_catalog("x")
    statements = render.script(catalog).statements
    unmade = set(catalog) - {key for statement in statements for key in statement.objects}
    assert {key.kind for key in unmade} == {"unattached_index"}  # the ONLY of the index's own statement
    assert all(not statement.sql.endswith(";") for statement in statements)


def test_blocks_are_the_text_in_pieces_each_with_a_key_of_its_own() -> None:
    made = render.script(hostile_catalog("x"), title="Two\nlines")
    assert "\n".join(block.text for block in made.blocks) == made.text
    assert len({block.key for block in made.blocks}) == len(made.blocks)
    before = render.script(Catalog([Schema(name="s"), *table("orders", "total"), *table("bills")]))
    after = render.script(Catalog([Schema(name="s"), *table("orders", "total", "paid"), *table("bills")]))
    assert [block.key for block in before.blocks] == [block.key for block in after.blocks]
    assert [old.key for old, new in zip(before.blocks, after.blocks, strict=True) if old != new] == [
        'whole relation ["s", "orders"]'
    ]


def test_a_script_does_not_depend_on_when_it_is_made() -> None:
    catalog = hostile_catalog("x")
    assert render.script(catalog) == render.script(Catalog(catalog.values()))


def test_a_name_that_the_server_would_cut_is_refused() -> None:
    with pytest.raises(InvalidIdentifier):
        render.script(Catalog([Schema(name="x" * 64)]))


def test_a_comment_about_nothing_is_refused() -> None:
    with pytest.raises(UnknownObject):
        render.script(Catalog([Comment(on=relation("gone"), text="")]))


def test_what_is_missing_is_created_beside_what_exists(fresh_url: FreshUrl) -> None:
    whole = hostile_catalog("new")
    kinds = {"column", "constraint", "default", "index", "trigger", "policy"}
    left_out = {key for key in whole if key.kind in kinds and key.path[:2] == ("news", "newt")}
    whose = table_id("news", "newt")
    for _ in range(5):  # and what needs those, and what needs that; views need the table for its columns
        needy = (f for f in whole.values() if left_out & {f.parent, *f.depends, *f.prefers, *f.requires(whole)})
        left_out |= {fact.id for fact in needy} | {
            fact.id for fact in whole.values() if whose in fact.depends | fact.prefers
        }
    assert len(left_out) > 30
    url = fresh_url()
    scripted(url, whole.only(key for key in whole if key not in left_out))
    with psycopg.connect(url) as connection:
        for statement in render.create(whole, left_out):
            connection.execute(statement.sql.encode())
    found = read(url)
    assert [d for d in differences(whole, found, with_sql=False) if str(d.id) != "schema public"] == []
    with psycopg.connect(url) as connection:
        connection.execute("DROP OWNED BY newr")
        connection.execute("DROP ROLE newr")


def test_a_new_column_brings_its_default_along() -> None:
    default = Default(schema="s", table="t", column="added", expression="0")
    catalog = Catalog([*table("t", "added"), default])
    (statement,) = render.create(catalog, [default.parent, default.id])
    assert statement.sql == "ALTER TABLE s.t\n    ADD COLUMN added bigint DEFAULT 0"
    (alone,) = render.create(catalog, [default.id])
    assert alone.sql == "ALTER TABLE s.t\n    ALTER COLUMN added SET DEFAULT 0"
    assert render.create(catalog, []) == []


@pytest.mark.parametrize(
    ("text", "laid_out"),
    [
        ("SELECT a FROM b", "SELECT a\nFROM b"),
        (
            "WITH x AS (SELECT 1 AS id) SELECT id FROM v UNION ALL SELECT id FROM x ORDER BY id LIMIT 3",
            "WITH x AS (SELECT 1 AS id)\nSELECT id\nFROM v\nUNION ALL\nSELECT id\nFROM x\nORDER BY id\nLIMIT 3",
        ),
        ("SELECT ' FROM x' FROM y", "SELECT ' FROM x'\nFROM y"),
        ("SELECT a\nFROM b;", "SELECT a\nFROM b"),
        (
            f"SELECT DISTINCT {'x' * 40}, {'y' * 40} FROM b JOIN c USING (d) WHERE {'x' * 60} AND z BETWEEN 1 AND 2",
            (
                f"SELECT DISTINCT\n    {'x' * 40},\n    {'y' * 40}\nFROM\n    b\n    JOIN c USING (d)\n"
                f"WHERE\n    {'x' * 60}\n    AND z BETWEEN 1 AND 2"
            ),
        ),
        (
            f"WITH w AS (SELECT 1) SELECT f({'x' * 40}, 1), {'y' * 40} FROM w UNION SELECT 1, 2",
            f"WITH w AS (SELECT 1)\nSELECT\n    f({'x' * 40}, 1),\n    {'y' * 40}\nFROM w\nUNION\nSELECT 1, 2",
        ),
    ],
)
def test_queries_are_broken_before_their_clauses(text: str, laid_out: str) -> None:
    assert layout.query(text) == laid_out


def test_the_body_of_a_function_is_the_authors() -> None:
    text = (
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int AS $x$\n  -- mine; $$ and $body$\n  SELECT 1\n$x$ LANGUAGE sql"
    )
    assert layout.function(text) == (
        "CREATE FUNCTION f(a int)\n    RETURNS int\n    LANGUAGE sql\n"
        "AS $body2$\n  -- mine; $$ and $body$\n  SELECT 1\n$body2$"
    )


CIRCLES = """
CREATE SCHEMA s;
CREATE TABLE s.t (id bigint PRIMARY KEY, name text);
CREATE FUNCTION s.total(s.t) RETURNS bigint LANGUAGE sql AS 'SELECT $1.id';
ALTER TABLE s.t ADD sum bigint DEFAULT 0, ADD CHECK (s.total(t) > 0);
CREATE FUNCTION s.ping(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.pong(integer) RETURNS integer LANGUAGE sql AS 'SELECT s.ping($1 - 1)';
CREATE OR REPLACE FUNCTION s.ping(integer) RETURNS integer LANGUAGE sql
    AS 'SELECT CASE WHEN $1 > 0 THEN s.pong($1) ELSE s.ping(0) END';
CREATE FUNCTION s.counted() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
ALTER TABLE s.t ALTER sum SET DEFAULT s.counted();
CREATE OR REPLACE FUNCTION s.counted() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM s.t';
CREATE VIEW s.v AS SELECT id, name FROM s.t GROUP BY id;
CREATE FUNCTION s.of_view(s.v) RETURNS text LANGUAGE sql AS 'SELECT $1.name';
CREATE OR REPLACE VIEW s.v AS SELECT v.id, s.of_view(v.*::s.v) AS name FROM (SELECT NULL::s.v AS x) n
    CROSS JOIN LATERAL (SELECT (n.x).id, (n.x).name) v (id, name);
CREATE FUNCTION s.typed() RETURNS bigint LANGUAGE plpgsql
    AS 'DECLARE a s.v%ROWTYPE; b s.t.id%TYPE; BEGIN RETURN 1; END';
CREATE FUNCTION s.atomic() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM s.v; END;
CREATE FUNCTION s.given(a bigint DEFAULT s.atomic()) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
"""


@pytest.mark.parametrize("check_bodies", [False, True])
def test_what_needs_itself_in_a_circle_is_created(fresh_url: FreshUrl, check_bodies: bool) -> None:
    first, second = fresh_url(), fresh_url()
    load(first, CIRCLES)
    meant = read(first)
    text = render.script(meant, check_bodies=check_bodies).text
    load(second, text)
    assert differences(meant, read(second)) == []
    assert "NULL::bigint AS id" in text
    unchecked = text.count("SET LOCAL check_function_bodies = off")
    assert unchecked == text.count("SET LOCAL check_function_bodies = on") - 1 > 0 if check_bodies else unchecked == 1
