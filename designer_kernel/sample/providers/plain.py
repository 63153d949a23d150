"""Values chosen by type alone, for columns whose name says nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.loading import wire
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import Context, Provider, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values, picked

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

HOUR = 3_600_000_000
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Octets(Provider):
    """So many bytes."""

    width: int = 16

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        count = -(-self.width // 8)
        numbers = np.stack([frame.bits(column.name, *((f"word {i}",) if i else ())) for i in range(count)], axis=1)
        octets = numbers.astype(">u8").view(np.uint8).reshape(len(frame), 8 * count)
        return Values(np.ascontiguousarray(octets[:, : self.width]))


@dataclass(frozen=True, slots=True)
class DistinctOctets(Provider):
    """So many bytes, distinct among the rows of a counter; a locally administered address if there are ``before``."""

    counter: Counter
    width: int
    before: tuple[int, ...] = ()

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        size = np.uint64(2 ** (8 * self.width) - 1)
        number = frame.counted(self.counter).astype(np.uint64) + np.uint64(1)
        scattered = (number * np.uint64(_ODD)) & size  # a bijection
        octets = scattered.astype(">u8").view(np.uint8).reshape(len(frame), 8)[:, 8 - self.width :]
        head = np.tile(np.array(self.before, dtype=np.uint8), (len(frame), 1))
        return Values(np.concatenate([head, octets], axis=1))


_ODD: Final = 0x9E3779B97F4A7C15
_SURE: Final = 8
"""Bytes that hold all 64 bits of a bijection of the row number, and so are distinct."""

_WIDTHS: Final = ((r"sha_?512", 64), (r"hash|digest|sha|checksum|fingerprint", 32), (r"md5", 16), (r"nonce|iv", 12))
"""Bytes of what well-known names hold."""


def octets(context: Context) -> Provider:
    """Return as many bytes as the column's name suggests and its checks allow."""
    width = next((size for pattern, size in _WIDTHS if re.search(pattern, context.column.name)), 16)
    longest = context.allowed.longest if context.allowed.longest is not None else width
    width = max(min(width, longest), context.allowed.shortest, 1)
    if context.unique is None or width >= _SURE:
        return Octets(width)
    if 256**width < context.rows:
        raise SamplePlanError(
            f"{width} bytes cannot tell {context.rows:,} rows apart",
            where=f"{context.table.label}.{context.column.name}",
            mend="ask for fewer rows",
        )
    return DistinctOctets(context.unique, width)


def hardware(context: Context) -> Provider:
    """Return addresses of network cards that nobody has: those that are administered locally."""
    assert context.unique is not None
    before = (2, 0, 0) if context.column.form.base == "macaddr8" else (2,)
    return DistinctOctets(context.unique, 5, before)


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


SLOTS: Final = {
    "int4range": (0, 100), "int8range": (0, 100), "daterange": (20_089, 14),
    "tsrange": (1_735_689_600_000_000, 2 * HOUR), "tstzrange": (1_735_689_600_000_000, 2 * HOUR),
}  # fmt: skip
"""Where ranges that must differ begin, and how far from each other."""


@dataclass(frozen=True, slots=True)
class Spelled(Provider):
    """One of some texts that the server reads as the column's type, as often as ``weights`` say."""

    texts: tuple[str, ...]
    weights: tuple[int, ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(words(self.texts), hashing.weighted(frame.bits(column.name), self.weights)))


def _spelled(context: Context, *, values: list[str], weights: list[int] | None = None) -> Provider:
    """Texts that the server reads as the column's type, for types that nothing else knows.

    They are sent as text to a temporary table, and cast.
    """
    if wire.is_known(context.column.form) and context.kind not in ("text", "enum", "json", "xml"):
        raise SamplePlanError(
            f"values of {context.column.type} are sent in binary form, and not as text",
            where=f"{context.table.label}.{context.column.name}",
            mend="use provider: choice, or leave the provider out",
        )
    if not values or (weights is not None and len(weights) != len(values)):
        raise SamplePlanError(
            "there must be values, and as many weights if there are any",
            where=f"{context.table.label}.{context.column.name}",
            mend="write values: ['first', 'second']",
        )
    return Spelled(tuple(values), tuple(weights or [1] * len(values)))


NAMED = {"spelled": _spelled}
