"""What relationships and their cardinalities mean."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.expansion import Expanded, expand
from designer_kernel.errors import InvalidDesign


def key(name: str = "id", data_type: str = "uuid") -> Attribute:
    return Attribute(name=name, data_type=data_type, is_primary_key=True, is_nullable=False)


def expanded(parent: Entity, child: Entity, **fields: object) -> Expanded:
    relationship = Relationship(source_entity_id=parent.id, target_entity_id=child.id, **fields)  # type: ignore[arg-type]
    entities = (parent,) if parent.id == child.id else (parent, child)
    return expand(Design(name="shop", entities=entities, relationships=(relationship,)))


USERS = Entity(name="users", attributes=(key(),))
ORDERS = Entity(name="orders", attributes=(key(),))


@pytest.mark.parametrize(("cardinality", "nullable"), [("1", False), ("0..1", True)])
def test_parents_cardinality_decides_whether_the_foreign_key_may_be_null(cardinality, nullable):
    result = expanded(USERS, ORDERS, source_cardinality=cardinality)
    attribute = result.design.entity("orders").attribute("user_id")
    assert attribute is not None
    assert attribute.is_nullable is nullable
    assert attribute.type == "uuid"
    assert result.origins[attribute.id] == "relationship"


@pytest.mark.parametrize(("cardinality", "nullable"), [("1", False), ("0..1", True)])
def test_cardinality_wins_over_a_written_attribute(cardinality, nullable):
    written = Attribute(name="customer", data_type="uuid", is_nullable=not nullable)
    child = Entity(name="orders", attributes=(key(), written))
    result = expanded(USERS, child, source_cardinality=cardinality, target_attributes=("customer",))
    assert result.design.entity("orders").attribute("customer").is_nullable is nullable


def test_one_to_one_adds_a_unique_key():
    result = expanded(USERS, ORDERS, relationship_type="ONE_TO_ONE", target_cardinality="0..1")
    assert [k.attributes for k in result.design.entity("orders").keys] == [("user_id",)]
    assert result.foreign_keys[0].is_unique


def test_one_to_one_over_the_primary_key_needs_no_other_key():
    child = Entity(name="profiles", attributes=(key("user_id"),))
    result = expanded(
        USERS, child, relationship_type="ONE_TO_ONE", target_cardinality="0..1", target_attributes=("user_id",)
    )
    assert result.design.entity("profiles").keys == ()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"target_cardinality": "1"}, "target_cardinality"),
        ({"source_cardinality": "N"}, "source_cardinality"),
        ({"relationship_type": "ONE_TO_ONE", "target_cardinality": "N"}, "target_cardinality"),
        ({"relationship_type": "MANY_TO_MANY", "source_cardinality": "1"}, "source_cardinality"),
    ],
)
def test_a_contradiction_is_an_error_that_names_both_fields(fields, named):
    with pytest.raises(ValidationError) as error:
        Relationship(source_entity_id=USERS.id, target_entity_id=ORDERS.id, **fields)
    assert "relationship_type" in str(error.value)
    assert named in str(error.value)


def test_an_optional_parent_cannot_be_in_the_primary_key():
    child = Entity(name="profiles", attributes=(key("user_id"),))
    with pytest.raises(InvalidDesign, match=r"'0\.\.1'.*target_attributes"):
        expanded(USERS, child, source_cardinality="0..1", target_attributes=("user_id",))


def test_composite_keys_are_referenced_column_by_column():
    parent = Entity(name="orders", attributes=(key("tenant"), key("number", "bigint")))
    child = Entity(name="items", attributes=(key(),))
    result = expanded(parent, child)
    foreign_key = result.foreign_keys[0]
    assert foreign_key.child_attributes == ("order_tenant", "order_number")
    assert foreign_key.parent_attributes == ("tenant", "number")
    assert result.design.entity("items").attribute("order_number").type == "bigint"


def test_a_self_reference_is_called_parent():
    category = Entity(name="categories", attributes=(key(),))
    result = expanded(category, category, source_cardinality="0..1")
    assert result.foreign_keys[0].child_attributes == ("parent_id",)


def test_many_to_many_generates_a_junction_identified_by_the_pair():
    tags = Entity(name="tags", attributes=(key(),))
    result = expanded(ORDERS, tags, relationship_type="MANY_TO_MANY", source_cardinality="N", target_cardinality="0..N")
    junction = result.design.entity("orders_tags")
    assert junction.key == ("order_id", "tag_id")
    assert result.entity_origins[junction.id] == "junction of orders and tags"
    assert {k.parent_entity_id for k in result.foreign_keys} == {ORDERS.id, tags.id}


def test_a_named_junction_keeps_its_own_key_and_gets_a_unique_pair():
    tags = Entity(name="tags", attributes=(key(),))
    junction = Entity(name="labels", attributes=(key(), Attribute(name="since", data_type="date")))
    relationship = Relationship(
        source_entity_id=ORDERS.id,
        target_entity_id=tags.id,
        relationship_type="MANY_TO_MANY",
        source_cardinality="N",
        target_cardinality="N",
        junction_entity_id=junction.id,
    )
    result = expand(Design(name="shop", entities=(ORDERS, tags, junction), relationships=(relationship,)))
    labels = result.design.entity("labels")
    assert labels.key == ("id",)
    assert [k.attributes for k in labels.keys] == [("order_id", "tag_id")]


def test_a_reference_to_what_identifies_no_row_is_refused():
    parent = Entity(name="users", attributes=(key(), Attribute(name="email", data_type="text")))
    with pytest.raises(InvalidDesign, match="do not identify a row"):
        expanded(parent, ORDERS, source_attributes=("email",))


def test_a_missing_attribute_is_named_with_those_there_are():
    with pytest.raises(InvalidDesign, match="target_attributes names 'customer'") as error:
        expanded(USERS, ORDERS, target_attributes=("customer",))
    assert "id" in error.value.mend


def test_a_taken_name_asks_for_another():
    child = Entity(name="orders", attributes=(key(), Attribute(name="user_id", data_type="text")))
    with pytest.raises(InvalidDesign, match="'user_id', which is taken"):
        expanded(USERS, child)


def test_a_parent_without_a_key_is_refused():
    parent = Entity(name="users", attributes=(Attribute(name="email", data_type="text"),))
    with pytest.raises(InvalidDesign, match="no primary key"):
        expanded(parent, ORDERS)


@pytest.mark.parametrize("kind", ["ONE_TO_ONE", "MANY_TO_MANY"])
def test_keys_of_relationships_within_a_tenant_begin_with_the_tenant(kind):
    tenants = Entity(name="tenants", attributes=(key(),))
    scoped = ({"kind": "tenant_scoped", "tenant_entity_id": tenants.id},)
    products = Entity(name="products", attributes=(key(),), traits=scoped)
    stock = Entity(name="stock", attributes=(key(),), traits=scoped)
    many = kind == "MANY_TO_MANY"
    relationship = Relationship(
        source_entity_id=products.id,
        target_entity_id=stock.id,
        relationship_type=kind,
        source_cardinality="N" if many else "1",
        target_cardinality="N" if many else "0..1",
    )
    result = expand(Design(name="shop", entities=(tenants, products, stock), relationships=(relationship,)))
    if many:
        assert result.design.entity("products_stock").key == ("tenant_id", "product_id", "stock_id")
    else:
        assert ("tenant_id", "product_id") in [k.attributes for k in result.design.entity("stock").keys]
