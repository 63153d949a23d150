"""States and storage of constraints and indexes are drawn: deferrable keys, NOT VALID, storage parameters."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from designer_kernel.catalog import render
from designer_kernel.design import Design, document, parts
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from tests.designer_kernel.catalog.databases import FreshUrl, load, read

SCRIPT = """
CREATE TABLE parents (id bigint PRIMARY KEY);
CREATE TABLE swaps (place integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, other integer UNIQUE DEFERRABLE);
CREATE TABLE children (id bigint PRIMARY KEY, parent_id bigint, note text);
ALTER TABLE children ADD FOREIGN KEY (parent_id) REFERENCES parents NOT VALID;
ALTER TABLE children ADD CHECK (note <> '') NOT VALID;
CREATE INDEX by_note ON children (note) WITH (fillfactor = 70, deduplicate_items = false);
CREATE TABLE links (a bigint REFERENCES parents, b bigint REFERENCES parents, PRIMARY KEY (a, b));
"""


def test_states_and_storage_are_drawn_and_deploy_as_they_were(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, SCRIPT)
    catalog = read(url)
    lifted = lift(catalog)
    design = lifted.design
    assert design.opaque == ()
    assert design.entity("swaps").primary_key_deferrable == "DEFERRED"
    assert design.entity("swaps").keys[0].deferrable == "IMMEDIATE"
    children = design.entity("children")
    assert children.indexes[0].parameters == {"fillfactor": "70", "deduplicate_items": "false"}
    assert [one.is_valid for one in design.relationships if one.target_entity_id == children.id] == [False]
    assert dict(lower(design)) == dict(catalog)
    again = fresh_url()
    load(again, render.script(lower(design)).text)
    assert dict(read(again)) == dict(catalog)
    for text in (document.to_yaml(design), document.to_json(design)):
        assert document.read(text, "d") == design


def test_what_is_not_said_is_as_before() -> None:
    text = "name: d\nentities:\n- name: t\n  attributes: [{name: a, data_type: int, is_primary_key: true}]\n"
    text += "  indexes: [{keys: [{attribute: a}], parameters: {fillfactor: 70, fastupdate: true}}]\n"
    design: Design = document.read(text, "d.yaml")
    assert design.entities[0].indexes[0].parameters == {"fillfactor": "70", "fastupdate": "true"}
    assert "deferrable" not in document.to_yaml(design)
    assert "is_valid" not in document.to_yaml(design)


@pytest.mark.parametrize("parameters", [{"Fill Factor": "70"}, {"fillfactor": "70) ; DROP TABLE t"}, {"a": ""}])
def test_parameters_are_names_and_plain_values(parameters: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        parts.Index(keys=(parts.IndexKey(attribute="a"),), parameters=parameters)
