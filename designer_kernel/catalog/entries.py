"""Facts as plain data that any file format can hold, and back.

Tuples are lists, identities are lists of their kind and path. Whole numbers that other programs would round are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, ClassVar, Final, get_origin, get_type_hints

from designer_kernel.catalog import canonical
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.objects import CatalogObject

LARGEST: Final = 10**15
"""Numbers from here on are written as text."""

_EDGES: Final = frozenset({"depends", "prefers"})


def fields_of(fact: CatalogObject) -> dict[str, Any]:
    """Return the fields of a fact that are not at their default, as data."""
    return {
        f.name: plain(value)
        for f in _own_fields(fact.kind)
        if (value := getattr(fact, f.name)) != f.default or f.default is MISSING
    }


def differing_fields(wanted: CatalogObject, other: CatalogObject) -> dict[str, Any]:
    """Return the fields of a fact in which another of the same kind differs, as data."""
    return {
        f.name: plain(value)
        for f in _own_fields(wanted.kind)
        if (value := getattr(wanted, f.name)) != getattr(other, f.name)
    }


def is_same(wanted: CatalogObject, other: CatalogObject) -> bool:
    """Whether two facts are equal, what does not count in comparisons included."""
    if wanted != other:
        return False
    return all(getattr(wanted, name) == getattr(other, name) for name in _uncompared(wanted.kind))


def values_of(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of a kind as its facts hold them, from data.

    Raises
    ------
    LookupError
        If the kind or a field is unknown.
    TypeError, ValueError
        If a value does not fit its field.
    """
    hints = _hints(kind)
    return {name: canonical.read_value(_number(value, hints[name]), hints[name]) for name, value in data.items()}


def plain(value: Any) -> Any:
    """Return the value of a field as data."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= LARGEST:
        return str(value)
    return value


def _number(value: Any, hint: Any) -> Any:
    return int(value) if isinstance(value, str) and hint in (int, int | None) else value


@cache
def _own_fields(kind: str) -> tuple[Field[Any], ...]:
    return tuple(f for f in fields(kinds_by_name()[kind]) if f.name not in _EDGES)


@cache
def _uncompared(kind: str) -> tuple[str, ...]:
    return tuple(f.name for f in _own_fields(kind) if not f.compare)


@cache
def _hints(kind: str) -> dict[str, Any]:
    hints = get_type_hints(kinds_by_name()[kind])
    return {name: hint for name, hint in hints.items() if get_origin(hint) is not ClassVar and name not in _EDGES}
