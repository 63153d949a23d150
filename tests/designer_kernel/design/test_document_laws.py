"""Laws of design files: a design, its YAML and its JSON are equal, and our JSON Schema accepts what we write."""

from __future__ import annotations

import json
from functools import cache

import jsonschema
import yaml
from hypothesis import HealthCheck, assume, given, settings
from pydantic import ValidationError

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design import Design
from designer_kernel.design.document import json_schema, read, to_json, to_yaml
from designer_kernel.design.lift import lift
from designer_kernel.errors import DesignerError
from tests.designer_kernel.catalog.facts import CATALOGS
from tests.strategies import designs

SLOW = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@cache
def validator() -> jsonschema.Draft202012Validator:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@SLOW
@given(designs())
def test_a_design_its_yaml_and_its_json_are_equal(design: Design) -> None:
    text = to_yaml(design)
    assert read(text, "x.yaml") == design
    assert read(to_json(design), "x.json") == design
    assert to_yaml(read(text)) == text


@SLOW
@given(designs())
def test_the_schema_accepts_what_we_write(design: Design) -> None:
    data = json.loads(to_json(design))
    assert [error.message for error in validator().iter_errors(data)] == []


@SLOW
@given(designs())
def test_other_readers_of_yaml_read_the_same(design: Design) -> None:
    assert yaml.safe_load(to_yaml(design)) == json.loads(to_json(design))


def test_what_a_design_carries_along_is_in_its_files() -> None:
    """Facts of every kind, drawn or opaque, beside layout, areas and traits that only a design has."""
    carried: list[int] = []

    @SLOW
    @given(designs(), CATALOGS)
    def law(design: Design, catalog: Catalog) -> None:
        try:
            lifted = lift(catalog).design
            Design.model_validate(lifted.model_dump())
        except (DesignerError, ValidationError):  # random text in place of SQL, and names that no object can have
            assume(False)
        assume("\\u0000" not in to_json(lifted))  # which PostgreSQL cannot store
        for one in (lifted, design.replace(opaque=lifted.opaque)):
            text = to_yaml(one)
            assert read(text, "x.yaml") == one
            assert read(to_json(one), "x.json") == one
            assert yaml.safe_load(text) == json.loads(to_json(one))
            assert [error.message for error in validator().iter_errors(json.loads(to_json(one)))] == []
        carried.append(len(lifted.opaque))

    law()
    assert sum(map(bool, carried)) > 10  # not only the empty ones make sense
