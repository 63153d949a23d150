"""Designs that the tests draw: a shop of 19 entities, generated ones of any size, and a hostile one."""

from __future__ import annotations

import random
from uuid import UUID

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.identity import positional_id
from designer_kernel.design.objects import Area, Enum, MaterializedView, View
from designer_kernel.design.traits import Partitioned, TenantScoped, Timestamps

_SHOP = """
tenants: name varchar(255), slug varchar(63) u, plan varchar(30), settings jsonb?
users: email varchar(255) u, password_hash varchar(255), full_name text?, is_active bool, last_login timestamptz?
tenant_users: role varchar(30), joined_at timestamptz
user_addresses*: label varchar(50)?, line1 varchar(255), city varchar(100), postal_code varchar(20), country char(2)
user_preferences: locale varchar(10), currency char(3), theme varchar(20)?
user_sessions: token_hash bytea u, ip_address inet?, expires_at timestamptz
categories*: name varchar(120), slug varchar(120), position integer
products*: sku varchar(64), name varchar(255), description text?, price numeric(12,2), status varchar(20), extra jsonb?
product_variants*: sku varchar(64), title varchar(200), price numeric(12,2)?, weight_grams integer?
product_images*: url varchar(500), alt_text varchar(255)?, position smallint
product_inventory*: quantity integer, reserved integer, reorder_level integer?
orders*: order_number varchar(32), status varchar(20), currency char(3), total numeric(14,2), placed_at timestamptz
order_items*: quantity integer, unit_price numeric(12,2), discount numeric(12,2)?
order_status_history*: status varchar(20), note text?, changed_at timestamptz
payments*: method varchar(30), amount numeric(14,2), status varchar(20)
payment_transactions*: gateway varchar(50), reference varchar(120) u, amount numeric(14,2), response jsonb?
events*~: name varchar(120), payload jsonb?, occurred_at timestamptz
page_views*~: path varchar(500), referrer varchar(500)?, duration_ms integer?
notifications*: channel varchar(20), subject varchar(200), body text?, sent_at timestamptz?
"""

_TIES = """
tenants 1-N tenant_users; users 1-N tenant_users; users 1-N user_addresses; users 1-1 user_preferences
users 1-N user_sessions; categories 0..1-N categories; categories 1-N products; products 1-N product_variants
products 1-N product_images; product_variants 1-1 product_inventory; users 1-N orders; orders 1-1..N order_items
user_addresses 0..1-N orders; product_variants 1-N order_items; orders 1-N order_status_history; orders 1-N payments
payments 1-0..N payment_transactions; users 0..1-N events; users 0..1-N page_views; users 1-N notifications
users 0..1-N order_status_history; products 0..1-N page_views
"""

_AREAS = {
    "Accounts": ("#4c78c9", "tenants users tenant_users user_addresses user_preferences user_sessions"),
    "Catalogue": ("#2f9e8f", "categories products product_variants product_images product_inventory"),
    "Sales": ("#d9822b", "orders order_items order_status_history payments payment_transactions"),
    "Activity": ("#9b5fc0", "events page_views notifications"),
}


def marketplace(*, with_areas: bool = True, with_views: bool = False) -> Design:
    """Return a shop: tenants, users, catalogue, sales, activity."""
    names = [line.split(":")[0].rstrip("*~") for line in _SHOP.strip().splitlines()]
    ids = {name: positional_id(index + 1, name) for index, name in enumerate(names)}
    entities = [_entity(line, ids) for line in _SHOP.strip().splitlines()]
    ties = [tie.strip() for line in _TIES.strip().splitlines() for tie in line.split(";")]
    areas = [
        Area(id=positional_id(500 + i, name), name=name, colour=colour, members=tuple(ids[m] for m in members.split()))
        for i, (name, (colour, members)) in enumerate(_AREAS.items())
    ]
    return Design(
        id=UUID(int=1),
        name="marketplace",
        entities=tuple(entities),
        relationships=tuple(_relationship(i, tie, ids) for i, tie in enumerate(ties)),
        areas=tuple(areas) if with_areas else (),
        views=_views() if with_views else (),
        materialized_views=_materialized() if with_views else (),
        enums=(Enum(id=UUID(int=93), name="order_status", labels=("pending", "paid", "shipped")),)
        if with_views
        else (),
    )


def _views() -> tuple[View, ...]:
    query = (
        "SELECT o.id, o.order_number, u.email AS customer, count(*) FROM orders o JOIN users u ON true GROUP BY 1, 2, 3"
    )
    return (View(id=UUID(int=91), name="open_orders", query=query),)


def _materialized() -> tuple[MaterializedView, ...]:
    query = "SELECT date_trunc('day', placed_at) AS day, sum(total) AS revenue FROM orders GROUP BY 1"
    return (MaterializedView(id=UUID(int=92), name="daily_revenue", query=query),)


def _entity(line: str, ids: dict[str, UUID]) -> Entity:
    head, _, body = line.partition(":")
    name = head.rstrip("*~")
    traits: list[object] = [Timestamps()]
    if "*" in head:
        traits.append(TenantScoped(tenant_entity_id=ids["tenants"]))
    if "~" in head:
        attribute = "occurred_at" if name == "events" else "created_at"
        traits.append(Partitioned(attribute=attribute, start="2026-01-01"))
    key = Attribute(
        id=positional_id(1, name, "id"), name="id", data_type="uuid", is_primary_key=True, is_nullable=False
    )
    depth, parts, current = 0, [], ""
    for character in body:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append(current)
            current = ""
        else:
            current += character
    return Entity(
        id=ids[name],
        name=name,
        attributes=(key, *(_attribute(name, i, part) for i, part in enumerate([*parts, current]))),
        traits=tuple(traits),
    )


def _attribute(entity: str, index: int, text: str) -> Attribute:
    name, kind, *marks = text.split()
    return Attribute(
        id=positional_id(index + 2, entity, name),
        name=name,
        data_type=kind.rstrip("?"),
        is_nullable=kind.endswith("?"),
        is_unique="u" in marks,
    )


def _relationship(index: int, tie: str, ids: dict[str, UUID]) -> Relationship:
    source, ends, target = tie.split()
    left, right = ends.split("-")
    return Relationship(
        id=positional_id(300 + index, tie),
        source_entity_id=ids[source],
        target_entity_id=ids[target],
        relationship_type="ONE_TO_ONE" if right in {"1", "0..1"} else "ONE_TO_MANY",
        source_cardinality=left,
        target_cardinality=right,
    )


def generated(count: int, *, seed: int = 7, ties: float = 1.5) -> Design:
    """Return a design of ``count`` entities in modules, with a few hubs, as large databases are."""
    chance = random.Random(seed)
    ids = [positional_id(i + 1, f"table {i}") for i in range(count)]
    size = 12
    entities = []
    for i, key in enumerate(ids):
        attributes = [
            Attribute(
                id=positional_id(1, f"{i}"), name="id", data_type="bigint", is_primary_key=True, is_nullable=False
            )
        ]
        attributes += [
            Attribute(
                id=positional_id(j + 2, f"{i}", f"{j}"),
                name=chance.choice(["name", "status", "amount", "note", "created_on", "reference", "position"])
                + f"_{j}",
                data_type=chance.choice(["text", "varchar(80)", "numeric(12,2)", "timestamptz", "integer", "jsonb"]),
            )
            for j in range(chance.randint(2, 9))
        ]
        entities.append(Entity(id=key, name=f"module{i // size}_table{i}", attributes=tuple(attributes)))
    relationships = []
    for number in range(int(count * ties)):
        child = chance.randrange(count)
        module = child // size * size
        roll = chance.random()
        if roll < 0.07:
            parent = chance.randrange(min(3, count))
        elif roll < 0.2:
            parent = chance.randrange(count)
        else:
            parent = min(module + int(chance.random() ** 2 * size), count - 1)
        relationships.append(
            Relationship(
                id=positional_id(number + 1, "tie"),
                name=f"link{number}",
                source_entity_id=ids[parent],
                target_entity_id=ids[child],
                source_cardinality=chance.choice(["1", "0..1"]),
            )
        )
    return Design(
        id=UUID(int=2), name=f"generated {count}", entities=tuple(entities), relationships=tuple(relationships)
    )
