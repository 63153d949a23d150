"""Renames by identity: of everything that holds rows or whose name others use, however it came to be."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Design, Entity, Relationship
from designer_kernel.design.edits import (
    ChangeDesign,
    ChangeEntity,
    ChangeObject,
    Edit,
    RenameAttribute,
    RenameEntity,
    apply,
)
from designer_kernel.design.lower import lower
from designer_kernel.design.objects import Domain, Enum, Namespace, View
from designer_kernel.design.parts import Partition
from designer_kernel.design.traits import Archived
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.migrate.identity import renames, shares_identity


def _entity(name: str, *lines: str, **fields: object) -> Entity:
    return Entity(name=name, attributes=tuple(parse_line(line) for line in lines), **fields)


def _shop() -> Design:
    people = _entity(
        "people", "id bigint primary key", "name text not null", "created_at timestamptz not null", traits=(Archived(),)
    )
    tags = _entity("tags", "id bigint primary key", "label text")
    events = _entity(
        "events",
        "id bigint",
        "at date not null",
        partition_method="RANGE",
        partition_keys=({"attribute": "at"},),
        partitions=(Partition(name="events_old", bound="FOR VALUES FROM (MINVALUE) TO ('2024-01-01')"),),
    )
    both = Relationship(source_entity_id=people.id, target_entity_id=tags.id, relationship_type="MANY_TO_MANY",
                        source_cardinality="N", target_cardinality="N")  # fmt: skip
    return Design(
        name="shop",
        entities=(people, tags, events),
        relationships=(both,),
        schemas=(Namespace(name="sales"),),
        enums=(Enum(name="mood", labels=("good", "bad")),),
        domains=(Domain(name="code", data_type="text"),),
        views=(View(name="names", query="SELECT name FROM people"),),
    )


SHOP = _shop()


def _id(name: str) -> object:
    return SHOP.entity(name).id


def _attribute(entity: str, name: str) -> object:
    return next(one.id for one in SHOP.entity(entity).attributes if one.name == name)


def _rename(collection: str, name: str) -> Edit:
    item = getattr(SHOP, collection)[0]
    return ChangeObject(collection=collection, object_id=item.id, changes={"name": name})


def _relations(found: dict[ObjectId, ObjectId]) -> dict[str, str]:
    return {".".join(old.path): ".".join(new.path) for old, new in found.items()}


CASES: dict[str, tuple[Edit, dict[str, str]]] = {
    "table": (
        RenameEntity(entity_id=_id("people"), name="persons"),
        {"public.people": "public.persons", "public.people_archive": "public.persons_archive",
         "public.people_tags": "public.persons_tags", "public.people_tags_archive": "public.persons_tags_archive"},
    ),
    "column": (
        RenameAttribute(entity_id=_id("people"), attribute_id=_attribute("people", "name"), name="full_name"),
        {"public.people.name": "public.people.full_name",
         "public.people_archive.name": "public.people_archive.full_name"},
    ),
    "schema of a table": (
        ChangeEntity(entity_id=_id("events"), changes={"schema_name": "sales"}),
        {"public.events": "sales.events", "public.events_old": "sales.events_old"},
    ),
    "schema": (_rename("schemas", "trade"), {"sales": "trade"}),
    "enum": (_rename("enums", "temper"), {"public.mood": "public.temper"}),
    "domain": (_rename("domains", "sku"), {"public.code": "public.sku"}),
    "view": (_rename("views", "all_names"), {"public.names": "public.all_names"}),
    "nothing": (ChangeDesign(changes={"description": "other words"}), {}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_was_renamed_is_told_and_nothing_else(case: str) -> None:
    edit, expected = CASES[case]
    after = apply(SHOP, edit)
    found = renames(SHOP, after)
    assert _relations(found) == expected
    before, goal = lower(SHOP), lower(after)
    assert all(old in before and new in goal and new not in before for old, new in found.items())


def test_there_and_back_is_the_other_way_round() -> None:
    after = apply(SHOP, CASES["table"][0])
    assert renames(after, SHOP) == {new: old for old, new in renames(SHOP, after).items()}


def test_what_only_has_another_path_goes_with_its_whole() -> None:
    after = apply(SHOP, RenameEntity(entity_id=_id("tags"), name="labels"))
    after = apply(after, RenameAttribute(entity_id=_id("tags"), attribute_id=_attribute("tags", "label"), name="text"))
    found = _relations(renames(SHOP, after))
    assert found["public.tags"] == "public.labels"
    assert found["public.tags.label"] == "public.labels.text"
    assert "public.tags.id" not in found


def test_swapped_names_are_two_renames() -> None:
    after = apply(SHOP, RenameEntity(entity_id=_id("tags"), name="x"))
    after = apply(after, RenameEntity(entity_id=_id("events"), name="tags"))
    after = apply(after, RenameEntity(entity_id=_id("tags"), name="events"))
    found = _relations(renames(SHOP, after))
    assert (found["public.tags"], found["public.events"]) == ("public.events", "public.tags")


def test_versions_of_one_design_share_identity_and_others_do_not() -> None:
    assert shares_identity(SHOP, apply(SHOP, CASES["table"][0]))
    assert not shares_identity(SHOP, _shop())


def test_the_schema_of_all_that_names_none_is_renamed_as_a_whole() -> None:
    shop, store = (SHOP.model_copy(update={"default_schema": name}) for name in ("shop", "store"))
    assert renames(shop, store) == {ObjectId("schema", ("shop",)): ObjectId("schema", ("store",))}
    others = store.model_copy(update={"schemas": (*store.schemas, Namespace(name="shop"))})
    assert ObjectId("schema", ("shop",)) not in renames(shop, others)
    assert ObjectId("relation", ("shop", "people")) in renames(shop, others)
