"""When things happen: in business hours, less at weekends, more at month ends, ever more often, and in campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers import moments
from designer_kernel.sample.providers.parameters import number_of, refused
from designer_kernel.sample.providers.provider import TIME, Context, Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values
from designer_kernel.sample.vocabulary.zones import ZONES, offset

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

HOURS: Final[Mapping[str, tuple[int, ...]]] = {
    "business": (1, 1, 1, 1, 1, 2, 6, 18, 60, 90, 100, 95, 60, 80, 95, 92, 85, 60, 25, 12, 8, 5, 3, 2),
    "evening": (18, 10, 6, 4, 3, 4, 8, 16, 26, 34, 40, 44, 46, 46, 46, 48, 52, 60, 72, 88, 100, 92, 64, 36),
    "night": (90, 100, 95, 80, 60, 40, 20, 10, 6, 5, 5, 5, 5, 5, 5, 6, 8, 12, 18, 28, 40, 55, 70, 82),
    "even": (50,) * 24,
}
"""How much happens in each hour of a day."""

DAYS: Final[Mapping[str, tuple[int, ...]]] = {
    "business": (100, 104, 103, 100, 86, 9, 5),
    "weekend": (70, 70, 74, 82, 105, 130, 118),
    "even": (100,) * 7,
}
"""How much happens on each day of a week, from Monday."""

_HOUR: Final = moments.HOUR
_FINE: Final = 1 << 20
_MOST_BINS: Final = 300_000
_LARGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Season:
    """How much happens when: the product of its parts, each in hundredths or thousandths.

    ``growth`` is how many thousandths of the beginning's rate the end has; ``campaigns`` are begin, end and a factor in
    thousandths. Hours and days are those of ``zone``.
    """

    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    month_end: int
    growth: int
    campaigns: tuple[tuple[int, int, int], ...]
    zone: str

    def weight(self, times: Rows, begin: int, end: int) -> Rows:
        """Return how much happens in the hours that begin at these times."""
        local = times + offset(self.zone, times)
        days = local // moments.DAY
        calendar = days.astype("datetime64[D]")
        months = calendar.astype("datetime64[M]")
        left = ((months + 1).astype("datetime64[D]") - calendar).astype(np.int64)
        share = (times - begin) // _HOUR * 1_000 // max((end - begin) // _HOUR, 1)
        weight = np.array(self.hours, dtype=np.int64)[local % moments.DAY // _HOUR]
        weight = weight * np.array(self.days, dtype=np.int64)[(days + 3) % 7]
        weight = weight * np.array(self.months, dtype=np.int64)[months.astype(np.int64) % 12]
        weight = weight * (1_000_000 + (self.growth - 1_000) * share) // 1_000
        weight = np.where(left <= 2, weight * self.month_end // 1_000, weight)
        for first, last, factor in self.campaigns:
            weight = np.where((times >= first) & (times < last), weight * factor // 1_000, weight)
        found: Rows = np.maximum(weight, 1)
        return found


@dataclass(frozen=True, slots=True)
class Bins:
    """Pieces of some spans of time, none longer than an hour: where each begins, and how much happens before it."""

    starts: NDArray[np.int64]
    sums: NDArray[np.int64]

    def sum_at(self, places: Rows) -> Rows:
        """Return how much happens before each place."""
        index = np.clip(np.searchsorted(self.starts, places, side="right") - 1, 0, len(self.starts) - 2)
        width = self.starts[index + 1] - self.starts[index]
        share = np.clip(places - self.starts[index], 0, width)
        found: Rows = self.sums[index] + (self.sums[index + 1] - self.sums[index]) * (share // 1_000) // np.maximum(
            width // 1_000, 1
        )
        return found

    def place_at(self, sums: Rows) -> Rows:
        """Return the place before which so much happens."""
        index = np.clip(np.searchsorted(self.sums, sums, side="right") - 1, 0, len(self.sums) - 2)
        gap = np.maximum(self.sums[index + 1] - self.sums[index], 1)
        width = self.starts[index + 1] - self.starts[index]
        found: Rows = self.starts[index] + (sums - self.sums[index]) * (width // 1_000) // gap * 1_000
        return found


@lru_cache(maxsize=64)
def bins(season: Season, spans: tuple[tuple[int, int], ...]) -> Bins:
    """Return the pieces of spans; places are counted through all spans without the gaps between them."""
    total = sum(end - begin for begin, end in spans)
    step = max(_HOUR, -(-total // _MOST_BINS // _HOUR) * _HOUR)
    starts, before = [0], 0
    times: list[int] = []
    for begin, end in spans:
        edges = [begin, *range((begin // step + 1) * step, end, step), end]
        times += edges[:-1]
        starts += [before + edge - begin for edge in edges[1:]]
        before += end - begin
    weights = season.weight(np.array(times, dtype=np.int64), spans[0][0], spans[-1][1])
    widths = np.diff(np.array(starts, dtype=np.int64))
    scaled = np.maximum(weights * _FINE // int(weights.max()), 1) * (widths // 1_000_000) // (step // 1_000_000)
    return Bins(np.array(starts, dtype=np.int64), np.concatenate([[0], np.cumsum(np.maximum(scaled, 1))]))


@dataclass(frozen=True, slots=True)
class Seasonal(moments.Timed):
    """Times of a season: of the row's beginning, or with ``is_later`` after it; ``zone`` is a column of zones."""

    season: Season
    zone: str = ""
    is_later: bool = False

    in_spans: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return "seasonal"

    @property
    def of(self) -> str:
        """The column of the row that is looked at."""
        return self.zone

    @property
    def is_birth(self) -> bool:
        return not self.is_later

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        if not self.is_later:
            return Values(moments.in_unit(moments.birth(frame), column))
        spans = ((frame.plan.beginning, max(frame.plan.horizon, frame.plan.beginning + _HOUR)),)
        low = np.clip(moments.birth(frame) - spans[0][0], 0, spans[0][1] - spans[0][0])
        places = self.places(frame, spans, low, frame.bits(column.name))
        return Values(moments.in_unit(places + spans[0][0], column))

    def places(self, frame: Frame, spans: tuple[tuple[int, int], ...], low: Rows, bits: Bits) -> Rows:
        known = bins(self.season, spans)
        before, total = known.sum_at(low), int(known.sums[-1])
        drawn = before + (hashing.unit(bits) * np.maximum(total - before, 1)).astype(np.int64)
        places = np.maximum(known.place_at(drawn) // moments.SECOND * moments.SECOND, low)
        if not self.zone:
            return places
        zones = frame.column(self.zone).data
        end = int(known.starts[-1]) - 1
        moved = places.copy()
        for zone in zones.unique().to_pylist():
            rows = np.flatnonzero(pc.fill_null(pc.equal(zones, zone), False).to_numpy(zero_copy_only=False))
            moved[rows] -= offset(str(zone), spans[0][0] + places[rows])
        return np.where((moved < low) | (moved > end), places, moved)


def seasonal(
    context: Context, *, hours: str | list[int] = "business", days: str | list[int] = "business",
    months: list[int] | None = None, month_end: float = 1.0, growth: float = 1.0,
    campaigns: list[dict[str, Any]] | None = None, zone: str = "UTC",
) -> Provider:  # fmt: skip
    """Times in hours and on days in which much happens, with growth over the range and campaigns.

    ``hours`` and ``days`` are business, evening (weekend for days), night or even, or 24 and 7 weights; ``months`` 12;
    ``month_end`` a factor of its last two days; ``growth`` how many times the rate of the beginning the end has;
    campaigns have from, to and factor. ``zone`` is the name of a time zone, or of a column that holds one.
    """
    if context.kind not in TIME:
        raise refused(context, f"{context.column.type} is neither date nor time", "use another provider")
    is_column = zone in context.table.columns
    if not is_column and zone not in ZONES:
        raise refused(context, f"the time zone {zone!r} is not known", "name one such as Europe/Berlin, or a column")
    for factor in (month_end, growth):
        if not 0 < factor <= _LARGEST:
            raise refused(context, "a factor makes no sense", f"give month_end and growth between 0 and {_LARGEST}")
    season = Season(
        _profile(context, hours, HOURS, 24, "hours"), _profile(context, days, DAYS, 7, "days"),
        _profile(context, months or [100] * 12, {}, 12, "months"), round(1000 * month_end), round(1000 * growth),
        tuple(_campaign(context, one) for one in campaigns or []), "UTC" if is_column else zone,
    )  # fmt: skip
    birth = next(
        (n for n, c in context.table.columns.items() if moments.BIRTH.fullmatch(n) and c.form.kind in TIME), ""
    )
    return Seasonal(season, zone if is_column else "", birth not in ("", context.column.name))


def _profile(
    context: Context, given: Any, known: Mapping[str, tuple[int, ...]], size: int, name: str
) -> tuple[int, ...]:
    if isinstance(given, str):
        if given not in known:
            raise refused(context, f"{given!r} is no profile of {name}", "use one of " + ", ".join(known))
        return known[given]
    if len(given) != size or min(given) < 0 or not 0 < max(given) <= _LARGEST:
        raise refused(context, f"{name} must be {size} weights", f"give {size} whole numbers from 0 to {_LARGEST}")
    return tuple(given)


def _campaign(context: Context, spoken: Mapping[str, Any]) -> tuple[int, int, int]:
    moment = Form("timestamp", "timestamp")
    try:
        begin, end = number_of(spoken["from"], moment), number_of(spoken["to"], moment)
        factor = float(spoken.get("factor", 2.0))
    except (KeyError, ValueError) as error:
        raise refused(context, f"campaigns: {error}", "write {from: 2025-11-24, to: 2025-12-01, factor: 4}") from error
    if begin >= end or not 0 <= factor <= _LARGEST:
        raise refused(context, "a campaign makes no sense", "give from before to, and a factor")
    return int(begin), int(end), round(1000 * factor)


NAMED = {"seasonal": seasonal}
