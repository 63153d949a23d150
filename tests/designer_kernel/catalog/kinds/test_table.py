"""Which facts tables have: as few as their parents leave to say, and all where a parent cannot say it."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.table_tablespace import TableTablespace
from designer_kernel.postgres.introspect import introspect
from tests.designer_kernel.catalog.databases import FreshUrl, read, scripted


def _built(url: str, *statements: str) -> Catalog:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement)
        return introspect(connection)


def _order(url: str, table: str) -> list[str]:
    """Return the names of a table's columns in their order, as the server has it."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " ORDER BY attnum",
            [table],
        )
        return [name for (name,) in rows]


def test_a_partition_like_its_parent_has_no_columns_of_its_own(database_url: str) -> None:
    catalog = _built(
        database_url,
        "CREATE TABLE p (a int NOT NULL, b text DEFAULT 'x') PARTITION BY LIST (a)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        "CREATE TABLE p2 PARTITION OF p (b DEFAULT 'y') FOR VALUES IN (2)",
    )
    assert [column.table for column in catalog.of(Column)] == ["p", "p"]
    assert [(d.table, d.expression) for d in catalog.of(Default)] == [("p", "'x'::text"), ("p2", "'y'::text")]
    assert not any(table.standalone for table in catalog.of(Table))


def test_a_partition_keeps_its_own_order_of_columns(fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    catalog = _built(
        first,
        "CREATE TABLE p (a int NOT NULL, b text) PARTITION BY LIST (a)",
        "CREATE TABLE p1 (b text, a int NOT NULL)",
        "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)",
    )
    assert catalog == scripted(second, catalog)
    table = catalog[table_id("public", "p1")]
    assert isinstance(table, Table)
    assert table.standalone
    assert _order(second, "p1") == ["b", "a"]


@pytest.mark.parametrize("own", ["own text", ""], ids=["with a column of its own", "without"])
def test_columns_that_a_parent_got_later_stand_behind_the_childs_own(fresh_url: FreshUrl, own: str) -> None:
    first, second = fresh_url(), fresh_url()
    catalog = _built(
        first,
        "CREATE TABLE p (a int)",
        "CREATE TABLE p_order (taken int)",
        f"CREATE TABLE c ({own}) INHERITS (p)",
        "ALTER TABLE p ADD later int NOT NULL",
        "ALTER TABLE c ADD last int",
    )
    meant = _order(first, "c")
    assert meant == [*(name for name in ("a", own[:3], "later", "last") if name)]
    assert catalog == scripted(second, catalog)
    assert _order(second, "c") == meant
    with psycopg.connect(second) as connection:
        parents = connection.execute("SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = 'c'::regclass")
        assert parents.fetchall() == [("p",)]


def test_a_tablespace_is_named_and_never_created(fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute("SET allow_in_place_tablespaces = on")
        connection.execute("""CREATE TABLESPACE "Odd space" LOCATION ''""")
    catalog = _built(
        first,
        'CREATE TABLE far (a int) TABLESPACE "Odd space"',
        'CREATE TABLE p (a int) PARTITION BY LIST (a) TABLESPACE "Odd space"',
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)",
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) TABLESPACE pg_default",
    )
    assert [(fact.table, fact.tablespace) for fact in catalog.of(TableTablespace)] == [
        ("far", "Odd space"),
        ("p", "Odd space"),
        ("p2", "pg_default"),
    ]
    assert scripted(second, catalog) == catalog
    assert read(second) == catalog
    for url in (first, second):
        with psycopg.connect(url) as connection:
            connection.execute("DROP TABLE far, p")
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute('DROP TABLESPACE "Odd space"')
