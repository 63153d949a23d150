"""Bytes of many rows at once: numbers in network order, rows of several lengths put together without a loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.values import Mask

Octets = NDArray[np.uint8]


def big(numbers: Any, width: int, kind: str = "i") -> Octets:
    """Return numbers as a matrix of ``width`` bytes each, the highest first."""
    plain = np.ascontiguousarray(np.asarray(numbers).astype(f">{kind}{width}"))
    return plain.view(np.uint8).reshape(len(plain), width)


def fixed(matrix: Octets, null: Mask | None = None) -> pa.Array:
    """Return a matrix of bytes as an Arrow array, one row a line."""
    rows, width = matrix.shape
    return from_flat(np.ascontiguousarray(matrix), np.arange(rows + 1, dtype=np.int64) * width, null)


def from_flat(data: Octets, offsets: Any, null: Mask | None = None) -> pa.Array:
    """Return the bytes between each two offsets as an Arrow array."""
    validity = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))
    buffers = [validity, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)


def flat(array: pa.Array) -> tuple[Octets, NDArray[np.int64]]:
    """Return the bytes of an array of text or bytes, and where each row begins and the last one ends."""
    _, offsets, data = array.buffers()
    found = np.frombuffer(offsets, dtype=np.int32)[array.offset : array.offset + len(array) + 1].astype(np.int64)
    if data is None:
        return np.zeros(0, dtype=np.uint8), found
    whole = np.frombuffer(data, dtype=np.uint8)
    return whole[found[0] : found[-1]], found - found[0]


def as_bytes(array: pa.Array) -> pa.Array:
    """Return text, or bytes of a fixed width, as bytes."""
    return array if pa.types.is_binary(array.type) else array.cast(pa.binary())


def nulls(array: pa.Array) -> Mask | None:
    """Return where an array is NULL."""
    if not array.null_count:
        return None
    found: Mask = array.is_null().to_numpy(zero_copy_only=False)
    return found


def joined(*parts: pa.Array) -> pa.Array:
    """Return bytes put together row by row; NULL counts as no bytes."""
    return pc.binary_join_element_wise(*parts, b"", null_handling="replace", null_replacement=b"")


def sized(array: pa.Array) -> pa.Array:
    """Return each row's bytes behind their number in four bytes; NULL is the number -1."""
    missing = nulls(array)
    lengths = pc.fill_null(pc.binary_length(array), 0).to_numpy(zero_copy_only=False)
    if missing is not None:
        lengths = np.where(missing, -1, lengths)
    return joined(fixed(big(lengths, 4)), array)


def gathered(array: pa.Array, offsets: Any) -> pa.Array:
    """Return neighbouring rows put together: those between each two offsets become one."""
    data, starts = flat(array)
    return from_flat(data, starts[np.asarray(offsets, dtype=np.int64)])


def marked(array: pa.Array, null: Mask | None) -> pa.Array:
    """Return an array with more rows NULL."""
    if null is None or not null.any():
        return array
    return pc.if_else(arrow(null), pa.scalar(None, array.type), array)


def repeated(piece: bytes, rows: int) -> pa.Array:
    """Return the same bytes for each row."""
    return fixed(np.tile(np.frombuffer(piece, dtype=np.uint8), (rows, 1)))
