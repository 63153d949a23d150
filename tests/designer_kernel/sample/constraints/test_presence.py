"""Checks about which of several references are set: arcs, with a kind beside them, nested, or over composite keys."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one

PARENTS = (
    "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (id uuid PRIMARY KEY); CREATE TABLE r (id text PRIMARY KEY);"
)
THREE = "id int PRIMARY KEY, a int REFERENCES p, b uuid REFERENCES q, c text REFERENCES r"
SHAPES = {
    "counted": (THREE, "num_nonnulls(a, b) = 1"),
    "counted, of three": (THREE, "num_nonnulls(a, b, c) = 1"),
    "two of three": (THREE, "num_nonnulls(a, b, c) = 2"),
    "at least one": (THREE, "num_nulls(a, b, c) < 3"),
    "unlike": (THREE, "(a IS NULL) <> (b IS NULL)"),
    "alike": (THREE, "(a IS NULL) = (b IS NULL)"),
    "one or the other": (THREE, "(a IS NOT NULL AND b IS NULL) OR (a IS NULL AND b IS NOT NULL)"),
    "a sum of casts": (THREE, "(a IS NOT NULL)::int + (b IS NOT NULL)::int + (c IS NOT NULL)::int = 1"),
    "a sum of cases": (THREE, "CASE WHEN a IS NULL THEN 0 ELSE 1 END + CASE WHEN b IS NULL THEN 0 ELSE 1 END = 1"),
    "nested cases": (THREE, "CASE WHEN a IS NOT NULL THEN b IS NULL AND c IS NULL ELSE (b IS NULL) <> (c IS NULL) END"),
    "a kind": (f"{THREE}, kind text NOT NULL", "CASE kind WHEN 'x' THEN a IS NOT NULL AND b IS NULL WHEN 'y' THEN b IS NOT NULL AND a IS NULL ELSE false END"),
    "a kind in a list": (f"{THREE}, kind text NOT NULL CHECK (kind IN ('x', 'y', 'z'))", "CASE kind WHEN 'x' THEN num_nonnulls(a, b, c) = 1 AND a IS NOT NULL WHEN 'y' THEN b IS NOT NULL ELSE c IS NOT NULL END"),
    "a kind in words": (f"{THREE}, kind text NOT NULL", "(kind = 'x' AND a IS NOT NULL AND b IS NULL) OR (kind = 'y' AND a IS NULL AND b IS NOT NULL)"),
    "implied": (f"{THREE}, kind text NOT NULL CHECK (kind IN ('x', 'y'))", "(kind <> 'x' OR a IS NOT NULL) AND (kind <> 'y' OR b IS NOT NULL) AND num_nonnulls(a, b) = 1"),
    "compared with a kind": (f"{THREE}, kind text NOT NULL CHECK (kind IN ('x', 'y'))", "(kind = 'x') = (a IS NOT NULL) AND (kind = 'y') = (b IS NOT NULL)"),
    "each once": ("id int PRIMARY KEY, a int UNIQUE REFERENCES p, b uuid UNIQUE REFERENCES q", "num_nonnulls(a, b) = 1"),
    "each once, by a case": ("id int PRIMARY KEY, a int UNIQUE REFERENCES p, b uuid UNIQUE REFERENCES q", "CASE WHEN a IS NULL THEN b IS NOT NULL ELSE b IS NULL END"),
    "in pairs with a key": ("k smallint NOT NULL, a int REFERENCES p, b uuid REFERENCES q, UNIQUE (k, a), UNIQUE (k, b)", "CASE WHEN a IS NULL THEN b IS NOT NULL ELSE b IS NULL END"),
    "beside a column": (f"{THREE}, note text, until date", "CASE WHEN a IS NULL THEN note IS NOT NULL ELSE b IS NOT NULL AND until IS NOT NULL END"),
    "of one table": ("id int PRIMARY KEY, a int REFERENCES p, b int REFERENCES p", "CASE WHEN a IS NULL THEN b IS NOT NULL ELSE b IS NULL OR a <> b END"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_references_are_set_as_checks_ask(clean_url: str, shape: str) -> None:
    columns, check = SHAPES[shape]
    create(clean_url, f"{PARENTS} CREATE TABLE t ({columns}, CONSTRAINT arc CHECK ({check}))")
    fill(clean_url, rows={"p": 30, "q": 30, "r": 30, "t": 50})
    assert one(clean_url, "SELECT count(*) FROM t") == 50
    assert one(clean_url, "SELECT count(a) FROM t") > 0
    assert one(clean_url, "SELECT count(DISTINCT a IS NULL) FROM t") == 2
    assert not_valid(clean_url) == []


@pytest.mark.parametrize("url", ["clean_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_references_within_a_tenant_are_set_as_checks_ask(url: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(url)
    create(
        address,
        """
        CREATE TABLE tenants (id int PRIMARY KEY);
        CREATE TABLE users (tenant_id int REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));
        CREATE TABLE teams (tenant_id int REFERENCES tenants, id int, PRIMARY KEY (tenant_id, id));
        CREATE TABLE grants (tenant_id int NOT NULL REFERENCES tenants, id int, kind text NOT NULL, user_id int, team_id int,
            PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, user_id) REFERENCES users,
            FOREIGN KEY (tenant_id, team_id) REFERENCES teams,
            CONSTRAINT arc CHECK (CASE kind WHEN 'user' THEN user_id IS NOT NULL AND team_id IS NULL
                WHEN 'team' THEN team_id IS NOT NULL AND user_id IS NULL ELSE false END));
        """,
    )
    fill(address, rows={"tenants": 4, "users": 20, "teams": 12, "grants": 60})
    found = ask(address, "SELECT kind, count(user_id) > 0, count(team_id) > 0 FROM grants GROUP BY 1 ORDER BY 1")
    assert found == [("team", False, True), ("user", True, False)]


ARC = "CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE REFERENCES p, b uuid {} REFERENCES q, CONSTRAINT arc CHECK (num_nonnulls(a, b) = 1))"


def test_a_unique_reference_is_set_as_long_as_there_are_rows_for_it(clean_url: str) -> None:
    create(clean_url, PARENTS + ARC.format(""))
    rows = {"p": 10, "q": 30, "r": 1, "t": 50}
    fill(clean_url, rows=rows)
    first = contents(clean_url)
    assert ask(clean_url, "SELECT count(a), count(b) FROM t") == [(10, 40)]
    fill(clean_url, rows=rows, mode="replace", connections=2)
    assert contents(clean_url) == first


def test_rows_beyond_all_unique_references_are_refused_by_name(clean_url: str) -> None:
    create(clean_url, PARENTS + ARC.format("UNIQUE"))
    with pytest.raises(SamplePlanError, match="leave room for 60") as refused:
        fill(clean_url, rows={"p": 20, "q": 40, "t": 61})
    assert refused.value.where == "public.t.arc"
    fill(clean_url, rows={"p": 20, "q": 40, "t": 60})
    assert ask(clean_url, "SELECT count(a), count(b) FROM t") == [(20, 40)]


KINDS = {
    "a case": "CASE kind WHEN 'x' THEN a IS NOT NULL AND b IS NULL WHEN 'y' THEN b IS NOT NULL AND a IS NULL ELSE false END",
    "words": "(kind = 'x' AND a IS NOT NULL AND b IS NULL) OR (kind = 'y' AND a IS NULL AND b IS NOT NULL)",
    "equal": "(kind = 'x') = (a IS NOT NULL) AND (kind = 'y') = (b IS NOT NULL) AND kind IN ('x', 'y')",
    "or none": "CASE kind WHEN 'x' THEN a IS NOT NULL AND b IS NULL WHEN 'y' THEN b IS NOT NULL AND a IS NULL ELSE num_nonnulls(a, b) = 0 END AND kind IN ('x', 'y', 'z')",
}  # fmt: skip


@pytest.mark.parametrize("shape", KINDS)
def test_a_kind_follows_from_which_unique_reference_has_rows_left(clean_url: str, shape: str) -> None:
    create(
        clean_url,
        f"{PARENTS} CREATE TABLE t (id int PRIMARY KEY, kind text NOT NULL, a int UNIQUE REFERENCES p, b uuid UNIQUE REFERENCES q, CONSTRAINT arc CHECK ({KINDS[shape]}))",
    )
    wanted = 50 if shape == "or none" else 40
    rows = {"p": 10, "q": 30, "t": wanted}
    fill(clean_url, rows=rows)
    first = contents(clean_url)
    found = ask(clean_url, "SELECT kind, count(a), count(b), count(*) FROM t GROUP BY 1 ORDER BY 1")
    assert [line[:3] for line in found][:2] == [("x", 10, 0), ("y", 0, found[1][2])]
    assert sum(line[3] for line in found) == wanted
    fill(clean_url, rows=rows, mode="replace", connections=2)
    assert contents(clean_url) == first


def test_a_kind_without_rows_left_is_refused_by_name(clean_url: str) -> None:
    create(
        clean_url,
        f"{PARENTS} CREATE TABLE t (id int PRIMARY KEY, kind text NOT NULL, a int UNIQUE REFERENCES p, b uuid UNIQUE REFERENCES q, CONSTRAINT arc CHECK ({KINDS['a case']}))",
    )
    with pytest.raises(SamplePlanError, match="leave room for 40") as refused:
        fill(clean_url, rows={"p": 10, "q": 30, "t": 41})
    assert refused.value.where == "public.t.arc"
