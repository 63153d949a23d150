"""Expressions are written so that the server tells them in the same words again, whatever stands first in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer_kernel.catalog import render
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.rereading import as_written
from designer_kernel.postgres.introspect import introspect

COLUMNS = "a integer, b integer, c integer, d boolean, code character varying"
ATOMS = (
    "d", "a > 1", "d IS NOT NULL", "(a, b) = (1, 2)", "(a, b) <> (1, 2)", "(a, b) IN ((1, 2), (3, 4))",
    "(a, b) NOT IN ((1, 2), (3, 4))", "ROW(a, b) < ROW(1, c)", "a IN (b, c)", "a NOT IN (b, c)", "a IN (1, 2)",
    "a BETWEEN 1 AND 5", "a NOT BETWEEN 1 AND c", "a BETWEEN SYMMETRIC 5 AND 1", "a NOT BETWEEN SYMMETRIC c AND b",
    "code IN ('x) AND (', 'y')", "code NOT IN ('x', 'it''s')", "CASE WHEN a IN (b, c) OR d THEN d ELSE a > b AND d END",
    "coalesce(a IN (b, c) OR d, d)", "(a IN (b, c)) IS TRUE", "'((a AND b) AND c)' <> code",
)  # fmt: skip


def _joined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.builds(lambda word, texts: f"({f' {word} '.join(texts)})", st.sampled_from(["AND", "OR"]), parts),
        st.builds(lambda word, texts: f" {word} ".join(texts), st.sampled_from(["AND", "OR"]), parts),
        st.builds("(NOT {})".format, inner),
        st.builds("(({})::boolean)".format, inner),
    )


CONDITIONS = st.recursive(st.sampled_from(ATOMS), _joined, max_leaves=8)


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """A database with nothing in it."""
    with psycopg.connect(database_url) as opened:
        yield opened


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ("CHECK (((a = 1) AND (b = 2)) AND d)", "CHECK (((a = 1) AND (b = 2))::boolean AND d)"),
        ("WHERE ((a OR b)\n   OR d)", "WHERE ((a OR b)::boolean\n   OR d)"),
        ("(((a AND b) AND c) AND d)", "(((a AND b)::boolean AND c)::boolean AND d)"),
        ("((a AND b) OR d)", "((a AND b) OR d)"),
        ("((a AND b OR c) AND d)", "((a AND b OR c) AND d)"),
        ("(d AND (a AND b) AND c)", "(d AND (a AND b) AND c)"),
        ("((a BETWEEN 1 AND 5) AND d)", "((a BETWEEN 1 AND 5) AND d)"),
        ("(f(a AND b) AND d)", "(f(a AND b) AND d)"),
        ("""('((a AND b) AND c)' = "((a OR b) OR c)")""", """('((a AND b) AND c)' = "((a OR b) OR c)")"""),
        (
            "((c)::text = ANY ((ARRAY['a,'::character varying, ')'::character varying])::text[]))",
            "((c)::text = ANY (ARRAY['a,'::character varying, ')'::character varying]))",
        ),
        ("(c = ANY ((ARRAY['a'::bpchar])::text[]))", "(c = ANY ((ARRAY['a'::bpchar])::text[]))"),
        ("((a AND b) AND", "((a AND b)::boolean AND"),
        ("a) AND (b", "a) AND (b"),
    ],
)
def test_what_the_grammar_would_take_away_is_kept(told: str, written: str) -> None:
    assert as_written(told) == written
    assert as_written(written) == written


@pytest.mark.parametrize("condition", [f"{atom} {word} d" for atom in ATOMS for word in ("AND", "OR")])
def test_every_condition_may_stand_first(condition: str, connection: psycopg.Connection) -> None:
    _is_told_again(connection, condition)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=CONDITIONS)
def test_conditions_are_told_in_the_same_words(condition: str, connection: psycopg.Connection) -> None:
    _is_told_again(connection, condition)


def _is_told_again(connection: psycopg.Connection, condition: str) -> None:
    """Make a database's facts from a condition, those again from our script, and have them equal."""
    statements = (
        f"CREATE TABLE t ({COLUMNS}, CONSTRAINT k CHECK ({condition}))",
        f"CREATE VIEW v AS SELECT ({condition}) AS e FROM t WHERE {condition}",
        f"CREATE INDEX i ON t ((({condition}))) WHERE {condition}",
        f"CREATE POLICY p ON t USING ({condition})",
        f"CREATE FUNCTION f({COLUMNS}) RETURNS boolean LANGUAGE sql RETURN ({condition})",
    )
    with connection.transaction(force_rollback=True):
        for statement in statements:
            connection.execute(statement.encode())
        first = introspect(connection)
    with connection.transaction(force_rollback=True):
        for made in render.script(first).statements:
            connection.execute(made.sql.encode())
        assert differences(first, introspect(connection)) == []


def test_the_work_grows_with_the_text() -> None:
    few, many = (_steps("(" * depth + "a AND b" + ") AND c" * depth) for depth in (200, 1_600))
    assert many < 9 * few
    few, many = (_steps("c = ANY ((ARRAY[" * depth + "])::text[]) AND (d)" * depth) for depth in (200, 1_600))
    assert many < 9 * few


def _steps(text: str) -> int:
    """Return how many lines of Python it takes to write a text."""
    count = 0

    def count_line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return count_line

    sys.settrace(count_line)
    try:
        as_written(text)
    finally:
        sys.settrace(None)
    return count
