"""Constraints that do not do what their authors believe are found, and the others are shown at their edges."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from designer_kernel.design import Design, Entity
from designer_kernel.design.parts import Check
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample.violations import Violations, violations
from designer_kernel.sample.violations.report import LENIENT, NEVER, UNTESTED, WORKS
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.sample.databases import ask, contents, create

MISTAKES = (Path(__file__).parent / "mistakes.sql").read_text("utf-8")


@pytest.fixture(scope="module")
def examined(workshop: str) -> tuple[str, Violations]:
    """A database of mistakes, and what is found in it."""
    with psycopg.connect(workshop, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    create(workshop, MISTAKES)
    create(workshop, "ALTER TABLE unchecked DISABLE TRIGGER ALL")
    return workshop, violations(workshop)


@pytest.mark.parametrize(
    ("constraint", "verdict", "refused", "advice"),
    [
        ("always", LENIENT, "", "AND is meant"),
        ("with_null", LENIENT, "", "compares with NULL"),
        ("per_tenant", LENIENT, "NULL", "NULLS NOT DISTINCT"),
        ("email_once", LENIENT, "@", "lower(email)"),
        ("half", LENIENT, "tenant_id = NULL", "MATCH FULL"),
        ("free_or_paid", LENIENT, "amount = NULL", "IS NOT NULL"),
        ("maybe_overlap", LENIENT, "during = NULL", "NOT NULL"),
        ("healed.note", LENIENT, "note = NULL", "trigger"),
        ("switched_off", LENIENT, "", "triggers are disabled"),
        ("contradiction", NEVER, "", "contradict"),
        ("of_impossible_pkey", UNTESTED, "", "no rows"),
        ("adult", WORKS, "age = '17'", "NULL passes"),
        ("in_percent", WORKS, "", ""),
        ("total_positive", WORKS, "total = '0.00'", ""),
        ("span", WORKS, "", ""),
        ("pairs", WORKS, "pieces = ", ""),
        ("known", WORKS, "status = ", ""),
        ("code_form", WORKS, "code = ", ""),
        ("later", WORKS, "id = '0'", "NOT VALID"),
        ("whole_key", WORKS, "", "foreign keys alone"),
        ("login_once", WORKS, "login = ", ""),
        ("one_new", WORKS, "status = 'new'", ""),
        ("no_overlap", WORKS, "during = ", ""),
        ("some_time", WORKS, "during = 'empty'", ""),
        ("partitions", WORKS, "day = ", ""),
        ("parent", WORKS, "parent_id = ", ""),
        ("not_itself", WORKS, "parent_id = ", ""),
        ("append_only_pkey", WORKS, "id = ", ""),
        ("users.mood", WORKS, "mood = ", ""),
    ],
)
def test_each_constraint_gets_its_verdict(
    examined: tuple[str, Violations], constraint: str, verdict: str, refused: str, advice: str
) -> None:
    names = (constraint, f"public.{constraint}")
    found = next(f for f in examined[1].findings if f.constraint in names or f"{f.table}.{f.constraint}" in names)
    assert found.verdict == verdict, found
    assert refused in found.refused
    assert advice in found.advice
    assert found.said or verdict == UNTESTED


def test_the_rows_are_statements_that_do_what_is_said(examined: tuple[str, Violations]) -> None:
    url, found = examined
    span = found.of("span")
    assert "2" in span.accepted
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO tenants VALUES (1, 'a', 'ABC')")
        connection.execute("ALTER TABLE orders DROP CONSTRAINT half")
        connection.execute(span.accepted_statement)
        connection.execute("DELETE FROM orders")
        with pytest.raises(psycopg.errors.CheckViolation, match="span"):
            connection.execute(span.refused_statement)
        connection.rollback()


def test_nothing_is_left_behind(examined: tuple[str, Violations]) -> None:
    url, _ = examined
    assert {rows for rows, _ in contents(url).values()} == {0}
    assert ask(url, "SELECT count(*) FROM pg_database WHERE datname LIKE 'designer_shadow%'") == [(0,)]


def test_the_report_shows_what_matters_first(examined: tuple[str, Violations]) -> None:
    found = examined[1]
    assert found.suspicious
    frame = found.to_frame()
    assert list(frame["verdict"])[: len(found.suspicious)] == [f.verdict for f in found.suspicious]
    assert "accepted all the same" in str(found)
    assert "<table>" in found._repr_html_()
    assert found.as_dict()["findings"][0]["accepted_statement"].startswith("INSERT INTO")
    with pytest.raises(KeyError):
        found.of("nobody")


def test_a_design_is_tried_without_being_deployed(server: EmbeddedServer, tmp_path: Path) -> None:
    attributes = tuple(map(parse_line, ("id bigint primary key", "price numeric(8,2) not null")))
    items = Entity(name="items", attributes=attributes, checks=(Check(expression="price > 0"),))
    design = Design(name="shop", entities=(items,))
    session = ProjectSession(tmp_path / "shop.design.yaml", design)
    found = session.violations()
    assert {f.verdict for f in found.findings} == {WORKS}
    assert any(f.kind == "check" and f.refused == "price = '0.00'" for f in found.findings)
    assert not session.is_deployed()


@pytest.mark.older
def test_an_older_server_tries_its_own(older_url: str) -> None:
    create(older_url, "CREATE TABLE t (id int PRIMARY KEY, a int, b int, CONSTRAINT c CHECK (a < b), UNIQUE (a, b))")
    found = violations(older_url)
    assert found.of("c").verdict == WORKS
    assert found.of("t_a_b_key").verdict == LENIENT


def test_a_design_with_a_check_for_the_server_is_planned_before_it_is_deployed(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    attributes = tuple(map(parse_line, ("id bigint primary key", "code text not null")))
    items = Entity(name="items", attributes=attributes, checks=(Check(expression="code ~ '^(?!0)[0-9]{4}$'"),))
    session = ProjectSession(tmp_path / "shop.design.yaml", Design(name="shop", entities=(items,)))
    plan = session.sample_plan({"items": 20})
    assert plan.tables["public", "items"].columns["code"].source == "pooled"
    assert not session.is_deployed()
