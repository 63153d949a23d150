"""Checks as they are found in real schemas: every table that has them is filled, and the server finds no fault."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import psycopg
import pytest
from psycopg import sql

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill, plan
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.spelled import plain
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid

CHECKS = (Path(__file__).parent / "checks.sql").read_text("utf-8")
ROWS = 300


def tables() -> list[str]:
    """Return the names of the tables."""
    return re.findall(r"^CREATE TABLE (\w+) \(", CHECKS, re.MULTILINE)


def broken(url: str) -> list[tuple[str, str]]:
    """Return the checks that some row breaks: by the server's own words, whether it holds them for valid or not."""
    found = []
    query = """
        SELECT conrelid::regclass::text, conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
        WHERE contype = 'c' AND connamespace = 'public'::regnamespace AND conrelid <> 0
    """
    with psycopg.connect(url) as connection:
        for table, name, text in connection.execute(query).fetchall():
            asked = sql.SQL("SELECT count(*) FROM {} WHERE NOT ({})").format(sql.SQL(table), sql.SQL(text))
            row = connection.execute(asked).fetchone()
            assert row is not None
            if row[0]:
                found.append((table, name))
    return found


@pytest.fixture(scope="module")
def filled(workshop: str) -> tuple[str, Plan]:
    """All tables, filled."""
    with psycopg.connect(workshop, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    create(workshop, CHECKS)
    return workshop, fill(workshop, rows=dict.fromkeys(tables(), ROWS)).plan


def test_there_are_many_checks() -> None:
    assert len(re.findall(r"CHECK \(", CHECKS)) > 200


def test_every_check_holds(filled: tuple[str, Plan]) -> None:
    url, _ = filled
    assert {rows for rows, _ in contents(url).values()} == {ROWS}
    assert broken(url) == []
    assert set(not_valid(url)) == {"code_later"}  # declared so


@pytest.mark.parametrize(
    ("table", "column", "provider"),
    [
        ("cards", "number", "pooled"),  # a function's check digit, each number once
        ("products", "isbn", "pooled"),
        ("documents", "path", "pooled"),  # keys of keys
        ("arrays", "evens", "pooled"),  # the domain of a list's elements
        ("attachments", "kind", "pooled"),  # chosen together with which references are set
        ("events", "day", "pooled"),
        ("users", "login", "patterned"),  # a pattern
    ],
)
def test_what_is_analysed_and_what_is_tried(filled: tuple[str, Plan], table: str, column: str, provider: str) -> None:
    assert filled[1].tables["public", table].columns[column].source == provider


@pytest.mark.parametrize(
    ("table", "column", "operators"),
    [
        ("invoices", "gross", {"="}),  # the sum of others
        ("invoices", "paid", {"null", ">="}),  # set when the status says so, and not before the invoice
        ("entries", "cents", {"%"}),  # multiples
        ("events", "month", {"trunc"}),  # first days of months
        ("orders", "cancelled_at", {"null"}),
    ],
)
def test_columns_follow_others(filled: tuple[str, Plan], table: str, column: str, operators: set[str]) -> None:
    plan = filled[1].tables["public", table].columns[column]
    assert operators <= {a.operator for a in plan.adjustments}


@pytest.mark.parametrize("table", ["entries", "history", "orders", "stays", "flags", "places", "films"])
def test_the_usual_shapes_keep_their_own_providers(filled: tuple[str, Plan], table: str) -> None:
    pooled = [c for c, p in filled[1].tables["public", table].columns.items() if p.source == "pooled"]
    assert set(pooled) <= {"c", "d", "special_features"}  # IS NOT DISTINCT FROM, <@


def test_a_pool_says_how_hard_it_was_to_find(filled: tuple[str, Plan]) -> None:
    reason = filled[1].tables["public", "documents"].columns["path"].reason
    assert re.search(r"from \d+ rows that keep documents_path_check \(.*candidate.* pass", reason)


def test_pooled_rows_are_the_same_in_any_chunks(filled: tuple[str, Plan]) -> None:
    plan = filled[1]
    for table in ("cards", "attachments", "flags", "events"):
        whole = Frame(plan, ("public", table), np.arange(ROWS, dtype=np.int64))
        part = Frame(plan, ("public", table), np.array([250, 7, 31], dtype=np.int64))
        for name, column in plan.tables["public", table].columns.items():
            everything = plain(column.facts.form, whole.column(name))
            assert plain(column.facts.form, part.column(name)) == [everything[r] for r in (250, 7, 31)]


def test_another_run_finds_the_same_pool(filled: tuple[str, Plan]) -> None:
    url, known = filled
    again = plan(url, rows={"cards": ROWS}, tables=["cards"])
    assert again.tables["public", "cards"].columns == known.tables["public", "cards"].columns
    other = plan(url, rows={"cards": ROWS}, tables=["cards"], seed=5)
    assert other.tables["public", "cards"].columns["number"] != known.tables["public", "cards"].columns["number"]


@pytest.mark.parametrize(
    ("check", "what"),
    [
        ("md5(x) LIKE '0000000%'", "none keeps the check"),
        ("x ~ '^(?=a)b'", "none keeps the check"),
        ("length(x) > 5 AND length(x) < 3", "keeps the check|no value"),
        ("no_such(x)", "cannot evaluate"),
    ],
)
def test_what_is_hopeless_is_told(clean_url: str, check: str, what: str) -> None:
    create(
        clean_url,
        "CREATE FUNCTION no_such(x text) RETURNS boolean LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN (SELECT is_it FROM nowhere); END $$;"
        f"CREATE TABLE t (id int PRIMARY KEY, x text NOT NULL, CONSTRAINT c CHECK ({check}))",
    )
    with pytest.raises(SamplePlanError, match=what) as caught:
        plan(clean_url, rows={"t": 50})
    assert caught.value.where == "public.t.c"
    assert caught.value.mend


def test_checks_of_parents_rows_fields_and_generated_columns_are_kept(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE FUNCTION is_even(n int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n % 2 = 0';
        CREATE DOMAIN even AS int CHECK (is_even(VALUE));
        CREATE TYPE pair AS (first even, second text);
        CREATE TABLE base (id int PRIMARY KEY, low int NOT NULL CONSTRAINT inherited CHECK (low > 500));
        CREATE TABLE derived (high int NOT NULL, PRIMARY KEY (id)) INHERITS (base);
        CREATE TABLE whole (a int, b text);
        CREATE FUNCTION is_fine(row_of whole) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT row_of.a > 10';
        ALTER TABLE whole ADD CONSTRAINT fine CHECK (is_fine(whole));
        CREATE TABLE nested (p pair NOT NULL, a int, b int NOT NULL, c int GENERATED ALWAYS AS (a + b) STORED NOT NULL);
        """,
    )
    fill(clean_url, rows=dict.fromkeys(("derived", "whole", "nested"), 40))
    assert broken(clean_url) == []
    assert ask(clean_url, "SELECT count(*), count(a) FROM nested") == [(40, 40)]
    assert ask(clean_url, "SELECT count(*) FROM derived WHERE low <= 500") == [(0,)]


def test_planning_writes_nothing(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE seen (x int); CREATE FUNCTION spy(x int) RETURNS boolean LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO seen VALUES (x); RETURN true; END $$;"
        "CREATE TABLE t (id int PRIMARY KEY, x int NOT NULL, CONSTRAINT c CHECK (spy(x)))",
    )
    with pytest.raises(SamplePlanError, match="read-only"):
        plan(clean_url, rows={"t": 50})
    assert ask(clean_url, "SELECT count(*) FROM seen") == [(0,)]


@pytest.mark.older
def test_an_older_server_judges_too(older_url: str) -> None:
    create(older_url, CHECKS)
    chosen = ["cards", "documents", "arrays", "attachments", "events", "products", "measurements"]
    fill(older_url, rows={**dict.fromkeys(chosen, 120)}, tables=chosen)
    assert broken(older_url) == []
