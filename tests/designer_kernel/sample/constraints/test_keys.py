"""Keys and references in the shapes that people write: filled on a server, with every constraint on."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one

PARENTS = """
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY);
"""
UNIQUE = {
    "lower": ("t (e text NOT NULL)", "(lower(e))"),
    "trimmed and folded": ("t (e varchar(40) NOT NULL)", "(lower(btrim(e::text)))"),
    "coalesce": ("t (n int, e text)", "(coalesce(n, 0)), (coalesce(e, ''))"),
    "concatenated": ("t (e text NOT NULL, f text NOT NULL)", "((e || ' ' || f))"),
    "md5": ("t (e text NOT NULL)", "(md5(e))"),
    "a day": ("t (m timestamp NOT NULL)", "(date_trunc('day', m))"),
    "a month": ("t (m timestamp NOT NULL)", "(date_trunc('month', m))"),
    "a cast to date": ("t (m timestamp NOT NULL)", "((m::date))"),
    "a quotient": ("t (n int NOT NULL)", "((n / 10))"),
    "a product": ("t (n int NOT NULL)", "((n * 2 + 1))"),
    "negated": ("t (n int NOT NULL)", "((- n))"),
    "rounded": ("t (p numeric(12, 2) NOT NULL)", "(round(p))"),
    "a member": ("t (d jsonb NOT NULL)", "((d ->> 'key'))"),
    "a generated column": ("t (e text NOT NULL, f text GENERATED ALWAYS AS (lower(e)) STORED)", "f"),
    "rarer types": ("t (i interval, b bit(12), w text[], z timetz, m money, s numrange, x box)", "i"),
    "bits": ("t (b bit(12) NOT NULL)", "b"),
    "arrays": ("t (w text[] NOT NULL, v int[] NOT NULL)", "w"),
    "networks": ("t (w cidr NOT NULL)", "w"),
    "multiranges": ("t (w datemultirange NOT NULL)", "w"),
    "fractions in bounds": ("t (f float8 NOT NULL CHECK (f BETWEEN 0 AND 1))", "f"),
}
PARTIAL = {
    "a flag": "(a_id) WHERE main",
    "not deleted": "(a_id) WHERE gone IS NULL",
    "deleted": "(a_id) WHERE gone IS NOT NULL",
    "a state": "(a_id) WHERE state = 'open'",
    "some states": "(a_id) WHERE state IN ('open', 'new')",
    "another state": "(a_id) WHERE state <> 'closed'",
    "a number": "(a_id) WHERE n > 10",
    "two conditions": "(a_id) WHERE main AND n > 10",
    "all rows": "((1)) WHERE main",
}
OVERLAPPING = {
    "a chain": ("a int REFERENCES a NOT NULL, b int REFERENCES b NOT NULL, c int REFERENCES c NOT NULL", ("a, b", "b, c"), 200),
    "with few values": ("a int REFERENCES a NOT NULL, b int REFERENCES b NOT NULL, k int CHECK (k BETWEEN 1 AND 4) NOT NULL", ("a, b", "a, k"), 80),
    "all of three": ("a int REFERENCES a NOT NULL, b int REFERENCES b NOT NULL, c int REFERENCES c NOT NULL", ("a, b, c", "a, b"), 300),
    "two lists": ("a int REFERENCES a NOT NULL, k bool NOT NULL, s text CHECK (s IN ('x', 'y', 'z')) NOT NULL", ("a, k", "a, s"), 40),
    "narrow numbers": ("x smallint NOT NULL, y smallint NOT NULL, z char(2) NOT NULL", ("x, y", "x, z"), 500),
    "one of them optional": ("a int REFERENCES a, b int REFERENCES b NOT NULL", ("a, b", "a"), 20),
}  # fmt: skip


@pytest.mark.parametrize("shape", UNIQUE)
def test_expressions_stay_unique(clean_url: str, shape: str) -> None:
    table, keys = UNIQUE[shape]
    create(clean_url, f"CREATE TABLE {table}; CREATE UNIQUE INDEX u ON t ({keys})")
    fill(clean_url, rows={"t": 400})
    assert one(clean_url, "SELECT count(*) FROM t") == 400


@pytest.mark.parametrize("url", ["clean_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_composites_stay_unique(url: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(url)
    create(
        address,
        """
        CREATE TYPE pair AS (label text, is_on boolean); CREATE DOMAIN level AS int CHECK (VALUE >= 0);
        CREATE TYPE numbered AS (level level, day date, number smallint);
        CREATE TABLE t (c pair PRIMARY KEY, d numbered UNIQUE);
        CREATE TABLE u (id int PRIMARY KEY, c pair NOT NULL REFERENCES t, d numbered NOT NULL, UNIQUE (c, d));
        """,
    )
    fill(address, rows={"t": 400, "u": 900})
    assert one(address, "SELECT count(DISTINCT (d).level) FROM t") == 400
    assert one(address, "SELECT count(*) FROM u") == 900


def test_a_part_of_what_a_reference_copies_stays_unique(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE lands (code text PRIMARY KEY);
        CREATE TABLE places (land text REFERENCES lands, region text, number int, PRIMARY KEY (land, region, number));
        CREATE TABLE capitals (land text NOT NULL, region text NOT NULL, number int NOT NULL, name text NOT NULL,
            FOREIGN KEY (land, region, number) REFERENCES places,
            folded text GENERATED ALWAYS AS (lower(region)) STORED UNIQUE);
        CREATE TABLE seats (land text NOT NULL, region text NOT NULL, number int NOT NULL, name text NOT NULL,
            FOREIGN KEY (land, region, number) REFERENCES places, UNIQUE (land));
        """,
    )
    done = fill(clean_url, rows={"lands": 40, "capitals": 30, "seats": 20})
    assert one(clean_url, "SELECT count(*) FROM capitals") == 30
    assert one(clean_url, "SELECT count(*) FROM seats") == 20
    assert fill(clean_url, rows={"lands": 40, "capitals": 30, "seats": 20}, mode="replace").rows == done.rows


def test_a_part_that_rows_which_are_there_do_not_tell_apart_is_refused_by_name(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE places (region text, number int, PRIMARY KEY (region, number));
        INSERT INTO places VALUES ('a', 1), ('a', 2), ('b', 1);
        CREATE TABLE capitals (region text CONSTRAINT k UNIQUE, number int, FOREIGN KEY (region, number) REFERENCES places);
        """,
    )
    with pytest.raises(SamplePlanError, match="its columns follow from those of other tables") as refused:
        fill(clean_url, tables=["capitals"])
    assert refused.value.where == "public.capitals.k"


@pytest.mark.parametrize("null", ["", "NOT NULL"])
def test_children_that_differ_in_few_values_are_as_many_as_asked(clean_url: str, null: str) -> None:
    create(
        clean_url,
        f"""
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE t (id int PRIMARY KEY, parent_id int {null} REFERENCES t, side bool NOT NULL, UNIQUE (parent_id, side));
        CREATE TABLE u (a_id int NOT NULL REFERENCES a, id int, parent_id int {null}, side bool NOT NULL, PRIMARY KEY (a_id, id),
            FOREIGN KEY (a_id, parent_id) REFERENCES u, UNIQUE (a_id, parent_id, side));
        """,
    )
    fill(clean_url, rows={"t": 100, "a": 5, "u": 100})
    assert one(clean_url, "SELECT count(*) FROM t") == one(clean_url, "SELECT count(*) FROM u") == 100


def test_distinct_columns_that_a_check_compares_stay_distinct_each(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE t (number int PRIMARY KEY, n bigint UNIQUE NOT NULL, CHECK (number <> n AND n % 3 <> 1))",
    )
    fill(clean_url, rows={"t": 200})
    assert one(clean_url, "SELECT count(*) FROM t") == 200


def test_a_composite_of_few_values_is_refused_by_name(clean_url: str) -> None:
    create(clean_url, "CREATE TYPE pair AS (a boolean, b boolean); CREATE TABLE t (c pair PRIMARY KEY)")
    with pytest.raises(SamplePlanError, match="the type of c leaves no way"):
        fill(clean_url, rows={"t": 3})


@pytest.mark.parametrize("shape", PARTIAL)
def test_parts_of_tables_stay_unique_and_are_not_empty(clean_url: str, shape: str) -> None:
    create(
        clean_url,
        f"""
        {PARENTS} CREATE TYPE state AS ENUM ('new', 'open', 'closed');
        CREATE TABLE t (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a, main bool NOT NULL, gone timestamptz,
                        state state NOT NULL, n int NOT NULL);
        CREATE UNIQUE INDEX u ON t {PARTIAL[shape]};
        """,
    )
    fill(clean_url, rows={"t": 600, "a": 50})
    condition = PARTIAL[shape].partition("WHERE ")[2]
    assert one(clean_url, "SELECT count(*) FROM t") == 600
    assert one(clean_url, f"SELECT count(*) FROM t WHERE {condition}") >= 1  # type: ignore[misc]


@pytest.mark.parametrize("shape", OVERLAPPING)
def test_keys_that_overlap_are_all_kept(clean_url: str, shape: str) -> None:
    columns, keys, rows = OVERLAPPING[shape]
    uniques = ", ".join(f"UNIQUE ({key})" for key in keys)
    create(clean_url, f"{PARENTS} CREATE TABLE t ({columns}, {uniques})")
    fill(clean_url, rows={"a": 20, "b": 20, "c": 20, "t": rows})
    assert one(clean_url, "SELECT count(*) FROM t") == rows


def test_sequences_are_left_after_the_last_number_whatever_their_direction(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE up (id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 5) PRIMARY KEY, n int);
        CREATE TABLE down (id int GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY -1) PRIMARY KEY, n int);
        CREATE SEQUENCE shared START WITH 7;
        CREATE TABLE one (id bigint DEFAULT nextval('shared') PRIMARY KEY, n int);
        """,
    )
    fill(clean_url, rows={"up": 3, "down": 3, "one": 3})
    assert [r[0] for r in ask(clean_url, "SELECT id FROM up ORDER BY id")] == [100, 105, 110]
    assert [r[0] for r in ask(clean_url, "SELECT id FROM down ORDER BY id")] == [-3, -2, -1]
    create(clean_url, "INSERT INTO up (n) VALUES (1); INSERT INTO down (n) VALUES (1); INSERT INTO one (n) VALUES (1)")
    assert one(clean_url, "SELECT max(id) FROM up") == 115
    assert one(clean_url, "SELECT min(id) FROM down") == -4
    assert one(clean_url, "SELECT max(id) FROM one") == 10


def test_tables_refer_to_each_other_one_to_one(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE users (id uuid PRIMARY KEY, profile_id uuid NOT NULL UNIQUE, name text);
        CREATE TABLE profiles (id uuid PRIMARY KEY, user_id uuid NOT NULL UNIQUE REFERENCES users, bio text);
        ALTER TABLE users ADD FOREIGN KEY (profile_id) REFERENCES profiles;
        CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY REFERENCES t);
        ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES u;
        """,
    )
    fill(clean_url, rows={"users": 40, "t": 9})
    assert {name: rows for name, (rows, _) in contents(clean_url).items()} == {
        "public.users": 40, "public.profiles": 40, "public.t": 9, "public.u": 9,
    }  # fmt: skip
    assert not_valid(clean_url) == []


def test_references_that_share_columns_lead_to_rows_that_agree(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE slots (room int, day date, PRIMARY KEY (room, day));
        CREATE TABLE swaps (id int PRIMARY KEY, room int NOT NULL, day date NOT NULL, other_day date, other_room int NOT NULL,
          FOREIGN KEY (room, day) REFERENCES slots, FOREIGN KEY (room, other_day) REFERENCES slots MATCH FULL,
          FOREIGN KEY (other_room, day) REFERENCES slots);
        """,
    )
    fill(clean_url, rows={"slots": 50, "swaps": 200})
    assert one(clean_url, "SELECT count(*) FROM swaps") == 200


def test_what_no_rows_can_keep_is_refused_by_name(clean_url: str) -> None:
    create(
        clean_url, f"{PARENTS} CREATE TABLE t (a int REFERENCES a NOT NULL, n int NOT NULL, CONSTRAINT k UNIQUE (a))"
    )
    with pytest.raises(SamplePlanError) as caught:
        fill(clean_url, rows={"a": 5, "t": 6})
    assert caught.value.where == "public.t.k"
    assert "5" in caught.value.mend


def test_references_that_no_row_can_have_together_are_null(database_url: str) -> None:
    create(
        database_url,
        """
        CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b));
        CREATE TABLE others (id int PRIMARY KEY);
        CREATE TABLE torn (c int, d int, e int,
            FOREIGN KEY (c, d) REFERENCES pairs, FOREIGN KEY (d, c) REFERENCES pairs,
            FOREIGN KEY (e) REFERENCES others, CONSTRAINT again FOREIGN KEY (e) REFERENCES others);
        CREATE TABLE days (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE late PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE visits (id int, at date, FOREIGN KEY (id, at) REFERENCES late (id, at));
        """,
    )
    fill(database_url, rows={"torn": 200, "visits": 100})
    assert ask(database_url, "SELECT count(c + d), count(e) > 100 FROM torn") == [(0, True)]
    fill(database_url, rows={"torn": 20, "visits": 10}, mode="replace")
    create(database_url, "TRUNCATE visits; ALTER TABLE visits ALTER id SET NOT NULL, ALTER at SET NOT NULL")
    with pytest.raises(SamplePlanError, match=r"one partition of public\.days") as refused:
        fill(database_url, mode="replace")
    assert refused.value.where == "public.visits.visits_id_at_fkey"


def test_trees_within_groups_that_no_table_holds(database_url: str) -> None:
    create(
        database_url,
        """
        CREATE TABLE nodes (tenant int, id int, up int, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, up) REFERENCES nodes);
        CREATE TABLE rings (tenant int, id int, up int NOT NULL, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, up) REFERENCES rings);
        """,
    )
    fill(database_url, rows={"nodes": 50, "rings": 50})
    assert ask(database_url, "SELECT count(*), count(*) FILTER (WHERE up = id) FROM rings") == [(50, 50)]


def test_partitions_with_keys_of_their_own(database_url: str) -> None:
    create(
        database_url,
        """
        CREATE TABLE others (id int PRIMARY KEY);
        CREATE TABLE days (day date, note int, code int, n numeric) PARTITION BY RANGE (day, n);
        CREATE TABLE early PARTITION OF days FOR VALUES FROM ('2020-01-01', 0) TO ('2021-01-01', MAXVALUE);
        CREATE TABLE late PARTITION OF days FOR VALUES FROM ('2024-01-01', 1.5) TO ('2025-01-01', 'Infinity');
        ALTER TABLE late ADD FOREIGN KEY (note) REFERENCES others, ADD UNIQUE (code);
        """,
    )
    fill(database_url, rows={"days": 400, "others": 5})
    assert ask(database_url, "SELECT count(*), count(DISTINCT code) = count(code) FROM days") == [(400, True)]
    fill(database_url, rows={"days": 40, "others": 5}, mode="replace")
    assert one(database_url, "SELECT count(*) FROM days") == 40
