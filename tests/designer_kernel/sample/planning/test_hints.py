"""Hints: rows that refer to others, providers by name, users' functions, nulls; and how what is wrong is said."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import numpy as np
import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Plan, RowView, SampleHints, fill, provider
from designer_kernel.sample.document import hints as hinting
from designer_kernel.sample.planning import planner
from designer_kernel.sample.providers import custom
from designer_kernel.sample.rows.frame import Frame
from tests.designer_kernel.sample.databases import ask, contents, create, one

SHOP = """
    CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL, age int, joined_at timestamptz NOT NULL);
    CREATE TABLE products (id int PRIMARY KEY, title text NOT NULL, price numeric(10, 2) NOT NULL CHECK (price > 0));
    CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, referrer_id int REFERENCES users, note text,
                         code varchar(12) UNIQUE, total numeric(10, 2) NOT NULL, paid boolean, day date, tags text[],
                         doubled numeric GENERATED ALWAYS AS (total * 2) STORED);
    CREATE TABLE order_items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, product_id int NOT NULL REFERENCES products);
"""


@pytest.fixture(scope="module")
def shop_url(server: EmbeddedServer) -> Iterator[str]:
    url = server.ensure_database("sample_hints_shop")
    create(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;" + SHOP)
    yield url
    server.drop_database("sample_hints_shop")


@pytest.fixture(scope="module")
def shop(shop_url: str) -> Catalog:
    with connect(shop_url, read_only=True) as connection:
        return introspect(connection)


@pytest.fixture(autouse=True)
def only_own_functions() -> Iterator[None]:
    before = dict(custom._FUNCTIONS)
    yield
    custom._FUNCTIONS.clear()
    custom._FUNCTIONS.update(before)


def rows_of(catalog: Catalog, hints: Any, **given: Any) -> dict[str, int]:
    return {n[1]: t.rows for n, t in planner.plan(catalog, hints=hints, **given).tables.items()}


def values(catalog: Catalog, hints: Any, table: str, column: str, rows: int = 2000) -> Any:
    plan = planner.plan(catalog, hints=hints)
    name = ("public", table)
    found = Frame(plan, name, np.arange(min(rows, plan.tables[name].rows), dtype=np.int64)).column(column)
    return plan, found


def test_rows_may_refer_to_those_of_others(shop: Catalog) -> None:
    hints = {
        "tables": {
            "users": {"rows": 1000},
            "orders": {"rows": {"per": "users", "mean": 2.5}},
            "order_items": {"rows": {"per": "orders", "mean": 3, "spread": "even"}},
            "products": {"rows": {"share": 0.1, "of": "users"}},
        }
    }
    assert rows_of(shop, hints) == {"users": 1000, "orders": 2500, "order_items": 7500, "products": 100}
    assert rows_of(shop, hints, rows={"users": 10}) == {"users": 10, "orders": 25, "order_items": 75, "products": 1}
    raised = rows_of(
        shop, {"tables": {"orders": {"rows": {"per": "users", "mean": 10}}}}, rows={"order_items": 100_000}
    )
    assert raised["orders"] == 10 * raised["users"]


@pytest.mark.parametrize(
    ("spread", "low", "high"), [("even", 0, 0.1), ("poisson", 0.9, 1.1), ("skewed", 1.2, 2), ("zipf", 20, 500)]
)
def test_children_spread_as_asked(shop: Catalog, spread: str, low: float, high: float) -> None:
    """The variance of their number, by the mean: 0 if even, 1 for Poisson."""
    hints = {"tables": {"users": {"rows": 4000}, "orders": {"rows": {"per": "users", "mean": 2.5, "spread": spread}}}}
    plan = planner.plan(shop, hints=hints)
    owners = Frame(plan, ("public", "orders"), np.arange(10_000)).parent("orders_user_id_fkey").rows
    sizes = np.bincount(owners, minlength=4000)
    assert sizes.mean() == 2.5
    assert low <= sizes.var() / 2.5 <= high


def test_poisson_children_are_poisson(shop: Catalog) -> None:
    from math import exp, factorial

    hints = {"tables": {"users": {"rows": 4000}, "orders": {"rows": {"per": "users", "mean": 2, "spread": "poisson"}}}}
    plan = planner.plan(shop, hints=hints)
    owners = Frame(plan, ("public", "orders"), np.arange(8_000)).parent("orders_user_id_fkey").rows
    seen = np.bincount(np.minimum(np.bincount(owners, minlength=4000), 7), minlength=8)
    expected = [4000 * exp(-2) * 2**k / factorial(k) for k in range(7)]
    expected.append(4000 - sum(expected))
    assert sum((s - e) ** 2 / e for s, e in zip(seen, expected, strict=True)) < 20.3  # chi-square, 7 degrees, p 0.005


def test_seed_scale_and_until_are_hints_that_arguments_override(shop: Catalog) -> None:
    hints = SampleHints.model_validate({"seed": 7, "scale": 0.5, "until": "2020-01-01"})
    plan = planner.plan(shop, hints=hints)
    assert plan == planner.plan(shop, seed=7, scale=0.5, until=hints.until)
    assert planner.plan(shop, hints=hints, seed=8, scale=1.0).seed == 8
    assert planner.plan(shop, hints=hints, scale=1.0).rows > plan.rows


def test_a_function_makes_a_column(shop: Catalog, shop_url: str) -> None:
    @provider("loyalty")
    def loyalty(view: RowView, *, points: int = 10) -> Any:
        """Points by age."""
        return np.where(view.uniform() < 0.5, points, view.rows % 7)

    provider("tags")(lambda view: [["a", "b"][: int(r % 3)] for r in view.rows])
    provider("days")(lambda view: np.datetime64("2024-01-01") + view.integers(0, 9))
    provider("totals")(lambda view: np.where(view["paid"] == True, view.integers(1, 500) / 100, np.nan).tolist())  # noqa: E712
    hints = {
        "tables": {
            "users": {"rows": 50, "columns": {"age": {"provider": "loyalty", "points": 90}}},
            "orders": {
                "rows": 300,
                "columns": {
                    "day": {"provider": "days", "nulls": 0.5},
                    "tags": {"provider": "tags"},
                    "paid": {"nulls": 0},
                    "referrer_id": {"nulls": 0.9},
                },
            },
        }
    }
    fill(shop_url, hints=hints, replace=True)
    assert set(ask(shop_url, "SELECT DISTINCT age FROM users WHERE age IS NOT NULL")) <= {(n,) for n in (90, *range(7))}
    assert one(shop_url, "SELECT count(*) FROM orders WHERE day BETWEEN '2024-01-01' AND '2024-01-10'") in range(
        100, 200
    )
    assert one(shop_url, "SELECT count(*) FROM orders WHERE tags = '{a,b}'") == 100
    assert one(shop_url, "SELECT count(*) FROM orders WHERE paid IS NULL") == 0
    assert one(shop_url, "SELECT count(*) FROM orders WHERE referrer_id IS NULL") in range(250, 300)


def test_a_function_may_give_every_kind_of_value(shop: Catalog) -> None:
    provider("name")(lambda view: [f"n{r}" for r in view.rows])
    provider("age")(lambda view: [None if r % 2 else float(r) for r in view.rows])
    plan, found = values(
        shop,
        {"tables": {"users": {"columns": {"name": {"provider": "name"}, "age": {"provider": "age", "nulls": 0}}}}},
        "users",
        "age",
        6,
    )
    assert found.data.tolist()[::2] == [0, 2, 4]
    assert found.null.tolist() == [False, True] * 3
    assert plan.tables["public", "users"].columns["name"].source == "name"


def test_parameters_of_a_provider_that_was_chosen_may_be_changed(shop: Catalog) -> None:
    plan, _ = values(shop, {}, "users", "age")
    assert plan.tables["public", "users"].columns["age"].provider.high == 80
    plan, found = values(shop, {"tables": {"users": {"columns": {"age": {"high": 20, "nulls": 0}}}}}, "users", "age")
    assert set(found.data.tolist()) == {18, 19, 20}


def test_rules_speak_of_every_column_of_a_name(shop: Catalog) -> None:
    provider("mine")(_mine)
    rules = [
        {"columns": "no*", "tables": "order*", "provider": "mine", "size": 5},
        {"columns": "*", "types": "text", "provider": "mine", "nulls": 0.5},
        {"columns": "*_id", "provider": "mine"},
    ]
    hints = {"rules": rules, "tables": {"products": {"columns": {"title": {"nulls": 0}}}}}
    tables = planner.plan(shop, hints=hints).tables
    orders, users = tables["public", "orders"].columns, tables["public", "users"].columns
    assert orders["note"].source == "mine"
    assert orders["note"].hints is not None
    assert orders["note"].hints.parameters == {"size": 5}
    assert orders["user_id"].reference is not None
    assert (users["name"].source, users["name"].null_share) == ("mine", 0)  # NOT NULL
    assert tables["public", "products"].columns["title"].source != "mine"
    read = SampleHints.model_validate(SampleHints.model_validate(hints).to_data())
    assert read == SampleHints.model_validate(hints)
    plan = planner.plan(shop, hints=hints)
    assert Plan.from_yaml(plan.to_yaml(), shop) == plan


WRONG = [
    ({"rules": [{"provider": "mine"}]}, "rules.0.columns", "give columns"),
    ({"sed": 3}, "sed", "did you mean seed"),
    ({"tables": {"order": {}}}, "tables.order", "did you mean orders"),
    ({"tables": {"orders": {"row": 3}}}, "tables.orders.row", "did you mean rows"),
    ({"tables": {"orders": {"rows": "many"}}}, "tables.orders.rows", "{per: parent, mean: 2.5}"),
    ({"tables": {"orders": {"rows": {"per": "user", "mean": 2}}}}, "tables.orders.rows.per", "did you mean users"),
    ({"tables": {"orders": {"rows": {"per": "users"}}}}, "tables.orders.rows.per.mean", "give mean"),
    ({"tables": {"orders": {"columns": {"totl": {}}}}}, "tables.orders.columns.totl", "did you mean total"),
    ({"tables": {"orders": {"columns": {"doubled": {"nulls": 0.1}}}}}, "public.orders.doubled", "leave out"),
    ({"tables": {"orders": {"columns": {"total": {"nulls": 0.1}}}}}, "public.orders.total", "nulls: 0"),
    ({"tables": {"orders": {"columns": {"user_id": {"nulls": 0.1}}}}}, "public.orders.user_id", "leave out"),
    ({"tables": {"orders": {"columns": {"user_id": {"provider": "mine"}}}}}, "public.orders.user_id", "leave out"),
    ({"tables": {"orders": {"columns": {"note": {"provider": "mime"}}}}}, "public.orders.note", "did you mean mine"),
    ({"tables": {"orders": {"columns": {"note": {"provider": "mine", "sise": 3}}}}}, "public.orders.note", "did you mean size"),
    ({"tables": {"orders": {"columns": {"note": {"provider": "mine", "size": "x"}}}}}, "public.orders.note.size", "whole number"),
    ({"tables": {"orders": {"columns": {"note": {"provider": "mine", "nulls": 1.5}}}}}, "tables.orders.columns.note.nulls", "correct"),
    ({"tables": {"orders": {"columns": {"total": {"provider": "mine"}}}}}, "public.orders.total", "return values of numeric"),
    ({"tables": {"orders": {"columns": {"note": {"provider": "short"}}}}}, "public.orders.note", "one value for each row"),
    ({"tables": {"orders": {"columns": {"note": {"provider": "moody"}}}}}, "public.orders.note", "view.rows"),
    ({"tables": {"orders": {"columns": {"note": {"provider": "broken"}}}}}, "public.orders.note", "correct the function"),
    ({"tables": {"users": {"columns": {"age": {"hihg": 20}}}}}, "public.users.age", "did you mean high"),
    ({"tables": {"users": {"rows": {"per": "orders", "mean": 1}}, "orders": {"rows": {"per": "users", "mean": 1}}}}, "public.users", "number"),
    ({"tables": {"users": {}, "public.users": {}}}, "tables.public.users", "together"),
]  # fmt: skip


@pytest.mark.parametrize(("hints", "where", "mend"), WRONG)
def test_what_is_wrong_is_said_with_its_place_and_the_nearest_name(
    shop: Catalog, hints: Any, where: str, mend: str
) -> None:
    provider("mine")(_mine)
    provider("short")(lambda view: ["x"] * (len(view) - 1))
    provider("moody")(lambda view: [str(n) for n in range(len(view))])
    provider("broken")(lambda view: 1 / 0)
    with pytest.raises(SamplePlanError) as caught:
        planner.plan(shop, hints=hints)
    assert caught.value.where == where
    assert mend in caught.value.mend


def _mine(view: RowView, *, size: int = 3) -> list[str]:
    return ["x" * size for _ in view.rows]


def test_a_mapping_says_the_same_as_its_yaml() -> None:
    text = """
        tables:
          orders:
            columns:
              placed: {provider: weighted, values: [2026-01-01, "2026-02-01 10:30:00+00:00"], low: 2026-01-01, at: {from: 08:30:00}}
    """
    days = (date(2026, 1, 1), datetime(2026, 2, 1, 10, 30, tzinfo=UTC))
    said = {"provider": "weighted", "values": days, "low": date(2026, 1, 1), "at": {"from": time(8, 30)}}
    hints = hinting.read({"tables": {"orders": {"columns": {"placed": said}}}})
    assert hints == hinting.read(text)
    assert hinting.read(hinting.to_yaml(hints)) == hints


def test_yaml_brings_no_code_along(shop: Catalog) -> None:
    text = "tables: {orders: {columns: {note: {provider: os.system}}}}"
    with pytest.raises(SamplePlanError, match=r"no provider 'os\.system'"):
        planner.plan(shop, hints=text)
    with pytest.raises(SamplePlanError, match="tag"):
        planner.plan(shop, hints="tables: !!python/object/apply:os.system [echo]")


def test_a_function_cannot_take_the_name_of_a_provider_that_is_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from designer_kernel.sample.providers import catalogue

    for name in list(catalogue.built_in())[:1]:
        with pytest.raises(SamplePlanError, match="built in"):
            provider(name)(_mine)
    with pytest.raises(SamplePlanError, match="needs a name"):
        provider(" ")(_mine)


def test_a_function_of_a_cell_reaches_other_processes(shop: Catalog, shop_url: str) -> None:
    pytest.importorskip("distributed", reason="the extra for clusters is not installed")
    limit = 5
    provider("close")(lambda view: view.integers(1, limit))  # nothing that another process could import
    hints = {"tables": {"users": {"rows": 900, "columns": {"age": {"provider": "close", "nulls": 0}}}}}
    fill(shop_url, hints=hints, mode="replace", connections=2, part=300)
    several = contents(shop_url)
    fill(shop_url, hints=hints, mode="replace")
    assert contents(shop_url) == several
    assert one(shop_url, "SELECT max(age) FROM users") == 5
