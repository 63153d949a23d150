"""Renames reach everything that speaks of the name, and nothing else."""

from __future__ import annotations

import pytest

from designer_kernel.design import Design, Entity
from designer_kernel.design.document import read
from designer_kernel.design.edits import (
    AddEntity,
    ChangeAttribute,
    ChangeEntity,
    ChangeObject,
    ChangeRelationship,
    RenameAttribute,
    RenameEntity,
    SetTrait,
    apply,
)
from designer_kernel.design.traits import Timestamps
from designer_kernel.errors import InvalidDesign

SHOP = """
name: shop
enums:
- {name: mood, labels: [happy, sad]}
domains:
- {name: moods, data_type: "mood[]"}
entities:
- name: base
  is_abstract: true
  attributes:
  - {name: created, data_type: timestamptz}
- name: users
  inherits: [base]
  attributes:
  - {name: id, data_type: bigint, is_primary_key: true}
  - {name: email, data_type: text}
  - {name: boss, data_type: bigint}
  - {name: shown, data_type: text, generated: "lower(email)"}
  - {name: mood, data_type: mood, default_value: "'sad'::mood"}
  primary_key: [id]
  keys:
  - {attributes: [email, boss], include: [created]}
  checks:
  - {expression: "users.email <> '' and position('@' in email) > 0"}
  - {expression: "boss > 0"}
  indexes:
  - keys: [{attribute: email}, {expression: lower(email)}]
    include: [email]
    predicate: email is not null
  exclusions:
  - elements: [{expression: email, operator: "="}]
    predicate: email > 'm'
  policies:
  - {name: own, using: "email = current_user"}
  - {name: staff, using: "id in (select boss from users where email > 'a') or id in (select o.email from orders o)"}
  triggers:
  - {name: t, events: [UPDATE], update_attributes: [email], condition: "old.email <> new.email", function: f}
  traits:
  - {kind: searchable, weights: {email: A}}
  - {kind: audited, exclude: [email]}
  - {kind: encrypted, attributes: [email]}
  - {kind: archived, attribute: created}
- name: orders
  attributes:
  - {name: id, data_type: bigint, is_primary_key: true}
  - {name: email, data_type: bigint}
  policies:
  - {name: mine, using: "email in (select id from users u where u.email = current_user)"}
relationships:
- {source_entity: users, target_entity: orders, source_attributes: [email], target_attributes: [email]}
views:
- {name: v, query: select email from users}
"""


@pytest.fixture
def shop() -> Design:
    return read(SHOP)


def rename(design: Design, entity: str, old: str, new: str) -> Design:
    owner = design.entity(entity)
    attribute = owner.attribute(old)
    assert attribute is not None
    return apply(design, RenameAttribute(entity_id=owner.id, attribute_id=attribute.id, name=new))


def test_a_renamed_attribute_is_followed_by_every_reference(shop: Design) -> None:
    after = rename(shop, "users", "email", "Mail")
    users, orders = after.entity("users"), after.entity("orders")
    assert users.keys[0].attributes == ("Mail", "boss")
    assert users.checks[0].expression == """users."Mail" <> '' AND POSITION('@' IN "Mail") > 0"""
    assert users.checks[1].expression == "boss > 0", "what does not speak of it stays as it was typed"
    index = users.indexes[0]
    assert (index.keys[0].attribute, index.keys[1].expression) == ("Mail", 'lower("Mail")')
    assert (index.include, index.predicate) == (("Mail",), '"Mail" IS NOT NULL')
    assert users.exclusions[0].elements[0].expression == '"Mail"'
    assert users.exclusions[0].predicate == "\"Mail\" > 'm'"
    assert users.policies[0].using == '"Mail" = current_user'
    assert users.triggers[0].update_attributes == ("Mail",)
    assert users.triggers[0].condition == 'old."Mail" <> new."Mail"'
    shown = users.attribute("shown")
    assert shown is not None
    assert shown.generated == 'lower("Mail")'
    searchable, audited, encrypted = (users.trait(kind) for kind in ("searchable", "audited", "encrypted"))
    assert searchable is not None
    assert audited is not None
    assert encrypted is not None
    assert (searchable.weights, audited.exclude, encrypted.attributes) == ({"Mail": "A"}, ("Mail",), ("Mail",))
    assert after.relationships[0].source_attributes == ("Mail",)
    assert after.relationships[0].target_attributes == ("email",), "the other end has an attribute of the same name"
    assert orders.attribute("email") is not None


def test_columns_in_queries_belong_to_the_table_they_come_from(shop: Design) -> None:
    after = rename(shop, "users", "email", "mail")
    staff, mine = after.entity("users").policies[1].using, after.entity("orders").policies[0].using
    assert staff is not None
    assert "SELECT boss FROM users WHERE mail > 'a'" in staff
    assert "SELECT o.email FROM orders o" in staff
    assert mine == "email IN (SELECT id FROM users u WHERE u.mail = current_user)"


def test_views_are_left_since_their_columns_are_named_by_the_query(shop: Design) -> None:
    assert rename(shop, "users", "email", "mail").views == shop.views


def test_an_inherited_attribute_is_renamed_where_it_is_used(shop: Design) -> None:
    after = rename(shop, "base", "created", "made")
    archived = after.entity("users").trait("archived")
    assert archived is not None
    assert archived.attribute == "made"
    assert after.entity("users").keys[0].include == ("made",)


def test_an_entity_that_declares_the_attribute_itself_does_not_follow(shop: Design) -> None:
    text = SHOP.replace(
        "  - {name: boss, data_type: bigint}",
        "  - {name: boss, data_type: bigint}\n  - {name: created, data_type: date}",
    )
    after = rename(read(text), "base", "created", "made")
    assert after.entity("users").keys[0].include == ("created",)


def test_the_primary_keys_order_follows(shop: Design) -> None:
    assert rename(shop, "users", "id", "user_id").entity("users").primary_key == ("user_id",)


def test_changing_the_name_is_renaming(shop: Design) -> None:
    users = shop.entity("users")
    email = users.attribute("email")
    assert email is not None
    ids = {"entity_id": users.id, "attribute_id": email.id}
    changed = apply(shop, ChangeAttribute(**ids, changes={"name": "mail", "description": "where to write"}))
    again = changed.entity("users").attribute("mail")
    assert again is not None
    assert again.description == "where to write"
    assert again.id == email.id
    assert changed.entity("users").policies[0].using == "mail = current_user"


def test_a_taken_name_is_refused(shop: Design) -> None:
    with pytest.raises(InvalidDesign, match="already"):
        rename(shop, "users", "email", "boss")


def test_a_renamed_entity_is_followed_by_its_own_sql_and_by_queries(shop: Design) -> None:
    after = apply(shop, RenameEntity(entity_id=shop.entity("users").id, name="people"))
    people = after.entity("people")
    assert people.checks[0].expression.startswith("people.email <> ''")
    assert people.policies[1].using is not None
    assert "FROM people WHERE" in people.policies[1].using
    assert after.entity("orders").policies[0].using == "email IN (SELECT id FROM people u WHERE u.email = current_user)"
    assert after.views == shop.views


def test_an_entity_that_moves_to_another_schema_is_followed(shop: Design) -> None:
    qualified = SHOP.replace("from users u", "from public.users u")
    design = read(qualified)
    after = apply(design, ChangeEntity(entity_id=design.entity("users").id, changes={"schema_name": "crm"}))
    assert (
        after.entity("orders").policies[0].using == "email IN (SELECT id FROM crm.users u WHERE u.email = current_user)"
    )


def test_a_renamed_enum_is_followed_by_types_and_casts(shop: Design) -> None:
    renamed = ChangeObject(collection="enums", object_id=shop.enums[0].id, changes={"name": "Feeling"})
    after = apply(shop, renamed)
    mood = after.entity("users").attribute("mood")
    assert mood is not None
    assert mood.data_type == '"Feeling"'
    assert mood.default_value == "'sad'::\"Feeling\""
    assert after.domains[0].data_type == '"Feeling"[]'


def test_an_enum_that_moves_to_another_schema_is_followed(shop: Design) -> None:
    moved = ChangeObject(collection="enums", object_id=shop.enums[0].id, changes={"schema_name": "crm"})
    mood = apply(shop, moved).entity("users").attribute("mood")
    assert mood is not None
    assert mood.data_type == "crm.mood"
    back = ChangeObject(collection="enums", object_id=shop.enums[0].id, changes={"schema_name": None})
    mood = apply(apply(shop, moved), back).entity("users").attribute("mood")
    assert mood is not None
    assert mood.data_type == "public.mood"


DERIVED = """
name: shop
entities:
- name: users
  attributes: [{name: id, data_type: bigint, is_primary_key: true}]
- name: orders
  attributes: [{name: id, data_type: bigint, is_primary_key: true}]
  checks:
  - {expression: user_id > 0 and created_at > '2024-01-01'}
  indexes:
  - keys: [{attribute: user_id}, {attribute: created_at}]
    predicate: user_id <> 7
  traits:
  - {kind: timestamps}
relationships:
- {source_entity: users, target_entity: orders}
"""


def test_foreign_keys_that_are_named_after_their_parent_are_followed() -> None:
    design = read(DERIVED)
    after = apply(design, RenameEntity(entity_id=design.entity("users").id, name="people"))
    index = after.entity("orders").indexes[0]
    assert (index.keys[0].attribute, index.predicate) == ("person_id", "person_id <> 7")
    assert after.entity("orders").checks[0].expression.startswith("person_id > 0")
    keyed = rename(design, "users", "id", "key")
    assert keyed.entity("orders").indexes[0].keys[0].attribute == "user_key"
    named = ChangeRelationship(relationship_id=design.relationships[0].id, changes={"name": "buyer"})
    assert apply(design, named).entity("orders").indexes[0].keys[0].attribute == "user_id"


def test_an_own_attribute_of_that_name_is_left_alone() -> None:
    text = DERIVED.replace("attributes: [{name: id, data_type: bigint, is_primary_key: true}]\n  checks", OWN)
    design = read(text.replace("target_entity: orders}", "target_entity: orders, target_attributes: [user_id]}"))
    after = apply(design, RenameEntity(entity_id=design.entity("users").id, name="people"))
    assert after.entity("orders") == design.entity("orders")


OWN = """attributes:
  - {name: id, data_type: bigint, is_primary_key: true}
  - {name: user_id, data_type: bigint}
  checks"""


def test_attributes_of_traits_are_followed() -> None:
    design = read(DERIVED)
    orders = design.entity("orders")
    after = apply(design, SetTrait(entity_id=orders.id, trait=Timestamps(created="made_at"))).entity("orders")
    assert after.indexes[0].keys[1].attribute == "made_at"
    assert "made_at >" in after.checks[0].expression


def test_an_alias_that_hides_the_table_is_left_alone() -> None:
    text = SHOP.replace("o.email from orders o", "users.email from orders users")
    design = read(text)
    after = apply(design, RenameEntity(entity_id=design.entity("users").id, name="people"))
    staff = after.entity("people").policies[1].using
    assert staff is not None
    assert "SELECT users.email FROM orders users" in staff
    assert "SELECT boss FROM people WHERE" in staff


def test_a_table_is_found_in_another_schema_by_its_name_alone() -> None:
    text = SHOP.replace("- name: orders", "- name: orders\n  schema_name: sales")
    design = read(text)
    after = apply(design, RenameEntity(entity_id=design.entity("orders").id, name="sold"))
    staff = after.entity("users").policies[1].using
    assert staff is not None
    assert "SELECT o.email FROM sold o" in staff
    hidden = apply(design, AddEntity(entity=Entity(name="bought")))
    after = apply(hidden, RenameEntity(entity_id=design.entity("orders").id, name="bought"))
    staff = after.entity("users").policies[1].using
    assert staff is not None
    assert "SELECT o.email FROM sales.bought o" in staff, "the name alone would now mean the one in the default schema"
