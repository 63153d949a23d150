"""Data as YAML text, laid out so that one change of a design is one changed line where that can be.

Attributes and other small records stand on one line each, long SQL as literal blocks. The text means the same under
YAML 1.1 and 1.2: whatever either could take for a number, date or boolean is quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

WIDTH: Final = 120
"""Longest line of a small record, apart from attributes, which always have one line each."""

ONE_LINE: Final = frozenset({"attributes"})
"""Lists whose records always have one line."""

BLOCK: Final = frozenset(
    {"entities", "relationships", "views", "materialized_views", "functions", "areas", "diagrams", "notes"}
    | {"policies", "triggers"}
)
"""Lists whose records never have one line, so that editing them does not change their layout."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*(\([A-Za-z0-9_]*\))?( [A-Za-z0-9_./+()-]+)*\Z")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_RESERVED = re.compile(r"(?:true|false|null|yes|no|on|off|y|n)\Z", re.IGNORECASE)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BLOCK_UNSAFE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LONG: Final = 80
_UUID_LENGTH: Final = 36


def document(data: dict[str, Any]) -> str:
    """Return a mapping as a YAML document."""
    return "\n".join(_mapping(data, 0)) + "\n"


class Records(list[str]):
    """Records of a list that are text already, see `record`."""


def record(collection: str, data: dict[str, Any]) -> str:
    """Return one record of a collection of the document as it is written there."""
    return "\n".join(_record(collection, data, 2))


def flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    return _flow(value)


def escaped(text: str) -> str:
    """Return JSON text in which nothing stands that YAML or a terminal would take amiss."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _mapping(data: dict[str, Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    for key, value in data.items():
        head = f"{pad}{_key(key)}:"
        if isinstance(value, dict) and value:
            line = f"{head} {_flow(value)}" if _is_small(value) else ""
            if line and len(line) <= WIDTH:
                yield line
            else:
                yield head
                yield from _mapping(value, indent + 2)
        elif isinstance(value, Records):
            yield head
            yield from value
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield head
            for record in value:
                yield from _record(key, record, indent + 2)
        elif isinstance(value, list):
            yield from _list(head, value, indent)
        elif isinstance(value, str) and ("\n" in value or len(value) > _LONG) and _fits_block(value):
            yield from _block(head, value, indent + 2)
        else:
            yield f"{head} {_scalar(value)}"


def _record(collection: str, record: dict[str, Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    if collection in ONE_LINE or (collection not in BLOCK and _is_small(record)):
        line = f"{pad}- {_flow(record)}"
        if collection in ONE_LINE or len(line) <= WIDTH:
            yield line
            return
    lines = _mapping(record, indent + 2)
    yield f"{pad}- {next(lines).lstrip()}"
    yield from lines


def _list(head: str, values: list[Any], indent: int) -> Iterator[str]:
    line = f"{head} {_flow(values)}"
    if len(line) <= WIDTH:
        yield line
        return
    yield head
    for value in values:
        yield f"{' ' * (indent + 2)}- {_flow(value)}"


def _is_small(value: Any) -> bool:
    """Whether all texts are short and on one line."""
    if isinstance(value, dict):
        return all(_is_small(one) for one in value.values())
    if isinstance(value, list):
        return all(_is_small(one) for one in value)
    return not isinstance(value, str) or ("\n" not in value and len(value) <= _LONG)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return _scalar(value)


def _key(name: str) -> str:
    """Return a key, plain if it is the name of a field; ``y`` is one, whatever the letter of YAML 1.1 takes it for."""
    return name if name == "y" else _scalar(name)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value if len(value) == _UUID_LENGTH and _UUID.match(value) else _text(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


@lru_cache(maxsize=8192)
def _text(value: str) -> str:
    """Return text, in quotes unless it means itself without them; names and types come again and again."""
    is_plain = _PLAIN.match(value) and not _RESERVED.match(value)
    return value if is_plain else escaped(json.dumps(value, ensure_ascii=False))


def _fits_block(text: str) -> bool:
    """Whether a literal block gives back exactly this text."""
    if _BLOCK_UNSAFE.search(text) or text[0] in " \t\n" or not text.strip():
        return False
    return not text.endswith("\n\n")


def _block(head: str, text: str, indent: int) -> Iterator[str]:
    yield f"{head} {'|' if text.endswith(chr(10)) else '|-'}"
    pad = " " * indent
    for line in text.removesuffix("\n").split("\n"):
        yield pad + line if line else ""
