"""Text that is known by its parts, and put together only when somebody asks for it whole.

Most text of sample data is never looked at before it is sent: a word by its place in a list, a number with leading
zeros, constants between them. As long as it stays in parts, the sender writes them straight into the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.rows.hashing import Rows


@dataclass(frozen=True, slots=True)
class Picked:
    """Words of a list by their place in it, one for each row."""

    vocabulary: pa.Array
    index: Rows

    def __len__(self) -> int:
        return len(self.index)

    def array(self) -> pa.Array:
        """Return the words."""
        return self.vocabulary.take(pa.array(self.index))

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

    def array(self) -> pa.Array:
        """Return the numbers as text."""
        text = pa.array(self.numbers).cast(pa.string())
        return pc.utf8_lpad(text, self.width, "0") if self.width else text

    def take(self, rows: Rows) -> Digits:
        """Return the numbers of these rows."""
        return Digits(self.numbers[rows], self.width)


Part = str | pa.Array | Picked | Digits


class Written:
    """Text of parts; a plain text stands for itself in every row, and at least one part is not one."""

    __slots__ = ("_whole", "parts")

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = tuple(parts)
        self._whole: pa.Array | None = None

    def __len__(self) -> int:
        return next(len(part) for part in self.parts if not isinstance(part, str))

    def array(self) -> pa.Array:
        """Return the text put together; it is done once."""
        if self._whole is None:
            arrays = [part.array() if isinstance(part, Picked | Digits) else part for part in self.parts]
            self._whole = pc.binary_join_element_wise(*arrays, "") if len(arrays) > 1 else arrays[0]
        return self._whole

    def take(self, rows: Rows) -> Written:
        """Return the text of these rows."""
        return Written([_taken(part, rows) for part in self.parts])


def _taken(part: Part, rows: Rows) -> Part:
    if isinstance(part, str):
        return part
    return part.take(pa.array(rows)) if isinstance(part, pa.Array) else part.take(rows)


def written(*parts: Any) -> Written:
    """Return text of these parts: words by `Picked`, numbers by `Digits`, arrays of text, and plain texts."""
    return Written(parts)
