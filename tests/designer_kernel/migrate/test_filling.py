"""Values of columns for the rows that are there, in one transaction and in stages."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidDesign, InvalidSql, StatementFailed
from designer_kernel.migrate.online import online
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.prove import prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.running import run_steps
from designer_kernel.migrate.steps import Plan, Step
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, version

TABLE = "CREATE TABLE people (id int PRIMARY KEY, name text, age int)"
ROWS = "INSERT INTO people SELECT i, 'n' || i, nullif(i, 3) FROM generate_series(1, 9) i"


def _column(name: str) -> ObjectId:
    return ObjectId("column", ("public", "people", name))


def _planned(
    fresh: FreshUrl, change: str, fill: dict[str, str], *, is_staged: bool | None = None
) -> tuple[str, Plan, Plan]:
    """Return a database with rows, the plan in one transaction and that in stages; one of them is proved."""
    url, other = fresh(), fresh()
    for each, script in ((url, TABLE), (other, TABLE), (other, change)):
        load(each, script)
    before, after, rehearsal = read(url), read(other), Rehearsal(url)
    hints = Hints(fill={_column(name): value for name, value in fill.items()})
    made = plan(before, after, version=version(url), shadow=rehearsal, hints=hints)
    staged = online(made, before, after)
    if is_staged is not None:
        proof = prove(staged if is_staged else made, before, after, rehearsal)
        assert [(check.name, check.found) for check in proof.checks if not check.holds] == []
    load(url, ROWS)
    return url, made, staged


def _gone(url: str, steps: tuple[Step, ...], query: str) -> list[tuple[object, ...]]:
    with connect(url, autocommit=True) as connection:
        run_steps(connection, steps)
        return connection.execute(query.encode()).fetchall()


@pytest.mark.parametrize("is_staged", [False, True], ids=["transaction", "stages"])
def test_a_new_column_gets_its_values_before_it_is_not_null(is_staged: bool, fresh_url: FreshUrl) -> None:
    change = (
        "ALTER TABLE people ADD label text NOT NULL DEFAULT 'new', ADD half int; COMMENT ON COLUMN people.label IS 'x'"
    )
    url, made, staged = _planned(
        fresh_url, change, {"label": "name || '%' || id", "half": "age / 2"}, is_staged=is_staged
    )
    assert sorted(step.action for step in made.up) == ["alter", "create", "create", "fill", "fill"]
    hazards = {hazard.name for step in staged.up for hazard in step.hazards}
    assert not hazards & {"may_fail", "long_lock", "rewrite"}
    rows = _gone(url, (staged if is_staged else made).up, "SELECT id, label, half FROM people ORDER BY id")
    assert rows == [(i, f"n{i}%{i}", None if i == 3 else i // 2) for i in range(1, 10)]
    fresh = _gone(url, (), "INSERT INTO people (id) VALUES (10) RETURNING label")
    assert fresh == [("new",)]


@pytest.mark.parametrize("is_staged", [False, True], ids=["transaction", "stages"])
def test_a_column_that_becomes_not_null_is_filled_where_it_is_not(is_staged: bool, fresh_url: FreshUrl) -> None:
    url, made, staged = _planned(
        fresh_url, "ALTER TABLE people ALTER age SET NOT NULL", {"age": "-1"}, is_staged=is_staged
    )
    assert [step.action for step in made.up] == ["fill", "alter"]
    rows = _gone(url, (staged if is_staged else made).up, "SELECT age FROM people ORDER BY id")
    assert [age for (age,) in rows] == [1, 2, -1, 4, 5, 6, 7, 8, 9]


@pytest.mark.older
def test_the_same_on_an_older_server(fresh_older_url: FreshUrl) -> None:
    change = "ALTER TABLE people ADD label text NOT NULL, ALTER age SET NOT NULL"
    url, made, staged = _planned(fresh_older_url, change, {"label": "upper(name)", "age": "0"}, is_staged=True)
    assert {step.action for step in made.up} == {"create", "fill", "alter"}
    rows = _gone(url, staged.up, "SELECT label, age FROM people WHERE id IN (2, 3) ORDER BY id")
    assert rows == [("N2", 2), ("N3", 0)]


def test_a_column_without_values_keeps_its_hazard(fresh_url: FreshUrl) -> None:
    change = "ALTER TABLE people ADD label text NOT NULL, ADD other int NOT NULL"
    _, made, staged = _planned(fresh_url, change, {"label": "'x'"})
    for each in (made, staged):
        failing = [hazard for step in each.up for hazard in step.hazards if hazard.name == "may_fail"]
        assert [hazard.on for hazard in failing] == [_column("other")]


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("1; DROP TABLE people", InvalidSql),
        ("1, name = 'x'", InvalidSql),
        ("1 WHERE id > 3", InvalidSql),
        ("nobody + 1", StatementFailed),
        ("'no number'::text", StatementFailed),
    ],
)
def test_a_value_is_one_expression_that_the_server_understands(
    value: str, error: type[Exception], fresh_url: FreshUrl
) -> None:
    with pytest.raises(error):
        _planned(fresh_url, "ALTER TABLE people ADD n int NOT NULL", {"n": value})


def test_the_server_computes_some_columns_by_itself(fresh_url: FreshUrl) -> None:
    with pytest.raises(InvalidDesign, match="computes"):
        _planned(fresh_url, "ALTER TABLE people ADD n int GENERATED ALWAYS AS (id * 2) STORED", {"n": "1"})
