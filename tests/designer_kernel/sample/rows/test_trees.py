"""Trees of rows of one table: as deep and as wide as was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill, plan
from tests.designer_kernel.sample.databases import ask, create

NODES = "CREATE TABLE nodes (id bigint PRIMARY KEY, parent_id bigint REFERENCES nodes, name text)"
INSIDE = """
CREATE TABLE teams (id int PRIMARY KEY);
CREATE TABLE people (id uuid PRIMARY KEY, team_id int NOT NULL REFERENCES teams, boss_id uuid, UNIQUE (team_id, id),
  FOREIGN KEY (team_id, boss_id) REFERENCES people (team_id, id));
"""
WALK = """
WITH RECURSIVE walk AS (
  SELECT id, 1 AS level FROM {table} WHERE {parent} IS NULL
  UNION ALL SELECT c.id, level + 1 FROM {table} c JOIN walk w ON w.id = c.{parent}
) SELECT count(*), count(*) FILTER (WHERE level = 1), max(level),
  (SELECT max(n) FROM (SELECT count(*) n FROM {table} WHERE {parent} IS NOT NULL GROUP BY {parent}) counted) FROM walk
"""


def shape(url: str, table: str, parent: str) -> tuple[Any, ...]:
    """Return the rows that are reached from roots, the roots, the levels and the most children of a row."""
    return ask(url, WALK.format(table=table, parent=parent))[0]


def hints(rows: int, **asked: int) -> dict[str, Any]:
    return {"tables": {"nodes": {"rows": rows, "columns": {"parent_id": asked}}}}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, (1000, 12, None, None)),
        ({"roots": 1}, (1000, 1, None, None)),
        ({"roots": 1, "fan_out": 3}, (1000, 1, 7, 3)),
        ({"roots": 10, "depth": 3}, (1000, 10, 3, 10)),
        ({"depth": 2}, (1000, 12, 2, 83)),
        ({"roots": 1, "depth": 1000}, (1000, 1, 1000, 1)),
        ({"roots": 2, "fan_out": 4, "depth": 4}, (1000, 2, 4, None)),
    ],
)
def test_trees_have_the_shape_that_was_asked_for(
    clean_url: str, asked: dict[str, int], expected: tuple[int | None, ...]
) -> None:
    fill(create(clean_url, NODES), seed=4, hints=hints(1000, **asked))
    found = shape(clean_url, "nodes", "parent_id")
    assert [a for a, b in zip(found, expected, strict=True) if b is not None] == [b for b in expected if b is not None]


def test_trees_inside_of_teams_have_it_as_well(clean_url: str) -> None:
    asked = {
        "tables": {"people": {"rows": 600, "columns": {"boss_id": {"roots": 1, "fan_out": 4}}}, "teams": {"rows": 9}}
    }
    fill(create(clean_url, INSIDE), seed=4, hints=asked)
    reached, roots, levels, most = shape(clean_url, "people", "boss_id")
    assert (reached, roots, most) == (600, 9, 4)
    assert 4 <= levels <= 6


@pytest.mark.parametrize("asked", [{"depth": 0}, {"roots": -1}, {"fan_out": True}])
def test_numbers_that_are_none_are_refused(clean_url: str, asked: dict[str, int]) -> None:
    with pytest.raises(SamplePlanError) as caught:
        plan(create(clean_url, NODES), hints=hints(10, **asked))
    assert caught.value.where == "public.nodes.parent_id"


def test_a_plan_with_shapes_reads_back_as_it_was(clean_url: str) -> None:
    made = plan(create(clean_url, NODES), hints=hints(100, roots=2, fan_out=3))
    assert "fan_out: 3" in made.to_yaml()
    assert fill(clean_url, plan=made).plan.tables == made.tables
