"""Catalogs for deployment, made by PostgreSQL from SQL."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.canonical import content_hash
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.shadow import shadow_database

SHOP = """
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('new', 'paid');
CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE,
    nick text CHECK (length(nick) > 1)
);
CREATE TABLE shop.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customers ON DELETE CASCADE,
    state shop.state NOT NULL DEFAULT 'new',
    total numeric(12,2) NOT NULL CHECK (total IN (0, 1) OR total > 1),
    placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_recent ON shop.orders (placed_at DESC) WHERE state = 'new';
CREATE VIEW shop.totals AS SELECT customer_id, sum(total) AS total FROM shop.orders GROUP BY 1;
CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.placed_at := now(); RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
COMMENT ON TABLE shop.orders IS 'what was ordered';
"""


@pytest.fixture
def catalog_of(server):
    """The catalog that some SQL makes."""

    def made(sql):
        with shadow_database(server) as url, psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql)
            found = introspect(connection)
        return found.only(key for key in found if key.path != ("public",))

    return made


@pytest.fixture
def shop(catalog_of):
    return catalog_of(SHOP)


@pytest.fixture
def hash_of():
    """A hash of everything that a database holds."""

    def found(url):
        with psycopg.connect(url) as connection:
            return content_hash(introspect(connection))

    return found
