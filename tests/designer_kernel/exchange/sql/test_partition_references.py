"""Foreign keys that name no columns of the table they point at follow its wider key, or go; never half of it."""

from __future__ import annotations

import pytest

from designer_kernel.exchange.sql import read_script
from tests.designer_kernel.exchange.sql.test_mends import mended

ORDERS = "CREATE TABLE orders (id int PRIMARY KEY, tenant_id int NOT NULL);"
LATER = "CREATE TABLE orders (id int NOT NULL, tenant_id int NOT NULL); ALTER TABLE orders ADD PRIMARY KEY (id);"
BOTH = "CREATE TABLE orders (id int, tenant_id int, PRIMARY KEY (id, tenant_id));"
PARTITION = "CREATE TABLE orders_tenant_1 PARTITION OF orders FOR VALUES IN (1);"
LATER_ITEMS = """
    CREATE TABLE items (tenant_id int, order_id int);
    ALTER TABLE items ADD FOREIGN KEY (order_id) REFERENCES orders
"""
WIDER = [("items", ("order_id", "tenant_id"), ("id", "tenant_id"))]


def references(done):
    keys = [fact for fact in done.catalog.values() if fact.kind == "foreign_key"]
    return [(key.table, key.columns, key.referenced_columns) for key in keys]


@pytest.mark.parametrize("orders", [ORDERS, LATER], ids=["in the table", "added later"])
@pytest.mark.parametrize(
    "items",
    [
        "CREATE TABLE items (tenant_id int, order_id int REFERENCES orders);",
        "CREATE TABLE items (tenant_id int, order_id int, FOREIGN KEY (order_id) REFERENCES orders);",
        LATER_ITEMS,
    ],
    ids=["column", "table", "alter"],
)
def test_they_follow_where_the_table_has_the_columns(orders, items):
    ids, done = mended(f"{orders} {items}; {PARTITION}")
    assert ids == ["declare-partitioned:orders"]
    assert references(done) == WIDER
    assert "the foreign key of items points at orders (id, tenant_id)" in done.applied[0].explanation
    assert "goes" not in done.applied[0].explanation


@pytest.mark.parametrize(
    "notes",
    [
        "CREATE TABLE notes (order_id int REFERENCES orders);",
        "CREATE TABLE notes (order_id int, FOREIGN KEY (order_id) REFERENCES orders);",
        "CREATE TABLE notes (order_id int); ALTER TABLE notes ADD FOREIGN KEY (order_id) REFERENCES orders;",
        "CREATE TABLE notes (tenant_id int REFERENCES orders);",
    ],
    ids=["column", "table", "alter", "the column is taken"],
)
def test_they_go_where_it_has_not_and_that_is_said(notes):
    _, done = mended(ORDERS + notes + PARTITION)
    assert references(done) == []
    assert "→ orders goes" in done.applied[0].explanation


def test_a_key_that_is_wide_enough_is_left_alone():
    items = "CREATE TABLE items (tenant_id int, order_id int, FOREIGN KEY (order_id, tenant_id) REFERENCES orders);"
    _, done = mended(BOTH + items + PARTITION)
    assert references(done) == WIDER
    assert "foreign key" not in done.applied[0].explanation


def test_a_key_of_another_length_is_refused_as_it_was():
    reading = read_script(
        ORDERS + "CREATE TABLE items (a int, b int, FOREIGN KEY (a, b) REFERENCES orders);" + PARTITION
    )
    done = reading.mended("all")
    assert references(done) == []


def test_what_a_mend_costs_is_known_before_it_is_applied():
    items = "CREATE TABLE items (order_id int REFERENCES orders);"
    mend = read_script(f"{ORDERS} {items} {PARTITION}").mends[0]
    assert mend.id == "declare-partitioned:orders"
    assert [words.split(",")[0] for words in mend.costs] == [
        "the foreign key items (order_id) → orders goes",
        "its primary key must hold the partition key",
    ]
