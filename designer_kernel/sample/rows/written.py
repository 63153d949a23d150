"""Text that is known by its parts, and put together only when somebody asks for it whole.

Most text of sample data is never looked at before it is sent: a word by its place in a list, a number with leading
zeros, constants between them. As long as it stays in parts, the sender writes them straight into the row. Neighbouring
words of short lists become words of one list, made once: a document with three fields of a few values each is then one
word of some hundred.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from designer_kernel.sample.rows.arrays import arrow, texts
from designer_kernel.sample.rows.hashing import Rows

_MOST_WORDS: Final = 4096
_MOST_BYTES: Final = 1 << 18
"""How large a list of words becomes by putting two together; larger ones would not stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Words of a list by their place in it, one for each row."""

    vocabulary: pa.Array
    index: Rows

    def __len__(self) -> int:
        return len(self.index)

    @property
    def most(self) -> int:
        """Bytes of the longest word of the list."""
        return _longest(self.vocabulary)

    def array(self) -> pa.Array:
        """Return the words."""
        return self.vocabulary.take(arrow(self.index))

    def items(self) -> Any:
        """Return the words as items of one length, or ``None`` if their lengths differ."""
        found = _items(Same(self.vocabulary)) if len(self.vocabulary) <= _MOST_WORDS else None
        return None if found is None else found[self.index]

    def take(self, rows: Rows) -> Picked:
        """Return the words of these rows."""
        return Picked(self.vocabulary, self.index[rows])


@dataclass(frozen=True, slots=True)
class Digits:
    """Numbers that are not negative, with zeros before them up to ``width``."""

    numbers: Rows
    width: int = 0

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def most(self) -> int:
        """Digits of the longest number."""
        return max(self.width, len(str(int(self.numbers.max(initial=0)))))

    def array(self) -> pa.Array:
        """Return the numbers as text."""
        text = arrow(self.numbers).cast(pa.string())
        return pc.utf8_lpad(text, self.width, "0") if self.width else text

    def items(self) -> Any:
        """Return the numbers as items of one length, or ``None`` if their lengths differ."""
        most = self.most
        if not len(self.numbers) or (most > self.width and int(self.numbers.min()) < 10 ** (most - 1)):
            return None
        letters = np.empty((len(self.numbers), most), dtype=np.uint8)
        rest = self.numbers
        for place in range(most - 1, -1, -1):
            rest, digit = np.divmod(rest, 10)
            letters[:, place] = digit
        letters += ord("0")
        return letters.view(f"V{most}").reshape(len(letters))

    def take(self, rows: Rows) -> Digits:
        """Return the numbers of these rows."""
        return Digits(self.numbers[rows], self.width)


Part: TypeAlias = Any
"""A plain text, an Arrow array of text without NULL, `Picked` or `Digits`."""


class Written:
    """Text of parts; a plain text stands for itself in every row, and at least one part is not one."""

    __slots__ = ("_whole", "parts")

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = tuple(parts)
        self._whole: pa.Array | None = None

    def __len__(self) -> int:
        return next(len(part) for part in self.parts if not isinstance(part, str))

    @property
    def most(self) -> int:
        """Bytes that no row's text has more of."""
        return sum(_most(part) for part in self.parts)

    def array(self) -> pa.Array:
        """Return the text put together; it is done once."""
        if self._whole is None:
            arrays = [part.array() if isinstance(part, Picked | Digits) else part for part in self.parts]
            self._whole = pc.binary_join_element_wise(*arrays, "") if len(arrays) > 1 else arrays[0]
        return self._whole

    def take(self, rows: Rows) -> Written:
        """Return the text of these rows."""
        return Written(_taken(part, rows) for part in self.parts)


def written(*parts: Part) -> Written:
    """Return text of these parts: words by `Picked`, numbers by `Digits`, arrays of text, and plain texts."""
    merged: list[Part] = []
    for part in parts:
        together = _together(merged[-1], part) if merged else None
        if together is None:
            merged.append(part)
        else:
            merged[-1] = together
    return Written(part for part in merged if part != "" or len(merged) == 1)


def numbers(low: int, high: int) -> pa.Array:
    """Return the numbers from ``low`` to ``high`` as a list of words."""
    return _numbers(low, high)


@lru_cache(maxsize=256)
def _numbers(low: int, high: int) -> pa.Array:
    return texts([str(number) for number in range(low, high + 1)])


def _most(part: Part) -> int:
    match part:
        case str():
            return len(part.encode())
        case Digits() | Picked():
            return part.most
        case _:
            return int(pc.max(pc.binary_length(part)).as_py() or 0)


def _taken(part: Part, rows: Rows) -> Part:
    if isinstance(part, str):
        return part
    return part.take(arrow(rows)) if isinstance(part, pa.Array) else part.take(rows)


def _longest(words: pa.Array) -> int:
    return _lengths(Same(words))[1] if len(words) <= _MOST_WORDS else _measured(words)[1]


def _together(first: Part, second: Part) -> Part | None:
    """Return two neighbouring parts as one, if that is worth it."""
    if isinstance(first, str) and isinstance(second, str):
        return first + second
    if not (isinstance(first, str | Picked) and isinstance(second, str | Picked)):
        return None
    left, right = _side(first), _side(second)
    if len(left) * len(right) > _MOST_WORDS:
        return None
    made = _product(left, right)
    if made is None:
        return None
    if isinstance(first, str):
        assert isinstance(second, Picked)
        return Picked(made, second.index)
    return Picked(made, first.index if isinstance(second, str) else first.index * len(right) + second.index)


def _side(part: str | Picked) -> Same | _Text:
    return _Text(part) if isinstance(part, str) else Same(part.vocabulary)


@dataclass(frozen=True, slots=True)
class _Text:
    """A plain text as a list of one word."""

    text: str

    def __len__(self) -> int:
        return 1

    @property
    def most(self) -> int:
        """Bytes of the text."""
        return len(self.text.encode())

    def to_list(self) -> list[str]:
        """Return the words."""
        return [self.text]


class Same:
    """A short list of words that is equal only to itself, so that what is known of it can be kept."""

    __slots__ = ("words",)

    def __init__(self, words: pa.Array) -> None:
        self.words = words

    def __hash__(self) -> int:
        return id(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.words is self.words

    @property
    def most(self) -> int:
        """Bytes of the longest word."""
        return _lengths(self)[1]

    def to_list(self) -> list[str]:
        """Return the words."""
        return [str(word) for word in self.words.to_pylist()]


@lru_cache(maxsize=256)
def _lengths(same: Same) -> tuple[int, int]:
    return _measured(same.words)


def _measured(words: pa.Array) -> tuple[int, int]:
    """Return the bytes of the shortest and of the longest word."""
    found = pc.min_max(pc.binary_length(words))
    return int(found["min"].as_py() or 0), int(found["max"].as_py() or 0)


@lru_cache(maxsize=256)
def _items(same: Same) -> NDArray[Any] | None:
    """Return the words as items of one length, if they have one."""
    shortest, longest = _lengths(same)
    if shortest != longest or not longest:
        return None
    return np.array([word.encode() for word in same.to_list()], dtype=f"S{longest}").view(f"V{longest}")


@lru_cache(maxsize=256)
def _product(first: Same | _Text, second: Same | _Text) -> pa.Array | None:
    """Return every word of the first list before every one of the second, or ``None`` if they would be too long."""
    if len(first) * len(second) * (first.most + second.most) > _MOST_BYTES:
        return None
    rights = second.to_list()
    return texts([one + other for one in first.to_list() for other in rights])
