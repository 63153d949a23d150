"""A plan as a document: read back it is the same plan with the same rows; edits count; what is wrong is named."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel import templates
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.lower import lower
from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample import Plan
from designer_kernel.sample.constraints.judging import ServerJudge
from designer_kernel.sample.document.emit import TOLD
from designer_kernel.sample.loading.encoding import to_arrow
from designer_kernel.sample.planning import planner
from designer_kernel.sample.rows.frame import Frame
from tests.designer_kernel.sample.databases import create
from tests.designer_kernel.sample.schemas import random_schema

ORDERS = ("public", "orders")


@pytest.fixture(scope="module")
def market() -> Catalog:
    return lower(templates.load("marketplace"))


@pytest.fixture(scope="module")
def written(market: Catalog) -> tuple[Plan, str]:
    plan = planner.plan(market, rows={"orders": 3000}, seed=5)
    return plan, plan.to_yaml()


def edited(text: str, change: Callable[[dict[str, Any]], None]) -> str:
    data = yaml.safe_load(text)
    change(data)
    return str(yaml.safe_dump(data, allow_unicode=True))


def rows_of(plan: Plan, count: int = 40) -> dict[str, list[Any]]:
    """Return the first and last rows of every table as Arrow, by column."""
    found = {}
    for name, table in plan.tables.items():
        chosen = np.unique(np.r_[0 : min(count, table.rows), max(table.rows - count, 0) : table.rows])
        frame = Frame(plan, name, chosen.astype(np.int64))
        found[table.label] = [to_arrow(c.facts.form, frame.column(n)) for n, c in table.columns.items()]
    return found


def test_it_says_everything(written: tuple[Plan, str]) -> None:
    plan, text = written
    data = yaml.safe_load(text)
    assert data["seed"] == 5
    assert data["rows"] == plan.rows
    assert data["bytes"] > 0
    assert data["seconds"] > 0
    assert "measured" in data["estimates_rest_on"]
    assert [tuple(name.split(".")) for name in data["order"]] == list(plan.order)
    orders = data["tables"]["public.orders"]
    assert orders["rows"] == 3000
    assert orders["reason"] == "asked for"
    assert set(orders["columns"]) == set(plan.tables[ORDERS].columns)
    assert orders["columns"]["order_number"] | {"why": ""} == {
        "type": "character varying(50)", "provider": "code", "prefix": "ORD-", "width": 6, "start": 1, "why": "",
    }  # fmt: skip
    assert orders["keys"]["orders_pkey"]["room"] == str(1 << 64)
    assert orders["references"]["orders_tenant_id_user_id_fkey"]["spread"] == "skewed"
    assert all(c["why"] for table in data["tables"].values() for c in table.get("columns", {}).values())


def test_it_comes_back_as_the_same_plan(market: Catalog, written: tuple[Plan, str]) -> None:
    plan, text = written
    again = Plan.from_yaml(text, market)
    assert again == plan
    assert rows_of(again) == rows_of(plan)
    assert again.to_yaml() == text


@pytest.mark.parametrize("seed", range(6))
def test_random_schemas_come_back_as_the_same_plan(clean_url: str, seed: int) -> None:
    create(clean_url, random_schema(seed))
    with connect(clean_url, read_only=True) as connection:
        catalog = introspect(connection)
    plan = planner.plan(catalog, scale=0.3, seed=seed)
    again = Plan.from_yaml(plan.to_yaml(), catalog)
    assert again == plan
    assert rows_of(again, 10) == rows_of(plan, 10)


@given(st.data())
@settings(max_examples=6, deadline=None)
def test_edited_rows_come_back_as_edited(data: st.DataObject) -> None:
    catalog = lower(templates.load("blog"))
    plan = planner.plan(catalog, scale=0.05)
    names = [t.label for t in plan.tables.values() if t.rows]
    label = data.draw(st.sampled_from(names))
    more = data.draw(st.integers(1, 30))

    def change(document: dict[str, Any]) -> None:
        document["tables"][label]["rows"] += more

    text = edited(plan.to_yaml(), change)
    try:
        read = Plan.from_yaml(text, catalog)
    except SamplePlanError:  # a unique key leaves no room for more
        return
    for table in plan.tables.values():
        assert read.tables[table.name].rows == table.rows + (more if table.label == label else 0)
        assert read.tables[table.name].reason == ("asked for" if table.label == label else table.reason)
    assert Plan.from_yaml(read.to_yaml(), catalog) == read


def test_edited_columns_count(market: Catalog, written: tuple[Plan, str]) -> None:
    _, text = written

    def change(document: dict[str, Any]) -> None:
        columns = document["tables"]["public.orders"]["columns"]
        columns["order_number"]["prefix"] = "X-"
        columns["notes"]["nulls"] = 0
        document["seed"] = 6

    read = Plan.from_yaml(edited(text, change), market)
    shown = read.preview("orders", rows=200)
    assert shown["order_number"][0] == "X-000001"
    assert shown["notes"].notna().all()
    assert read.seed == 6
    assert read.tables[ORDERS].rows == 3000
    assert Plan.from_yaml(read.to_yaml(), market) == read


def test_columns_of_a_plan_are_hints_as_they_stand(written: tuple[Plan, str], market: Catalog) -> None:
    """What the document says of a column can be put into a design's hints, and gives the same rows."""
    plan, text = written
    tables = {}
    for label, table in yaml.safe_load(text)["tables"].items():
        said = {
            name: {k: v for k, v in column.items() if k not in TOLD}
            for name, column in table.get("columns", {}).items()
        }
        tables[label] = {"rows": table["rows"], "columns": said}
    again = planner.plan(market, seed=5, hints={"tables": tables})
    assert {t.label: t.rows for t in again.tables.values()} == {t.label: t.rows for t in plan.tables.values()}
    assert rows_of(again) == rows_of(plan)


def test_rows_may_be_edited_to_refer_to_others(market: Catalog, written: tuple[Plan, str]) -> None:
    def change(document: dict[str, Any]) -> None:
        document["tables"]["public.order_items"]["rows"] = {"per": "orders", "mean": 2, "spread": "poisson"}

    read = Plan.from_yaml(edited(written[1], change), market)
    assert read.tables["public", "order_items"].rows == 6000
    assert yaml.safe_load(read.to_yaml())["asked"]["tables"]["public.order_items"]["rows"]["spread"] == "poisson"


WRONG = [
    (lambda d: d.update(sead=3), "plan.sead", "did you mean seed"),
    (lambda d: d.update(sample_plan=2), "plan.sample_plan", "sample_plan: 1"),
    (lambda d: d["tables"].update({"public.oders": {}}), "tables.public.oders", "did you mean public.orders"),
    (lambda d: d["tables"]["public.orders"].update(row=3), "tables.public.orders.row", "did you mean rows"),
    (
        lambda d: d["tables"]["public.orders"]["columns"].update(statu={"nulls": 0}),
        "tables.public.orders.columns.statu",
        "did you mean status",
    ),
    (
        lambda d: d["tables"]["public.orders"]["columns"]["notes"].update(provider="nothing"),
        "public.orders.notes",
        "sample.provider('nothing')",
    ),
    (
        lambda d: d["tables"]["public.orders"]["columns"]["order_number"].update(prefx="X"),
        "public.orders.order_number",
        "did you mean prefix",
    ),
    (lambda d: d["tables"]["public.orders"].update(rows=-1), "tables.public.orders.rows", "correct"),
]


@pytest.mark.parametrize(("change", "where", "mend"), WRONG)
def test_what_is_wrong_is_named(
    market: Catalog, written: tuple[Plan, str], change: Callable[[dict[str, Any]], None], where: str, mend: str
) -> None:
    with pytest.raises(SamplePlanError) as caught:
        Plan.from_yaml(edited(written[1], change), market)
    assert caught.value.where == where
    assert mend in caught.value.mend


def test_a_plan_pickles_without_the_rows_that_frames_kept(written: tuple[Plan, str]) -> None:
    plan, _ = written
    plan.preview("order_items", rows=10_000)
    assert plan.kept
    again = pickle.loads(pickle.dumps(plan))  # our own data
    assert again == plan
    assert not again.kept


def test_previews_are_rows_of_the_plan(written: tuple[Plan, str]) -> None:
    plan, _ = written
    assert f"{plan.rows:,} rows, seed" in repr(plan)  # not all that it holds
    shown = plan.preview("orders", rows=5, start=100)
    assert list(shown.index) == [100, 101, 102, 103, 104]
    assert list(shown.columns) == list(plan.tables[ORDERS].columns)
    assert shown.equals(plan.preview("public.orders", rows=50, start=100).head(5))
    assert len(plan.preview("orders", rows=10, start=2995)) == 5
    assert plan.preview("audit_log").empty
    assert plan.frame("orders", 10, 20).rows.tolist() == list(range(10, 20))
    with pytest.raises(SamplePlanError, match="no table 'order'"):
        plan.preview("order")


def test_the_shown_plan_is_escaped(clean_url: str) -> None:
    create(clean_url, 'CREATE TABLE "<b>x</b>" (id int PRIMARY KEY, "<i>" text)')
    with connect(clean_url, read_only=True) as connection:
        shown = planner.plan(introspect(connection))._repr_html_()
    assert "<b>x</b>" not in shown
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "<i>" not in shown


def test_estimates_are_near_what_a_server_takes(clean_url: str) -> None:
    from designer_kernel.sample import fill
    from tests.designer_kernel.sample.databases import one

    create(
        clean_url,
        """CREATE TABLE wide (id bigint PRIMARY KEY, a uuid, b varchar(40) NOT NULL, price numeric(12, 2),
                              at timestamptz, flag boolean, doc jsonb, day date, n int);
           CREATE INDEX ON wide (a); CREATE TABLE narrow (id int PRIMARY KEY, ok boolean)""",
    )
    plan = fill(clean_url, rows={"wide": 60_000, "narrow": 60_000}).plan
    for table in ("wide", "narrow"):
        size = one(clean_url, "SELECT pg_total_relation_size(%s::regclass)", f"public.{table}")
        assert 0.75 < plan.estimate.tables["public", table].bytes / size < 1.3, table


def test_a_plan_is_filled_beside_rows_that_are_there(clean_url: str) -> None:
    from designer_kernel.sample import fill
    from designer_kernel.sample import plan as planned
    from tests.designer_kernel.sample.databases import one

    create(clean_url, "CREATE TABLE a (id int PRIMARY KEY, name text NOT NULL UNIQUE)")
    plan = planned(clean_url, rows={"a": 30})
    fill(clean_url, plan=plan)
    assert not fill(clean_url, plan=plan, mode="top up").rows
    fill(clean_url, plan=plan, mode="append")
    assert one(clean_url, "SELECT count(DISTINCT name) FROM a") == 60


CORPORA = Path(__file__).parents[2] / "catalog" / "corpora"


@pytest.mark.parametrize(
    "name", ["facts25", "column", "inheritance", "partition_17", "generated_16", "unnamed_columns"]
)
def test_schemas_of_others_come_back_as_the_same_plan(database_url: str, name: str) -> None:
    create(database_url, (CORPORA / f"{name}.sql").read_text("utf-8"))
    with connect(database_url, read_only=True) as connection:
        catalog = introspect(connection)
        plan = planner.plan(catalog, scale=0.2, judge=ServerJudge(connection))
        again = Plan.from_yaml(plan.to_yaml(), catalog, judge=ServerJudge(connection))
    assert again == plan
    assert rows_of(again, 10) == rows_of(plan, 10)
    assert plan.estimate.bytes > 0 or not plan.rows
    places = {table: index for index, table in enumerate(plan.order)}
    for table in plan.tables.values():
        if table.owner:
            assert places[table.references[table.owner].parent] < places[table.name]
