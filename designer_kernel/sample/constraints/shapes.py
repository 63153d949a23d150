"""JSON documents that a check's words suggest: the keys that it names, with values of the types that it asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from designer_kernel.sample.constraints.evidence import Evidence
from designer_kernel.sample.rows import hashing

_DOCUMENTS: Final = 240
_TYPES: Final = {"number": 7, "string": "abc", "boolean": True, "array": ["a"], "object": {"a": 1}, "null": None}
_CASTS: Final = {"integer": "number", "numeric": "number", "bigint": "number", "smallint": "number",
                 "boolean": "boolean", "double": "number", "real": "number"}  # fmt: skip
_LIKELY: Final[Mapping[str, Any]] = {
    "name": "Ann Miller", "first_name": "Ann", "last_name": "Miller", "email": "ann@example.com", "city": "Berlin",
    "street": "Main Street 1", "country": "DE", "postal_code": "10115", "zip": "10115", "currency": "EUR", "age": 42,
    "url": "https://example.com/a", "phone": "+49 30 123456", "id": 7, "count": 3, "amount": 12.5, "price": 9.99,
    "version": 1, "type": "created", "title": "A title", "description": "Some words", "lat": 52.5, "lon": 13.4,
    "lng": 13.4, "enabled": True, "active": True, "tags": ["new", "sale"], "items": [{"id": 1}], "date": "2025-03-01",
}  # fmt: skip
_KEY: Final = re.compile(r"(->>?|\?[|&]?|#>>?)\s*'([^']+)'::(?:text|unknown)")
_ARRAYS: Final = re.compile(r"(?:\?[|&]|#>>?)\s*(?:ARRAY\[([^\]]*)\]|'\{([^}]*)\}')")
_BARE: Final = re.compile(r"\w[\w. -]{0,40}")


def documents(texts: tuple[str, ...], known: Evidence) -> tuple[str, ...]:
    """Return JSON documents as candidates for the columns of some checks."""
    joined = " ".join(texts)
    hints = _hints(joined)
    keys = list(dict.fromkeys([*hints, *_listed(joined), *(s for s in known.strings if _BARE.fullmatch(s))]))
    keys = [k for k in keys if k not in _TYPES and k != "text"][:12]
    scalars: list[Any] = [*known.strings[:8], *(_number(n) for n in known.numbers[:8])]
    values = [*_TYPES.values(), *scalars, 0, 1, -1, "", [], {}, "2024-01-31", "a@b.example", ["a", "b"], [1, 2]]
    made: list[Any] = [{}, [], None, "abc", 7, True]
    made += [{k: _hinted(hints, k, 0) for k in keys}, {k: _hinted(hints, k, 1) for k in keys}]
    made += [[{k: _hinted(hints, k, 0) for k in keys}], [*known.strings[:3]], [1, 2, 3]]
    for number in range(_DOCUMENTS):
        bits = hashing.stream(number, "document")
        document: dict[str, Any] = {}
        for place, key in enumerate(keys):
            draw = hashing.stream(bits, key)
            if draw % 8 == 0 or (key not in hints and place and draw % 3 == 0):
                continue
            document[key] = _hinted(hints, key, draw >> 8) if draw % 4 else values[(draw >> 16) % len(values)]
        if number % 5 == 4 and keys:  # one key holds the others
            outer = keys[bits % len(keys)]
            document = {**document, outer: {k: v for k, v in document.items() if k != outer}}
        made.append([document, dict(document)] if number % 11 == 10 else document)
    return tuple(dict.fromkeys(json.dumps(item, ensure_ascii=False) for item in made))


def _number(value: Any) -> Any:
    return int(value) if value == int(value) else float(value)


def _hints(text: str) -> dict[str, list[Any]]:
    """Return, for each key that a check names, the values that the words after it speak of."""
    found = list(_KEY.finditer(text))
    hints: dict[str, list[Any]] = {}
    for index, match in enumerate(found):
        stop = found[index + 1].start() if index + 1 < len(found) else len(text)
        after = re.split(r"\b(?:AND|OR)\b", text[match.end() : stop])[0]
        options = hints.setdefault(match[2], [])
        for constant in re.findall(r"'((?:[^']|'')*)'", after):
            options.append(_TYPES[constant] if "jsonb_typeof" in text and constant in _TYPES else constant)
        cast = re.match(r"\)+::(\w+)", after)
        is_number = cast is not None and _CASTS.get(cast[1]) == "number"
        for number in re.findall(r"(?<![\w'])-?\d+(?:\.\d+)?(?![\w'])", after):
            value = _number(float(number))
            options += [value, value + 1, value - 1] if is_number or not options else [value]
        if is_number:
            options[:] = [o for o in options if not isinstance(o, str)] or [7, 1, 50]
        elif cast is not None and _CASTS.get(cast[1]) == "boolean":
            options += [True, False]
    return hints


def _listed(text: str) -> list[str]:
    """Return the keys of ``?& ARRAY['a', 'b']`` and ``#> '{a,b}'``."""
    return [
        key
        for array, path in _ARRAYS.findall(text)
        for key in (re.findall(r"'([^']+)'", array) if array else path.split(","))
    ]


def _hinted(hints: dict[str, list[Any]], key: str, draw: int) -> Any:
    """Return a value of a key: one that the check speaks of, or mostly one that its name suggests."""
    options = hints.get(key)
    if not options:
        likely = _LIKELY.get(key.lower(), f"{key.replace('_', ' ')} {1 + draw % 9}")
        options = [likely, likely, likely, 7, True, ["a"]]
    return options[draw % len(options)]
