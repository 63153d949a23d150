"""Providers of numbers and times by name: what the rows of a real table come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Filling, fill, plan
from designer_kernel.sample.rows.frame import Frame
from tests.designer_kernel.sample.databases import ask, create, one

ROWS = 20_000
TABLE = """
    CREATE TYPE tier AS ENUM ('free', 'pro', 'team');
    CREATE TABLE groups (id int PRIMARY KEY, size int NOT NULL);
    CREATE TABLE items (
        id int PRIMARY KEY, group_id int NOT NULL REFERENCES groups, kind text NOT NULL CHECK (kind IN ('book', 'car')),
        price numeric(10, 2) NOT NULL CHECK (price > 0), weight float8 NOT NULL, visits smallint NOT NULL,
        rating numeric(3, 1) NOT NULL CHECK (rating BETWEEN 1 AND 5), day date NOT NULL, took interval NOT NULL,
        at timestamptz NOT NULL, opens time NOT NULL, income int NOT NULL, spend numeric(10, 2) NOT NULL,
        debt numeric(10, 2) NOT NULL, share int NOT NULL, tier tier NOT NULL, rank int NOT NULL, paid money NOT NULL,
        seen numeric(8, 2) NOT NULL, word text NOT NULL, peaks int NOT NULL, wide numeric(36, 18) NOT NULL
    )
"""
COLUMNS: dict[str, dict[str, Any]] = {
    "price": {
        "provider": "depends on",
        "column": "kind",
        "cases": {
            "book": {"provider": "log normal", "median": 12, "sigma": 0.4},
            "car": {"provider": "normal", "mean": 20000, "deviation": 5000},
        },
    },
    "weight": {"provider": "gamma", "mean": 0.003, "shape": 2},
    "visits": {"provider": "poisson", "mean": 3.5},
    "rating": {"provider": "beta", "a": 5, "b": 2, "low": 1, "high": 5},
    "day": {"provider": "normal", "mean": "2025-03-01", "deviation": "30 days"},
    "took": {"provider": "log normal", "median": "40 minutes", "sigma": 1},
    "at": {"provider": "uniform", "low": "2024-01-01", "high": "2024-12-31"},
    "opens": {"provider": "triangular", "low": "06:00", "mode": "12:00", "high": "22:00"},
    "income": {"provider": "log normal", "median": 40000},
    "spend": {
        "provider": "correlated",
        "to": "income",
        "rank": 0.7,
        "values": {"provider": "log normal", "median": 300},
    },
    "debt": {
        "provider": "correlated",
        "to": "groups.size",
        "rank": -0.6,
        "values": {"provider": "exponential", "mean": 900},
    },
    "share": {"provider": "binomial", "trials": 10, "chance": 0.25},
    "tier": {"provider": "weighted", "weights": {"free": 70, "pro": 25, "team": 5}},
    "rank": {"provider": "zipf", "items": 1000, "exponent": 1},
    "paid": {"provider": "pareto", "low": 10, "shape": 2.5},
    "seen": {"provider": "empirical", "values": [9.99], "shares": [0.2], "bounds": [1, 2, 4, 8, 16, 32, 64]},
    "word": {"provider": "empirical", "values": ["a", "b"], "shares": [0.5, 0.3], "bounds": ["c", "d"]},
    "peaks": {
        "provider": "mixture",
        "parts": [
            {"provider": "normal", "mean": 10, "deviation": 2},
            {"provider": "normal", "mean": 100, "deviation": 5},
        ],
        "weights": [3, 1],
    },
    "wide": {"provider": "weibull", "scale": 2, "shape": 1.5},
}
HINTS = {
    "tables": {
        "items": {"rows": ROWS, "columns": COLUMNS},
        "groups": {"rows": 500, "columns": {"size": {"provider": "uniform", "low": 1, "high": 999}}},
    }
}


@pytest.fixture(scope="module")
def items(server: EmbeddedServer) -> Iterator[tuple[str, Filling]]:
    """The filled table: its URL and the result."""
    url = create(server.ensure_database("sample_distributions"), TABLE)
    yield url, fill(url, hints=HINTS, seed=3)
    server.drop_database("sample_distributions")


EXPECTED = [
    ("avg(price) FILTER (WHERE kind = 'book')", 13.0, 0.02),
    ("avg(price) FILTER (WHERE kind = 'car')", 20000, 0.02),
    ("avg(weight)", 0.003, 0.02),
    ("variance(weight)", 0.0000045, 0.06),
    ("avg(visits)", 3.5, 0.02),
    ("variance(visits)", 3.5, 0.04),
    ("avg(rating)", 1 + 4 * 5 / 7, 0.01),
    ("avg(day - date '2025-01-01')", 59, 0.02),
    ("stddev(day - date '2025-03-01')", 30, 0.03),
    ("percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM took))", 2400, 0.03),
    ("avg(extract(epoch FROM at - '2024-01-01'))", 182.5 * 86400, 0.02),
    ("avg(extract(epoch FROM opens)) / 3600", 40 / 3, 0.01),
    ("avg(share)", 2.5, 0.02),
    ("avg((tier = 'free')::int)", 0.7, 0.02),
    ("avg((rank = 1)::int)", 1 / 7.4855, 0.06),
    ("percentile_cont(0.5) WITHIN GROUP (ORDER BY paid::numeric)", 10 * 2**0.4, 0.02),
    ("avg((seen = 9.99)::int)", 0.2, 0.06),
    ("percentile_cont(0.5) WITHIN GROUP (ORDER BY seen) FILTER (WHERE seen <> 9.99)", 8, 0.06),
    ("avg((word IN ('c', 'd'))::int)", 0.2, 0.06),
    ("avg(peaks)", 32.5, 0.04),
    ("avg(wide)", 1.8055, 0.02),
]


@pytest.mark.parametrize(("asked", "expected", "off"), EXPECTED, ids=[asked for asked, _, _ in EXPECTED])
def test_rows_come_to_what_was_asked_for(items: tuple[str, Filling], asked: str, expected: float, off: float) -> None:
    assert float(one(items[0], f"SELECT {asked} FROM items")) == pytest.approx(expected, rel=off)


@pytest.mark.parametrize(("left", "right", "rank"), [("income", "spend", 0.7), ("size", "debt", -0.6)])
def test_correlated_columns_have_the_rank_correlation_that_was_asked_for(
    items: tuple[str, Filling], left: str, right: str, rank: float
) -> None:
    ranks = f"SELECT rank() OVER (ORDER BY {left}) a, rank() OVER (ORDER BY {right}) b"
    found = one(items[0], f"SELECT corr(a, b) FROM ({ranks} FROM items i JOIN groups g ON g.id = i.group_id) r")
    assert found == pytest.approx(rank, abs=0.03)


def test_rows_are_the_same_whichever_are_made_with_them(items: tuple[str, Filling]) -> None:
    made = items[1].plan
    whole = Frame(made, ("public", "items"), np.arange(300, dtype=np.int64))
    some = np.array([299, 7, 7, 120])
    few = Frame(made, ("public", "items"), some)
    for name in COLUMNS:
        together, alone = whole.column(name).take(some), few.column(name)
        same = together.data.equals(alone.data) if together.is_arrow else (together.data == alone.data).all()
        assert same, name


REFUSED = [
    ({"price": {"provider": "normal", "mean": 3, "deviation": 0}}, "items.price", "deviation"),
    ({"price": {"provider": "normal", "mean": "much", "deviation": 1}}, "items.price", "number"),
    ({"took": {"provider": "exponential", "mean": 5}}, "items.took", "2 hours"),
    ({"word": {"provider": "normal", "mean": 1, "deviation": 1}}, "items.word", "neither"),
    ({"day": {"provider": "uniform", "low": "2025-01-02", "high": "2025-01-01"}}, "items.day", "between"),
    ({"tier": {"provider": "weighted", "weights": {"gold": 1}}}, "items.tier", "not allowed"),
    ({"price": {"provider": "depends on", "column": "colour", "cases": {"a": [1]}}}, "items.price", "colour"),
    ({"spend": {"provider": "correlated", "to": "kind", "rank": 0.5, "values": {}}}, "items.spend", "neither"),
    ({"seen": {"provider": "histogram", "bounds": [3, 1]}}, "items.seen", "order"),
]


@pytest.mark.parametrize(("columns", "where", "said"), REFUSED, ids=[f"{w} {s}" for _, w, s in REFUSED])
def test_parameters_that_make_no_sense_are_refused_with_their_place(
    items: tuple[str, Filling], columns: dict[str, Any], where: str, said: str
) -> None:
    with pytest.raises(SamplePlanError) as caught:
        plan(items[0], hints={"tables": {"items": {"columns": columns}}})
    assert str(caught.value.where).endswith(where) or where in str(caught.value.where)
    assert said in str(caught.value)


def test_values_outside_of_a_check_are_drawn_again(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, n numeric(6, 2) NOT NULL CHECK (n >= 90 AND n < 120))")
    hints = {"tables": {"t": {"rows": 4000, "columns": {"n": {"provider": "normal", "mean": 100, "deviation": 15}}}}}
    fill(clean_url, hints=hints)
    ((low, high, ends),) = ask(clean_url, "SELECT min(n), max(n), count(*) FILTER (WHERE n IN (90, 119.99)) FROM t")
    assert 90 <= low < high < 120
    assert ends < 20
