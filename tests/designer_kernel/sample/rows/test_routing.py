"""Rows routed on our side: each leaf holds just the rows that the server puts there."""

from __future__ import annotations

import numpy as np
import psycopg
import pytest

from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample import fill
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.routing import leaf_of
from tests.designer_kernel.sample.databases import ask, create

SCRIPT = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE by_days (id bigint, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE by_days_1 PARTITION OF by_days FOR VALUES FROM (MINVALUE) TO ('2024-03-01');
CREATE TABLE by_days_2 PARTITION OF by_days FOR VALUES FROM ('2024-03-01') TO ('2024-09-01');
CREATE TABLE by_days_d PARTITION OF by_days DEFAULT;
CREATE TABLE by_two (year int NOT NULL, month int NOT NULL, note text) PARTITION BY RANGE (year, month);
CREATE TABLE by_two_1 PARTITION OF by_two FOR VALUES FROM (2023, 6) TO (2024, 3);
CREATE TABLE by_two_2 PARTITION OF by_two FOR VALUES FROM (2024, 3) TO (2024, MAXVALUE);
CREATE TABLE by_mood (mood mood, region char(4), at timestamptz NOT NULL) PARTITION BY LIST (mood);
CREATE TABLE by_mood_good PARTITION OF by_mood FOR VALUES IN ('good', NULL) PARTITION BY LIST (region);
CREATE TABLE by_mood_good_eu PARTITION OF by_mood_good FOR VALUES IN ('eu', 'uk');
CREATE TABLE by_mood_good_us PARTITION OF by_mood_good DEFAULT;
CREATE TABLE by_mood_bad PARTITION OF by_mood FOR VALUES IN ('bad') PARTITION BY RANGE (at);
CREATE TABLE by_mood_bad_1 PARTITION OF by_mood_bad FOR VALUES FROM ('2024-01-01+00') TO ('2024-07-01+00');
CREATE TABLE by_mood_bad_2 PARTITION OF by_mood_bad FOR VALUES FROM ('2024-07-01+00') TO ('2025-01-01+00');
CREATE TABLE by_rest (id bigint NOT NULL) PARTITION BY LIST ((id % 3));
CREATE TABLE by_rest_0 PARTITION OF by_rest FOR VALUES IN (0, 1);
CREATE TABLE by_rest_2 PARTITION OF by_rest FOR VALUES IN (2);
CREATE TABLE by_name (name text NOT NULL) PARTITION BY RANGE (name);
CREATE TABLE by_name_1 PARTITION OF by_name FOR VALUES FROM ('a') TO ('f');
"""
HASHED = (
    "bigint",
    "integer",
    "smallint",
    "uuid",
    "text",
    "varchar(40)",
    "char(12)",
    "date",
    "timestamptz",
    "timestamp",
    "time",
    "boolean",
    "bytea",
)
ROWS = 700


def hashed() -> str:
    """Return a table for each type whose hashes are known, one over two columns, and one with an odd modulus."""
    statements = []
    for index, kind in enumerate(HASHED):
        statements.append(f"CREATE TABLE hash_{index} (key {kind}, more int) PARTITION BY HASH (key)")
        statements += [
            f"CREATE TABLE hash_{index}_{r} PARTITION OF hash_{index} FOR VALUES WITH (MODULUS 4, REMAINDER {r})"
            for r in range(4)
        ]
    statements.append("CREATE TABLE hash_pair (a bigint, b text) PARTITION BY HASH (a, b)")
    statements += [
        f"CREATE TABLE hash_pair_{r} PARTITION OF hash_pair FOR VALUES WITH (MODULUS 5, REMAINDER {r})"
        for r in range(5)
    ]
    return ";".join(statements)


def counted(plan: Plan, table: str) -> dict[str, int]:
    """Return how many rows each leaf gets by our routing."""
    name = ("public", table)
    routed = leaf_of(plan, name, Frame(plan, name, np.arange(plan.tables[name].rows)))
    assert routed is not None
    leaf, leaves = routed
    division = plan.tables[name].division
    assert division is not None
    assert leaves == tuple(leaf.name for leaf in division.leaves())
    return {leaves[i][1]: int(n) for i, n in enumerate(np.bincount(leaf, minlength=len(leaves)))}


def held(url: str, leaves: dict[str, int]) -> dict[str, int]:
    """Return how many rows each leaf holds."""
    return {leaf: ask(url, f"SELECT count(*) FROM {leaf}")[0][0] for leaf in leaves}  # type: ignore[misc]


@pytest.mark.parametrize("url", ["clean_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_leaves_hold_what_was_routed_to_them(url: str, request: pytest.FixtureRequest) -> None:
    address = create(request.getfixturevalue(url), SCRIPT + hashed())
    with psycopg.connect(address) as connection:
        tables = {t.name for t in introspect(connection).of(_table()) if t.partition_of is None}
    plan = fill(address, seed=5, rows=dict.fromkeys(tables, ROWS)).plan
    for table in sorted(tables - {"by_name"}):
        routed = counted(plan, table)
        assert sum(routed.values()) == ROWS
        assert routed == held(address, routed), table
        if table != f"hash_{HASHED.index('boolean')}":  # both values fall into one
            assert sum(rows > 0 for rows in routed.values()) > 1, table


def test_what_only_the_server_knows_is_left_to_it(clean_url: str) -> None:
    plan = fill(create(clean_url, SCRIPT), seed=5, rows={"by_name": 50}, tables=["by_name", "by_days"]).plan
    name = ("public", "by_name")
    assert leaf_of(plan, name, Frame(plan, name, np.arange(50))) is None
    division = plan.tables[name].division
    assert division is not None
    assert [leaf.name for leaf in division.leaves()] == [("public", "by_name_1")]
    assert plan.notes == (
        "public.by_name: only the server knows the order of text, so it finds the partition of each row",
    )


def test_a_plan_says_whose_rows_the_server_routes(clean_url: str) -> None:
    script = """
        CREATE TABLE n (n numeric(9, 2) NOT NULL) PARTITION BY HASH (n);
        CREATE TABLE n_0 PARTITION OF n FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        CREATE TABLE d (day date NOT NULL, ip inet NOT NULL) PARTITION BY RANGE (day);
        CREATE TABLE d_0 PARTITION OF d FOR VALUES FROM ('2024-01-01') TO ('2026-01-01') PARTITION BY LIST (ip);
        CREATE TABLE d_0_0 PARTITION OF d_0 DEFAULT;
        CREATE TABLE e (t text NOT NULL) PARTITION BY HASH (reverse(t));
        CREATE TABLE e_0 PARTITION OF e FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    """
    plan = fill(create(clean_url, script), rows={"n": 5, "d": 5, "e": 5}).plan
    assert [note.split(", so")[0] for note in sorted(plan.notes)] == [
        "public.d: only the server knows which values of inet are equal",
        "public.e: only the server knows the value of the expression that it is divided by",
        "public.n: only the server knows the hash of numeric",
    ]


def _table() -> type:
    from designer_kernel.catalog.kinds.table import Table

    return Table
