"""Columns without a name are said to have none only where nobody sees names."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.unnamed import named


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("SELECT EXISTS (SELECT 'é'::text, 1)", """SELECT EXISTS (SELECT 'é'::text AS "?column?", 1)"""),
        (
            "SELECT ARRAY(SELECT NULL::character varying(3) FROM t)",
            'SELECT ARRAY(SELECT NULL::character varying(3) AS "?column?" FROM t)',
        ),
        (
            "SELECT 1 IN (SELECT ('x'::text COLLATE \"C\") UNION SELECT 'y'::\"char\")",
            """SELECT 1 IN (SELECT ('x'::text COLLATE "C") AS "?column?" UNION SELECT 'y'::"char" AS "?column?")""",
        ),
        ("INSERT INTO t (a) SELECT 'x'::text", """INSERT INTO t (a) SELECT 'x'::text AS "?column?\""""),
    ],
)
def test_casts_in_subqueries_of_expressions_get_no_name(told: str, meant: str) -> None:
    assert named(told) == meant
    assert named(meant) == meant


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 'x'::text FROM t WHERE EXISTS (SELECT 1)",  # the column of the query is called text
        "SELECT s.text FROM (SELECT 'x'::text) s WHERE EXISTS (SELECT a::text FROM t)",
        "WITH w AS (SELECT 'x'::text) SELECT w.text FROM w",
        "SELECT (SELECT 'x'::text)",  # the outer column takes the name of the inner one
        "SELECT EXISTS (SELECT 'x'::text AS a)",
        "SELECT 'SELECT ''a''::text' WHERE EXISTS (SELECT",  # nothing that our parser reads
    ],
)
def test_names_that_are_seen_stay(sql: str) -> None:
    assert named(sql) == sql


def test_an_expression_is_read_after_what_makes_it_a_statement() -> None:
    assert named("EXISTS (SELECT 'x'::text)", "SELECT WHERE") == """EXISTS (SELECT 'x'::text AS "?column?")"""
