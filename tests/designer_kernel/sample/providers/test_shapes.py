"""JSON documents of a shape, from hints, comments and checks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill, plan
from designer_kernel.sample.providers import shapes
from tests.designer_kernel.sample.databases import ask, create

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "price", "address", "level"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "minLength": 3, "maxLength": 6},
        "price": {"type": "number", "minimum": 1, "exclusiveMaximum": 5},
        "steps": {"type": "integer", "multipleOf": 5, "minimum": 10, "maximum": 20},
        "active": {"type": "boolean"},
        "email": {"type": "string"},
        "level": {"enum": ["low", "high", 3, None]},
        "address": {
            "type": "object",
            "required": ["city"],
            "properties": {"city": {}, "lines": {"type": "array", "items": {"type": "string"}, "maxItems": 2}},
        },
        "value": {"oneOf": [{"type": "integer", "minimum": 10, "maximum": 12}, {"type": "null"}]},
    },
}


def test_documents_have_the_shape_that_hints_give(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, d jsonb NOT NULL)")
    columns = {"d": {"provider": "json", "schema": SCHEMA}}
    fill(clean_url, hints={"tables": {"t": {"rows": 400, "columns": columns}}})
    found = [d for (d,) in ask(clean_url, "SELECT d FROM t")]
    assert all(d.keys() >= {"id", "name", "price", "address", "level"} for d in found)
    assert all(
        3 <= len(d["name"]) <= 6 and 1 <= d["price"] < 5 and d["level"] in ("low", "high", 3, None) for d in found
    )
    assert {d["steps"] for d in found if "steps" in d} == {10, 15, 20}
    assert {d["value"] for d in found if "value" in d} == {10, 11, 12, None}
    assert {len(d["address"].get("lines", ())) for d in found} == {0, 1, 2}
    assert len({d["id"] for d in found}) == 400
    assert 0.6 < sum("email" in d for d in found) / 400 < 0.8


CHECKS = {
    "d ? 'sku' AND d ?& ARRAY['x', 'y']": lambda d: {"sku", "x", "y"} <= d.keys(),
    "jsonb_typeof(d -> 'tags') = 'array' AND d ->> 'status' IN ('on', 'off')": lambda d: (
        isinstance(d["tags"], list) and d["status"] in ("on", "off")
    ),
    "(d ->> 'n')::int BETWEEN 2 AND 5 AND d ->> 'name' IS NOT NULL": lambda d: 2 <= int(d["n"]) <= 5 and d["name"],
    "jsonb_array_length(d -> 'items') > 1": lambda d: len(d["items"]) > 1,
    "(d -> 'size' ->> 'width')::numeric > 0.5": lambda d: d["size"]["width"] > 0.5,
    """d @> '{"version": 2}'""": lambda d: d["version"] == 2,
}


def test_checks_tell_the_shape(clean_url: str) -> None:
    tables = [f"CREATE TABLE t{i} (id int PRIMARY KEY, d jsonb NOT NULL CHECK ({c}))" for i, c in enumerate(CHECKS)]
    create(clean_url, "; ".join(tables))
    fill(clean_url, rows={f"t{i}": 100 for i in range(len(CHECKS))})
    for i, (check, holds) in enumerate(CHECKS.items()):
        found = [d for (d,) in ask(clean_url, f"SELECT d FROM t{i}")]
        assert len(found) == 100
        assert all(holds(d) for d in found), check
        assert len({json.dumps(d) for d in found}) > 3 or "version" in check, check


def test_a_comment_may_hold_the_shape(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, d json NOT NULL)")
    comment = (
        """What the scanner said: {"type": "object", "required": ["kg"], "properties": {"kg": {"type": "number"}}}"""
    )
    create(clean_url, f"COMMENT ON COLUMN t.d IS '{comment}'")
    fill(clean_url, rows={"t": 50})
    assert all(d.keys() == {"kg"} and d["kg"] >= 1 for (d,) in ask(clean_url, "SELECT d FROM t"))


@pytest.mark.parametrize("comment", ["", "plain words", "{not json", '{"a": 1}', '{"type": "thing"}'])
def test_other_comments_are_no_shape(comment: str) -> None:
    assert shapes.from_comment(comment) == ""


def test_a_schema_that_makes_no_sense_is_refused(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, d jsonb NOT NULL)")
    wrong = {"provider": "json", "schema": {"properties": {"a": {"type": "date"}}}}
    with pytest.raises(SamplePlanError, match=r"t\.d.*no type 'date'"):
        plan(clean_url, hints={"tables": {"t": {"columns": {"d": wrong}}}})
