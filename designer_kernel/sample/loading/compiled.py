"""Columns put together to rows by the compiled loop of `kernel`, if numba is there: the same bytes as `assembly` makes.

It writes words and numbers straight into the row, which saves a third of a client's time. Loading it takes 0.3 s, and
compiling it for the first time on a machine a second more: it pays from some million rows on, where making rows and
storing them share the processors.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import ModuleType
from typing import Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading.assembly import Assembler
from designer_kernel.sample.loading.columns import Decimals, Plain, Sent
from designer_kernel.sample.loading.octets import as_bytes, flat, from_flat
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.rows.written import Digits, Picked, Same

WORTH_IT: Final = 3_000_000
"""Rows of a plan from which on the loop saves more time than loading it takes."""

_LONGEST_NUMBER: Final = 20
_LONGEST_DECIMAL: Final = 8 + 2 * (5 + 4)
_DEEPEST: Final = 16
"""The head of a numeric, and so many groups of four digits before and behind the point, as 64 bits can need."""

_FEW_WORDS: Final = 4096
_PADDING: Final = bytes(64)


def is_there() -> bool:
    """Whether the extra ``fast`` is installed; that it works, only loading it tells."""
    return importlib.util.find_spec("numba") is not None


def prepare(plan: Plan, told: Callable[[], None]) -> None:
    """Load the loop if the plan is worth it, and say so before: the first time it is compiled."""
    if plan.rows >= WORTH_IT and is_there():
        told()
        _loop()


def assembler(rows: int) -> Assembler | Compiled:
    """Return what puts together the rows of a plan that has so many."""
    if rows < WORTH_IT or not is_there() or _loop() is None:
        return Assembler()
    return Compiled()


@lru_cache(maxsize=1)
def _loop() -> ModuleType | None:
    """Return the compiled loop, or ``None`` if numba and numpy do not suit each other."""
    try:
        from designer_kernel.sample.loading import kernel
    except ImportError:
        return None
    return kernel


class Compiled:
    """Puts columns together by the compiled loop."""

    def __init__(self) -> None:
        from designer_kernel.sample.loading import kernel

        self._kernel = kernel

    def assembled(self, columns: Sequence[Sent], rows: int) -> memoryview:
        """Return the bytes of these rows."""
        steps = _Steps(self._kernel, rows)
        steps.constant(len(columns).to_bytes(2, "big"))
        for column in columns:
            steps.column(column)
        memory = pa.allocate_buffer(steps.most + self._kernel.SPARE, resizable=True)
        size = self._kernel.write(np.array(steps.lines, dtype=np.int64), rows, memory.address)
        return memoryview(memory)[:size]


class _Steps:
    """What the loop does for each row, a line for each step: its kind, three numbers, where bytes to be read end.

    ``CONSTANT``: address, length. ``ITEMS``: address of the first one, length. ``ARRAY``: addresses of offsets and of
    bytes. ``PICKED``: the same of the list of words, then the address of places in it. ``DIGITS``: address of numbers,
    width. ``DECIMAL``: address of numbers, digits behind the point, the unit that they are counted in. ``COLUMN``:
    address of marks for NULL or 0, and the last line of the column; ``END`` ends it. ``most`` is a bound of all rows'
    bytes.
    """

    def __init__(self, kernel: Any, rows: int) -> None:
        self.lines: list[tuple[int, int, int, int, int]] = []
        self.most = 0
        self._kernel = kernel
        self._rows = rows
        self._held: list[Any] = []

    def column(self, column: Sent) -> None:
        """Add a column."""
        if isinstance(column, Decimals) and not _are_short(column):
            column = column.plain()
        if isinstance(column, Plain) and column.null is None:
            self.constant(column.width.to_bytes(4, "big"))
            self._items(column.octets)
            return
        begin = len(self.lines)
        self.lines.append((0, 0, 0, 0, 0))
        match column:
            case Decimals():
                self._decimals(column)
            case Plain():
                self._items(column.octets)
            case _:
                for part in column.parts:
                    self._part(part)
        null = 0 if column.null is None else self._address(column.null, self._rows)
        self.lines[begin] = (self._kernel.COLUMN, null, len(self.lines), 0, 0)
        self.lines.append((self._kernel.END, 0, 0, 0, 0))
        self.most += 4 * self._rows

    def constant(self, octets: bytes) -> None:
        """Add bytes that are the same in all rows."""
        if octets:
            padded = octets + bytes(self._kernel.SPARE)
            address = self._address(np.frombuffer(padded, dtype=np.uint8), len(padded))
            most = len(octets) * self._rows
            self._line(self._kernel.CONSTANT, (address, len(octets), 0), most, address + len(padded))

    def _part(self, part: Any) -> None:
        match part:
            case bytes():
                self.constant(part)
            case Picked(vocabulary, index):
                if len(index) and (index.min() < 0 or index.max() >= len(vocabulary)):
                    raise IndexError(f"a word of {len(vocabulary)} is asked for by a number that it does not have")
                small = len(vocabulary) <= _FEW_WORDS
                offsets, data, end = self._addresses(_padded(Same(vocabulary)) if small else vocabulary)
                places = self._address(np.asarray(index, dtype=np.int64), self._rows)
                self._line(self._kernel.PICKED, (offsets, data, places), part.most * self._rows, end)
            case Digits(numbers, width):
                address = self._address(np.asarray(numbers, dtype=np.int64), self._rows)
                self._line(self._kernel.DIGITS, (address, width, 0), max(width, _LONGEST_NUMBER) * self._rows, 0)
            case pa.Array():
                _refuse_other_length(len(part), self._rows)
                offsets, data, end = self._addresses(part)
                self._line(self._kernel.ARRAY, (offsets, data, 0), part.nbytes, end)
            case _:
                self._items(part)

    def _items(self, items: Any) -> None:
        width = items.dtype.itemsize
        most, address = width * self._rows, self._address(items, self._rows)
        self._line(self._kernel.ITEMS, (address, width, 0), most, address + most)

    def _decimals(self, column: Decimals) -> None:
        address = self._address(np.asarray(column.units, dtype=np.int64), self._rows)
        numbers = address, column.scale, 10**column.scale
        self._line(self._kernel.DECIMAL, numbers, _LONGEST_DECIMAL * self._rows, 0)

    def _line(self, kind: int, numbers: tuple[int, int, int], most: int, end: int) -> None:
        self.lines.append((kind, *numbers, end))
        self.most += most

    def _address(self, array: Any, length: int) -> int:
        _refuse_other_length(len(array), length)
        whole = np.ascontiguousarray(array)
        self._held.append(whole)
        return int(whole.ctypes.data)

    def _addresses(self, array: pa.Array) -> tuple[int, int, int]:
        """Return where an array's offsets and bytes begin, and where the bytes end."""
        octets = as_bytes(array)
        self._held.append(octets)
        _, offsets, data = octets.buffers()
        begin = int(offsets.address) + 4 * octets.offset
        return (begin, int(data.address), int(data.address) + data.size) if data is not None else (begin, 0, 0)


def _are_short(column: Decimals) -> bool:
    """Whether the loop's numbers of 64 bits can hold these and their places: the least of them has no counterpart."""
    return column.scale <= _DEEPEST and int(column.units.min(initial=0)) > np.iinfo(np.int64).min


@lru_cache(maxsize=256)
def _padded(words: Same) -> pa.Array:
    """Return words with bytes behind the last one, so that the loop may read the same number of bytes for each."""
    data, offsets = flat(as_bytes(words.words))
    return from_flat(np.frombuffer(data.tobytes() + _PADDING, dtype=np.uint8), offsets)


def _refuse_other_length(length: int, rows: int) -> None:
    """Stop before the loop, which checks nothing, reads beyond an array."""
    if length != rows:
        raise ValueError(f"a column has {length} values for {rows} rows")
