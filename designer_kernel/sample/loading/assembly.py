"""Columns put together to the rows of COPY BINARY: for each row the number of columns, then length and bytes of each.

Neighbouring columns of fixed length, with the lengths before them and before the next text, are one block: an item of
a structured array, whose constant bytes are copied from a template. Blocks and texts are then joined row by row by
Arrow, which copies memory and holds no lock; if all columns are of fixed length, the block is the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.loading.columns import Decimals, Plain, Sent
from designer_kernel.sample.loading.octets import as_bytes
from designer_kernel.sample.rows.values import Mask
from designer_kernel.sample.rows.written import Digits, Picked


class Assembler:
    """Puts columns together, chunk after chunk; blocks are written to the same memory each time, which saves half."""

    def __init__(self) -> None:
        self._memory: list[Any] = []
        self._used = 0

    def assembled(self, columns: Sequence[Sent], rows: int) -> memoryview:
        """Return the bytes of these rows."""
        self._used = 0
        parts: list[Any] = []
        known: dict[int, Any] = {}
        block = _Block(rows)
        block.constant(len(columns).to_bytes(2, "big"))
        for column in columns:
            for piece in _pieces(column, known):
                if isinstance(piece, bytes):
                    block.constant(piece)
                elif isinstance(piece, pa.Array):
                    parts += [self._array(block), piece] if block.width else [piece]
                    block = _Block(rows)
                else:
                    block.values(piece)
        if not parts:
            return memoryview(self._written(block).tobytes())
        if block.width:
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


def _pieces(column: Sent, known: dict[int, Any]) -> Iterator[Any]:
    """Yield a column's length and bytes: constants, items of one length, and Arrow arrays.

    ``known`` holds the parts that other columns have as well: often two addresses of a row are the same.
    """
    if isinstance(column, Decimals):
        column = column.plain()
    if isinstance(column, Plain):
        if column.null is None:
            yield column.width.to_bytes(4, "big")
            yield column.octets
        else:
            yield np.where(column.null, -1, column.width).astype(">i4")
            yield _items(column.octets, column.null)
        return
    parts = [_resolved(part, known) for part in column.parts]
    length = _length(parts)
    if column.null is not None:
        yield np.where(column.null, -1, length).astype(">i4")
        yield from (_without(part, column.null) for part in parts if len(part))
        return
    yield length.to_bytes(4, "big") if isinstance(length, int) else length.astype(">i4")
    yield from parts


def _resolved(part: Any, known: dict[int, Any]) -> Any:
    """Return a part as a constant, items of one length, or an Arrow array."""
    if not isinstance(part, Picked | Digits):
        return part
    if id(part) not in known:
        items = part.items()
        known[id(part)] = as_bytes(part.array()) if items is None else items
    return known[id(part)]


def _length(parts: Sequence[Any]) -> Any:
    """Return how many bytes parts have together: in all rows, or in each."""
    constant = sum(len(part) if isinstance(part, bytes) else _width(part) for part in parts)
    sizes = [_sizes(part) for part in parts if isinstance(part, pa.Array)]
    return sum(sizes, start=np.int32(constant)) if sizes else constant


def _width(part: Any) -> int:
    return 0 if isinstance(part, pa.Array) else int(part.dtype.itemsize)


def _sizes(array: pa.Array) -> Any:
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int32)[array.offset : array.offset + len(array) + 1]
    return np.diff(offsets)


def _without(part: Any, null: Mask) -> pa.Array:
    """Return a part with nothing where it is NULL; no byte of an array is copied."""
    if isinstance(part, bytes):
        return _items(np.full(len(null), part, dtype=f"V{len(part)}"), null)
    return _masked(part, null) if isinstance(part, pa.Array) else _items(part, null)


def _masked(array: pa.Array, null: Mask) -> pa.Array:
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
