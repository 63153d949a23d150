"""Common mistakes, each with the mend that is proposed first, and what it gives."""

from __future__ import annotations

import pytest

from designer_kernel.exchange.sql import read_script
from designer_kernel.exchange.sql.mends.dialects import translated


def mended(script):
    """Apply all mends; return the ids, and the reading, in which nothing fails any more."""
    reading = read_script(script)
    assert reading.failed
    assert all(outcome.mends for outcome in reading.failed)
    done = reading.mended("all")
    assert done.failed == (), [outcome.message for outcome in done.failed]
    assert read_script(done.script()).failed == ()
    return [mend.id for mend in done.applied], done


@pytest.mark.parametrize(
    ("script", "ids"),
    [
        ("CREATE TABLE t (a int); CREATE POLICY p ON t TO nobody_knows USING (true);", ["add-role:nobody_knows"]),
        ("CREATE TABLE nowhere.t (a int);", ["add-schema:nowhere"]),
        ("CREATE TABLE shop.app.t (a int); CREATE VIEW v AS SELECT a FROM shop.app.t;",
         ["flatten:shop.app", "add-schema:app"]),
        ("CREATE SCHEMA outer_s; CREATE SCHEMA outer_s.inner_s; CREATE TABLE outer_s.inner_s.t (a int);",
         ["flatten:outer_s.inner_s"]),
        ("CREATE TABLE t (a citext);", ["add-extension:citext"]),
        ("CREATE TABLE t (a text); CREATE INDEX i ON t USING gin (a gin_trgm_ops);", ["add-extension:pg_trgm"]),
        ("CREATE TABLE t (id uuid DEFAULT uuid_generate_v4());", ["core-uuid:t"]),
        ('CREATE EXTENSION "uuid-ossp";', ["without-extension:uuid-ossp"]),
        ("CREATE TABLE t (a int); CREATE TABLE t (a int);", ["drop-duplicate:t@1.2"]),
        ("CREATE TABLE t (a int, b int); CREATE INDEX i ON t (a); CREATE INDEX i ON t (b);", ["rename:i@1.3"]),
        ("CREATE FUNCTION f() RETURNS int RETURN 1; CREATE FUNCTION f() RETURNS int RETURN 2;",
         ["or-replace:f@1.2"]),
        ("CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t ADD PRIMARY KEY (a);", ["drop-duplicate:t@1.2"]),
        ("CREATE TABLE t (a int PRIMARY KEY, b text, PRIMARY KEY (b));", ["one-key:t"]),
        ("CREATE TABLE t (a int, b text, a text, PRIMARY KEY (a));", ["one-column:t"]),
        ("CREATE TABLE a (x int); CREATE TABLE b (x int REFERENCES a (x));", ["add-unique:a(x)"]),
        ("CREATE TABLE a (x uuid PRIMARY KEY); CREATE TABLE b (x int REFERENCES a (x));", ["fit-type:b.x"]),
        ("CREATE TABLE a (x int PRIMARY KEY, y int REFERENCES b); CREATE TABLE b (y int PRIMARY KEY REFERENCES a);",
         ["split-circle:a"]),
        ("CREATE TABLE t (a int); ALTER TABLE t ALTER COLUMN a TYPE serial;", ["serial:t@1.2"]),
        ("CREATE TABLE t (id int PRIMARY KEY, at date) PARTITION BY RANGE (at);", ["widen-key:t"]),
        ("CREATE VIEW v AS SELECT schema_name, table_name FROM pg_tables;", ["rename-columns:v"]),
        ("CREATE VIEW v AS SELECT procpid FROM pg_stat_activity;", ["rename-columns:v"]),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1 AS a; REFRESH MATERIALIZED VIEW CONCURRENTLY v;",
         ["refresh-plainly:v@1.2"]),
        ("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, `when` DATETIME) ENGINE=InnoDB;", ["translate:t"]),
        ("CREATE TABLE t (a int) CREATE TABLE u (b int);", ["add-semicolon:t"]),
        ("CREATE TABLE t (a int, b int,);", ["drop-comma:t"]),
        ("CREATE TABLE t (a DATETIME, b NVARCHAR(20));", ["translate:t"]),
        (("CREATE COLLATION c (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
          "CREATE TABLE t (a text[] COLLATE c); CREATE INDEX i ON t (a COLLATE c); CREATE VIEW v AS SELECT a FROM t;"),
         ["collate-bytewise:c"]),
    ],
)  # fmt: skip
def test_mistake_is_mended(script, ids):
    assert mended(script)[0] == ids


def partitioned(done, name):
    return next(fact for key, fact in done.catalog.items() if key.kind == "relation" and key.path[-1] == name)


def test_partition_key_is_guessed_from_bounds_and_names():
    for columns, bound, wanted in [
        ("id int, at timestamptz, day date NOT NULL", "FROM ('2024-01-01') TO ('2024-02-01')", "day"),
        ("id int, region text, name text", "IN ('eu')", "region"),
        ("id bigint PRIMARY KEY, name text", "WITH (MODULUS 2, REMAINDER 0)", "id"),
        ("id bigint, name text, year int", "FROM (2020) TO (2021)", "year"),
    ]:
        script = f"CREATE TABLE t ({columns}); CREATE TABLE t_region_year_1 PARTITION OF t FOR VALUES {bound};"
        _, done = mended(script)
        assert wanted in partitioned(done, "t").partition_by


def test_foreign_keys_follow_a_wider_key_where_they_can():
    script = """
        CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL);
        CREATE TABLE items (id int, tenant_id int, order_id int REFERENCES orders (id));
        CREATE TABLE notes (order_id int);
        ALTER TABLE notes ADD FOREIGN KEY (order_id) REFERENCES orders (id);
        CREATE TABLE orders_tenant_1 PARTITION OF orders FOR VALUES IN (1);
    """
    ids, done = mended(script)
    assert ids == ["declare-partitioned:orders"]
    keys = [fact for key, fact in done.catalog.items() if type(fact).__name__ == "ForeignKey"]
    assert [(key.table, key.columns, key.referenced_columns) for key in keys] == [
        ("items", ("order_id", "tenant_id"), ("id", "tenant_id"))
    ]
    assert "notes (order_id) → orders goes" in done.applied[0].explanation


def test_mend_leaves_comments_and_the_rest_of_the_script_as_they_are():
    script = (
        "-- first\nCREATE TABLE t (\n  a int -- the number\n);\n\n/* second */ CREATE POLICY p ON t TO someone_new;\n"
    )
    done = read_script(script).mended()
    assert done.script() == f"CREATE ROLE someone_new NOLOGIN;\n\n{script}"


def test_last_resort_is_never_taken_unasked():
    reading = read_script("CREATE TABLE t (a nonsense_type);")
    assert reading.mended("all").failed
    assert reading.mended(["leave-out:t"]).failed == ()


def test_what_only_a_superuser_may_make_is_said():
    reading = read_script(
        "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;"
        "CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f();"
    )
    assert "trusted=True" in reading.failed[0].mends[0].explanation


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("CREATE TABLE `a b` (`c` int(11) UNSIGNED NOT NULL)", 'CREATE TABLE "a b" (c int  NOT NULL)'),
        ("CREATE TABLE t (a ENUM('x','y') COMMENT 'it''s')", "CREATE TABLE t (a text CHECK (a IN ('x','y')))"),
        ("CREATE TABLE t (a int, KEY k (a)) ENGINE=InnoDB DEFAULT CHARSET=utf8",
         "CREATE TABLE t (a int);\nCREATE INDEX k ON t (a)"),
        ("CREATE TABLE [dbo].[t] ([id] int IDENTITY(1,1), n nvarchar(max))",
         "CREATE TABLE dbo.t (id int GENERATED BY DEFAULT AS IDENTITY, n text)"),
        ("CREATE TABLE t (a double, b double precision, s text DEFAULT 'double blob')",
         "CREATE TABLE t (a double precision, b double precision, s text DEFAULT 'double blob')"),
        ("CREATE TABLE t (at datetime DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)",
         "CREATE TABLE t (at timestamp DEFAULT CURRENT_TIMESTAMP)"),
    ],
)  # fmt: skip
def test_words_of_other_databases(theirs, ours):
    assert translated(theirs) == ours


def test_a_table_with_two_primary_keys_keeps_its_columns_and_both_keys():
    _, done = mended("CREATE TABLE t (a int PRIMARY KEY, b text, PRIMARY KEY (b)); CREATE VIEW v AS SELECT b FROM t;")
    kinds = {key.kind: fact for key, fact in done.catalog.items()}
    assert {fact.columns for fact in done.catalog.values() if type(fact).__name__ in {"PrimaryKey", "Unique"}} == {
        ("a",), ("b",),
    }  # fmt: skip
    assert "column" in kinds


def test_what_fails_for_another_failure_says_so():
    reading = read_script("CREATE TABLE t (a nonsense);\nCREATE TABLE u (a int);\n\nCREATE VIEW v AS SELECT a FROM t;")
    assert [outcome.mends[-1].explanation for outcome in reading.failed][1] == (
        "what it misses would be made in line 1, which failed"
    )
