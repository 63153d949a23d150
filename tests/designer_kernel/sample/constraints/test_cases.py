"""Checks that tie a free column to what keys and references decide: solved case by case, also where a case is rare."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import pytest

from designer_kernel.sample import fill
from designer_kernel.sample.constraints.cases import Mixed, situations
from designer_kernel.sample.constraints.conditions import read
from designer_kernel.sample.constraints.nodes import Constant, Every, Not
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one

NODES = "CREATE TABLE nodes (id bigint PRIMARY KEY, name text NOT NULL); CREATE TABLE parts (id uuid PRIMARY KEY);"
PATH = "ancestor bigint NOT NULL REFERENCES nodes, descendant bigint NOT NULL REFERENCES nodes, PRIMARY KEY (ancestor, descendant)"
SHAPES = {
    "a closure": (f"{PATH}, depth int NOT NULL CHECK (depth >= 0)", "(ancestor = descendant) = (depth = 0)"),
    "a closure, unlike": (f"{PATH}, depth int NOT NULL CHECK (depth >= 0)", "(ancestor <> descendant) <> (depth = 0)"),
    "a closure in two parts": (f"{PATH}, depth int NOT NULL CHECK (depth >= 0)", "(ancestor <> descendant OR depth = 0) AND (ancestor = descendant OR depth > 0)"),
    "a closure by a case": (f"{PATH}, depth int NOT NULL", "CASE WHEN ancestor = descendant THEN depth = 0 ELSE depth > 0 END"),
    "a closure by a value": (f"{PATH}, depth int NOT NULL", "depth >= CASE WHEN ancestor = descendant THEN 0 ELSE 1 END AND (depth = 0) IS NOT DISTINCT FROM (ancestor = descendant)"),
    "a word for itself": (f"{PATH}, kind text NOT NULL", "(kind = 'self') = (ancestor = descendant)"),
    "a flag": (f"{PATH}, is_self boolean NOT NULL", "is_self = (ancestor = descendant)"),
    "a flag, not distinct": (f"{PATH}, is_self boolean", "is_self IS NOT DISTINCT FROM (ancestor = descendant)"),
    "two columns": (f"{PATH}, depth smallint NOT NULL, way text", "CASE WHEN ancestor = descendant THEN depth = 0 AND way IS NULL ELSE depth BETWEEN 1 AND 20 AND way IS NOT NULL END"),
    "a root's level": ("id bigint PRIMARY KEY, parent_id bigint REFERENCES t, level int NOT NULL CHECK (level >= 0)", "(parent_id IS NULL) = (level = 0)"),
    "a root's kind": ("id bigint PRIMARY KEY, parent_id bigint REFERENCES t, kind text NOT NULL CHECK (kind IN ('root', 'branch', 'leaf'))", "CASE kind WHEN 'root' THEN parent_id IS NULL ELSE parent_id IS NOT NULL END"),
    "counted": ("id bigint PRIMARY KEY, node_id bigint NOT NULL REFERENCES nodes, a text, b text, first boolean UNIQUE NOT NULL", "CASE WHEN first THEN num_nonnulls(a, b) = 2 ELSE num_nonnulls(a, b) = 1 END"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_case_is_met(clean_url: str, shape: str) -> None:
    columns, check = SHAPES[shape]
    rows = 2 if shape == "counted" else 600
    create(clean_url, f"{NODES} CREATE TABLE t ({columns}, CONSTRAINT c CHECK ({check}))")
    fill(clean_url, rows={"nodes": max(rows // 4, 10), "t": rows})
    assert one(clean_url, "SELECT count(*) FROM t") == rows
    assert not_valid(clean_url) == []


def test_a_rare_case_is_met_where_no_trial_row_shows_it(clean_url: str) -> None:
    columns, check = SHAPES["a closure"]
    create(clean_url, f"{NODES} CREATE TABLE t ({columns}, CONSTRAINT c CHECK ({check}))")
    rows = {"nodes": 20_000, "t": 40_000}
    fill(clean_url, rows=rows)
    first = contents(clean_url)
    assert ask(clean_url, "SELECT count(*) FROM t WHERE (ancestor = descendant) <> (depth = 0)") == [(0,)]
    assert one(clean_url, "SELECT count(DISTINCT depth) FROM t") > 5
    fill(clean_url, rows=rows, mode="replace", connections=2)
    assert contents(clean_url) == first


def _column(name: str, kind: str = "integer", *, not_null: bool = True) -> ColumnFacts:
    return ColumnFacts(name, kind, Form(kind, kind), not_null, "", False, "", "")


COLUMNS = {c.name: c for c in (_column("a"), _column("b"), _column("x"), _column("n", not_null=False))}


def test_a_check_falls_apart_into_cases() -> None:
    fact = read("a = b")
    found = situations([read("(a = b) = (x = 0)")], frozenset({"x"}), COLUMNS)
    assert [s.condition for s in found] == [fact, Not(fact)]
    assert found[0].left == (read("true = (x = 0)"),)


def test_facts_that_contradict_each_other_are_no_case() -> None:
    found = situations([read("(a = 1 OR x > 3) AND (a = 2 OR x > 5)")], frozenset({"x"}), COLUMNS)
    assert len(found) == 3  # never 1 and 2
    assert all(isinstance(s.condition, Every) for s in found)


def test_what_may_be_unknown_is_a_case_of_its_own() -> None:
    found = situations([read("n > 3 OR x > 1")], frozenset({"x"}), COLUMNS)
    assert len(found) == 3
    assert Constant(None) in {part for s in found for part in s.left[0].parts}  # type: ignore[attr-defined]


def test_a_free_column_beside_another_is_no_case() -> None:
    with pytest.raises(Mixed):
        situations([read("x > a")], frozenset({"x"}), COLUMNS)
