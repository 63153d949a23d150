"""Refreshing from a real server, which words SQL in its own way."""

from __future__ import annotations

import psycopg

from designer_kernel.catalog import render
from designer_kernel.design import Attribute, Design, Entity, Relationship, edits, parts, traits
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from designer_kernel.design.refresh import refresh
from tests.designer_kernel.catalog.databases import FreshUrl, load, read


def shop() -> Design:
    key = {"name": "id", "data_type": "bigint", "identity": "ALWAYS", "is_primary_key": True}
    customers = Entity(
        name="customers",
        attributes=(Attribute(**key), Attribute(name="email", data_type="text", is_unique=True)),
        traits=(traits.Timestamps(), traits.SoftDelete()),
        colour="#aabbcc",
    )
    orders = Entity(
        name="orders",
        attributes=(Attribute(**key), Attribute(name="total", data_type="numeric(10,2)", default_value="0")),
        checks=(parts.Check(expression="total >= 0"),),
        indexes=(parts.Index(keys=(parts.IndexKey(expression="round(total)"),), predicate="total > 100"),),
    )
    link = Relationship(source_entity_id=customers.id, target_entity_id=orders.id)
    return Design(name="shop", entities=(customers, orders), relationships=(link,))


def test_what_was_deployed_changes_nothing(fresh_url: FreshUrl) -> None:
    design = shop()
    url = fresh_url()
    load(url, render.script(lower(design)).text)
    told = read(url)
    assert refresh(design, told, meant=told).edit is None


def test_what_was_changed_there_arrives_and_the_rest_stays_drawn(fresh_url: FreshUrl) -> None:
    design = shop()
    url = fresh_url()
    load(url, render.script(lower(design)).text)
    meant = read(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE orders ADD COLUMN note text CHECK (length(note) < 80)")
        connection.execute("ALTER TABLE customers ADD COLUMN phone text")
        connection.execute("CREATE TABLE refunds (id bigint PRIMARY KEY, order_id bigint REFERENCES orders)")
    found = refresh(design, read(url), meant=meant)
    now = found.design
    assert now.entity("customers").id == design.entity("customers").id
    assert {trait.kind for trait in now.entity("customers").traits} == {"timestamps", "soft_delete"}
    assert now.entity("customers").colour == "#aabbcc"
    assert [a.name for a in now.entity("orders").attributes][-1] == "note"
    assert now.relationships[0].id == design.relationships[0].id
    assert len(now.relationships) == 2
    assert not found.decisions
    assert found.edit is not None
    assert edits.apply(design, found.edit) == now


def test_a_lifted_design_refreshed_after_a_rename_keeps_its_identities(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, render.script(lower(shop())).text)
    design = lift(read(url)).design
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE orders RENAME TO shop_orders")
        connection.execute("ALTER TABLE customers RENAME COLUMN email TO mail")
    catalog = read(url)
    found = refresh(design, catalog)
    assert found.design.entity("shop_orders").id == design.entity("orders").id
    assert set(found.renamed) == {("public.orders", "public.shop_orders"), ("public.customers.email", "mail")}
    assert dict(lower(found.design)) == dict(catalog)
