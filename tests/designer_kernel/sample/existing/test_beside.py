"""Rows that are added meet none of those that are there, and go on where the same plan ended."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from typing import Any

import pytest

from designer_kernel.errors import DesignerError
from designer_kernel.sample import fill, plan
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one

SHOP = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email varchar(80) NOT NULL, code varchar(12) NOT NULL UNIQUE);
CREATE UNIQUE INDEX customers_email ON customers (lower(email));
CREATE TABLE profiles (customer_id bigint PRIMARY KEY REFERENCES customers, bio text);
CREATE TABLE products (sku varchar(20) PRIMARY KEY, name text NOT NULL, price numeric(10, 2) NOT NULL);
CREATE TABLE orders (id uuid PRIMARY KEY, number text NOT NULL UNIQUE, customer_id bigint NOT NULL REFERENCES customers, total numeric(10, 2) NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE order_items (
  order_id uuid NOT NULL REFERENCES orders, line_number int NOT NULL, sku varchar(20) NOT NULL REFERENCES products, quantity int NOT NULL,
  PRIMARY KEY (order_id, line_number), UNIQUE (order_id, sku)
);
CREATE TABLE rooms (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE bookings (room_id int NOT NULL REFERENCES rooms, during tstzrange NOT NULL, EXCLUDE USING gist (room_id WITH =, during WITH &&));
"""
ROWS = {"customers": 40, "profiles": 30, "products": 12, "orders": 90, "order_items": 150, "rooms": 4, "bookings": 60}


@pytest.fixture
def shop(clean_url: str) -> str:
    """A shop that was filled once."""
    create(clean_url, SHOP)
    fill(clean_url, rows=ROWS)
    return clean_url


def counts(url: str) -> dict[str, int]:
    """Return the rows of each table."""
    return {name.removeprefix("public."): rows for name, (rows, _) in contents(url).items()}


def rows_of(url: str, table: str) -> set[str]:
    """Return the rows of a table as text."""
    return {row for (row,) in ask(url, f"SELECT t::text FROM {table} t")}


def test_rows_are_added_to_one_table_and_refer_to_those_there(shop: str) -> None:
    before = {name: rows_of(shop, name) for name in ROWS}
    fill(shop, rows={"orders": 50}, mode="append")
    assert counts(shop) == {**ROWS, "orders": 140}
    assert before["orders"] < rows_of(shop, "orders")
    assert before["customers"] == rows_of(shop, "customers")
    assert not_valid(shop) == []


def test_everything_can_be_added_to(shop: str) -> None:
    before = {name: rows_of(shop, name) for name in ROWS}
    fill(shop, tables=list(ROWS), rows=ROWS, mode="append")
    assert counts(shop) == {name: 2 * rows for name, rows in ROWS.items()}
    assert all(before[name] < rows_of(shop, name) for name in ROWS)
    assert one(shop, "SELECT max(id) FROM customers") == 80
    assert one(shop, "SELECT nextval(pg_get_serial_sequence('customers', 'id'))") == 81


@pytest.mark.parametrize("table", ["profiles", "order_items", "bookings", "products", "customers"])
def test_keys_meet_none_that_is_there(shop: str, table: str) -> None:
    fill(shop, rows={table: 8}, mode="append")
    assert counts(shop) == {**ROWS, table: ROWS[table] + 8}


def test_keys_of_others_are_not_met_either(shop: str) -> None:
    create(shop, """
      INSERT INTO customers (name, email, code) SELECT 'Somebody', n || '@here.test', 'CUS-' || lpad((40 + n)::text, 6, '0') FROM generate_series(1, 25) n;
      INSERT INTO order_items SELECT id, 4, sku, 1 FROM (SELECT o.id, (SELECT min(sku) FROM products p WHERE NOT EXISTS (SELECT FROM order_items i WHERE i.order_id = o.id AND i.sku = p.sku)) sku FROM orders o) x
        WHERE NOT EXISTS (SELECT FROM order_items i WHERE i.order_id = x.id AND line_number = 4);
      INSERT INTO bookings SELECT id, tstzrange('2090-01-01', '2091-01-01') FROM rooms;
    """)  # fmt: skip
    before = counts(shop)
    fill(shop, rows={"customers": 60, "order_items": 200, "bookings": 30}, mode="append")
    assert counts(shop) == {
        **before,
        "customers": before["customers"] + 60,
        "order_items": before["order_items"] + 200,
        "bookings": before["bookings"] + 30,
    }


def test_what_was_there_decides_and_nothing_else(shop: str) -> None:
    first = plan(shop, rows={"customers": 60, "order_items": 100}, mode="append")
    again = plan(shop, rows={"customers": 60, "order_items": 100}, mode="append")
    assert first.tables == again.tables


@pytest.mark.parametrize("mode", ["append", "top up"])
def test_a_plan_that_adds_is_the_same_when_it_is_read_back(shop: str, mode: Any) -> None:
    first = plan(shop, rows={"order_items": 200}, mode=mode)
    again = plan(shop, document=first.to_yaml())
    assert again.tables == first.tables
    fill(shop, plan=again)
    assert counts(shop)["order_items"] == {"append": 350, "top up": 200}[mode]


def test_topping_up_adds_what_lacks(shop: str) -> None:
    filling = fill(shop, rows={"orders": 120, "customers": 30}, mode="top up")
    assert counts(shop) == {**ROWS, "orders": 120}
    assert "public.customers has 40 rows already" in filling.notes
    fill(shop, rows={"orders": 120}, mode="top up")
    assert counts(shop) == {**ROWS, "orders": 120}


def test_topping_up_goes_on_where_the_same_plan_ended(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE events (id bigint PRIMARY KEY, kind text NOT NULL, token uuid NOT NULL UNIQUE)")
    fill(clean_url, rows={"events": 300}, seed=5)
    whole = rows_of(clean_url, "events")
    create(clean_url, "TRUNCATE events")
    fill(clean_url, rows={"events": 120}, seed=5)
    fill(clean_url, rows={"events": 300}, seed=5, mode="top up")
    assert rows_of(clean_url, "events") == whole


def test_no_room_left_is_said_by_the_key(shop: str) -> None:
    with pytest.raises(DesignerError) as caught:
        fill(shop, rows={"profiles": 11}, mode="append")
    assert "profiles_pkey" in str(caught.value)
    assert counts(shop) == ROWS


@pytest.mark.older
def test_rows_are_added_on_an_older_server(older_url: str) -> None:
    create(older_url, SHOP)
    fill(older_url, rows=ROWS)
    fill(older_url, rows={"order_items": 30, "bookings": 5, "profiles": 5}, mode="append")
    assert counts(older_url) == {**ROWS, "order_items": 180, "bookings": 65, "profiles": 35}


def test_tables_that_hold_all_rows_their_keys_leave_room_for_keep_them(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE days (day integer PRIMARY KEY) PARTITION BY RANGE (day);
        CREATE TABLE week PARTITION OF days FOR VALUES FROM (1) TO (8);
        CREATE TABLE levels (level integer PRIMARY KEY CHECK (level BETWEEN 3 AND 4));
        CREATE TABLE visits (id integer PRIMARY KEY, day integer NOT NULL REFERENCES days, level integer REFERENCES levels);
        """,
    )
    fill(clean_url, rows={"visits": 20})
    done = fill(clean_url, mode="append", seed=1)
    assert {"public.days has as many rows as its keys leave room for",
            "public.levels has as many rows as its keys leave room for"} <= set(done.plan.notes)  # fmt: skip
    assert ask(clean_url, "SELECT count(*), count(DISTINCT day) FROM visits") == [(20 + done.plan.rows, 7)]
    with pytest.raises(DesignerError, match="room for the 7 that are there") as refused:
        fill(clean_url, mode="append", rows={"days": 1})
    assert refused.value.where == "public.days.day"


def test_rows_of_tables_that_inherit_are_no_parents(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (extra int) INHERITS (p);
        CREATE TABLE o (id int PRIMARY KEY, p int NOT NULL REFERENCES p);
        INSERT INTO p SELECT generate_series(1, 3); INSERT INTO c SELECT generate_series(100, 150), 1;
        """,
    )
    fill(clean_url, rows={"o": 30}, tables=["o"])
    assert ask(clean_url, "SELECT count(*), max(p) <= 3 FROM o") == [(30, True)]
