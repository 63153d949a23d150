"""Other providers' values brought inside what checks and types allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.moments import spread
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows.arrays import texts
from designer_kernel.sample.rows.values import Values, joined
from designer_kernel.sample.rows.written import Written

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class Bounded(Provider):
    """Numbers and times; what lies outside ``low`` to ``high`` is drawn again inside. Ends as in `Allowed`."""

    inner: Provider
    low: int | None
    high: int | None

    @property
    def name(self) -> str:
        return self.inner.name

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        values = self.inner.draw(frame, column)
        unit = 1_000_000 if column.form.kind == "float" else 1
        low = self.low if self.low is not None else (self.high or 0) - 1000 * unit
        high = self.high if self.high is not None else max(low, 0) + 1000 * unit
        exact = values.data * unit
        outside = (exact < low) if self.low is not None else np.zeros(len(frame), dtype=np.bool_)
        if self.high is not None:
            outside = outside | (exact > high)
        if not outside.any():
            return values
        again = low + spread(frame.bits(column.name, "inside"), high - low + 1)
        return Values(np.where(outside, again / unit if unit > 1 else again, values.data), values.null)


@dataclass(frozen=True, slots=True)
class Absent(Provider):
    """NULL in every row; ``inner`` says in which form."""

    inner: Provider
    tells_null: ClassVar[bool] = True
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return self.inner.draw(frame, column).without(np.ones(len(frame), dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class Avoiding(Provider):
    """Values other than the excluded ones: numbers move on by one, text gets a letter more."""

    inner: Provider
    excluded: tuple[Any, ...]
    low: int | None
    high: int | None

    @property
    def name(self) -> str:
        return self.inner.name

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        values = self.inner.draw(frame, column)
        if values.is_arrow:
            known = texts([str(v) for v in self.excluded])
            return Values(
                pc.if_else(pc.is_in(values.data, value_set=known), joined(values.data, "x"), values.data), values.null
            )
        unit = 1_000_000 if column.form.kind == "float" else 1
        data = values.data
        for _ in range(len(self.excluded)):
            data = np.where(np.isin(data * unit, self.excluded), data + 1, data)
            if self.high is not None:
                lowest = self.low if self.low is not None else self.high - len(self.excluded)
                data = np.where(data * unit > self.high, lowest / unit if unit > 1 else lowest, data)
        return Values(data, values.null)


@dataclass(frozen=True, slots=True)
class Trimmed(Provider):
    """Text cut to ``longest`` or filled up to ``shortest`` characters, in lower or upper case if asked."""

    inner: Provider
    shortest: int
    longest: int | None
    letters: str = ""

    @property
    def name(self) -> str:
        return self.inner.name

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        values = self.inner.draw(frame, column)
        fits = isinstance(values.made, Written) and (self.longest is None or values.made.most <= self.longest)
        if fits and not self.shortest and not self.letters:
            return values
        text = values.data
        if self.longest is not None and (pc.max(pc.binary_length(text)).as_py() or 0) > self.longest:
            cut = pc.utf8_rtrim_whitespace(pc.utf8_slice_codeunits(text, 0, self.longest))
            text = pc.if_else(pc.greater(pc.utf8_length(text), self.longest), cut, text)  # whatever its neighbours are
        if self.shortest:
            text = pc.utf8_rpad(text, self.shortest, "x")
        if self.letters:
            text = pc.utf8_lower(text) if self.letters == "lower" else pc.utf8_upper(text)
        return Values(text, values.null)
