"""Two references to one table that checks and keys compare: friends, couples, matches, whatever the type of the key."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one

KEYS = ["text", "varchar(30)", "bigint", "char(12)", "citext"]
SIDES = "a {key} NOT NULL REFERENCES p, b {key} NOT NULL REFERENCES p"
SHAPES = {
    "friends": (f"{SIDES}, PRIMARY KEY (a, b)", "a < b", 100),
    "friends, with a key of their own": (f"id uuid PRIMARY KEY, {SIDES}, UNIQUE (a, b)", "a < b", 100),
    "friends, larger first": (f"{SIDES}, UNIQUE (a, b)", "a > b", 100),
    "couples": (f"{SIDES}, UNIQUE (a), UNIQUE (b)", "a < b", 20),
    "couples, by one of the two": (f"{SIDES}, UNIQUE (a)", "a < b", 20),
    "couples, in pairs as well": (f"{SIDES}, UNIQUE (a, b), UNIQUE (b)", "a < b", 20),
    "different": (f"{SIDES}, UNIQUE (a), UNIQUE (b)", "a <> b", 20),
    "perhaps": ("a {key} UNIQUE REFERENCES p, b {key} UNIQUE REFERENCES p", "a < b", 60),
}


def parents(key: str) -> str:
    return f"CREATE EXTENSION IF NOT EXISTS citext; CREATE TABLE p (id {key} PRIMARY KEY, name text);"


@pytest.mark.parametrize(
    ("shape", "key"),
    [(shape, "uuid") for shape in SHAPES] + [(shape, key) for key in KEYS for shape in ("friends", "couples")],
)
def test_pairs_in_order_are_unique(clean_url: str, shape: str, key: str) -> None:
    columns, check, rows = SHAPES[shape]
    create(clean_url, f"{parents(key)} CREATE TABLE t ({columns.format(key=key)}, CONSTRAINT c CHECK ({check}))")
    fill(clean_url, rows={"p": 41, "t": rows})
    assert one(clean_url, "SELECT count(*) FROM t") == rows
    assert one(clean_url, "SELECT count(a) FROM t") > 0
    assert not_valid(clean_url) == []


def test_couples_are_as_many_as_there_are_people_for(clean_url: str) -> None:
    create(clean_url, parents("uuid") + f"CREATE TABLE t ({SHAPES['couples'][0].format(key='uuid')}, CHECK (a < b))")
    with pytest.raises(SamplePlanError, match="leave room for 20") as refused:
        fill(clean_url, rows={"p": 41, "t": 21})
    assert refused.value.where.startswith("public.t.t_")
    fill(clean_url, rows={"p": 41, "t": 20})
    first = contents(clean_url)
    fill(clean_url, rows={"p": 41, "t": 20}, mode="replace", connections=2)
    assert contents(clean_url) == first


@pytest.mark.parametrize("more", ["", ", CHECK (a <> b)", ", CHECK (a < b)", ", UNIQUE (a, b), CHECK (a <> b)"])
@pytest.mark.parametrize("key", ["uuid", "int"])
def test_pairs_are_unique_in_either_order(clean_url: str, key: str, more: str) -> None:
    create(
        clean_url,
        f"CREATE TABLE p (id {key} PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, {SIDES.format(key=key)}{more});"
        "CREATE UNIQUE INDEX u ON t (least(a, b), greatest(a, b))",
    )
    fill(clean_url, rows={"p": 30, "t": 120})
    assert one(clean_url, "SELECT count(*) FROM t") == 120


def test_pairs_in_either_order_are_never_half_null(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, a int REFERENCES p, b int REFERENCES p);"
        "CREATE UNIQUE INDEX u ON t (least(a, b), greatest(a, b))",
    )
    fill(clean_url, rows={"p": 60, "t": 900})
    assert ask(clean_url, "SELECT count(*), count(a), count(b) FROM t") == [(900, 900, 900)]


def test_pairs_of_one_tenant_are_unique_in_either_order(clean_url: str) -> None:
    script = TENANTS.format(tenant="REFERENCES tenants", check="true", first="a", second="b")
    create(clean_url, script.replace("PRIMARY KEY (tenant_id, a, b),", ""))
    create(clean_url, "CREATE UNIQUE INDEX u ON t (tenant_id, least(a, b), greatest(a, b))")
    fill(clean_url, rows={"tenants": 4, "members": 60, "t": 100})
    assert one(clean_url, "SELECT count(*) FROM t") == 100


def test_a_winner_is_one_of_those_who_played(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE p (id uuid PRIMARY KEY);
        CREATE TABLE t (id int PRIMARY KEY, home uuid NOT NULL REFERENCES p, away uuid NOT NULL REFERENCES p, winner uuid REFERENCES p,
            CHECK (home <> away), CHECK (winner IS NULL OR winner = home OR winner = away));
        """,
    )
    fill(clean_url, rows={"p": 30, "t": 120})
    assert ask(clean_url, "SELECT count(*), count(winner) > 60 FROM t") == [(120, True)]


def test_two_different_rows_are_there_to_refer_to(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE p (id int PRIMARY KEY, u text, v text, w text); CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL REFERENCES p, b int NOT NULL REFERENCES p, CHECK (a <> b))",
    )
    fill(clean_url, scale=0.002)
    assert one(clean_url, "SELECT count(*) FROM p") == 2
    with pytest.raises(SamplePlanError, match="two different rows") as refused:
        fill(clean_url, rows={"p": 1, "t": 5}, mode="replace")
    assert refused.value.where.startswith("public.t.t_")


TENANTS = """
CREATE TABLE tenants (id int PRIMARY KEY);
CREATE TABLE members (tenant_id int NOT NULL REFERENCES tenants, id uuid NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE t (tenant_id int NOT NULL {tenant}, {first} uuid NOT NULL, {second} uuid NOT NULL, PRIMARY KEY (tenant_id, a, b),
    FOREIGN KEY (tenant_id, {first}) REFERENCES members, FOREIGN KEY (tenant_id, {second}) REFERENCES members, CHECK ({check}));
"""


@pytest.mark.parametrize("tenant", ["", "REFERENCES tenants"])
@pytest.mark.parametrize(("check", "names"), [("a < b", "ab"), ("a < b", "ba"), ("a <> b", "ab")])
def test_friends_of_one_tenant(clean_url: str, tenant: str, check: str, names: str) -> None:
    create(clean_url, TENANTS.format(tenant=tenant, check=check, first=names[0], second=names[1]))
    fill(clean_url, rows={"tenants": 4, "members": 60, "t": 100})
    first = contents(clean_url)
    assert one(clean_url, "SELECT count(*) FROM t") == 100
    fill(clean_url, rows={"tenants": 4, "members": 60, "t": 100}, mode="replace", connections=2)
    assert contents(clean_url) == first
