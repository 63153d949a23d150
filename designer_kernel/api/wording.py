"""JSON Schemas in words: what a field or a parameter takes, for the page about the paths and for who got it wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

Schema = Mapping[str, Any]

_FORMATS: Final = {
    "uuid": "an id (a UUID)",
    "date": "a date such as 2024-01-31",
    "date-time": "a time such as 2024-01-31T12:00:00Z",
}
_KINDS: Final = {"boolean": "true or false", "null": "null", "object": "an object"}
_MOST: Final = 40
"""Values of an enumeration that are told."""

_SHORT: Final = 255
"""Characters; what may be longer needs no example."""


def resolved(schema: Schema, schemas: Schema) -> Schema:
    """Return what a schema refers to, or itself.

    Parameters
    ----------
    schemas
        The named ones, by the last part of their references.
    """
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def without_null(schema: Schema) -> dict[str, Any]:
    """Return the schema of a parameter that is left out if it is nothing: ``null`` in a URL or header is a word."""
    said = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**said[0], **rest} if len(said) == 1 else dict(schema)


def wanted(schema: Schema, schemas: Schema) -> str:
    """Return what a schema takes: ``a whole number from 1 to 200``."""
    schema = resolved(schema, schemas)
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        return " or ".join(dict.fromkeys(wanted(one, schemas) for one in several))
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if "enum" in schema:
        values = [json.dumps(one, ensure_ascii=False) for one in schema["enum"]]
        return values[0] if len(values) == 1 else f"one of {', '.join(values[:_MOST])}"
    kind = schema.get("type")
    if kind == "string":
        return _FORMATS.get(schema.get("format", "")) or _text(schema)
    if kind in ("integer", "number"):
        return f"a {'whole ' if kind == 'integer' else ''}number{_limits(schema)}"
    if kind == "array":
        of = wanted(schema["items"], schemas) if "items" in schema else "anything"
        return f"a list{_size(schema.get('minItems', 0), schema.get('maxItems'), 'items')}, each {of}"
    if kind == "object" and schema.get("properties"):
        return f"an object ({_fields(schema)})"
    return _KINDS.get(str(kind), "anything")


def _text(schema: Schema) -> str:
    said = f"text{_size(schema.get('minLength', 0), schema.get('maxLength'), 'characters')}"
    examples: Sequence[Any] = schema.get("examples", ())
    is_short = schema.get("maxLength", 0) <= _SHORT
    return f"{said}, such as {examples[0]}" if "pattern" in schema and is_short and any(examples[:1]) else said


def _size(least: int, most: int | None, of: str) -> str:
    """Return how long something may be, as far as that has limits."""
    if most is None:
        return "" if not least else f", not empty{f' but {least:,} {of} at least' if least > 1 else ''}"
    return f" of {least:,} to {most:,} {of}" if least else f" of {most:,} {of} at most"


def _limits(schema: Schema) -> str:
    """Return the limits of a number, if it has some."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f" from {_number(least)} to {_number(most)}"
    words = {"minimum": "{} or more", "exclusiveMinimum": "more than {}", "maximum": "{} at most"}
    words["exclusiveMaximum"] = "less than {}"
    told = [said.format(_number(schema[name])) for name, said in words.items() if schema.get(name) is not None]
    return f", {' and '.join(told)}" if told else ""


def _number(limit: float) -> str:
    return f"{int(limit):,}" if limit == int(limit) else str(limit)


def _fields(schema: Schema) -> str:
    required = [str(name) for name in schema.get("required", ())]
    others = [str(name) for name in schema["properties"] if name not in required]
    parts = [", ".join(required)] if required else []
    return "; ".join([*parts, f"may be left out: {', '.join(others)}"] if others else parts)
