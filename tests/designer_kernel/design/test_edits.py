"""Each edit: what it does, what it refuses, and how it says so."""

from __future__ import annotations

from time import perf_counter
from typing import Any
from uuid import UUID

import pytest

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design import edits as e
from designer_kernel.design.document import read
from designer_kernel.design.objects import Area, Enum, Role, View
from designer_kernel.design.parts import Index, IndexKey, Key
from designer_kernel.design.traits import TenantScoped, Timestamps
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError, InvalidDesign, UnknownObject

SHOP = """
name: shop
entities:
- name: tenants
  attributes:
  - {name: id, data_type: bigint, is_primary_key: true}
- name: users
  attributes:
  - {name: id, data_type: bigint, is_primary_key: true}
  - {name: email, data_type: varchar(200), is_unique: true}
  - {name: price, data_type: "numeric(10,2)"}
  keys:
  - {attributes: [email, price]}
- name: orders
  attributes:
  - {name: id, data_type: bigint, is_primary_key: true}
  - {name: user_id, data_type: bigint}
relationships:
- {source_entity: users, target_entity: orders, target_attributes: [user_id]}
areas:
- {name: people, members: [users, tenants]}
"""
NOBODY = UUID(int=7)


@pytest.fixture
def shop() -> Design:
    return read(SHOP)


def ids(design: Design, entity: str, attribute: str) -> dict[str, Any]:
    owner = design.entity(entity)
    found = owner.attribute(attribute)
    assert found is not None
    return {"entity_id": owner.id, "attribute_id": found.id}


def refused(design: Design, edit: e.Edit, kind: type[DesignerError] = InvalidDesign) -> str:
    """Return the words of the refusal; the design must be as it was."""
    before = design.model_dump_json()
    with pytest.raises(kind) as caught:
        e.apply(design, edit)
    assert design.model_dump_json() == before
    assert caught.value.mend
    return str(caught.value)


def test_adding_and_removing_an_entity_gives_the_same_design(shop: Design) -> None:
    added = e.apply(shop, e.AddEntity(entity=Entity(name="products")))
    assert [entity.name for entity in added.entities] == ["tenants", "users", "orders", "products"]
    assert e.apply(added, e.RemoveEntity(entity_id=added.entity("products").id)) == shop


def test_entities_keep_the_order_of_their_ids(shop: Design) -> None:
    added = e.apply(shop, e.AddEntity(entity=Entity(id=UUID(int=1), name="first")))
    assert added.entities[0].name == "first"
    assert Design.model_validate(added.model_dump()) == added


def test_removing_an_entity_takes_its_relationships_and_places_in_areas(shop: Design) -> None:
    after = e.apply(shop, e.RemoveEntity(entity_id=shop.entity("users").id))
    assert after.relationships == ()
    assert after.areas[0].members == (shop.entity("tenants").id,)


def test_an_entity_that_others_need_stays(shop: Design) -> None:
    tenant = shop.entity("tenants").id
    scoped = e.apply(shop, e.SetTrait(entity_id=shop.entity("users").id, trait=TenantScoped(tenant_entity_id=tenant)))
    assert "users is scoped to it as tenant" in refused(scoped, e.RemoveEntity(entity_id=tenant))
    trait = TenantScoped(tenant_entity_id=tenant)
    both = e.apply(scoped, e.SetTrait(entity_id=shop.entity("orders").id, trait=trait))
    assert "users, orders are scoped to it as tenant" in refused(both, e.RemoveEntity(entity_id=tenant))
    abstract = e.apply(shop, e.ChangeEntity(entity_id=tenant, changes={"is_abstract": True}))
    heir = e.apply(abstract, e.ChangeEntity(entity_id=shop.entity("users").id, changes={"inherits": [tenant]}))
    assert "users inherits from it" in refused(heir, e.RemoveEntity(entity_id=tenant))


def test_what_would_break_the_design_is_refused(shop: Design) -> None:
    users, orders = shop.entity("users").id, shop.entity("orders").id
    assert "two entities are named 'users'" in refused(shop, e.AddEntity(entity=Entity(name="users")))
    assert "named 'users'" in refused(shop, e.RenameEntity(entity_id=orders, name="users"))
    assert "is in use" in refused(shop, e.AddEntity(entity=Entity(id=users, name="x")))
    assert "is abstract" in refused(shop, e.ChangeEntity(entity_id=users, changes={"is_abstract": True}))
    assert "not abstract" in refused(shop, e.ChangeEntity(entity_id=users, changes={"inherits": [orders]}))
    both = e.Compound(
        edits=(
            e.AddEntity(entity=Entity(id=UUID(int=11), name="a", is_abstract=True)),
            e.AddEntity(entity=Entity(id=UUID(int=12), name="b", is_abstract=True, inherits=(UUID(int=11),))),
            e.ChangeEntity(entity_id=UUID(int=11), changes={"inherits": [UUID(int=12)]}),
        )
    )
    assert "a → b → a" in refused(shop, both)
    view = View(name="users", query="SELECT 1")
    assert "an entity and a view are named 'users'" in refused(shop, e.AddObject(collection="views", object=view))
    role = e.AddObject(collection="roles", object=Role(name="app"))
    assert "two roles are named 'app'" in refused(
        e.apply(shop, role), e.AddObject(collection="roles", object=Role(name="app"))
    )


@pytest.mark.parametrize(
    "edit",
    [
        e.RemoveEntity(entity_id=NOBODY),
        e.RemoveRelationship(relationship_id=NOBODY),
        e.RemoveObject(collection="enums", object_id=NOBODY),
        e.MoveNodes(positions={NOBODY: None}),
        e.AddRelationship(relationship=Relationship(source_entity_id=NOBODY, target_entity_id=NOBODY)),
        e.AddObject(collection="areas", object=Area(name="x", members=(NOBODY,))),
        e.AddEntity(entity=Entity(name="x", inherits=(NOBODY,))),
        e.AddEntity(entity=Entity(name="x", traits=(TenantScoped(tenant_entity_id=NOBODY),))),
        e.AddAttribute(entity_id=NOBODY, attribute=Attribute(name="x", data_type="text")),
        e.RemovePart(entity_id=NOBODY, collection="keys", part_id=NOBODY),
    ],
    ids=lambda edit: edit.kind,
)
def test_what_is_not_there_is_said(shop: Design, edit: e.Edit) -> None:
    assert str(NOBODY) in refused(shop, edit, UnknownObject)


def test_an_attribute_is_added_at_a_place_and_moved(shop: Design) -> None:
    users = shop.entity("users").id
    added = e.apply(shop, e.AddAttribute(entity_id=users, attribute=Attribute(name="age", data_type="int"), position=1))
    assert [a.name for a in added.entity("users").attributes] == ["id", "age", "email", "price"]
    moved = e.apply(added, e.MoveAttribute(**ids(added, "users", "age"), position=99))
    assert [a.name for a in moved.entity("users").attributes] == ["id", "email", "price", "age"]


def test_an_attribute_in_use_is_removed_only_by_cascade(shop: Design) -> None:
    edit = e.RemoveAttribute(**ids(shop, "users", "email"))
    assert "used by key email, price" in refused(shop, edit)
    after = e.apply(shop, edit.replace(cascade=True))
    assert after.entity("users").keys == ()
    edit = e.RemoveAttribute(**ids(shop, "orders", "user_id"))
    assert "used by relationship users → orders" in refused(shop, edit)
    assert e.apply(shop, edit.replace(cascade=True)).relationships == ()
    key = e.RemoveAttribute(**ids(shop, "users", "id"))
    assert "users → orders" in refused(shop, key), "the relationship points at the primary key without naming it"


def test_an_attribute_that_a_trait_would_add_again_is_not_missed(shop: Design) -> None:
    users = shop.entity("users").id
    design = e.apply(shop, e.SetTrait(entity_id=users, trait=Timestamps()))
    own = Attribute(name="created_at", data_type="timestamptz")
    index = Index(keys=(IndexKey(attribute="created_at"),))
    design = e.apply(design, e.AddAttribute(entity_id=users, attribute=own))
    design = e.apply(design, e.AddPart(entity_id=users, collection="indexes", part=index))
    after = e.apply(design, e.RemoveAttribute(entity_id=users, attribute_id=own.id))
    assert after.entity("users").indexes == (index,)


def test_a_new_type_drops_what_it_cannot_have(shop: Design) -> None:
    def type_after(name: str, **changes: Any) -> str:
        after = e.apply(shop, e.ChangeAttribute(**ids(shop, "users", name), changes=changes))
        found = after.entity("users").attribute(name)
        assert found is not None
        return found.type

    assert type_after("email", data_type="text") == "text"
    assert type_after("email", data_type="char") == "character(1)"
    assert type_after("email", data_type="bit varying") == "bit varying(200)"
    assert type_after("email", data_type="varchar(20)") == "character varying(20)"
    assert type_after("email", data_type="text[]") == "text[]"
    assert type_after("price", data_type="bigint") == "bigint"
    assert type_after("price", data_type="numeric", scale=4) == "numeric(10,4)"
    assert type_after("price", data_type="numeric(5,1)") == "numeric(5,1)"


def test_the_order_of_the_primary_key_and_its_marks_agree(shop: Design) -> None:
    users = shop.entity("users").id
    ordered = e.apply(shop, e.ChangeEntity(entity_id=users, changes={"primary_key": ["email", "id"]}))
    assert [a.name for a in ordered.entity("users").attributes if a.is_primary_key] == ["id", "email"]
    unmarked = e.apply(ordered, e.ChangeAttribute(**ids(ordered, "users", "email"), changes={"is_primary_key": False}))
    assert unmarked.entity("users").primary_key == ("id",)
    marked = e.apply(unmarked, e.ChangeAttribute(**ids(shop, "users", "price"), changes={"is_primary_key": True}))
    assert marked.entity("users").primary_key == ("id", "price")
    missing = e.ChangeEntity(entity_id=users, changes={"primary_key": ["id", "id"]})
    assert "'id'" in refused(shop, missing)


def test_changes_are_checked_by_field(shop: Design) -> None:
    users = shop.entity("users").id
    assert "change_entity.colour" in refused(shop, e.ChangeEntity(entity_id=users, changes={"colour": "red"}))
    assert "set_trait" in refused(shop, e.ChangeEntity(entity_id=users, changes={"traits": []}))
    assert "'nmae' cannot be changed" in refused(
        shop, e.ChangeAttribute(**ids(shop, "users", "email"), changes={"nmae": "x"})
    )
    relationship = e.ChangeRelationship(
        relationship_id=shop.relationships[0].id, changes={"relationship_type": "MANY_TO_MANY"}
    )
    assert "contradict each other" in refused(shop, relationship)
    payload = "a>0), add column x int, add check (true"
    check = {"kind": "add_part", "entity_id": users, "collection": "checks", "part": {"expression": payload}}
    with pytest.raises(InvalidDesign, match=r"add_part\.part\.expression: .*is not an expression"):
        e.parse_edit(check)


def test_a_part_must_belong_to_its_collection(shop: Design) -> None:
    data = {"entity_id": shop.entity("users").id, "collection": "keys"}
    with pytest.raises(ValueError, match="does not belong there"):
        e.AddPart(**data, part=Index(keys=(IndexKey(attribute="id"),)))
    added = e.apply(shop, e.AddPart(**data, part=Key(attributes=("id", "email"))))
    part = added.entity("users").keys[1]
    renamed = e.apply(added, e.ChangePart(**data, part_id=part.id, changes={"name": "both"}))
    assert renamed.entity("users").keys[1].name == "both"
    assert e.apply(renamed, e.RemovePart(**data, part_id=part.id)) == shop


def test_a_type_in_use_stays(shop: Design) -> None:
    mood = Enum(name="mood", labels=("ok",))
    design = e.apply(shop, e.AddObject(collection="enums", object=mood))
    removed = e.RemoveObject(collection="enums", object_id=mood.id)
    assert e.apply(design, removed) == shop
    design = e.apply(design, e.ChangeAttribute(**ids(design, "users", "price"), changes={"data_type": "mood"}))
    assert "users.price" in refused(design, removed)


def test_a_compound_is_applied_as_a_whole_or_not_at_all(shop: Design) -> None:
    one, other = shop.entity("users").id, shop.entity("orders").id
    swap = e.Compound(
        edits=(e.RenameEntity(entity_id=one, name="orders"), e.RenameEntity(entity_id=other, name="users"))
    )
    after = e.apply(shop, swap)
    assert (after.entity(one).name, after.entity(other).name) == ("orders", "users")
    half = e.Compound(edits=(e.RenameEntity(entity_id=one, name="x"), e.RemoveEntity(entity_id=NOBODY)))
    refused(shop, half, UnknownObject)


def test_dragging_a_card_conflicts_with_no_other_edit(shop: Design) -> None:
    users = shop.entity("users").id
    move = e.MoveNodes(positions={users: Position(x=1, y=2)})
    rename = e.RenameEntity(entity_id=users, name="people")
    assert not move.touches(shop) & rename.touches(shop)
    assert move.touches(shop) & move.touches(shop)
    assert move.touches(shop) & e.RemoveEntity(entity_id=users).touches(shop)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda d: e.AddEntity(entity=Entity(name="x")), "add entity x"),
        (lambda d: e.RenameEntity(entity_id=d.entity("users").id, name="x"), "rename entity users to x"),
        (
            lambda d: e.AddAttribute(entity_id=d.entity("users").id, attribute=Attribute(name="x", data_type="text")),
            "add attribute x to users",
        ),
        (lambda d: e.RemoveAttribute(**ids(d, "users", "email")), "remove attribute email of users"),
        (
            lambda d: e.ChangeAttribute(**ids(d, "users", "email"), changes={"is_unique": False}),
            "change is_unique of users.email",
        ),
        (lambda d: e.RemoveRelationship(relationship_id=d.relationships[0].id), "remove relationship users → orders"),
        (lambda d: e.SetTrait(entity_id=d.entity("users").id, trait=Timestamps()), "make users timestamps"),
        (
            lambda d: e.AddPart(entity_id=d.entity("users").id, collection="keys", part=Key(attributes=("id",))),
            "add key id to users",
        ),
        (lambda d: e.AddObject(collection="roles", object=Role(name="app")), "add role app"),
        (lambda d: e.MoveNodes(positions={d.entity("users").id: None}), "move users"),
        (lambda d: e.ChangeDesign(changes={"name": "x"}), "change name of the design"),
        (
            lambda d: e.Compound(edits=(e.ChangeDesign(changes={"name": "x"}),), label="begin anew"),
            "begin anew",
        ),
    ],
)
def test_an_edit_says_what_it_does(shop: Design, edit: Any, words: str) -> None:
    assert edit(shop).describe(shop) == words


def test_an_edit_of_a_thousand_entities_is_quick() -> None:
    attributes = tuple({"name": f"a{n}", "data_type": "text"} for n in range(10))
    design = Design(name="large", entities=[{"name": f"t{n}", "attributes": attributes} for n in range(1000)])
    entity = design.entities[500]
    quick = [
        e.MoveNodes(positions={entity.id: Position(x=1, y=2)}),
        e.RenameAttribute(entity_id=entity.id, attribute_id=entity.attributes[0].id, name="b"),
        e.RenameEntity(entity_id=entity.id, name="renamed"),
        e.AddEntity(entity=Entity(name="new")),
        e.RemoveEntity(entity_id=entity.id),
    ]
    for edit in quick:
        best = min(_seconds(design, edit) for _ in range(5))
        assert best < 0.05, f"{edit.kind} took {best * 1000:.0f} ms; measured: under 10 ms alone"


def _seconds(design: Design, edit: e.Edit) -> float:
    start = perf_counter()
    e.apply(design, edit)
    return perf_counter() - start
