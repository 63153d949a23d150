"""Inheritance, and the order of what a design implies."""

from __future__ import annotations

import pytest

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.expansion import expand
from designer_kernel.errors import InvalidDesign


def identity() -> Attribute:
    return Attribute(name="id", data_type="uuid", is_primary_key=True, is_nullable=False)


def test_concrete_entities_receive_what_abstract_ones_hold():
    base = Entity(name="base", is_abstract=True, attributes=(identity(),), traits=({"kind": "timestamps"},))
    named = Entity(
        name="named",
        is_abstract=True,
        inherits=(base.id,),
        attributes=(Attribute(name="name", data_type="text", is_nullable=False),),
        checks=({"expression": "length(name) > 0"},),
    )
    person = Entity(name="persons", inherits=(named.id,), attributes=(Attribute(name="born", data_type="date"),))
    result = expand(Design(name="d", entities=(base, named, person)))
    assert [e.name for e in result.design.entities] == ["persons"]
    entity = result.design.entity("persons")
    assert [a.name for a in entity.attributes] == ["id", "name", "born", "created_at", "updated_at"]
    assert len(entity.checks) == 1
    told = {a.name: result.origins.get(a.id, "") for a in entity.attributes}
    assert told == {
        "id": "inherits base",
        "name": "inherits named",
        "born": "",
        "created_at": "trait timestamps",
        "updated_at": "trait timestamps",
    }


def test_inherited_identities_differ_between_heirs_and_stay_the_same():
    base = Entity(name="base", is_abstract=True, attributes=(identity(),))
    first, second = (Entity(name=name, inherits=(base.id,)) for name in ("a", "b"))
    design = Design(name="d", entities=(base, first, second))
    once, again = expand(design), expand(design)
    ids = {e.name: e.attributes[0].id for e in once.design.entities}
    assert len(set(ids.values())) == 2
    assert ids == {e.name: e.attributes[0].id for e in again.design.entities}


def test_an_own_attribute_wins_over_an_inherited_one():
    base = Entity(name="base", is_abstract=True, attributes=(Attribute(name="note", data_type="text"),))
    heir = Entity(name="heir", inherits=(base.id,), attributes=(Attribute(name="note", data_type="jsonb"),))
    result = expand(Design(name="d", entities=(base, heir)))
    assert [a.type for a in result.design.entity("heir").attributes] == ["jsonb"]


def test_inheriting_in_a_circle_is_refused():
    first = Entity(name="a", is_abstract=True)
    second = Entity(name="b", is_abstract=True, inherits=(first.id,))
    first = first.replace(inherits=(second.id,))
    heir = Entity(name="heir", inherits=(first.id,))
    with pytest.raises(InvalidDesign, match="inherits from itself"):
        expand(Design(name="d", entities=(first, second, heir)))


def test_foreign_keys_stand_before_bookkeeping():
    from designer_kernel.design import Relationship

    users = Entity(name="users", attributes=(identity(),))
    orders = Entity(name="orders", attributes=(identity(),), traits=({"kind": "timestamps"},))
    relationship = Relationship(source_entity_id=users.id, target_entity_id=orders.id)
    result = expand(Design(name="d", entities=(users, orders), relationships=(relationship,)))
    names = [a.name for a in result.design.entity("orders").attributes]
    assert names == ["id", "user_id", "created_at", "updated_at"]
