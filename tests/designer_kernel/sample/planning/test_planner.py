"""Plans: what is refused by name, which rows are raised, which provider a column gets."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill, plan
from tests.designer_kernel.sample.databases import ask, contents, create, one, schema_hash

REFUSED = [
    ("CREATE TABLE t (id int PRIMARY KEY, x int CONSTRAINT c CHECK (x > 5 AND x < 3) NOT NULL)", "t.c|t.x"),
    ("CREATE TABLE t (id int PRIMARY KEY, x text NOT NULL CONSTRAINT c CHECK (x IN ('a') AND x <> 'a'))", "t.x"),
    ("CREATE TABLE t (id int PRIMARY KEY, x int NOT NULL, CONSTRAINT c CHECK (x > (SELECT 1) + 1))", None),
    (
        (
            "CREATE FUNCTION f(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 7 AND $1 < 7';"
            "CREATE TABLE t (id int PRIMARY KEY, x int NOT NULL, CONSTRAINT c CHECK (f(x)))"
        ),
        "t.c",
    ),
    (
        "CREATE TABLE t (id int PRIMARY KEY, x int NOT NULL, y int NOT NULL, CONSTRAINT c CHECK (x * x + y * y = -1))",
        "t.c",
    ),
    ("CREATE TABLE t (x int NOT NULL); CREATE UNIQUE INDEX c ON t (sin(x))", "t.c"),
    ("CREATE TABLE t (r aclitem NOT NULL)", "t.r"),
    ("CREATE TABLE t (a int, CONSTRAINT c EXCLUDE USING gist (int4range(a, a + 5) WITH &&))", "t.c"),
    ("CREATE TABLE t (id int NOT NULL) PARTITION BY RANGE (id)", "t"),
    (
        (
            "CREATE TABLE t (a int NOT NULL, b int NOT NULL) PARTITION BY LIST ((a * b % 7));"
            "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (3)"
        ),
        "t",
    ),
    (
        (
            "CREATE TABLE t (a int NOT NULL) PARTITION BY HASH (a);"
            "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1)"
        ),
        "t",
    ),
    (
        (
            "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE q (b int, c int, PRIMARY KEY (b, c));"
            "CREATE TABLE t (a int NOT NULL, b int NOT NULL, c int NOT NULL, FOREIGN KEY (a, b) REFERENCES p,"
            "FOREIGN KEY (b, c) REFERENCES q)"
        ),
        "t.t_a_b_fkey|t.t_b_c_fkey",
    ),
]


@pytest.mark.parametrize(("script", "where"), REFUSED)
def test_what_cannot_be_kept_is_refused_by_name(clean_url: str, script: str, where: str | None) -> None:
    if where is None:
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            create(clean_url, script)  # the server takes no subquery in a check, so neither need we
        return
    create(clean_url, script)
    before = contents(clean_url), schema_hash(clean_url)
    with pytest.raises(SamplePlanError) as caught:
        fill(clean_url)
    assert caught.value.where in {f"public.{place}" for place in where.split("|")}
    assert caught.value.mend
    assert (contents(clean_url), schema_hash(clean_url)) == before


KEPT = [
    "CHECK (a < b AND b < c)",
    "CHECK (a + b <= 50)",
    "CHECK (c = a + b)",
    "CHECK (a <> b)",
    "CHECK (a > 10 OR b > 10)",
    "CHECK (c - a >= 5)",
    "CHECK (abs(a - b) < 400)",
    "CHECK (a % 2 = 0)",
    "CHECK (NOT (a = 3 AND b = 4)) NOT VALID",
    "CHECK (coalesce(a, 0) >= coalesce(b, 0))",
    "CHECK (s LIKE 'AB%')",
    "CHECK (s ~ '^[0-9]{4}-[A-Z]{2}$')",
    "CHECK (s = upper(s) AND length(s) = 6)",
    "CHECK (d1 <= d2 AND d2 <= d3)",
    "CHECK (d1 >= '2024-05-01' AND d1 < '2024-06-01')",
    "CHECK (num_nonnulls(n1, n2) = 1)",
    "CHECK ((n1 IS NULL) = (n2 IS NULL))",
    "CHECK (NOT flag OR n1 IS NOT NULL)",
    "CHECK (flag IS TRUE)",
    "CHECK (f BETWEEN 0.25 AND 0.5)",
    "CHECK (jsonb_typeof(j) = 'array')",
    "CHECK (jsonb_typeof(j) = 'object')",
    "CHECK (jsonb_typeof(j) = 'number')",
    "CHECK (a >= 0 AND b >= 0 AND c >= 0 AND a + b + c < 100)",
]


@pytest.mark.parametrize("check", KEPT)
def test_a_check_is_kept(clean_url: str, check: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL, c int NOT NULL, s text NOT NULL, d1 date NOT NULL,
                        d2 timestamptz NOT NULL, d3 date NOT NULL, n1 int, n2 int, flag boolean NOT NULL, f float NOT NULL, j jsonb NOT NULL);
        """,
    )
    create(clean_url, f"ALTER TABLE t ADD CONSTRAINT c {check}")
    fill(clean_url, rows={"t": 3000})
    create(clean_url, "ALTER TABLE t DROP CONSTRAINT c")
    create(clean_url, f"ALTER TABLE t ADD CONSTRAINT c {check.removesuffix(' NOT VALID')}")  # the server looks at all
    assert one(clean_url, "SELECT count(*) FROM t") == 3000


UNIQUE = [
    ("CREATE TABLE t (id int PRIMARY KEY, code char(3) UNIQUE NOT NULL)", 5000),
    ("CREATE TABLE t (a smallint, b smallint, PRIMARY KEY (a, b))", 40_000),
    ("CREATE TABLE t (kind text CHECK (kind IN ('a', 'b', 'c')), flag boolean, UNIQUE (kind, flag))", 6),
    ("CREATE TABLE t (day date PRIMARY KEY)", 1000),
    ("CREATE TABLE t (at timestamptz PRIMARY KEY, price numeric(12, 2) UNIQUE)", 1000),
    ("CREATE TABLE t (email varchar(20) UNIQUE)", 5000),
    ("CREATE TABLE t (doc jsonb UNIQUE, ip inet UNIQUE, mac macaddr UNIQUE)", 1000),
    ("CREATE TABLE t (x text UNIQUE NULLS NOT DISTINCT, y text)", 2000),
    ("CREATE TABLE t (name text, deleted_at timestamptz); CREATE UNIQUE INDEX u ON t (lower(name)) WHERE deleted_at IS NULL", 3000),
    ("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (p_id int NOT NULL REFERENCES p, n int NOT NULL, UNIQUE (p_id, n))", 4000),
    ("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int NOT NULL REFERENCES p, b int NOT NULL REFERENCES p, PRIMARY KEY (a, b))", 4000),
    ("CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES p, b int REFERENCES p, UNIQUE (a, b))", 400),
]  # fmt: skip


@pytest.mark.parametrize(("script", "rows"), UNIQUE)
def test_unique_keys_are_kept(clean_url: str, script: str, rows: int) -> None:
    create(clean_url, script)
    fill(clean_url, rows={"t": rows})
    assert one(clean_url, "SELECT count(*) FROM t") == rows


def test_more_rows_than_values_are_refused_with_the_number_that_fits(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE t (kind text CHECK (kind IN ('a', 'b')), flag boolean, CONSTRAINT u UNIQUE (kind, flag))",
    )
    with pytest.raises(SamplePlanError) as caught:
        plan(clean_url, rows={"t": 5})
    assert caught.value.where == "public.t.u"
    assert "4" in caught.value.mend
    assert plan(clean_url).tables["public", "t"].rows == 4


def test_overlapping_references_agree_on_what_they_share(clean_url: str) -> None:
    """Stores belong to chains, and orders must take customer and till of one store of one chain."""
    create(
        clean_url,
        """
        CREATE TABLE chains (id int PRIMARY KEY);
        CREATE TABLE stores (chain_id int NOT NULL REFERENCES chains, id int NOT NULL, PRIMARY KEY (chain_id, id));
        CREATE TABLE clients (chain_id int NOT NULL REFERENCES chains, id int NOT NULL, PRIMARY KEY (chain_id, id));
        CREATE TABLE tills (chain_id int NOT NULL, store_id int NOT NULL, id int NOT NULL, PRIMARY KEY (chain_id, store_id, id),
                            FOREIGN KEY (chain_id, store_id) REFERENCES stores);
        CREATE TABLE clerks (chain_id int NOT NULL, store_id int NOT NULL, id int NOT NULL, PRIMARY KEY (chain_id, store_id, id),
                             FOREIGN KEY (chain_id, store_id) REFERENCES stores);
        CREATE TABLE receipts (
          id bigint PRIMARY KEY, chain_id int NOT NULL, store_id int NOT NULL, till_id int NOT NULL, clerk_id int NOT NULL,
          client_id int,
          FOREIGN KEY (chain_id, store_id, till_id) REFERENCES tills,
          FOREIGN KEY (chain_id, store_id, clerk_id) REFERENCES clerks,
          FOREIGN KEY (chain_id, client_id) REFERENCES clients);
        """,
    )
    filling = fill(clean_url, rows={"receipts": 5000, "chains": 4})
    assert filling.plan.tables["public", "receipts"].rows == 5000
    assert one(clean_url, "SELECT count(DISTINCT (chain_id, store_id, clerk_id)) FROM receipts") > 20


@pytest.mark.parametrize(
    "check", ["num_nonnulls(post_id, photo_id, page_id) = 1", "(post_id IS NULL) <> (photo_id IS NULL)"]
)
def test_one_of_several_references_is_set(clean_url: str, check: str) -> None:
    create(
        clean_url,
        f"""
        CREATE TABLE posts (id int PRIMARY KEY); CREATE TABLE photos (id int PRIMARY KEY); CREATE TABLE pages (id int PRIMARY KEY);
        CREATE TABLE remarks (id int PRIMARY KEY, post_id int REFERENCES posts, photo_id int REFERENCES photos,
                              page_id int REFERENCES pages, body text NOT NULL, CHECK ({check}));
        """,
    )
    fill(clean_url, rows={"remarks": 900})
    ((posts, photos),) = ask(clean_url, "SELECT count(post_id), count(photo_id) FROM remarks")
    assert posts > 200
    assert photos > 200


def test_wishes_raise_ancestors_and_nothing_else(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE products (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users);
        CREATE TABLE order_items (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders, product_id int NOT NULL REFERENCES products);
        CREATE TABLE reviews (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users);
        """,
    )
    before = {n[1]: t.rows for n, t in plan(clean_url).tables.items()}
    raised = plan(clean_url, rows={"order_items": 1_000_000})
    after = {n[1]: t.rows for n, t in raised.tables.items()}
    assert after["order_items"] == 1_000_000
    assert after["orders"] == 200_000
    assert after["users"] == 80_000
    assert before["products"] < after["products"] < 50_000
    assert after["reviews"] == before["reviews"]
    for wrong in ("12", 1.5):
        with pytest.raises(SamplePlanError, match="is no number of rows"):
            plan(clean_url, rows={"orders": wrong})  # type: ignore[dict-item]
    assert raised.tables["public", "reviews"].reason.endswith(f"had it the usual {before['users']:,}")


def test_scale_multiplies(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE notes (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users)",
    )
    small, large = plan(clean_url, scale=0.1), plan(clean_url, scale=10)
    assert large.rows > 50 * small.rows


def test_archives_and_audit_logs_stay_empty(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE orders_archive (LIKE orders); CREATE TABLE audit_log (x box NOT NULL)",
    )
    rows = {n[1]: t.rows for n, t in plan(clean_url).tables.items()}
    assert rows["orders"] > 0
    assert rows["orders_archive"] == rows["audit_log"] == 0


def test_tables_of_one_name_need_their_schema(clean_url: str) -> None:
    create(clean_url, "CREATE SCHEMA b; CREATE TABLE t (id int); CREATE TABLE b.t (id int)")
    with pytest.raises(LookupError, match="several"):
        plan(clean_url, rows={"t": 3})
    assert plan(clean_url, rows={"b.t": 3}).tables["b", "t"].rows == 3


def test_hostile_names_are_only_names(clean_url: str) -> None:
    create(
        clean_url,
        """CREATE TABLE "a""b; DROP TABLE x" ("c'"" d" int PRIMARY KEY, "e%sf" text UNIQUE, "Käse" numeric(4,1))""",
    )
    fill(clean_url, rows={'a"b; DROP TABLE x': 50})
    assert ask(clean_url, '''SELECT count(*), count("c'"" d"), count("e%sf") FROM "a""b; DROP TABLE x"''')[0][0] == 50
