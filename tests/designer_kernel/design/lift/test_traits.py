"""Traits are found again in databases that were made from them, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from designer_kernel import templates
from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design import Attribute, Design, Entity, document, edits, traits
from designer_kernel.design.expansion import expand
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from tests.designer_kernel.catalog.databases import FreshUrl, load, read
from tests.designer_kernel.design.lift.laws import holds


def template(name: str) -> Design:
    return document.open_file(Path(templates.__file__).parent / f"{name}.design.yaml").design


def in_words(design: Design) -> dict[str, list[traits.AnyTrait]]:
    """Return the traits of concrete entities; a tenant by its name."""
    names = {entity.id: entity.name for entity in design.entities}
    return {
        entity.name: [
            (names[trait.tenant_entity_id], trait.attribute, trait.setting, trait.roles)
            if isinstance(trait, traits.TenantScoped)
            else trait
            for trait in entity.traits
        ]
        for entity in design.entities
    }


def found_again(design: Design, url: str) -> Design:
    load(url, render.script(lower(design)).text)
    lifted = holds(read(url))
    expected = {name: found for name, found in in_words(expand(design).design).items() if found}
    assert {name: found for name, found in in_words(lifted).items() if found} == expected
    assert document.read(document.to_yaml(lifted)) == lifted
    return lifted


def test_traits_of_the_blog_are_found_again(fresh_url: FreshUrl) -> None:
    lifted = found_again(template("blog"), fresh_url())
    assert not lifted.opaque
    assert {attribute.name for attribute in lifted.entity("authors").attributes} == {"id", "name", "email", "biography"}
    assert lifted.entity("authors").attribute("email").is_unique
    assert not lifted.views
    assert not lifted.functions


@pytest.mark.older(since=15)
def test_traits_of_the_marketplace_are_found_again(fresh_older_url: FreshUrl) -> None:
    design = template("marketplace")
    lifted = found_again(design, fresh_older_url())
    assert {entity.name for entity in lifted.entities} == {entity.name for entity in design.entities}
    assert {function.name for function in lifted.functions} == {function.name for function in design.functions}
    assert not any(one.kind in {"policy", "grant", "function", "table", "trigger"} for one in lifted.opaque)


def test_partitions_by_list_and_hash_are_found_again(fresh_url: FreshUrl) -> None:
    key = Attribute(name="id", data_type="bigint", is_primary_key=True)
    by_list = traits.Partitioned(method="LIST", attribute="region", lists={"eu": ("DE", "it's"), "rest": ("US",)})
    by_hash = traits.Partitioned(method="HASH", attribute="id", modulus=3, default_partition=False)
    by_year = traits.Partitioned(attribute="day", interval="YEAR", start="2024-01-01", ahead=3)
    region = Attribute(name="region", data_type="text", is_nullable=False)
    entities = (
        Entity(name="by_list", attributes=(key, region), traits=(by_list,)),
        Entity(name="by_hash", attributes=(key.replace(id=Entity(name="x").id),), traits=(by_hash,)),
        Entity(name="by_year", attributes=(Attribute(name="day", data_type="date"),), traits=(by_year,)),
    )
    design = Design(name="d", entities=entities)
    load(url := fresh_url(), render.script(lower(design)).text)
    lifted = holds(read(url))
    assert not lifted.opaque
    by_name = {entity.name: entity.traits for entity in lifted.entities}
    assert by_name["by_list"] == (by_list,)
    assert by_name["by_year"] == (by_year,)
    (hashed,) = by_name["by_hash"]
    assert (hashed.method, hashed.modulus) == ("HASH", 3)


def one(trait: traits.AnyTrait, *attributes: Attribute) -> Catalog:
    """Return the catalog of one entity with a trait."""
    key = Attribute(name="id", data_type="bigint", is_primary_key=True)
    return lower(Design(name="d", entities=(Entity(name="t", attributes=(key, *attributes), traits=(trait,)),)))


def kinds(catalog: Catalog) -> set[str]:
    return {trait.kind for entity in holds(catalog).entities for trait in entity.traits}


def test_a_trigger_function_that_does_something_else_is_no_trait() -> None:
    catalog = one(traits.Timestamps())
    assert kinds(catalog) == {"timestamps"}
    facts = [
        replace(fact, definition=fact.definition.replace("now()", "clock_timestamp()"))
        if fact.kind == "function"
        else fact
        for fact in catalog.values()
    ]
    assert kinds(Catalog(facts)) == set()


def test_a_view_with_fewer_columns_is_no_soft_delete() -> None:
    catalog = one(traits.SoftDelete(), Attribute(name="name", data_type="text"))
    assert kinds(catalog) == {"soft_delete"}
    facts = [
        replace(fact, query=fact.query.replace("id,\n    name", "id")) if fact.kind == "view" else fact
        for fact in catalog.values()
    ]
    assert kinds(Catalog(facts)) == set()


def test_columns_that_stand_elsewhere_stay_where_they_are() -> None:
    created = Attribute(name="created_at", data_type="timestamptz", is_nullable=False, default_value="now()")
    catalog = one(traits.Timestamps(), created, Attribute(name="name", data_type="text"))
    (entity,) = holds(catalog).entities
    assert [attribute.name for attribute in entity.attributes] == ["id", "created_at", "name"]
    assert entity.trait("timestamps") == traits.Timestamps()


def test_a_trait_that_was_found_takes_changes() -> None:
    lifted = lift(one(traits.SoftDelete(), Attribute(name="name", data_type="text"))).design
    more = edits.AddAttribute(entity_id=lifted.entities[0].id, attribute=Attribute(name="phone", data_type="text"))
    (view,) = (fact for fact in lower(edits.apply(lifted, more)).values() if fact.kind == "view")
    assert "phone" in view.query
