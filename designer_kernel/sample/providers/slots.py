"""Stretches and shapes that never overlap: each row has a slot of its own, and lies well inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers.anything import Anything, range_data
from designer_kernel.sample.providers.plain import range_octets
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_BY_OCTETS = frozenset({"int4range", "int8range", "daterange", "tsrange", "tstzrange"})
_QUARTER = 900_000_000
_ROW = 1 << 12
"""Shapes in one line of the plane; there is another line above it."""


@dataclass(frozen=True, slots=True)
class Slot(Provider):
    """A range inside the row's own slot of ``step`` units; at most three quarters of it, so that none touch.

    With ``part`` the lower or upper end alone is returned, for tables that keep a range in two columns. Slots are
    numbered among the rows of ``among`` (see `Counter`).
    """

    start: int
    step: int
    among: str = "rows"
    part: str = ""
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        low = self.start + frame.position(self.among) * self.step
        length = self.step // 4 + hashing.below(frame.bits(self.among, "span"), max(self.step // 2, 1))
        length = np.maximum(length // self._grid * self._grid, 1)
        if self.part:
            return Values(_ends(low if self.part == "low" else low + length, column.form))
        return Values(_ranges(low, length, column.form))

    @property
    def _grid(self) -> int:
        """What lengths are a multiple of: quarters of an hour or seconds, where slots are so many microseconds."""
        if self.step >= 4 * _QUARTER:
            return _QUARTER
        return 1_000_000 if self.step >= 4_000_000 else 1


def _ends(numbers: Any, form: Form) -> Any:
    return numbers * 10**form.scale if form.kind == "numeric" else numbers


def _ranges(low: Any, length: Any, form: Form) -> Any:
    if form.base in _BY_OCTETS and form.kind == "range":
        return range_octets(low, low + length, form.base)
    if form.kind == "multirange":
        assert form.element is not None
        inner = _ranges(low, length, form.element)
        if not isinstance(inner, pa.Array):
            inner = range_data(form.element, low, length)
        return pa.ListArray.from_arrays(arrow(np.arange(len(low) + 1, dtype=np.int32)), inner)
    assert form.element is not None
    return range_data(form, _ends(low, form.element), _ends(length, form.element))


@dataclass(frozen=True, slots=True)
class Place(Provider):
    """A shape inside the row's own square of the plane."""

    among: str = "rows"
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        position = frame.position(self.among)
        x, y = (position % _ROW) * 10.0, (position // _ROW) * 10.0
        size = 1.0 + hashing.below(frame.bits(column.name), 300) / 100.0
        match column.form.base:
            case "point":
                return Values(np.stack([x, y], axis=1))
            case "circle":
                return Values(np.stack([x + 5, y + 5, size], axis=1))
            case "box":
                return Values(np.stack([x + size, y + size, x, y], axis=1))
            case "lseg":
                return Values(np.stack([x, y, x + size, y + size], axis=1))
            case _:
                corners = np.stack([x, y, x + size, y, x + size, y + size, x, y + size], axis=1)
                offsets = np.arange(len(frame) + 1, dtype=np.int32) * 8
                return Values(pa.ListArray.from_arrays(arrow(offsets), arrow(corners.ravel())))


@dataclass(frozen=True, slots=True)
class Alike(Provider):
    """The same value for all rows that a reference leads to one row; for all rows of the table without one."""

    reference: str = ""
    inner: Provider = Anything()  # noqa: RUF009 providers are frozen
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        rows = frame.parent(self.reference).rows if self.reference else np.zeros(len(frame), dtype=np.int64)
        return self.inner.draw(frame.at(rows), column)
