"""Two references to one table that a check compares: never the same row, or in the order of their keys."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill
from tests.designer_kernel.sample.databases import create, one

PARENT = "CREATE TABLE p (id {kind} PRIMARY KEY); "
PAIRS = {
    "teams of a match": ("id int PRIMARY KEY, a {kind} NOT NULL REFERENCES p, b {kind} NOT NULL REFERENCES p, CHECK (a <> b)", 300),
    "an optional end": ("id int PRIMARY KEY, a {kind} NOT NULL REFERENCES p, b {kind} REFERENCES p, CHECK (b != a)", 300),
    "pairs": ("a {kind} NOT NULL REFERENCES p, b {kind} NOT NULL REFERENCES p, PRIMARY KEY (a, b), CHECK (a <> b)", 380),
    "unordered pairs": ("a {kind} NOT NULL REFERENCES p, b {kind} NOT NULL REFERENCES p, PRIMARY KEY (a, b), CHECK (a < b)", 180),
    "the other order": ("a {kind} NOT NULL REFERENCES p, b {kind} NOT NULL REFERENCES p, PRIMARY KEY (b, a), CHECK (a > b)", 180),
    "ordered, not unique": ("a {kind} NOT NULL REFERENCES p, b {kind} NOT NULL REFERENCES p, CHECK (a <= b)", 500),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["int", "uuid", "text"])
@pytest.mark.parametrize("shape", PAIRS)
def test_pairs_are_kept_apart(clean_url: str, shape: str, kind: str) -> None:
    columns, rows = PAIRS[shape]
    create(clean_url, (PARENT + f"CREATE TABLE t ({columns})").format(kind=kind))
    fill(clean_url, rows={"p": 20, "t": rows})
    assert one(clean_url, "SELECT count(*) FROM t") == rows
    assert one(clean_url, "SELECT count(DISTINCT (least(a, b), greatest(a, b))) FROM t") > 80


def test_a_key_about_one_of_them_is_kept_too(clean_url: str) -> None:
    columns = "a int NOT NULL REFERENCES p UNIQUE, b int REFERENCES p UNIQUE, CHECK (a < b)"
    create(clean_url, (PARENT + f"CREATE TABLE t ({columns})").format(kind="int"))
    fill(clean_url, rows={"p": 20, "t": 20})
    assert one(clean_url, "SELECT count(*) FROM t") == 20
    assert one(clean_url, "SELECT count(b) FROM t") >= 5


EACH = {
    "each once": ("", ", UNIQUE (a), UNIQUE (b)", 20),
    "each once in a round": (", k int NOT NULL CHECK (k BETWEEN 1 AND 6)", ", UNIQUE (a, k), UNIQUE (k, b)", 120),
    "once in a round, and pairs once": (", k int NOT NULL CHECK (k BETWEEN 1 AND 6)", ", UNIQUE (a), UNIQUE (b, k), UNIQUE (a, b)", 20),
}  # fmt: skip


ORDERED = {
    "the smaller once": ("", ", UNIQUE (a)", 19),
    "the larger once": ("", ", UNIQUE (b)", 19),
    "each once": ("", ", UNIQUE (b), UNIQUE (a)", 19),
    "the smaller once in a round": (", k bool NOT NULL", ", UNIQUE (a, k)", 38),
    "each once in a round": (", k bool NOT NULL", ", UNIQUE (k, b), UNIQUE (a, k)", 38),
}


@pytest.mark.parametrize("kind", ["serial", "serial, CHECK (id > 0)", "date", "number"])
@pytest.mark.parametrize("shape", ORDERED)
def test_ordered_references_with_keys_of_their_own_are_kept(clean_url: str, shape: str, kind: str) -> None:
    more, keys, rows = ORDERED[shape]
    plain, _, check = kind.replace("serial", "int").partition(",")
    create(
        clean_url,
        f"""
        CREATE DOMAIN number AS int CHECK (VALUE > 0); CREATE TABLE p (id {kind.partition(",")[0]} PRIMARY KEY{"," * bool(check)} {check});
        CREATE TABLE t (a {plain} NOT NULL REFERENCES p, b {plain} NOT NULL REFERENCES p{more}, CHECK (a < b){keys})
        """,
    )
    fill(clean_url, rows={"p": 20, "t": rows})
    assert one(clean_url, "SELECT count(*) FROM t") == rows


@pytest.mark.parametrize("shape", EACH)
def test_keys_about_each_of_the_two_are_kept(clean_url: str, shape: str) -> None:
    more, keys, rows = EACH[shape]
    columns = f"a int NOT NULL REFERENCES p, b int NOT NULL REFERENCES p{more}, CHECK (a <> b){keys}"
    create(clean_url, (PARENT + f"CREATE TABLE t ({columns})").format(kind="int"))
    fill(clean_url, rows={"p": 20, "t": rows})
    assert one(clean_url, "SELECT count(*) FROM t") == rows
    assert one(clean_url, "SELECT count(DISTINCT b) FROM t") == 20


def test_a_pair_may_be_told_by_a_part_of_a_reference(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE p (id serial PRIMARY KEY, type text NOT NULL CHECK (type IN ('user', 'group')), UNIQUE (id, type));
        CREATE TABLE members (group_id int, group_type text NOT NULL, member_id int REFERENCES p,
            PRIMARY KEY (group_id, member_id), FOREIGN KEY (group_id, group_type) REFERENCES p (id, type), CHECK (group_id <> member_id));
        """,
    )
    fill(clean_url, rows={"p": 20, "members": 300})
    assert one(clean_url, "SELECT count(*) FROM members") == 300


def test_more_pairs_than_there_are_do_not_fit(clean_url: str) -> None:
    create(clean_url, (PARENT + f"CREATE TABLE t ({PAIRS['pairs'][0]})").format(kind="int"))
    with pytest.raises(SamplePlanError, match="leave room for 380"):
        fill(clean_url, rows={"p": 20, "t": 381})


def test_links_inside_of_a_project_join_different_issues(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE project (id int PRIMARY KEY);
        CREATE TABLE issue (project_id int NOT NULL REFERENCES project, number int NOT NULL, PRIMARY KEY (project_id, number));
        CREATE TABLE link (project_id int NOT NULL, a int NOT NULL, b int NOT NULL, PRIMARY KEY (project_id, a, b), CHECK (a <> b),
          FOREIGN KEY (project_id, a) REFERENCES issue, FOREIGN KEY (project_id, b) REFERENCES issue);
        """,
    )
    fill(clean_url, rows={"project": 10, "issue": 60, "link": 90})
    assert one(clean_url, "SELECT count(*) FROM link") == 90
