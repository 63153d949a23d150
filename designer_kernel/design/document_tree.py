"""Data read from a design file, with the place of everything in it, and the limits that all readers keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn

from designer_kernel.errors import DocumentError

MAX_BYTES: Final = 16_000_000
"""Largest file that is read; a design of 5,000 entities has two thirds of it."""

MAX_DEPTH: Final = 32
"""Deepest nesting that is read; a design file has eight levels."""

MAX_NODES: Final = 600_000
"""Most values that are read; a design of 5,000 entities has two thirds of it."""

MAX_ITEMS: Final = 20_000
"""Longest list that is read."""

MAX_KEY: Final = 100
"""Longest key of a mapping that is read."""

MAX_DIGITS: Final = 15
"""Longest number that is read; larger ones lose digits in other tools."""


class Place(NamedTuple):
    """A line and column, counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Tree:
    """Data as mappings, lists and scalars.

    Parameters
    ----------
    data
        The root.
    places
        For the ``id()`` of each mapping or list: where each key and its value stand.
    """

    name: str
    data: Any = None
    places: dict[int, dict[str | int, tuple[Place, Place]]] = field(default_factory=dict)
    nodes: int = 0

    def refuse(self, what: str, place: Place, mend: str) -> NoReturn:
        """Raise a `DocumentError` that says where."""
        raise DocumentError(what, where=f"{self.name}:{place.line}:{place.column}", mend=mend)

    def count(self, place: Place, depth: int) -> None:
        """Count one more value, and refuse what is too much or too deep."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            self.refuse(f"nested deeper than {MAX_DEPTH} levels", place, "flatten it; no design needs this")
        if self.nodes > MAX_NODES:
            self.refuse(f"there are more than {MAX_NODES:,} values", place, "split the design")

    def put(self, mapping: dict[str, Any], key: Any, value: Any, key_place: Place, value_place: Place) -> None:
        """Set a key of a mapping.

        Raises
        ------
        DocumentError
            If the key is no text or is there already.
        """
        if not isinstance(key, str):
            self.refuse(f"the key {key!r} is not text", key_place, "use the name of a field")
        if key in mapping:
            first = self.places[id(mapping)][key][0]
            self.refuse(f"the key {key!r} is there twice, first in line {first.line}", key_place, "remove one of them")
        mapping[key] = value
        self.places[id(mapping)][key] = (key_place, value_place)

    def number(self, text: str, place: Place) -> int | float:
        """Return the number that a text spells, within limits."""
        if len(text.lstrip("-")) > MAX_DIGITS:
            self.refuse(f"the number {text[:20]}… is too long", place, f"use at most {MAX_DIGITS} digits")
        number = int(text) if text.lstrip("-").isdigit() else float(text)
        if abs(number) == float("inf"):
            self.refuse(f"the number {text} is too large", place, "use a smaller one")
        return number

    def add(self, items: list[Any], value: Any) -> None:
        """Add a value to a list, whose place is known already.

        Raises
        ------
        DocumentError
            If the list is too long.
        """
        if len(items) == MAX_ITEMS:
            place = self.places[id(items)][MAX_ITEMS][0]
            self.refuse(f"the list has more than {MAX_ITEMS:,} items", place, "split it")
        items.append(value)

    def place_of(self, path: Sequence[str | int], *, of_key: bool = False) -> Place:
        """Return where the value of a path stands, or the closest thing around it that the file has."""
        data, found = self.data, Place(1, 1)
        for step in path:
            places = self.places.get(id(data), {})
            key = step if step in places else str(step).removesuffix("_id")
            if key not in places:
                continue  # the tag of a union, or a field that is missing
            found = places[key][0 if of_key else 1]
            data = data[step if isinstance(data, list) or step in data else key]
        return found


def decoded(source: str | bytes, name: str) -> str:
    """Return the text of a file.

    Raises
    ------
    DocumentError
        If it is too large, not UTF-8, begins with a byte order mark, or holds characters that no text should.
    """
    if len(source) > MAX_BYTES:
        raise DocumentError(
            f"the file has {len(source):,} bytes", where=f"{name}:1:1", mend=f"a design file has at most {MAX_BYTES:,}"
        )
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8")
        except UnicodeDecodeError as error:
            place = _place_at(source[: error.start].decode("utf-8"), error.start)  # type: ignore[union-attr]
            raise DocumentError(
                f"the byte 0x{error.object[error.start]:02x} is not UTF-8",
                where=f"{name}:{place.line}:{place.column}",
                mend="save the file as UTF-8",
            ) from error
    for character, what, mend in (
        ("\ufeff", "the file holds a byte order mark", "save it as UTF-8 without a byte order mark"),
        ("\x00", "the file holds a NUL character", "remove it"),
    ):
        if character in source:
            place = _place_at(source, source.index(character))
            raise DocumentError(what, where=f"{name}:{place.line}:{place.column}", mend=mend)
    try:
        source.encode("utf-8")
    except UnicodeEncodeError as error:
        place = _place_at(source, error.start)
        raise DocumentError(
            "the file holds a lone surrogate",
            where=f"{name}:{place.line}:{place.column}",
            mend="remove the broken character",
        ) from error
    return source


def _place_at(text: str, index: int) -> Place:
    return Place(text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1)
