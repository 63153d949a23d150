"""Columns put together to the rows of COPY BINARY: for each row the number of columns, then length and bytes of each.

Neighbouring columns of fixed length, with the lengths before them and before the next text, are one block: an item of
a structured array, whose constant bytes are copied from a template. Blocks and texts are then joined row by row by
Arrow, which copies memory and holds no lock; if all columns are of fixed length, the block is the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.loading.columns import Plain, Sent, Varied
from designer_kernel.sample.loading.octets import as_bytes
from designer_kernel.sample.rows.values import Mask
from designer_kernel.sample.rows.written import Part, Written


class Assembler:
    """Puts columns together, chunk after chunk; blocks are written to the same memory each time, which saves half."""

    def __init__(self) -> None:
        self._memory: list[Any] = []
        self._used = 0

    def assembled(self, columns: Sequence[Sent], rows: int) -> memoryview:
        """Return the bytes of these rows."""
        self._used = 0
        parts: list[Any] = []
        block = _Block(rows)
        block.constant(len(columns).to_bytes(2, "big"))
        for column in columns:
            if isinstance(column, Plain) and column.null is None:
                block.constant(column.width.to_bytes(4, "big"))
                block.values(column.octets)
                continue
            follows = _plain(column, block) if isinstance(column, Plain) else _varied(column, block)
            parts += [self._array(block), *follows]
            block = _Block(rows)
        if not parts:
            return memoryview(self._written(block).tobytes())
        if block.fields:
            parts.append(self._array(block))
        joined = pc.binary_join_element_wise(*parts, b"", null_handling="replace", null_replacement=b"")
        return memoryview(_data(joined))

    def _array(self, block: _Block) -> pa.Array:
        return _binary(self._written(block), block.rows, block.width)

    def _written(self, block: _Block) -> Any:
        size = block.rows * block.width
        if self._used == len(self._memory):
            self._memory.append(np.empty(size, dtype=np.uint8))
        elif len(self._memory[self._used]) < size:
            self._memory[self._used] = np.empty(size, dtype=np.uint8)
        memory = self._memory[self._used][:size]
        self._used += 1
        block.write(memory)
        return memory


def _plain(column: Plain, block: _Block) -> list[pa.Array]:
    """Add the lengths of a column with NULL to the block, and return what follows it."""
    assert column.null is not None
    block.values(np.where(column.null, -1, column.width).astype(">i4"))
    return [_items(column.octets, column.null)]


def _varied(column: Varied, block: _Block) -> list[Any]:
    """Add the lengths of a column to the block, and return what follows it."""
    if column.null is None:
        follows = [_bytes(part) for part in column.parts]
        block.values(_lengths(follows, len(column.prefix)).astype(">i4"))
        block.constant(column.prefix)
        return follows
    part = column.parts[0]
    whole = as_bytes(Written(column.parts).array()) if len(column.parts) > 1 or isinstance(part, str) else _bytes(part)
    block.values(np.where(column.null, -1, _lengths([whole], len(column.prefix))).astype(">i4"))
    array = _without(whole, column.null)
    if not column.prefix:
        return [array]
    return [_items(np.full(len(array), column.prefix, dtype=f"V{len(column.prefix)}"), column.null), array]


def _bytes(part: Part) -> Any:
    """Return a part as Arrow's bytes: one for all rows, or an array."""
    if isinstance(part, str):
        return pa.scalar(part.encode(), pa.binary())
    return as_bytes(part if isinstance(part, pa.Array) else part.array())


def _lengths(parts: Sequence[Any], constant: int) -> Any:
    """Return how many bytes parts have together in each row, and ``constant`` more."""
    total: Any = np.int32(constant)
    for part in parts:
        total = total + (len(part.as_py()) if isinstance(part, pa.Scalar) else _sizes(part))
    return total


def _sizes(array: pa.Array) -> Any:
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    return np.diff(offsets)


def _without(array: pa.Array, null: Mask) -> pa.Array:
    """Return the array with nothing where it is NULL; no byte is copied."""
    validity = np.packbits(np.concatenate([np.zeros(array.offset, dtype=np.bool_), ~null]), bitorder="little")
    buffers = [pa.py_buffer(validity), *array.buffers()[1:]]
    return pa.Array.from_buffers(array.type, len(array), buffers, offset=array.offset)


def _items(items: Any, null: Mask) -> pa.Array:
    return _binary(np.ascontiguousarray(items).view(np.uint8), len(items), items.dtype.itemsize, null)


def _binary(data: Any, rows: int, width: int, null: Mask | None = None) -> pa.Array:
    """Return bytes as an Arrow array of ``width`` bytes a row."""
    validity = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))
    return pa.Array.from_buffers(pa.binary(), rows, [validity, _offsets(rows, width), pa.py_buffer(data)])


@lru_cache(maxsize=64)
def _offsets(rows: int, width: int) -> Any:
    return pa.py_buffer(np.arange(rows + 1, dtype=np.int32) * np.int32(width))


def _data(array: pa.Array) -> Any:
    """Return the bytes of all rows of an array that begins at the beginning."""
    _, offsets, data = array.buffers()
    if data is None:
        return b""
    return data.slice(0, int(np.frombuffer(offsets, dtype=np.int32)[len(array)]))


class _Block:
    """Neighbouring fields of fixed length, row by row."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.fields: list[tuple[str, Any]] = []
        self._template = b""
        self._values: list[tuple[str, Any]] = []

    @property
    def width(self) -> int:
        """Bytes of a row."""
        return len(self._template)

    def constant(self, octets: bytes) -> None:
        """Add bytes that are the same in all rows."""
        if octets:
            self.fields.append((f"constant {len(self.fields)}", f"V{len(octets)}"))
            self._template += octets

    def values(self, items: Any) -> None:
        """Add an item of fixed length for each row."""
        name = f"values {len(self.fields)}"
        self.fields.append((name, items.dtype))
        self._template += bytes(items.dtype.itemsize)
        self._values.append((name, items))

    def write(self, memory: Any) -> None:
        """Write all rows, one after the other."""
        whole = f"V{self.width}"
        memory.view(whole)[:] = np.frombuffer(self._template, dtype=whole)[0]
        rows = memory.view(np.dtype(self.fields))
        for name, items in self._values:
            rows[name] = items
