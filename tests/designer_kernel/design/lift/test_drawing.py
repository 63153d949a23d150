"""A lifted design reads as if someone had drawn it."""

from __future__ import annotations

from dataclasses import replace

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Attribute, Design, Entity, Relationship, parts
from designer_kernel.design.edits import RemoveAttribute, RemovePart, RenameAttribute, apply
from designer_kernel.design.lower import lower
from designer_kernel.design.values import Cardinality, RelationshipType
from tests.designer_kernel.design.lift.laws import holds


def key() -> Attribute:
    return Attribute(name="id", data_type="bigint", identity="ALWAYS", is_primary_key=True)


def related(kind: RelationshipType, **fields: object) -> Relationship:
    """Draw a relationship between two entities, lower it, and return what it is lifted to."""
    one, other = Entity(name="users", attributes=(key(),)), Entity(name="roles", attributes=(key(),))
    many = kind is RelationshipType.MANY_TO_MANY
    drawn = Relationship(
        source_entity_id=one.id,
        target_entity_id=other.id,
        relationship_type=kind,
        source_cardinality="N" if many else fields.pop("source_cardinality", "1"),
        target_cardinality="1" if kind is RelationshipType.ONE_TO_ONE else "N",
        **fields,
    )
    design = holds(lower(Design(name="d", entities=(one, other), relationships=(drawn,))))
    assert not design.opaque
    (found,) = design.relationships
    return found


def test_a_foreign_key_that_must_be_there_has_one_parent() -> None:
    found = related(RelationshipType.ONE_TO_MANY)
    assert found.relationship_type is RelationshipType.ONE_TO_MANY
    assert (found.source_cardinality, found.target_cardinality) == (Cardinality.ONE, Cardinality.MANY)


def test_a_foreign_key_that_may_be_null_has_at_most_one_parent() -> None:
    assert (
        related(RelationshipType.ONE_TO_MANY, source_cardinality="0..1").source_cardinality is Cardinality.ZERO_OR_ONE
    )


def test_a_unique_foreign_key_is_one_to_one() -> None:
    assert related(RelationshipType.ONE_TO_ONE).relationship_type is RelationshipType.ONE_TO_ONE


def test_a_table_of_two_foreign_keys_is_many_to_many() -> None:
    found = related(RelationshipType.MANY_TO_MANY, on_delete_action="CASCADE")
    assert found.relationship_type is RelationshipType.MANY_TO_MANY
    assert found.junction_entity_id is not None


def between(*attributes: Attribute, **fields: object) -> Design:
    """Lift a table ``link`` with these attributes, ``a`` of users and ``b`` of roles."""
    users, roles = Entity(name="users", attributes=(key(),)), Entity(name="roles", attributes=(key(),))
    ends = [Attribute(name=name, data_type="bigint", is_nullable=False) for name in ("a", "b")]
    is_pair = not any(attribute.is_primary_key for attribute in attributes)
    pair = tuple(end.replace(is_primary_key=True) for end in ends) if is_pair else tuple(ends)
    link = Entity(name="link", attributes=(*attributes, *pair), **fields)
    drawn = [
        Relationship(
            name=f"fk_{name}", source_entity_id=end.id, target_entity_id=link.id, target_attributes=(name,),
            on_delete_action="CASCADE",
        )
        for name, end in (("a", users), ("b", roles))
    ]  # fmt: skip
    return holds(lower(Design(name="d", entities=(users, roles, link), relationships=tuple(drawn))))


def test_a_junction_may_have_any_names() -> None:
    (found,) = between().relationships
    assert found.relationship_type is RelationshipType.MANY_TO_MANY
    assert (found.junction_source_attributes, found.junction_target_attributes) == (("a",), ("b",))
    assert (found.source_key_name, found.target_key_name) == ("fk_a", "fk_b")


def test_a_junction_may_have_a_key_or_an_attribute_of_its_own() -> None:
    unique = parts.Key(attributes=("b", "a"))
    for design in (between(Attribute(name="since", data_type="date")), between(key(), keys=(unique,))):
        assert [r.relationship_type for r in design.relationships] == [RelationshipType.MANY_TO_MANY]
        assert not design.opaque


def test_a_table_with_both_is_an_entity_of_its_own() -> None:
    design = between(key(), Attribute(name="since", data_type="date"), keys=(parts.Key(attributes=("a", "b")),))
    assert [r.relationship_type for r in design.relationships] == [RelationshipType.ONE_TO_MANY] * 2


def test_attributes_of_a_junction_may_be_renamed_and_removed() -> None:
    design = between()
    link = design.entity("link")
    ids = {"entity_id": link.id, "attribute_id": link.attribute("a").id}
    after = apply(design, RenameAttribute(**ids, name="user"))
    assert after.relationships[0].junction_source_attributes == ("user",)
    assert len(lower(after)) == len(lower(design))
    assert not apply(design, RemoveAttribute(**ids, cascade=True)).relationships


def test_names_that_go_without_saying_are_not_said() -> None:
    entity = Entity(
        name="users",
        attributes=(key(), Attribute(name="email", data_type="varchar(40)", is_unique=True)),
        checks=(parts.Check(expression="length(email) > 3"),),
        indexes=(
            parts.Index(keys=(parts.IndexKey(expression="lower(email)", operator_class="text_pattern_ops"),)),
            parts.Index(name="by_email", keys=(parts.IndexKey(attribute="email", descending=True, nulls="LAST"),)),
        ),
    )
    (found,) = holds(lower(Design(name="d", entities=(entity,)))).entities
    assert found.primary_key_name is None
    assert [(a.name, a.data_type, a.length, a.is_unique) for a in found.attributes] == [
        ("id", "bigint", None, False),
        ("email", "character varying", 40, True),
    ]
    assert [check.name for check in found.checks] == [None]
    assert {index.name for index in found.indexes} == {None, "by_email"}
    assert {index.keys[0] for index in found.indexes} == {index.keys[0] for index in entity.indexes}


def test_several_schemas_are_areas() -> None:
    entities = tuple(
        Entity(name=f"t{number}", schema_name=schema, attributes=(key(),))
        for number, schema in enumerate(["sales", "sales", None])
    )
    design = holds(lower(Design(name="d", entities=entities)))
    assert {area.name: len(area.members) for area in design.areas} == {"public": 1, "sales": 2}


def test_a_large_schema_is_divided_into_families() -> None:
    names = [f"{family}_{number}" for family in ("billing", "stock", "staff") for number in range(10)]
    entities = tuple(Entity(name=name, attributes=(key(),)) for name in names)
    design = holds(lower(Design(name="d", entities=entities)))
    assert [(area.name, len(area.members)) for area in design.areas] == [("billing", 10), ("stock", 10), ("staff", 10)]


def test_what_hangs_together_is_an_area_where_names_say_nothing() -> None:
    entities = [Entity(name=f"{chr(97 + number)}x", attributes=(key(),)) for number in range(26)]
    links = [
        Relationship(source_entity_id=entities[number - number % 13].id, target_entity_id=entities[number].id)
        for number in range(26)
        if number % 13
    ]
    design = holds(lower(Design(name="d", entities=tuple(entities), relationships=tuple(links))))
    assert {area.name: len(area.members) for area in design.areas} == {"ax": 13, "nx": 13}


def test_virtual_columns_and_checks_of_new_rows_are_drawn() -> None:
    twice = Attribute(name="twice", data_type="bigint", generated="id * 2", is_virtual=True)
    check = parts.Check(name="small", expression="id < 9", is_valid=False)
    entity = Entity(name="t", attributes=(key(), twice), checks=(check,))
    design = holds(lower(Design(name="d", entities=(entity,))))
    assert not design.opaque
    assert design.entities[0].attribute("twice").is_virtual
    assert not design.entities[0].checks[0].is_valid


def test_a_serial_column_is_one_word() -> None:
    number = Attribute(name="id", data_type="integer", is_primary_key=True, is_nullable=False, identity="SERIAL")
    catalog = lower(Design(name="d", entities=(Entity(name="Odd 'name'", attributes=(number,), is_unlogged=True),)))
    design = holds(catalog)
    assert not design.opaque
    (entity,) = design.entities
    assert entity.is_unlogged
    assert entity.attributes[0].identity == "SERIAL"
    assert {fact.kind for fact in catalog.values()} >= {"sequence", "sequence_owner", "default"}


def test_a_part_that_an_entry_speaks_of_says_its_name() -> None:
    entity = Entity(
        name="t", attributes=(key(),), checks=(parts.Check(expression="id > 0"), parts.Check(expression="id < 9"))
    )
    facts = dict(lower(Design(name="d", entities=(entity,))))
    identity = ObjectId("constraint", ("public", "t", "t_id_check"))
    facts[identity] = replace(facts[identity], enforced=False)
    design = holds(Catalog(facts.values()))
    assert sorted(check.name or "" for check in design.entities[0].checks) == ["t_id_check", "t_id_check1"]
    (check,) = (check for check in design.entities[0].checks if check.name == "t_id_check")
    gone = apply(design, RemovePart(entity_id=design.entities[0].id, collection="checks", part_id=check.id))
    assert not gone.opaque
