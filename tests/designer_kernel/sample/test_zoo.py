"""Every kind of constraint that is kept, in one schema; the server checks all of them again."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest

from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Filling, fill
from designer_kernel.sample.loading.encoding import batches
from designer_kernel.sample.planning import planner
from tests.designer_kernel.sample.databases import ask, contents, create, disabled_triggers, not_valid, one, schema_hash

ZOO = (Path(__file__).parent / "zoo.sql").read_text()


@pytest.fixture(scope="module")
def zoo(server: EmbeddedServer) -> Iterator[tuple[str, Filling, str]]:
    """The filled zoo: its URL, the result, and the hash of its schema before."""
    url = create(server.ensure_database("sample_zoo"), ZOO)
    before = schema_hash(url)
    yield url, fill(url, seed=3, rows={"lockers": 25_000}), before
    server.drop_database("sample_zoo")


def test_every_table_has_the_planned_rows(zoo: tuple[str, Filling, str]) -> None:
    url, filling, _ = zoo
    found = {name: rows for name, (rows, _) in contents(url).items()}
    assert found == {t.label: t.rows for t in filling.plan.tables.values()}
    assert min(found.values()) > 0


def test_the_schema_is_what_it_was(zoo: tuple[str, Filling, str]) -> None:
    url, _, before = zoo
    assert schema_hash(url) == before
    assert not_valid(url) == []
    assert disabled_triggers(url) == []


def test_a_boss_works_in_the_own_company(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    query = "SELECT count(*) FROM companies c JOIN employees e ON e.id = c.boss_id WHERE e.company_id <> c.id"
    assert one(url, query) == 0


def test_managers_form_trees_inside_the_company(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    query = """
        WITH RECURSIVE t AS (
          SELECT id, company_id, 1 AS depth FROM employees WHERE manager_id IS NULL
          UNION ALL SELECT e.id, e.company_id, depth + 1 FROM employees e JOIN t ON t.id = e.manager_id AND t.company_id = e.company_id
        ) SELECT count(*), max(depth) FROM t
    """
    ((reached, depth),) = ask(url, query)
    assert reached == one(url, "SELECT count(*) FROM employees")
    assert 3 <= depth <= 12


def test_names_and_addresses_agree(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    query = """
        SELECT count(*) FILTER (WHERE email NOT LIKE lower(left(first_name, 12)) || '.' || lower(left(last_name, 13)) || '%@%example%'),
            count(*) > 1000
        FROM employees WHERE first_name || last_name ~ '^[A-Za-z]+$'"""
    assert ask(url, query) == [(0, True)]


def test_states_and_times_agree(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    assert one(url, "SELECT count(*) FROM invoices WHERE (state = 'closed') <> (closed_at IS NOT NULL)") == 0
    assert one(url, "SELECT count(DISTINCT state) FROM invoices") == 3


def test_one_row_of_a_group_is_current(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    query = "SELECT count(*) FILTER (WHERE is_current), count(DISTINCT employee_id) FROM moods"
    ((current, employees),) = ask(url, query)
    assert current == employees


def test_sequences_go_on_after_the_last_row(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    with psycopg.connect(url) as connection:
        row = connection.execute("INSERT INTO lockers (number) VALUES (9999999) RETURNING id").fetchone()
        assert row == (25_001,)
        row = connection.execute(
            "INSERT INTO bookings (room_id, during) VALUES (1, '[2000-01-01,2000-01-02)') RETURNING id"
        ).fetchone()
        assert row is not None
        assert row[0] == zoo[1].plan.tables["public", "bookings"].rows + 1
        connection.rollback()


def test_partitions_share_the_rows(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    for partition in ("readings_1", "readings_3", "regional_eu", "regional_us_24", "hashed_0", "hashed_1"):
        assert one(url, f"SELECT count(*) FROM {partition}") > 0


def test_rare_types_are_loaded(zoo: tuple[str, Filling, str]) -> None:
    url, _, _ = zoo
    query = (
        "SELECT count(*) FROM rare WHERE ip << '10.0.0.0/8' AND mac IS NOT NULL AND words IS NOT NULL AND moods <> '{}'"
    )
    assert one(url, query) > 900
    assert one(url, "SELECT count(*) FROM rare WHERE upper(span) <= lower(span) OR upper(days) <= lower(days)") == 0


@pytest.mark.parametrize("chunk", [7_777, 50_000])
def test_rows_do_not_depend_on_the_chunk(zoo: tuple[str, Filling, str], chunk: int) -> None:
    plan = zoo[1].plan
    for table in plan.tables.values():
        whole = pa.Table.from_batches(batches(plan, table, 1_000_000))
        assert pa.Table.from_batches(batches(plan, table, chunk)).equals(whole), table.label


def test_a_seed_gives_the_same_rows_and_another_seed_others(zoo: tuple[str, Filling, str]) -> None:
    with psycopg.connect(zoo[0]) as connection:
        catalog = introspect(connection)
    plans = [planner.plan(catalog, seed=seed) for seed in (3, 3, 4)]
    for name in plans[0].tables:
        first, again, other = (pa.Table.from_batches(batches(plan, plan.tables[name])) for plan in plans)
        assert first.equals(again)
        if name not in {("public", "a"), ("public", "b"), ("public", "c"), ("public", "tags")}:
            assert not first.equals(other), name


def test_the_plan_is_shown_and_is_data(zoo: tuple[str, Filling, str]) -> None:
    plan = zoo[1].plan
    frame = plan.to_frame()
    assert list(frame.columns) == ["table", "rows", "column", "type", "provider", "nulls", "reason"]
    assert (frame["reason"] != "").all()
    as_data = plan.to_dict()
    owner = as_data["tables"]["public.employees"]["references"]["employees_company_id_fkey"]
    assert (owner["to"], owner["columns"]) == ("public.companies", ["company_id"])
    assert "spread" in owner  # rows lie under those of their owner
    assert as_data["rows"] == plan.rows
