"""Designs as JSON that PostgreSQL keeps without loss.

``jsonb`` sorts the keys of objects, and knows numbers, not how they were written. Most objects are the fields of an
item, which have an order of their own. In the others the order may be meant: there an object whose order would be lost
is written as ``{"": [[key, value], …]}``, and a number that would come back as another one as ``{"": "1e+300"}``.
"""

from __future__ import annotations

import json
from typing import Any, Final

from designer_kernel.catalog.memory import without_collection
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.values import Value
from designer_kernel.errors import InvalidDesign

FREE: Final = frozenset({"fields", "lists", "parameters", "sample", "weights"})
"""Fields whose objects have keys of people's own, within which order is kept."""

_MARK: Final = ""
_MARKED: Final = f'{{"{_MARK}":'
"""How an object with the mark begins as text; within a string its quotes would have backslashes."""


def to_text(design: Design) -> str:
    """Return a design as JSON that loses nothing.

    Raises
    ------
    InvalidDesign
        If it holds text that PostgreSQL cannot store.
    """
    return json.dumps(plain(design), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@without_collection()
def of_text(text: str) -> Design:
    """Return the design of `to_text`, or of rows that the server has put together in the same way.

    Raises
    ------
    pydantic.ValidationError
        If it is none.
    """
    if _MARKED not in text:  # nearly all are read without a loop of ours
        return Design.model_validate_json(text)
    return Design.model_validate(restored(json.loads(text)))


def plain(value: Value, *, without: set[str] | None = None) -> dict[str, Any]:
    """Return the fields of an item that are not at their defaults, to be kept as ``jsonb``.

    Raises
    ------
    InvalidDesign
        If it holds text that PostgreSQL cannot store.
    """
    data = value.model_dump(mode="json", exclude_defaults=True, exclude=without)
    if isinstance(value, Entity):
        _name_traits(value, data)
    elif isinstance(value, Design) and "entities" in data:
        for entity, said in zip(value.entities, data["entities"], strict=True):
            _name_traits(entity, said)
    kept: dict[str, Any] = keep(data)
    return kept


def _name_traits(entity: Entity, data: dict[str, Any]) -> None:
    """Say the kinds of an entity's traits: each is the default of its own, and yet what tells them apart."""
    for trait, said in zip(entity.traits, data.get("traits", ()), strict=True):
        said["kind"] = trait.kind


def keep(value: Any, *, free: bool = False) -> Any:
    """Return JSON-like data in the form that loses nothing as ``jsonb``; ``free`` if order is meant in it.

    Raises
    ------
    InvalidDesign
        If it holds text that PostgreSQL cannot store.
    """
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, dict):
        kept = {_storable(key): keep(one, free=free or key in FREE) for key, one in value.items()}
        is_lost = free and list(kept) != sorted(kept, key=_place_in_jsonb)
        return {_MARK: [[key, one] for key, one in kept.items()]} if is_lost or _MARK in kept else kept
    if isinstance(value, list | tuple):
        return [keep(one, free=free) for one in value]
    if isinstance(value, float):
        text = repr(value)
        return value if text.lstrip("-").replace(".", "").isdigit() and text != "-0.0" else {_MARK: text}
    return value


def restored(value: Any) -> Any:
    """Return data as it was before `keep`."""
    if isinstance(value, dict):
        marked = value.get(_MARK)
        if marked is None:
            return {key: restored(one) if isinstance(one, dict | list) else one for key, one in value.items()}
        return float(marked) if isinstance(marked, str) else {key: restored(one) for key, one in marked}
    return [restored(one) for one in value] if isinstance(value, list) else value


def _place_in_jsonb(key: str) -> tuple[int, bytes]:
    encoded = key.encode()
    return len(encoded), encoded


def _storable(text: str) -> str:
    if "\x00" in text or not (text.isascii() or _is_unicode(text)):
        raise InvalidDesign(
            "PostgreSQL cannot store this text", where=repr(text[:60]), mend="remove NUL characters and lone surrogates"
        )
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
