"""The trait archived on a real server: rows move, and none is lost."""

from __future__ import annotations

from typing import Any

import pytest

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.expansion import expand
from designer_kernel.errors import InvalidDesign
from tests.designer_kernel.design.trait_designs import entity, one, tenancy, text


def test_old_rows_move_to_the_archive_with_all_that_depends_on_them(deployed):
    stamp = {"kind": "timestamps"}
    orders = entity("orders", text("note"), traits=(stamp, {"kind": "archived", "after": "7 years"}))
    items, parcels, reviews = entity("items"), entity("parcels"), entity("reviews")
    links = (
        Relationship(source_entity_id=orders.id, target_entity_id=items.id, on_delete_action="CASCADE"),
        Relationship(source_entity_id=items.id, target_entity_id=parcels.id),
        Relationship(
            source_entity_id=orders.id,
            target_entity_id=reviews.id,
            source_cardinality="0..1",
            on_delete_action="SET NULL",
        ),
    )
    connection = deployed(Design(name="d", entities=(orders, items, parcels, reviews), relationships=links))
    for age in ("8 years", "9 years", "1 day"):
        order = one(connection, "INSERT INTO orders (created_at) VALUES (now() - %s::interval) RETURNING id", age)
        item = one(connection, "INSERT INTO items (order_id) VALUES (%s) RETURNING id", order)
        connection.execute("INSERT INTO parcels (item_id) VALUES (%s)", (item,))
        connection.execute("INSERT INTO reviews (order_id) VALUES (%s)", (order,))
    assert one(connection, "SELECT archive_orders(1)") == 1, "no more than the batch"
    assert one(connection, "SELECT archive_orders()") == 1
    assert one(connection, "SELECT archive_orders()") == 0
    for table, left, moved in (("orders", 1, 2), ("items", 1, 2), ("parcels", 1, 2)):
        assert one(connection, f"SELECT count(*) FROM {table}") == left
        assert one(connection, f"SELECT count(*) FROM {table}_archive") == moved
    assert one(connection, "SELECT count(*) FROM reviews") == 3
    assert one(connection, "SELECT count(*) FROM reviews WHERE order_id IS NULL") == 2


def archived(name: str, *attributes: Attribute, **trait: Any) -> Entity:
    return entity(name, text("note"), *attributes, traits=({"kind": "timestamps"}, {"kind": "archived", **trait}))


def test_children_of_an_old_row_in_its_own_table_move_along_instead_of_vanishing(deployed):
    parts = archived("parts")
    whole = Relationship(
        name="whole", source_entity_id=parts.id, target_entity_id=parts.id, source_cardinality="0..1",
        on_delete_action="CASCADE",
    )  # fmt: skip
    connection = deployed(Design(name="d", entities=(parts,), relationships=(whole,)))
    old = one(
        connection, "INSERT INTO parts (note, created_at) VALUES ('old', now() - '5 years'::interval) RETURNING id"
    )
    child = one(connection, "INSERT INTO parts (note, whole_id) VALUES ('child', %s) RETURNING id", old)
    connection.execute("INSERT INTO parts (note, whole_id) VALUES ('grandchild', %s), ('other', NULL)", (child,))
    assert one(connection, "SELECT archive_parts()") == 3
    assert connection.execute("SELECT note FROM parts").fetchall() == [("other",)]
    kept = connection.execute("SELECT note FROM parts_archive ORDER BY note").fetchall()
    assert kept == [("child",), ("grandchild",), ("old",)]


def test_rows_that_follow_by_any_of_several_references_move(deployed):
    accounts = archived("accounts")
    transfers = entity(
        "transfers", Attribute(name="sender", data_type="uuid"), Attribute(name="receiver", data_type="uuid")
    )
    links = tuple(
        Relationship(
            source_entity_id=accounts.id, target_entity_id=transfers.id, target_attributes=(name,),
            on_delete_action="CASCADE",
        )
        for name in ("sender", "receiver")
    )  # fmt: skip
    connection = deployed(Design(name="d", entities=(accounts, transfers), relationships=links))
    young = one(connection, "INSERT INTO accounts DEFAULT VALUES RETURNING id")
    old = one(connection, "INSERT INTO accounts (created_at) VALUES (now() - '5 years'::interval) RETURNING id")
    connection.execute("INSERT INTO transfers (sender, receiver) VALUES (%s, %s)", (young, old))
    connection.execute("INSERT INTO transfers (sender, receiver) VALUES (%s, %s)", (old, young))
    connection.execute("INSERT INTO transfers (sender, receiver) VALUES (%s, %s)", (young, young))
    assert one(connection, "SELECT archive_accounts()") == 1
    assert one(connection, "SELECT count(*) FROM transfers") == 1
    assert one(connection, "SELECT count(*) FROM transfers_archive") == 2


def test_rows_without_a_key_are_told_apart_in_every_partition(deployed):
    at = Attribute(name="at", data_type="timestamptz", is_nullable=False)
    traits = (
        {"kind": "archived", "attribute": "at"},
        {"kind": "partitioned", "attribute": "at", "start": "2000-01-01", "interval": "YEAR", "ahead": 1},
    )
    connection = deployed(Design(name="d", entities=(Entity(name="log", attributes=(at,), traits=traits),)))
    connection.execute("INSERT INTO log VALUES ('2000-02-03'), (now())")
    assert one(connection, "SELECT count(DISTINCT ctid) FROM log") == 1, "the same place in two partitions"
    assert one(connection, "SELECT archive_log()") == 1
    assert one(connection, "SELECT at > '2001-01-01' FROM log") is True
    assert one(connection, "SELECT at::date::text FROM log_archive") == "2000-02-03"


def test_an_archived_child_goes_to_the_archive_that_it_names_itself(deployed):
    orders, items = archived("orders"), archived("items", table="old_items")
    link = Relationship(source_entity_id=orders.id, target_entity_id=items.id, on_delete_action="CASCADE")
    connection = deployed(Design(name="d", entities=(orders, items), relationships=(link,)))
    order = one(connection, "INSERT INTO orders (created_at) VALUES (now() - '5 years'::interval) RETURNING id")
    connection.execute("INSERT INTO items (order_id) VALUES (%s)", (order,))
    assert one(connection, "SELECT archive_orders()") == 1
    assert one(connection, "SELECT count(*) FROM old_items") == 1


def test_entities_that_cascade_in_a_circle_cannot_be_archived():
    one_end, other = archived("hens"), entity("eggs")
    links = tuple(
        Relationship(source_entity_id=a.id, target_entity_id=b.id, on_delete_action="CASCADE")
        for a, b in ((one_end, other), (other, one_end))
    )
    with pytest.raises(InvalidDesign, match="in a circle"):
        expand(Design(name="d", entities=(one_end, other), relationships=links))


def test_a_circle_that_refuses_instead_of_cascading_is_archived_as_one(deployed):
    orders, payments = archived("orders"), entity("payments")
    links = (
        Relationship(source_entity_id=orders.id, target_entity_id=payments.id, on_delete_action="CASCADE"),
        Relationship(source_entity_id=payments.id, target_entity_id=orders.id, source_cardinality="0..1"),
    )
    connection = deployed(Design(name="d", entities=(orders, payments), relationships=links))
    order = one(connection, "INSERT INTO orders (created_at) VALUES (now() - '5 years'::interval) RETURNING id")
    payment = one(connection, "INSERT INTO payments (order_id) VALUES (%s) RETURNING id", order)
    connection.execute("UPDATE orders SET payment_id = %s", (payment,))
    assert one(connection, "SELECT archive_orders()") == 1
    assert one(connection, "SELECT count(*) FROM payments_archive") == 1


def test_archives_of_tenants_are_isolated_too(deployed):
    design = tenancy()
    orders = design.entity("orders")
    traits = (*orders.traits, {"kind": "timestamps"}, {"kind": "archived"})
    changed = orders.model_copy(update={"traits": Entity(name="x", traits=traits).traits})
    entities = tuple(changed if e.id == orders.id else e for e in design.entities)
    connection = deployed(design.model_copy(update={"entities": entities}))
    forced = connection.execute(
        "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relname LIKE '%archive' ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in forced] == ["items_archive", "orders_archive"]
