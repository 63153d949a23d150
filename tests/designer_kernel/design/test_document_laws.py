"""Laws of design files: a design, its YAML and its JSON are equal, and our JSON Schema accepts what we write."""

from __future__ import annotations

import json
from functools import cache

import jsonschema
import yaml
from hypothesis import HealthCheck, given, settings

from designer_kernel.design import Design
from designer_kernel.design.document import json_schema, read, to_json, to_yaml
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
