"""Values of one column for a batch of rows, in the form that they are computed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from designer_kernel.sample.rows.arrays import arrow, texts
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.written import Written

__all__ = [
    "FOREVER",
    "NEVER",
    "Mask",
    "Values",
    "combined",
    "digits",
    "fixed_text",
    "hexadecimal",
    "joined",
    "picked",
    "texts",
]

Mask = NDArray[np.bool_]

FOREVER: Final = 2**63 - 1
NEVER: Final = -(2**63)
"""``infinity`` and ``-infinity`` among dates and times."""


@dataclass(frozen=True, slots=True)
class Values:
    """A column of a batch.

    They are made of a numpy array (int64 for integers, numerics in their smallest unit, days and microseconds; float64;
    bool; a matrix of bytes for types sent as fixed bytes), of an Arrow array of text, bytes or lists, or of text in
    parts (`Written`), which ``data`` puts together. ``null`` marks the rows that are NULL; their data does not matter.
    """

    made: Any
    null: Mask | None = None

    def __len__(self) -> int:
        return len(self.made)

    @property
    def data(self) -> Any:
        """The values as an array."""
        return self.made.array() if isinstance(self.made, Written) else self.made

    @property
    def is_arrow(self) -> bool:
        """Whether the data is an Arrow array."""
        return isinstance(self.made, pa.Array | Written)

    def without(self, null: Mask | None) -> Values:
        """Return the values with more rows NULL."""
        if null is None or not null.any():
            return self
        return Values(self.made, null if self.null is None else self.null | null)

    def take(self, index: Rows) -> Values:
        """Return the values at these positions."""
        if isinstance(self.made, Written):
            data: Any = self.made.take(index)
        else:
            data = self.made.take(arrow(index)) if self.is_arrow else self.made[index]
        return Values(data, None if self.null is None else self.null[index])

    def where(self, chosen: Mask, other: Values) -> Values:
        """Return ``other`` where ``chosen``, and this elsewhere."""
        if self.is_arrow:
            data: Any = pc.if_else(arrow(chosen), other.data, self.data)
        else:
            shaped = chosen.reshape(-1, *([1] * (self.data.ndim - 1)))
            data = np.where(shaped, other.data, self.data)
        mine = self.null if self.null is not None else np.zeros(len(self), dtype=np.bool_)
        theirs = other.null if other.null is not None else np.zeros(len(self), dtype=np.bool_)
        null = np.where(chosen, theirs, mine)
        return Values(data, null if null.any() else None)


def joined(*parts: Any) -> pa.Array:
    """Return texts put together row by row; a plain text stands for itself in every row."""
    return pc.binary_join_element_wise(*parts, "")


def digits(numbers: NDArray[Any], width: int = 0) -> pa.Array:
    """Return numbers as text, with leading zeros up to ``width``."""
    text = arrow(numbers).cast(pa.string())
    return pc.utf8_lpad(text, width, "0") if width else text


def combined(*nulls: Mask | None) -> Mask | None:
    """Return where any of these is NULL."""
    present = [n for n in nulls if n is not None]
    if not present:
        return None
    result = present[0]
    for more in present[1:]:
        result = result | more
    return result


def fixed_text(letters: NDArray[np.uint8]) -> pa.Array:
    """Return a matrix of ASCII codes as Arrow text, one row a line."""
    rows, width = letters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))]
    return pa.Array.from_buffers(pa.string(), rows, buffers)


def hexadecimal(*numbers: NDArray[np.uint64]) -> pa.Array:
    """Return 64-bit numbers as text of 16 hexadecimal digits each."""
    octets = np.stack(numbers, axis=1).astype(">u8").view(np.uint8).reshape(len(numbers[0]), -1)
    nibbles = np.stack([octets >> 4, octets & 15], axis=2).reshape(len(octets), -1)
    return fixed_text(_HEX[nibbles])


_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def picked(vocabulary: pa.Array, index: Rows) -> pa.Array:
    """Return words of a vocabulary by their index."""
    return vocabulary.take(arrow(index))
