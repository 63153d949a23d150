"""Rows that are there already are referred to by new ones, and stay as they are."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import pickle

import numpy as np
import psycopg
import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill, plan
from designer_kernel.sample.rows.frame import Frame
from tests.designer_kernel.sample.databases import ask, contents, create, one

SHOP = """
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text UNIQUE, created_at timestamptz NOT NULL);
CREATE TABLE products (sku varchar(20) PRIMARY KEY, name text NOT NULL, price numeric(10, 2) NOT NULL);
CREATE TABLE orders (
  id uuid PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, total numeric(10, 2) NOT NULL CHECK (total >= 0), created_at timestamptz NOT NULL
);
CREATE TABLE order_items (
  order_id uuid NOT NULL REFERENCES orders, line_number int NOT NULL, sku varchar(20) NOT NULL REFERENCES products, quantity int NOT NULL CHECK (quantity > 0),
  unit_price numeric(10, 2) NOT NULL, PRIMARY KEY (order_id, line_number)
);
INSERT INTO customers (name, email, created_at) SELECT 'C' || n, 'c' || n || '@here.test', timestamptz '2031-01-01' + n * interval '1 hour' FROM generate_series(1, 30) n;
DELETE FROM customers WHERE id % 7 = 0;
INSERT INTO products SELECT 'P"' || n || ',é', 'Thing ' || n, n * 1.25 FROM generate_series(1, 9) n;
"""
TENANTS = """
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE users (tenant_id uuid NOT NULL REFERENCES tenants, id bigint NOT NULL, name text NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE products (tenant_id uuid NOT NULL REFERENCES tenants, id bigint NOT NULL, price numeric(8, 2) NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE orders (
  tenant_id uuid NOT NULL REFERENCES tenants, id bigint NOT NULL, user_id bigint NOT NULL, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
CREATE TABLE order_items (
  tenant_id uuid NOT NULL REFERENCES tenants, order_id bigint NOT NULL, product_id bigint NOT NULL, quantity int NOT NULL,
  PRIMARY KEY (tenant_id, order_id, product_id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES orders (tenant_id, id), FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id)
);
INSERT INTO tenants SELECT md5('t' || n)::uuid, 'T' || n FROM generate_series(1, 5) n;
INSERT INTO users SELECT md5('t' || 1 + n % 5)::uuid, n, 'U' || n FROM generate_series(1, 40) n;
INSERT INTO products SELECT md5('t' || 1 + n % 3)::uuid, n, n FROM generate_series(1, 33) n;
"""


def test_only_the_asked_table_gets_rows_and_refers_to_those_there(clean_url: str) -> None:
    create(clean_url, SHOP)
    before = contents(clean_url)
    filling = fill(clean_url, tables=["orders"], rows={"orders": 200})
    after = contents(clean_url)
    assert {k: v for k, v in after.items() if k != "public.orders"} == {
        k: v for k, v in before.items() if k != "public.orders"
    }
    assert after["public.orders"][0] == 200
    assert one(clean_url, "SELECT count(DISTINCT customer_id) FROM orders") > 20
    assert (
        one(
            clean_url,
            "SELECT count(*) FROM orders o JOIN customers c ON c.id = customer_id WHERE o.created_at < c.created_at",
        )
        == 0
    )
    assert "public.customers keeps its rows: new ones refer to them" in filling.notes


def test_values_of_parents_are_looked_up(clean_url: str) -> None:
    create(clean_url, SHOP)
    fill(clean_url, tables=["order_items"])
    assert one(clean_url, "SELECT count(*) FROM products") == 9
    assert one(clean_url, "SELECT count(*) FROM order_items") > 50
    assert one(clean_url, "SELECT count(DISTINCT sku) FROM order_items") == 9
    assert one(clean_url, "SELECT count(*) FROM order_items JOIN products USING (sku) WHERE unit_price <> price") == 0


def test_the_same_rows_there_give_the_same_rows_whatever_the_chunk(clean_url: str) -> None:
    create(clean_url, SHOP)
    chosen = plan(clean_url, tables=["orders"], rows={"orders": 500}, seed=4)
    whole = Frame(chosen, ("public", "orders"), np.arange(500, dtype=np.int64)).column("customer_id").data
    again = pickle.loads(pickle.dumps(plan(clean_url, tables=["orders"], rows={"orders": 500}, seed=4)))
    parts = [Frame(again, ("public", "orders"), np.arange(n, n + 50, dtype=np.int64)) for n in range(0, 500, 50)]
    assert (np.concatenate([part.column("customer_id").data for part in parts]) == whole).all()
    assert set(whole.tolist()) <= {row for (row,) in ask(clean_url, "SELECT id FROM customers")}


def test_a_plan_goes_to_a_machine_without_its_files(clean_url: str) -> None:
    create(clean_url, SHOP)
    chosen = plan(clean_url, tables=["order_items"], rows={"order_items": 90})
    rows = np.arange(90, dtype=np.int64)
    skus = Frame(chosen, ("public", "order_items"), rows).column("sku").data
    parcel = pickle.dumps(chosen)
    del chosen
    assert Frame(pickle.loads(parcel), ("public", "order_items"), rows).column("sku").data.equals(skus)


def test_rows_of_a_tenant_refer_to_rows_of_that_tenant(clean_url: str) -> None:
    create(clean_url, TENANTS)
    fill(clean_url, tables=["orders"], rows={"orders": 300})
    assert one(clean_url, "SELECT count(DISTINCT tenant_id) FROM orders") == 5
    fill(clean_url, tables=["order_items"], rows={"order_items": 400})
    assert one(clean_url, "SELECT count(*) FROM order_items") == 400
    assert one(clean_url, "SELECT count(*) FROM orders") == 300
    assert one(clean_url, "SELECT count(DISTINCT tenant_id) FROM order_items") == 3, "two tenants have no products"
    assert one(clean_url, "SELECT count(DISTINCT product_id) FROM order_items") > 25


def test_nothing_to_choose_from_is_said_by_name(clean_url: str) -> None:
    create(
        clean_url,
        TENANTS
        + "UPDATE products SET tenant_id = md5('t5')::uuid; INSERT INTO orders SELECT tenant_id, id, id FROM users WHERE tenant_id = md5('t1')::uuid",
    )
    with pytest.raises(SamplePlanError) as caught:
        fill(clean_url, tables=["order_items"])
    assert caught.value.where == "public.orders"


def test_every_sort_of_key_is_read_as_it_is(clean_url: str) -> None:
    kinds = {
        "i": ("int", "n"), "u": ("uuid", "md5(n::text)::uuid"), "t": ("text", "repeat('ä\"\\,' || chr(10), n) || n"), "d": ("date", "date '1999-01-01' + n"),
        "w": ("timestamptz", "timestamptz '1901-01-01 00:00:00.000001Z' + n * interval '1 day'"), "m": ("numeric(12, 3)", "n * -1.007"), "f": ("double precision", "n / 7.0"),
        "r": ("int4range", "int4range(n, n + 2)"), "p": ("inet", "inet '10.0.0.0' + n"), "b": ("bytea", "decode(md5(n::text), 'hex')"), "k": ("macaddr", "macaddr '08:00:2b:01:02:03'"), "e": ("mood", "(enum_range(NULL::mood))[1 + n % 3]"),
        "o": ("boolean", "n % 2 = 0"), "h": ("time", "time '01:00' + n * interval '1 min'"),
    }  # fmt: skip
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in kinds.items())
    names = ", ".join(kinds)
    values = ", ".join(value for _, value in kinds.values())
    create(clean_url, f"CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE p ({columns}, PRIMARY KEY ({names})); CREATE TABLE c ({columns}, FOREIGN KEY ({names}) REFERENCES p MATCH FULL); INSERT INTO p SELECT {values} FROM generate_series(1, 20) n")  # fmt: skip
    fill(clean_url, tables=["c"], rows={"c": 200})
    assert one(clean_url, f"SELECT count(*) FROM (SELECT DISTINCT {names} FROM c WHERE i IS NOT NULL) x") > 12


@pytest.mark.older
def test_an_older_server_is_read_as_well(older_url: str) -> None:
    create(older_url, TENANTS)
    fill(older_url, tables=["order_items"], rows={"order_items": 100})
    assert one(older_url, "SELECT count(*) FROM order_items") == 100
    assert psycopg.__version__
