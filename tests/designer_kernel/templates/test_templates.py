from __future__ import annotations

import pytest

from designer_kernel import templates
from designer_kernel.catalog import sqltext
from designer_kernel.design import document
from designer_kernel.design.expansion import expand
from designer_kernel.errors import UnknownObject
from tests.designer_kernel.templates.marketplace_rows import TABLES


@pytest.fixture(scope="module")
def marketplace():
    return templates.load("marketplace")


def test_names_are_those_of_the_files():
    assert templates.names() == ["blank", "blog", "marketplace"]


@pytest.mark.parametrize("name", templates.names())
def test_every_template_loads_under_its_own_name(name):
    assert templates.load(name).name == name


def test_unknown_template_names_the_available_ones():
    with pytest.raises(UnknownObject) as caught:
        templates.load("market")
    assert "did you mean marketplace?" in caught.value.mend
    assert "blank, blog, marketplace" in caught.value.mend


@pytest.mark.parametrize("name", ["../templates/blog", "", "blog.design.yaml", "blog\0"])
def test_a_name_is_no_path(name):
    with pytest.raises(UnknownObject):
        templates.load(name)


def test_marketplace_is_in_the_form_that_saving_gives_it(marketplace):
    text = (templates._FOLDER / "marketplace.design.yaml").read_text(encoding="utf-8")
    assert document.to_yaml(marketplace) == text


def test_marketplace_has_the_tables_of_its_requirements_in_their_order(marketplace):
    assert [entity.name for entity in marketplace.entities] == TABLES


def test_everything_in_the_marketplace_is_described(marketplace):
    checked = [*marketplace.entities, *marketplace.enums, *marketplace.domains, *marketplace.views]
    checked += [*marketplace.materialized_views, *marketplace.functions, *marketplace.roles, *marketplace.extensions]
    checked += [*marketplace.relationships, *marketplace.areas]
    checked += [attribute for entity in marketplace.entities for attribute in entity.attributes]
    checked += [part for entity in marketplace.entities for part in (*entity.indexes, *entity.keys, *entity.policies)]
    assert [item for item in checked if not item.description] == []


def test_every_entity_lies_in_one_area(marketplace):
    placed = [member for area in marketplace.areas for member in area.members]
    assert sorted(placed) == sorted(entity.id for entity in marketplace.entities)
    assert len({area.colour for area in marketplace.areas}) == len(marketplace.areas)


def test_every_time_has_a_zone(marketplace):
    types = {a.type for entity in expand(marketplace).design.entities for a in entity.attributes}
    assert "timestamp with time zone" in types
    assert "timestamp without time zone" not in types


def test_every_key_is_made_by_the_server(marketplace):
    for entity in marketplace.entities:
        (identity,) = [a for a in entity.attributes if a.is_primary_key and a.name == "id"]
        assert (identity.type, identity.default_value) == ("uuid", "gen_random_uuid()")


def test_every_entity_has_row_security_and_every_tenant_key_is_not_null(marketplace):
    for entity in expand(marketplace).design.entities:
        if entity.name == "audit_log":
            continue  # the application has no privilege on it at all
        assert entity.row_security == "FORCED", entity.name
        assert entity.policies, entity.name
        tenant = entity.attribute("tenant_id")
        assert tenant is None or not tenant.is_nullable


def test_references_between_tenants_tables_hold_the_tenant(marketplace):
    expanded = expand(marketplace)
    scoped = {e.id for e in expanded.design.entities if e.attribute("tenant_id")}
    between = [k for k in expanded.foreign_keys if {k.child_entity_id, k.parent_entity_id} <= scoped]
    assert len(between) == 18
    for key in between:
        assert key.child_attributes[0] == key.parent_attributes[0] == "tenant_id"


def test_nothing_needs_a_server_newer_than_14(marketplace):
    expanded = expand(marketplace)
    assert [key for key in expanded.foreign_keys if key.on_delete_attributes] == []
    parts = [part for entity in expanded.design.entities for part in (*entity.keys, *entity.indexes)]
    assert [part for part in parts if part.nulls_not_distinct] == []


def test_no_index_is_the_beginning_of_another(marketplace):
    """A B-tree whose keys begin another's is paid for at every write and never needed."""
    for entity in expand(marketplace).design.entities:
        unique = [tuple(key.attributes) for key in entity.keys] + [entity.key]
        unique += [(a.name,) for a in entity.attributes if a.is_unique and not a.is_primary_key]
        plain = [index for index in entity.indexes if index.method == "btree"]
        keys = {index.id: tuple(k.attribute or k.expression for k in index.keys) for index in plain}
        for index in plain:
            others = [(keys[o.id], o.predicate) for o in plain if o is not index] + [(k, None) for k in unique]
            covered = [
                other
                for other, predicate in others
                if other[: len(keys[index.id])] == keys[index.id] and predicate in (None, index.predicate)
            ]
            assert covered == [] or index.predicate or index.is_unique, (entity.name, keys[index.id], covered)


def test_every_foreign_key_has_an_index(marketplace):
    expanded = expand(marketplace)
    for key in expanded.foreign_keys:
        entity = expanded.design.entity(key.child_entity_id)
        leading = [tuple(k.attributes) for k in entity.keys] + [entity.key]
        leading += [(a.name,) for a in entity.attributes if a.is_unique]
        leading += [
            tuple(k.attribute or "" for k in index.keys)
            for index in entity.indexes
            if index.predicate in (None, f"{key.child_attributes[-1]} IS NOT NULL")
        ]
        wanted = set(key.child_attributes)
        found = [k for k in leading if set(k[: len(wanted)]) == wanted or (k and set(k) <= wanted and len(k) == 1)]
        assert found, (entity.name, key.child_attributes)


def test_lint_finds_no_error_and_no_warning():
    from designer_kernel import lint

    for name in templates.names():
        findings = lint.check(templates.load(name))
        assert [f"{f.code}: {f.message}" for f in findings if f.severity in {"error", "warning"}] == []


def test_queries_are_queries_with_titles():
    queries = templates.queries("marketplace")
    assert len(queries) == 3
    for title, text in queries.items():
        assert title[0].isupper()
        assert sqltext.query(text)
    assert templates.queries("blog") == {}
    with pytest.raises(UnknownObject):
        templates.queries("nothing")
