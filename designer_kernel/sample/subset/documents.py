"""Personal values inside of JSON documents and lists: found, replaced, and written again as they were otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Self

from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.subset.kinds import kind_of

_TEXT: Final = Form("text", "text")
_FIELD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
_SIGNS: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})

Leaf = Callable[[str, str], str]
"""From the sort and the text of a value to what takes its place."""


class Done(str):
    """A text that was replaced, and is not replaced again."""

    __slots__ = ()


class Number(float):
    """A number that is written again exactly as it was read."""

    text: str
    is_done = False

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.text = text
        return made


def parsed(text: str) -> Any:
    """Return a document; numbers keep their text."""
    return json.loads(text, parse_float=Number, parse_int=Number)


def spelled(document: Any) -> str:
    """Return a document as text."""
    match document:
        case Number():
            return document.text
        case dict():
            return "{" + ", ".join(f"{_quoted(k)}: {spelled(v)}" for k, v in document.items()) + "}"
        case list():
            return "[" + ", ".join(spelled(item) for item in document) + "]"
        case _:
            return _quoted(document)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def replaced(document: Any, path: tuple[str, ...], leaf: Leaf, kind: str = "json", name: str = "") -> Any:
    """Return a document in which everything at a path, and below it, is replaced; lists are gone through.

    ``kind`` is the sort of what is there; "json" chooses by the names of fields. What was replaced before stays.
    """
    if isinstance(document, list):
        return [replaced(item, path, leaf, kind, name) for item in document]
    if path:
        if not isinstance(document, dict):
            return document
        hit = {k: replaced(v, path[1:], leaf, kind, k) if k == path[0] else v for k, v in document.items()}
        return {k: replaced(v, path[1:], leaf, kind, k) for k, v in hit.items()} if path[0] == "*" else hit
    if isinstance(document, dict):
        return {_key(k, leaf): replaced(v, (), leaf, kind, k) for k, v in document.items()}
    if isinstance(document, Number):
        return document if document.is_done else _done(leaf("number", document.text))
    if isinstance(document, str):
        return document if isinstance(document, Done) else Done(leaf(kind if kind != "json" else _kind(name), document))
    return False if document is True else document


def _done(text: str) -> Number:
    number = Number(text)
    number.is_done = True
    return number


def _kind(name: str) -> str:
    """Return the sort of a text in a field: documents are mostly about people."""
    return "person name" if name == "name" else kind_of(name, _TEXT)


def _key(name: str, leaf: Leaf) -> str:
    """Return the name of a field; what is no plain name may be a person's."""
    return name if _FIELD.fullmatch(name) or isinstance(name, Done) else Done(leaf("text", name))


def scrubbed(document: Any, clean: Callable[[str], str]) -> Any:
    """Return a document with every text cleaned."""
    match document:
        case Number():
            return Number(document.text) if clean(document.text) == document.text else clean(document.text)
        case dict():
            return {clean(k): scrubbed(v, clean) for k, v in document.items()}
        case list():
            return [scrubbed(item, clean) for item in document]
        case str():
            return clean(document)
        case _:
            return document


def texts(document: Any) -> Iterator[str]:
    """Yield every text and number of a document."""
    match document:
        case Number():
            yield document.text
        case dict():
            for key, value in document.items():
                yield key
                yield from texts(value)
        case list():
            for item in document:
                yield from texts(item)
        case str():
            yield document


def array_literal(items: Any) -> str:
    """Return a list as the server reads an array."""
    if isinstance(items, list):
        return "{" + ",".join(array_literal(item) for item in items) + "}"
    if items is None:
        return "NULL"
    if isinstance(items, Number):
        return items.text
    if isinstance(items, bool):
        return "t" if items else "f"
    return '"' + str(items).translate(_SIGNS) + '"'
