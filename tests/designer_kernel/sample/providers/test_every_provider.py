"""Every provider that can be asked for by name fills a column of a real table."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from typing import Any

import pytest

from designer_kernel.sample import fill
from designer_kernel.sample.providers import catalogue
from tests.designer_kernel.sample.databases import ask, create, one

NORMAL = {"provider": "normal", "mean": 10, "deviation": 2}
PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "beta": ("numeric(6, 3)", {"a": 2, "b": 5}), "binomial": ("int", {"trials": 9, "chance": 0.5}),
    "exponential": ("float8", {"mean": 5}), "gamma": ("float8", {"mean": 5, "shape": 2}), "histogram": ("int", {"bounds": [1, 10, 100]}),
    "log normal": ("numeric(12, 2)", {"median": 40}), "normal": ("real", {"mean": 10, "deviation": 2}), "pareto": ("money", {"low": 10}),
    "poisson": ("smallint", {"mean": 3}), "triangular": ("time", {"low": "06:00", "mode": "12:00", "high": "22:00"}),
    "uniform": ("timestamptz", {"low": "2024-01-01", "high": "2025-01-01"}), "weibull": ("interval", {"scale": "2 hours", "shape": 1.5}),
    "zipf": ("bigint", {"items": 100}), "choice": ("text", {"values": ["x", "y"]}), "weighted": ("mood", {"weights": {"sad": 1, "ok": 3}}),
    "empirical": ("date", {"values": ["2024-02-29"], "shares": [0.3], "bounds": ["2023-01-01", "2024-01-01"]}),
    "mixture": ("int", {"parts": [NORMAL, {**NORMAL, "mean": 90}]}), "correlated": ("int", {"to": "normal", "rank": 0.7, "values": NORMAL}),
    "depends on": ("text", {"column": "weighted", "cases": {"sad": ["rain", "snow"], "ok": ["sun"]}}),
    "latitude": ("numeric(9, 6)", {}), "longitude": ("float8", {}), "price": ("numeric(10, 2)", {"low": 5, "high": 90}),
    "json": ("jsonb", {"schema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}),
    "list": ("text[]", {"most": 4, "element": "given name"}), "text search": ("tsvector", {"columns": ["lorem", "review"]}),
    "seasonal": ("timestamptz", {}), "spelled": ("aclitem", {"values": ["postgres=r/postgres", "postgres=w/postgres"]}), "serial": ("bigint", {"start": 10, "step": 5}),
    "scattered number": ("int", {}), "scattered code": ("varchar(12)", {"prefix": "X-"}), "token": ("text", {}), "uuid": ("uuid", {"version": 7}),
    "sum": ("numeric(12, 2)", {"plus": ["log normal", "log normal"], "minus": ["price"]}), "slug": ("text", {"of": "product name"}),
}  # fmt: skip
"""What stands alone and is not text: its type and parameters."""

WORDS = frozenset({"person", "address", "countries", "phone", "finance", "internet", "technical", "companies", "commerce", "prose"})  # fmt: skip
FAMILY = {
    "journey", "journey step", "journey time", "count of", "sum of", "running sum", "events", "history",
}  # fmt: skip
"""What needs rows above or below it: see `TABLES`."""

TABLES = """
    CREATE TABLE accounts (id int PRIMARY KEY, stage text NOT NULL, won_at timestamptz, entries_in_all int NOT NULL, worth numeric(12, 2) NOT NULL);
    CREATE TABLE entries (id int PRIMARY KEY, account_id int NOT NULL REFERENCES accounts, amount numeric(12, 2) NOT NULL, so_far numeric(14, 2) NOT NULL,
                          at timestamptz NOT NULL);
    CREATE TABLE stages (id int PRIMARY KEY, account_id int NOT NULL REFERENCES accounts, stage text NOT NULL, valid_from date NOT NULL, valid_to date);
"""
STATES = {"states": ["new", "open", "won"], "next": {"new": {"open": 0.7}, "open": {"won": 0.6}}}
FAMILY_HINTS = {
    "accounts": {
        "rows": 80,
        "columns": {
            "stage": {"provider": "journey", **STATES},
            "won_at": {"provider": "journey time", "status": "stage", "state": "won"},
            "entries_in_all": {"provider": "count of", "table": "entries"},
            "worth": {"provider": "sum of", "table": "entries", "column": "amount"},
        },
    },
    "entries": {
        "rows": {"per": "accounts", "mean": 4},
        "columns": {
            "so_far": {"provider": "running sum", "column": "amount"},
            "at": {"provider": "events", "gap": "2 days"},
        },
    },
    "stages": {
        "rows": {"per": "accounts", "mean": 2},
        "columns": {
            "stage": {"provider": "journey step", "status": "stage"},
            "valid_from": {"provider": "history", "gap": "30 days"},
            "valid_to": {"provider": "history", "part": "end", "gap": "30 days"},
        },
    },
}


def column(name: str) -> str:
    return name.replace(" ", "_")


@pytest.mark.parametrize("server_url", ["database_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_every_named_provider_fills_a_column(request: pytest.FixtureRequest, server_url: str) -> None:
    url = request.getfixturevalue(server_url)
    built_in = catalogue.built_in()
    words = {name for name, named in built_in.items() if named.module in WORDS}
    assert {*words, *PLAIN, *FAMILY} == set(built_in)
    kinds = {name: PLAIN[name][0] if name in PLAIN else "text" for name in sorted({*words, *PLAIN})}
    columns = ", ".join(f'"{column(name)}" {kind} NOT NULL' for name, kind in kinds.items())
    create(
        url, f"CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE every (row_id int PRIMARY KEY, {columns}); {TABLES}"
    )
    asked = {}
    for name in kinds:
        parameters = dict(PLAIN[name][1]) if name in PLAIN else {}
        for key in ("plus", "minus", "columns"):
            if key in parameters:
                parameters[key] = [column(other) for other in parameters[key]]
        if name == "slug":
            parameters["of"] = column(parameters["of"])
        asked[column(name)] = {"provider": name, **parameters}
    hints = {"tables": {"every": {"rows": 400, "columns": asked}, **FAMILY_HINTS}}
    plan = fill(url, hints=hints, seed=6).plan
    shown = {c.hints.provider for t in plan.tables.values() for c in t.columns.values() if c.hints is not None}
    assert shown == set(built_in)
    for name in kinds:
        (count,) = ask(url, f'SELECT count(DISTINCT "{column(name)}"::text) FROM every')[0]
        assert count > 1, name
    assert one(url, "SELECT count(*) FROM every WHERE sum <> 2 * log_normal - price") == 0
    assert one(url, "SELECT count(*) FROM accounts WHERE (stage = 'won') <> (won_at IS NOT NULL)") == 0
    assert one(url, "SELECT count(*) FROM accounts a WHERE entries_in_all <> (SELECT count(*) FROM entries WHERE account_id = a.id)") == 0  # fmt: skip
