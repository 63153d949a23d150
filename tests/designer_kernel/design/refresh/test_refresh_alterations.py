"""Drawn, deployed, altered by SQL, refreshed: what was drawn stays, what was altered arrives and is told."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
import pytest

from designer_kernel.catalog import render
from designer_kernel.design import Attribute, Design, Entity, Relationship, edits, objects, parts, traits
from designer_kernel.design.lower import lower
from designer_kernel.design.refresh import Answer, Refresh, refresh
from designer_kernel.design.values import Position
from tests.designer_kernel.catalog.databases import FreshUrl, load, read


def shop() -> Design:
    key = {"name": "id", "data_type": "bigint", "identity": "ALWAYS", "is_primary_key": True}
    customers = Entity(
        name="customers",
        attributes=(
            Attribute(**key),
            Attribute(name="email", data_type="text", is_nullable=False, description="Where to write."),
            Attribute(name="mood", data_type="mood", default_value="'good'"),
            Attribute(name="note", data_type="text"),
        ),
        policies=(parts.Policy(name="own", using="email = CURRENT_USER", roles=("refresh_reader",)),),
        triggers=(parts.Trigger(name="touched", events=("UPDATE",), function="touch"),),
        row_security="ENABLED",
        description="Who buys.",
        colour="#aabbcc",
        position=Position(x=10, y=20),
    )
    orders = Entity(
        name="orders",
        attributes=(
            Attribute(**key),
            Attribute(name="customer_id", data_type="bigint", is_nullable=False),
            Attribute(name="total", data_type="numeric(10,2)", default_value="0", is_nullable=False),
            Attribute(name="placed", data_type="timestamptz"),
        ),
        checks=(parts.Check(name="worth", expression="total >= 0"),),
        indexes=(parts.Index(name="by_time", keys=(parts.IndexKey(attribute="placed"),)),),
        colour="#112233",
        position=Position(x=300, y=20),
    )
    log = Entity(
        name="log",
        attributes=(
            Attribute(name="at", data_type="date", is_nullable=False),
            Attribute(name="what", data_type="text"),
        ),
        partition_method="RANGE",
        partition_keys=(parts.IndexKey(attribute="at"),),
        partitions=(parts.Partition(name="log_a", bound="FOR VALUES FROM ('2024-01-01') TO ('2024-07-01')"),),
        position=Position(x=10, y=400),
    )
    link = Relationship(
        source_entity_id=customers.id, target_entity_id=orders.id, target_attributes=("customer_id",)
    )  # fmt: skip
    return Design(
        name="shop",
        entities=(customers, orders, log),
        relationships=(link,),
        roles=(objects.Role(name="refresh_reader"),),
        enums=(objects.Enum(name="mood", labels=("good", "bad"), description="How they feel."),),
        functions=(
            objects.Function(
                name="touch",
                definition="CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
                description="Touches.",
            ),
        ),
        views=(objects.View(name="big", query="SELECT id, total FROM orders WHERE total > 100"),),
        areas=(objects.Area(name="Sales", members=(customers.id, orders.id), colour="#ddeeff"),),
    )


@dataclass(frozen=True)
class Case:
    """What is done to the database, what is asked and answered, and what is told."""

    sql: str
    renamed: tuple[tuple[str, str], ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    answers: dict[str, Answer] = field(default_factory=dict)


CASES = {
    "table renamed": Case("ALTER TABLE orders RENAME TO shop_orders", (("public.orders", "public.shop_orders"),)),
    "column renamed": Case("ALTER TABLE customers RENAME email TO mail", (("public.customers.email", "mail"),)),
    "last column renamed": Case(
        "ALTER TABLE customers RENAME note TO remark",
        (("public.customers.note", "remark"),),
        answers={"public.customers.note → remark": "rename"},
    ),
    "column dropped and a like one added": Case(
        "ALTER TABLE customers DROP note; ALTER TABLE customers ADD reason text",
        added=("customers.reason",),
        removed=("customers.note",),
        answers={"public.customers.note → reason": "replace"},
    ),
    "type changed": Case(
        "DROP VIEW big; ALTER TABLE orders ALTER total TYPE numeric(12,4);"
        " CREATE VIEW big AS SELECT id, total FROM orders WHERE total > 100",
        changed=("public.orders.total: type numeric(10,2) → numeric(12,4)",),
    ),
    "foreign key added": Case(
        "ALTER TABLE log ADD customer_id bigint REFERENCES customers", added=("customers → log", "log.customer_id")
    ),
    "foreign key dropped": Case(
        "ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey",
        removed=("customers → orders",),
        answers={"foreign key public.orders.orders_customer_id_fkey": "remove"},
    ),
    "new schema": Case(
        "CREATE SCHEMA crm; CREATE TABLE crm.calls (id bigint PRIMARY KEY)", added=("crm", "crm.calls", "crm.calls.id")
    ),
    "table moved": Case("CREATE SCHEMA crm; ALTER TABLE orders SET SCHEMA crm", (("public.orders", "crm.orders"),)),
    "value added": Case(
        "ALTER TYPE mood ADD VALUE 'calm'", changed=("public.mood: labels good, bad → good, bad, calm",)
    ),
    "view changed": Case(
        "CREATE OR REPLACE VIEW big AS SELECT id, total FROM orders WHERE total > 900", changed=("public.big: query",)
    ),
    "table split": Case(
        "CREATE TABLE notes (customer_id bigint PRIMARY KEY REFERENCES customers, note text);"
        " ALTER TABLE customers DROP note",
        added=("customers → notes", "notes", "notes.customer_id", "notes.note"),
        removed=("customers.note",),
        answers={"column public.customers.note": "remove"},
    ),
    "partition added": Case(
        "CREATE TABLE log_b PARTITION OF log FOR VALUES FROM ('2024-07-01') TO ('2025-01-01')",
        changed=("public.log: partition log_b is new there",),
    ),
    "comment changed": Case(
        "COMMENT ON COLUMN customers.email IS 'Mail.'",
        changed=("public.customers.email: comment Where to write. → Mail.",),
    ),
    "granted": Case("GRANT SELECT ON orders TO refresh_reader", changed=("public.orders: the grant of SELECT",)),
    "revoked": Case("REVOKE ALL ON customers FROM refresh_reader", changed=("is gone there",)),
    "default dropped": Case(
        "ALTER TABLE orders ALTER total DROP DEFAULT",
        changed=(),
        answers={"default public.orders.total": "remove"},
    ),
    "default changed": Case(
        "ALTER TABLE orders ALTER total SET DEFAULT 5", changed=("public.orders.total: expression 0 → 5",)
    ),
    "not null dropped": Case(
        "ALTER TABLE orders ALTER total DROP NOT NULL", changed=("public.orders.total: not null True → False",)
    ),
    "index added": Case("CREATE INDEX by_mail ON customers (email)", changed=("index by_mail is new there",)),
    "check changed": Case(
        "ALTER TABLE orders DROP CONSTRAINT worth; ALTER TABLE orders ADD CONSTRAINT worth CHECK (total > 1)",
        changed=("public.orders.worth: expression",),
    ),
    "trigger disabled": Case(
        "ALTER TABLE customers DISABLE TRIGGER touched",
        changed=("public.customers.touched: trigger state DISABLE is new there",),
    ),
    "policy altered": Case("ALTER POLICY own ON customers USING (true)", changed=("public.customers.own: using",)),
    "row security off": Case(
        "ALTER TABLE customers DISABLE ROW LEVEL SECURITY", changed=("public.customers: row security True → False",)
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_altered_arrives_and_is_told(name: str, fresh_url: FreshUrl) -> None:
    case, design = CASES[name], shop()
    url = fresh_url()
    load(url, render.script(lower(design)).text)
    meant = read(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(case.sql)
    there = read(url)
    asked = refresh(design, there, meant=meant)
    assert {one.key for one in asked.decisions} == set(case.answers)
    found = refresh(design, there, meant=meant, decide=case.answers)
    assert not found.decisions
    assert (found.renamed, found.added, found.removed) == (case.renamed, case.added, case.removed)
    for text in case.changed:
        assert any(text in one for one in found.changed), found.changed
    if not (case.changed or case.added or case.removed or case.renamed):
        assert found.changed, "it is told"
    assert_still_drawn(design, found)
    again = fresh_url()
    load(again, render.script(lower(found.design)).text)
    assert dict(read(again)) == dict(there)
    assert refresh(found.design, there, meant=read(again)).edit is None


def assert_still_drawn(design: Design, found: Refresh) -> None:
    """Check that identities, places, colours, areas and descriptions are as they were drawn."""
    assert found.edit is not None
    assert edits.apply(design, found.edit) == found.design
    now = {entity.id: entity for entity in found.design.entities}
    for entity in design.entities:
        after = now[entity.id]
        assert (after.position, after.colour, after.description) == (
            entity.position,
            entity.colour,
            entity.description,
        )
        ids = {attribute.name: attribute.id for attribute in after.attributes}
        assert {a.id for a in entity.attributes if a.name in ids} <= set(ids.values())
    assert found.design.areas == design.areas
    assert [(one.id, one.description) for one in found.design.enums] == [(e.id, e.description) for e in design.enums]
    assert found.design.functions == design.functions
    assert found.design.views[0].id == design.views[0].id


def test_new_tables_are_recognised_as_an_import_would(fresh_url: FreshUrl) -> None:
    design = shop()
    more = Entity(
        name="deliveries",
        attributes=(Attribute(name="id", data_type="bigint", identity="ALWAYS", is_primary_key=True),),
        traits=(traits.Timestamps(), traits.SoftDelete()),
    )
    url = fresh_url()
    load(url, render.script(lower(edits.apply(design, edits.AddEntity(entity=more)))).text)
    found = refresh(design, read(url))
    assert {one.kind for one in found.design.entity("deliveries").traits} == {"timestamps", "soft_delete"}
    assert [one.id for one in found.design.functions] == [one.id for one in design.functions]


def test_what_is_drawn_and_not_deployed_is_not_taken_for_a_new_column(fresh_url: FreshUrl) -> None:
    design = shop()
    url = fresh_url()
    load(url, render.script(lower(design)).text)
    meant = read(url)
    orders = design.entity("orders")
    drawn = edits.apply(
        design, edits.AddAttribute(entity_id=orders.id, attribute=Attribute(name="weight", data_type="integer"))
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE orders ADD height integer")
    found = refresh(drawn, read(url), meant=meant)
    assert found.renamed == ()
    assert [one.key for one in found.decisions] == ["public.orders.weight → height"]
