"""Values chosen by type alone, for columns whose name says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import Context, Provider, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values, digits, hexadecimal, joined, picked
from designer_kernel.sample.vocabulary.words import LOREM

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

HOUR = 3_600_000_000
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class DayTime(Provider):
    """A time of day, or an interval of up to 30 days in whole minutes; in microseconds."""

    high: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        minutes = hashing.below(frame.bits(column.name), self.high // (HOUR // 60))
        return Values(minutes * (HOUR // 60))


@dataclass(frozen=True, slots=True)
class Octets(Provider):
    """16 bytes."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        numbers = np.stack([frame.bits(column.name), frame.bits(column.name, "more")], axis=1)
        return Values(numbers.astype(">u8").view(np.uint8).reshape(len(frame), 16))


@dataclass(frozen=True, slots=True)
class HardwareAddress(Provider):
    """A locally administered MAC address."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        octets = frame.bits(column.name).astype(">u8").view(np.uint8).reshape(len(frame), 8)[:, :6].copy()
        octets[:, 0] = 2
        return Values(octets)


@dataclass(frozen=True, slots=True)
class Span(Provider):
    """A range between two other whole numbers of the form's unit; slots of ``step`` that never overlap if ``step``.

    With ``part`` the lower or upper end alone is returned, for tables that keep a range in two columns.
    """

    start: int
    step: int
    among: str = "rows"
    part: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        low = self.start + frame.position(self.among) * self.step
        length = np.maximum(self.step // 4 + hashing.below(frame.bits(self.among, "span"), max(self.step // 2, 1)), 1)
        if self.part:
            return Values(low if self.part == "low" else low + length)
        return Values(range_octets(low, low + length, column.form.base))


def range_octets(low: np.ndarray, high: np.ndarray, base: str) -> np.ndarray:
    """Return half-open ranges as the server sends them (``range_send``): flags, then each end with its length."""
    epoch = {"daterange": 10957, "tsrange": 946_684_800_000_000, "tstzrange": 946_684_800_000_000}.get(base, 0)
    width = 4 if base in ("int4range", "daterange") else 8
    rows = len(low)
    ends = [(end - epoch).astype(f">i{width}").view(np.uint8).reshape(rows, width) for end in (low, high)]
    size = np.tile(np.array([0, 0, 0, width], dtype=np.uint8), (rows, 1))
    flags = np.full((rows, 1), 2, dtype=np.uint8)  # RANGE_LB_INC
    return np.concatenate([flags, size, ends[0], size, ends[1]], axis=1)


@dataclass(frozen=True, slots=True)
class SomeOf(Provider):
    """A list of one to three items."""

    items: tuple[str, ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        count = 1 + hashing.below(frame.bits(column.name), 3)
        offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], count)
        start = np.repeat(hashing.below(frame.bits(column.name, "start"), len(self.items)), count)
        flat = picked(words(self.items), (start + within) % len(self.items))
        return Values(pa.ListArray.from_arrays(pa.array(offsets), flat))


@dataclass(frozen=True, slots=True)
class SomeNumbers(Provider):
    """A list of one to three whole numbers."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        count = 1 + hashing.below(frame.bits(column.name), 3)
        offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
        numbers = hashing.below(
            hashing.mix(np.arange(offsets[-1]).astype(np.uint64) + np.repeat(frame.bits(column.name), count)), 100
        )
        return Values(pa.ListArray.from_arrays(pa.array(offsets), pa.array(numbers)))


@dataclass(frozen=True, slots=True)
class Spelled(Provider):
    """Text that the server reads as one of its rarer types."""

    shape: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        match self.shape:
            case "money":
                return Values(joined(digits(hashing.below(bits, 500) + 1), ".99"))
            case "point":
                more = hashing.below(hashing.mix(bits), 900)
                return Values(joined("(", digits(hashing.below(bits, 900) // 10), ".5,", digits(more // 10), ".25)"))
            case "tsvector":
                parts = [
                    picked(words(LOREM), hashing.below(hashing.mix(bits + np.uint64(i)), len(LOREM))) for i in range(3)
                ]
                return Values(joined(parts[0], " ", parts[1], " ", parts[2]))
            case "numrange":
                low = hashing.below(bits, 1000)
                return Values(joined("[", digits(low), ".5,", digits(low + 10), ".5)"))
            case "timetz":
                return Values(
                    joined(
                        digits(hashing.below(bits, 24), 2),
                        ":",
                        digits(hashing.below(hashing.mix(bits), 60), 2),
                        ":00+00",
                    )
                )
            case "bit":
                width = column.form.length or 1
                letters = (frame.bits(column.name)[:, None] >> np.arange(width, dtype=np.uint64)) & np.uint64(1)
                from designer_kernel.sample.rows.values import fixed_text

                return Values(fixed_text((letters + np.uint64(ord("0"))).astype(np.uint8)))
            case _:
                return Values(hexadecimal(bits))


SPELLED = {"money": "money", "point": "point", "tsvector": "tsvector", "numrange": "numrange",
           "time with time zone": "timetz"}  # fmt: skip


def by_list(context: Context) -> Provider | None:
    """Return a provider of lists, by their element."""
    element = context.column.form.element
    assert element is not None
    if element.kind == "enum":
        return SomeOf(element.labels)
    if element.kind == "text":
        tags = ("new", "sale", "popular", "seasonal", "gift", "bundle", "eco", "limited")
        kept = tuple(t for t in tags if element.length is None or len(t) <= element.length)
        return SomeOf(kept or ("a", "b"))
    return SomeNumbers() if element.kind in ("integer", "numeric") and element.scale in (0, 2) else None
