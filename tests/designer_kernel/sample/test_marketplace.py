"""The marketplace filled: rows that a shop could have had."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from designer_kernel import templates
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Filling, fill
from tests.designer_kernel.sample.databases import ask, contents, disabled_triggers, not_valid, one, schema_hash


@pytest.fixture(scope="module")
def market(server: EmbeddedServer) -> Iterator[tuple[str, Filling, float, str]]:
    """The filled marketplace: its URL, the result, the seconds that it took and the hash of its schema before."""
    name = f"sample_market_{os.getpid()}"
    url = server.ensure_database(name)
    deploy(templates.load("marketplace"), url, allow_missing=True)
    before = schema_hash(url)
    started = time.perf_counter()
    filling = fill(url)
    yield url, filling, time.perf_counter() - started, before
    server.drop_database(name)


def test_the_demo_is_small_enough_and_quick(market: tuple[str, Filling, float, str]) -> None:
    _, filling, seconds, _ = market
    assert 80_000 < filling.rows < 200_000
    assert seconds < 20  # about 2 s alone on two cores; the machine may be busy


def test_the_schema_is_what_it_was(market: tuple[str, Filling, float, str]) -> None:
    url, _, _, before = market
    assert schema_hash(url) == before
    assert not_valid(url) == []
    assert disabled_triggers(url) == []


def test_every_table_but_archives_and_logs_has_rows(market: tuple[str, Filling, float, str]) -> None:
    empty = {name for name, (rows, _) in contents(market[0]).items() if not rows}
    assert all("archive" in name or name == "public.audit_log" for name in empty)


NOTHING_WRONG = {
    "an e-mail agrees with the name": """
        SELECT count(*) FROM users WHERE email !~ '^[a-z]+[.][a-z]+[0-9]*@(example[.](com|org|net)|(mail|post)[.]example)$'
        OR (first_name || last_name ~ '^[A-Za-z]+$'
            AND split_part(email, '@', 1) !~ ('^' || lower(left(first_name, 12)) || '[.]' || lower(left(last_name, 13)) || '[0-9]*$'))""",
    "an address is of its user": """
        SELECT count(*) FROM user_addresses a JOIN users u ON u.id = a.user_id
        WHERE (a.first_name, a.last_name) <> (u.first_name, u.last_name)""",
    "a city has one region and country": """
        SELECT count(*) FROM (SELECT city FROM user_addresses GROUP BY city HAVING count(DISTINCT (state, country)) > 1) AS x""",
    "children are in their order's tenant": """
        SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id
        WHERE i.tenant_id <> o.tenant_id OR p.tenant_id <> o.tenant_id""",
    "customers belong to the tenant": """
        SELECT count(*) FROM orders o WHERE NOT EXISTS (SELECT FROM tenant_users m WHERE (m.tenant_id, m.user_id) = (o.tenant_id, o.user_id))""",
    "a variant is one of its product": """
        SELECT count(*) FROM order_items i JOIN product_variants v ON v.id = i.variant_id WHERE v.product_id <> i.product_id""",
    "a picture's variant is one of its product": """
        SELECT count(*) FROM product_images i JOIN product_variants v ON v.id = i.variant_id WHERE v.product_id <> i.product_id""",
    "a line has its variant's price and code": """
        SELECT count(*) FROM order_items i JOIN product_variants v ON v.id = i.variant_id WHERE (i.unit_price, i.sku) <> (v.price, v.sku)""",
    "an order is the sum of its lines": """
        SELECT count(*) FROM orders o WHERE subtotal <> (SELECT sum(total_price) FROM order_items i WHERE i.order_id = o.id)""",
    "an order adds up": """
        SELECT count(*) FROM orders WHERE total_amount <> subtotal + tax_amount + shipping_amount - discount_amount""",
    "a payment pays its order": """
        SELECT count(*) FROM payments p JOIN orders o ON o.id = p.order_id WHERE (p.amount, p.currency) <> (o.total_amount, o.currency)""",
    "items come with their order, and products were there before": """
        SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id
        WHERE i.created_at <> o.created_at OR p.created_at > i.created_at""",
    "a payment's state follows the order's": """
        SELECT count(*) FROM payments p JOIN orders o ON o.id = p.order_id
        WHERE (o.status = 'delivered' AND p.status <> 'captured') OR (o.status = 'refunded' AND p.status <> 'refunded')
            OR (o.status = 'cancelled' AND p.status IN ('captured', 'pending', 'authorized'))""",
    "nothing that was declined is captured": """
        SELECT count(*) FROM payments WHERE (status = 'failed') <> (gateway_response ->> 'message' = 'declined')""",
    "a device is what the user agent says": """
        SELECT count(*) FROM user_sessions WHERE user_agent LIKE '%Windows%' AND device_info ->> 'os' <> 'Windows'
            OR user_agent LIKE '%iPhone%' AND device_info ->> 'type' <> 'mobile'
            OR user_agent LIKE '%Firefox/%' AND device_info ->> 'browser' <> 'Firefox'""",
    "most orders went the whole way": """
        SELECT count(*) FROM (SELECT count(*) FILTER (WHERE status = 'delivered') AS there, count(*) AS all FROM orders) AS x
        WHERE there < "all" / 2""",
    "a tenant has one currency": """
        SELECT count(*) FROM (SELECT tenant_id FROM orders GROUP BY 1 HAVING count(DISTINCT currency) > 1) AS x""",
    "shipped only if the status says so": """
        SELECT count(*) FROM orders WHERE (shipped_at IS NOT NULL) <> (status::text IN ('shipped', 'delivered', 'completed', 'refunded', 'returned'))""",
    "shipped after ordered, delivered after shipped": """
        SELECT count(*) FROM orders WHERE shipped_at < created_at OR delivered_at < shipped_at OR (delivered_at IS NOT NULL AND shipped_at IS NULL)""",
    "orders follow their customers": """
        SELECT count(*) FROM orders o JOIN users u ON u.id = o.user_id WHERE o.created_at < u.created_at""",
    "lines follow their products": """
        SELECT count(*) FROM order_items i JOIN products p ON p.id = i.product_id WHERE i.created_at < p.created_at""",
    "updated after created": "SELECT count(*) FROM products WHERE updated_at < created_at",
    "a product is named after its brand": "SELECT count(*) FROM products WHERE name NOT LIKE brand || ' %'",
    "a slug agrees with the name": """
        SELECT count(*) FROM products WHERE slug !~ ('^' || btrim(regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'), '-') || '(-[0-9]+)?$')""",
    "a variant's name says what its attributes say": """
        SELECT count(*) FROM product_variants WHERE name <> (attributes ->> 'color') || ' / ' || (attributes ->> 'size')""",
    "prices end as prices do": "SELECT count(*) FROM product_variants WHERE (price * 100)::bigint % 100 NOT IN (99, 95, 49, 50, 0)",
    "nothing lies in the future of the plan": "SELECT count(*) FROM orders WHERE created_at > '2026-11-01+00'",
    "a password hash says that it is none": "SELECT count(*) FROM users WHERE password_hash NOT LIKE '%sample%'",
    "events lie in partitions of their months": "SELECT count(*) FROM ONLY events",
    "each product has one first picture": """
        SELECT count(*) FROM (SELECT product_id FROM product_images GROUP BY 1 HAVING count(*) FILTER (WHERE is_primary) <> 1) AS x""",
    "a product is in a category of its kind": """
        SELECT count(*) FROM products p JOIN categories c ON c.id = p.category_id
        WHERE c.parent_id IS NOT NULL AND p.name NOT LIKE '%' || left(c.name, 3) || '%'""",
    "departments are at the top": """
        SELECT count(*) FROM categories c JOIN categories p ON p.id = c.parent_id
        WHERE p.name IN ('Audio', 'Computers', 'Kitchen') AND c.name IN ('Audio', 'Computers', 'Kitchen')""",
    "no parent category is of another tenant": """
        SELECT count(*) FROM categories c JOIN categories p ON p.id = c.parent_id WHERE p.tenant_id <> c.tenant_id""",
}  # fmt: skip


@pytest.mark.parametrize("query", NOTHING_WRONG.values(), ids=NOTHING_WRONG)
def test_rows_make_sense(market: tuple[str, Filling, float, str], query: str) -> None:
    assert one(market[0], query) == 0


def test_values_are_spread_as_in_life(market: tuple[str, Filling, float, str]) -> None:
    url = market[0]
    ((tenants, smallest, largest),) = ask(
        url, "SELECT count(*), min(n), max(n) FROM (SELECT count(*) AS n FROM orders GROUP BY tenant_id) AS x"
    )
    assert tenants == 8
    assert largest > 1.5 * smallest
    assert one(url, "SELECT count(DISTINCT status) FROM orders") > 4
    assert one(url, "SELECT avg((status = 'active')::int) FROM users") > 0.6
    namesakes = one(url, "SELECT count(*) - count(DISTINCT (first_name, last_name)) FROM users")
    assert 0 < namesakes < one(url, "SELECT count(*) FROM users") / 10
    assert one(url, "SELECT max(n) FROM (SELECT count(*) AS n FROM order_items GROUP BY product_id) AS x") > 30
    assert one(url, "SELECT count(*) FROM users u WHERE NOT EXISTS (SELECT FROM orders o WHERE o.user_id = u.id)") > 20


def test_materialized_views_are_filled(market: tuple[str, Filling, float, str]) -> None:
    views = ask(market[0], "SELECT schemaname, matviewname FROM pg_matviews")
    assert views
    for schema, name in views:
        assert one(market[0], f'SELECT count(*) FROM "{schema}"."{name}"') > 0
    assert not any("not refreshed" in note for note in market[1].notes)


@pytest.mark.parametrize("server_url", ["database_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_one_two_and_three_workers_give_the_same_rows(request: pytest.FixtureRequest, server_url: str) -> None:
    url = request.getfixturevalue(server_url)
    deploy(templates.load("marketplace"), url, allow_missing=True)
    before = schema_hash(url)
    fill(url, scale=0.02, seed=5)
    alone = contents(url)
    for workers in (2, 3):
        filling = fill(url, scale=0.02, seed=5, mode="replace", connections=workers, part=700)
        assert contents(url) == alone, workers
        assert filling.rows == sum(rows for rows, _ in alone.values())
    assert schema_hash(url) == before
    assert not_valid(url) == []


def test_distributions_are_as_promised(market: tuple[str, Filling, float, str]) -> None:
    """Chi-square of every column, and of the children of each parent, at a fixed seed."""
    report = market[1].report(market[0])
    assert all(planned == held for _, planned, held in report.rows)
    assert len(report.distributions) > 100
    assert report.odd == ()


@pytest.mark.older
def test_an_older_server_gets_the_same_rows(market: tuple[str, Filling, float, str], older_url: str) -> None:
    deploy(templates.load("marketplace"), older_url, allow_missing=True)
    fill(older_url)
    ours, theirs = contents(market[0]), contents(older_url)
    assert {name: rows for name, (rows, _) in ours.items()} == {name: rows for name, (rows, _) in theirs.items()}
    for name in ("public.users", "public.orders", "public.order_items", "public.events"):
        assert ours[name] == theirs[name]
