"""Every distribution that can be asked for by name, drawn by its provider: Kolmogorov and Smirnov, or chi-square.

Bounds of one in a thousand, as in the tests of quantiles; seeds are fixed, so that a test always passes or never.
"""

# ruff: noqa: E501 a table reads better with one distribution a line

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Plan
from designer_kernel.sample.planning import planner
from designer_kernel.sample.providers import chosen, distributions
from tests.designer_kernel.sample.databases import create
from tests.designer_kernel.sample.rows.test_quantiles import chi_square, gamma_share, limit, normal_share

N = 40_000
Shares = Mapping[Any, float]


def triangular_share(x: float) -> float:
    """Return the share below x between 0 and 10, most often near 2."""
    return x * x / 20 if x < 2 else 1 - (10 - x) ** 2 / 80


def beta_share(x: float) -> float:
    return 1 - (1 - x) ** 6 - 6 * x * (1 - x) ** 5


def kept_share(x: float) -> float:
    """Return the share below x of what is left of a normal distribution between -1 and 2 deviations."""
    low, high = normal_share(-1), normal_share(2)
    return (normal_share((x - 100) / 15) - low) / (high - low)


MEASURED: dict[str, tuple[dict[str, Any], Callable[[float], float]]] = {
    "uniform": ({"low": -3, "high": 7}, lambda x: (x + 3) / 10),
    "normal": ({"mean": 100, "deviation": 15}, lambda x: normal_share((x - 100) / 15)),
    "normal, cut": ({"mean": 100, "deviation": 15, "low": 85, "high": 130}, kept_share),
    "log normal": ({"median": 40, "sigma": 0.8}, lambda x: normal_share(math.log(x / 40) / 0.8)),
    "exponential": ({"mean": 5, "start": 2}, lambda x: 1 - math.exp(-(x - 2) / 5)),
    "gamma": ({"mean": 6, "shape": 3}, lambda x: gamma_share(3, x / 2)),
    "beta": ({"a": 2, "b": 5, "low": 10, "high": 20}, lambda x: beta_share((x - 10) / 10)),
    "pareto": ({"low": 10, "shape": 2.5}, lambda x: 1 - (10 / x) ** 2.5),
    "weibull": ({"scale": 2, "shape": 1.5}, lambda x: 1 - math.exp(-((x / 2) ** 1.5))),
    "triangular": ({"low": 0, "mode": 2, "high": 10}, triangular_share),
    "histogram": ({"bounds": [0, 1, 4, 16, 64]}, lambda x: float(np.interp(x, [0, 1, 4, 16, 64], [0, 0.25, 0.5, 0.75, 1]))),
    "correlated": (
        {"to": "normal", "rank": 0.7, "values": {"provider": "log normal", "median": 300, "sigma": 0.5}},
        lambda x: normal_share(math.log(x / 300) / 0.5),
    ),
}  # fmt: skip
"""Columns of doubles: the provider (up to a comma) with its parameters, and the share below a value."""


def poisson_share(mean: float, k: int) -> float:
    return math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1))


def binomial_share(trials: int, chance: float, k: int) -> float:
    return math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)


def _dependent(kind: str, k: int) -> float:
    return 0.6 * poisson_share(2, k) if kind == "a" else 0.4 * binomial_share(5, 0.5, k)


COUNTED: dict[str, tuple[dict[str, Any], Shares]] = {
    "poisson": ({"mean": 3.5}, {k: poisson_share(3.5, k) for k in range(12)}),
    "binomial": ({"trials": 20, "chance": 0.3}, {k: binomial_share(20, 0.3, k) for k in range(15)}),
    "zipf": (
        {"items": 50, "exponent": 1.2, "first": 11},
        {10 + k: k**-1.2 / sum(i**-1.2 for i in range(1, 51)) for k in range(1, 51)},
    ),
    "choice": ({"values": [1, 2, 3, 5], "weights": [5, 3, 1.5, 0.5]}, {1: 0.5, 2: 0.3, 3: 0.15, 5: 0.05}),
    "empirical": (
        {"values": [7, 9], "shares": [0.4, 0.2], "bounds": [100, 200, 400]}, {7: 0.4, 9: 0.2, "first": 0.2, "second": 0.2}
    ),
    "mixture": (
        {"parts": [{"provider": "poisson", "mean": 2}, {"provider": "poisson", "mean": 9}], "weights": [3, 1]},
        {k: 0.75 * poisson_share(2, k) + 0.25 * poisson_share(9, k) for k in range(18)},
    ),
    "depends on": (
        {
            "column": "kind",
            "cases": {"a": {"provider": "poisson", "mean": 2}, "b": {"provider": "binomial", "trials": 5, "chance": 0.5}},
        },
        {(kind, k): _dependent(kind, k) for kind in "ab" for k in range(8 if kind == "a" else 6)},
    ),
}  # fmt: skip
"""Columns of integers, and the share of each value, or of what `_seen` makes of it."""

KINDS = {"weights": {"a": 60, "b": 40}}
HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 16, 24, 30, 28, 20, 24, 28, 28, 24, 20, 12, 8, 6, 4, 2, 1]


def column(name: str) -> str:
    return name.replace(" ", "_").replace(",", "")


@pytest.fixture(scope="module")
def plan(server: EmbeddedServer) -> Plan:
    """One table with a column for each."""
    columns = [f"{column(name)} float8 NOT NULL" for name in MEASURED]
    columns += [f"{column(name)} int NOT NULL" for name in COUNTED]
    url = server.ensure_database("sample_every_distribution")
    create(url, f"CREATE TABLE t (id int PRIMARY KEY, kind text NOT NULL, {', '.join(columns)})")
    create(
        url, "CREATE TABLE days (created_at timestamptz NOT NULL); CREATE TABLE hours (created_at timestamptz NOT NULL)"
    )
    asked: dict[str, Any] = {
        column(name): {"provider": name.split(",")[0], **parameters}
        for name, (parameters, _) in (MEASURED | COUNTED).items()  # type: ignore[operator]
    }
    asked["kind"] = {"provider": "weighted", **KINDS}
    tables = {
        "t": asked,
        "days": {"created_at": {"provider": "seasonal", "days": [10, 20, 30, 40, 50, 5, 5], "hours": "even"}},
        "hours": {"created_at": {"provider": "seasonal", "days": "even", "hours": HOURS}},
    }
    hints = {"tables": {table: {"rows": N, "columns": columns} for table, columns in tables.items()}}
    with connect(url, read_only=True) as connection:
        made = planner.plan(introspect(connection), seed=11, hints=hints)
    server.drop_database("sample_every_distribution")
    return made


def drawn(plan: Plan, name: str, table: str = "t") -> Any:
    return plan.frame(table, 0, N).column(column(name)).data


@pytest.mark.parametrize("name", list(MEASURED))
def test_measured_values_follow_their_formula(plan: Plan, name: str) -> None:
    found = np.sort(drawn(plan, name))
    share = lru_cache(maxsize=None)(MEASURED[name][1])
    expected = np.array([share(float(x)) for x in found[:: N // 2000]])
    assert np.abs(expected - np.arange(0, N, N // 2000) / N).max() * math.sqrt(N) < 1.95


def _seen(plan: Plan, name: str) -> list[Any]:
    values = drawn(plan, name).tolist()
    if name == "depends on":
        return list(zip(drawn(plan, "kind").to_pylist(), values, strict=True))
    if name == "empirical":
        return [value if value < 100 else "first" if value < 200 else "second" for value in values]
    return list(values)


@pytest.mark.parametrize("name", list(COUNTED))
def test_counts_follow_their_formula(plan: Plan, name: str) -> None:
    compare(_seen(plan, name), COUNTED[name][1])


def test_weights_are_kept(plan: Plan) -> None:
    compare(drawn(plan, "kind").to_pylist(), {"a": 0.6, "b": 0.4})


def test_days_of_the_week_come_as_often_as_was_said(plan: Plan) -> None:
    """A day that the plan's time holds once more than others counts once more."""
    first, last = plan.beginning // 86_400_000_000, plan.horizon // 86_400_000_000
    held = np.bincount((np.arange(first, last) + 3) % 7, minlength=7)
    weights = held * np.array([10, 20, 30, 40, 50, 5, 5])
    days = (drawn(plan, "created_at", "days") // 86_400_000_000 + 3) % 7
    compare(days.tolist(), dict(enumerate((weights / weights.sum()).tolist())))


def test_hours_of_the_day_come_as_often_as_was_said(plan: Plan) -> None:
    hours = drawn(plan, "created_at", "hours") // 3_600_000_000 % 24
    compare(hours.tolist(), {hour: weight / sum(HOURS) for hour, weight in enumerate(HOURS)})


def test_every_distribution_is_here() -> None:
    tested = {name.split(",")[0] for name in (*MEASURED, *COUNTED, "weighted")}
    assert tested == {*distributions.NAMED, *chosen.NAMED}


def compare(values: list[Any], shares: Shares) -> None:
    """Compare how often each value comes with its share; what is not named is one more value."""
    seen = Counter(values)
    observed = [float(seen[value]) for value in shares]
    expected = [share * len(values) for share in shares.values()]
    rest = len(values) - sum(expected)
    if rest > 1e-6:
        observed.append(len(values) - sum(observed))
        expected.append(rest)
    assert sum(observed) == len(values)
    assert chi_square(np.array(observed), np.array(expected)) < limit(len(expected) - 1)
