"""Distributions as tables of whole numbers, so that a draw is the same on every machine.

`math.exp` and its like differ between C libraries. Here they are taken by `decimal`, whose results are defined to the
last digit, when a table is made; drawing from it is a look-up and a line between two whole numbers.

A `Table` holds the value below which each of so many equal shares of the rows lie: 256 for all of them, again 256 for
the first and the last of these, and once more for the ends of those, so that one row in sixteen million lies beyond.
`Steps` are for values that are counted and not measured.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from designer_kernel.sample.rows.hashing import Bits, Rows

CELLS: Final = 256
FINEST_UNIT: Final = Decimal("0.000001")
_LEVELS: Final = 3
_ROOM: Final = 1 << 61
_FINEST: Final = 20
_PRECISION: Final = 28
_LAST: Final = Decimal(1) / 2**26
"""The share of rows that lie beyond the last value of a table; none do."""

Quantile = Callable[[Decimal], Decimal]


@dataclass(frozen=True, slots=True)
class Table:
    """A quantile function in whole numbers of a unit that is ``2**fine`` times smaller than that of the values.

    The rows of ``points`` are all shares, the lower ends and the upper ends, from the coarse to the fine ones.
    """

    points: NDArray[np.int64]
    fine: int

    def at(self, bits: Bits) -> Rows:
        """Return the value of each number, rounded to a whole one."""
        found = self._between(0, bits, 0)
        for side, end in ((0, 0), (1, CELLS - 1)):
            rows = np.flatnonzero((bits >> np.uint64(56)) == np.uint64(end))
            for level in range(1, _LEVELS):
                if not len(rows):
                    break
                found[rows] = self._between(2 * level - 1 + side, bits[rows], level)
                shift = np.uint64(56 - 8 * level)
                rows = rows[((bits[rows] >> shift) & np.uint64(255)) == np.uint64(end)]
        if self.fine:
            found = (found + (1 << (self.fine - 1))) >> self.fine
        return found

    def _between(self, line: int, bits: Bits, level: int) -> Rows:
        cell = ((bits >> np.uint64(56 - 8 * level)) & np.uint64(255)).astype(np.int64)
        share = ((bits >> np.uint64(24 - 8 * level)) & np.uint64(0xFFFFFFFF)).astype(np.int64)
        low = self.points[line][cell]
        gap = self.points[line][cell + 1] - low
        found: Rows = low + (gap >> 32) * share + (((gap & 0xFFFFFFFF) * (share >> 1)) >> 31)
        return found


@dataclass(frozen=True, slots=True)
class Steps:
    """Values with their shares: the cumulated shares of 2**64, and the first value and number of values of each."""

    ends: NDArray[np.uint64]
    values: NDArray[np.int64]
    widths: NDArray[np.int64] | None = None

    def at(self, bits: Bits) -> Rows:
        """Return the value of each number."""
        index = np.searchsorted(self.ends, bits, side="right")
        found: Rows = self.values[index]
        if self.widths is not None:
            share = (bits & np.uint64(0xFFFFFFFF)).astype(np.int64)
            found = found + ((self.widths[index] * share) >> 32)
        return found


def table(quantile: Quantile, unit: Decimal = Decimal(1)) -> Table:
    """Return the table of a quantile function, in numbers of ``unit``."""
    with localcontext(Context(prec=_PRECISION)):
        lines = [[quantile(_inside(Decimal(i) / CELLS)) for i in range(CELLS + 1)]]
        for level in range(1, _LEVELS):
            step = Decimal(1) / CELLS ** (level + 1)
            lines.append([quantile(_inside(i * step)) for i in range(CELLS + 1)])
            lines.append([quantile(_inside(1 - (CELLS - i) * step)) for i in range(CELLS + 1)])
        most = max(abs(value) / unit for line in lines for value in (line[0], line[-1]))
        fine = _FINEST
        while fine and most * 2**fine >= _ROOM:
            fine -= 1
        scaled = [[int((value / unit * 2**fine).to_integral_value()) for value in line] for line in lines]
    limited = [[min(max(value, -_ROOM), _ROOM) for value in line] for line in scaled]
    return Table(np.array(limited, dtype=np.int64), fine)


def _inside(share: Decimal) -> Decimal:
    return min(max(share, _LAST), 1 - _LAST)


def steps(shares: list[tuple[int, int, Decimal]]) -> Steps:
    """Return steps from the first value, the number of values and the share of each; shares are made to add up."""
    with localcontext(Context(prec=40)):
        total = sum((share for _, _, share in shares), Decimal(0))
        ends, cumulated = [], Decimal(0)
        for _, _, share in shares:
            cumulated += share
            ends.append(min(int(cumulated / total * 2**64), 2**64 - 1))
    ends[-1] = 2**64 - 1
    widths = np.array([width for _, width, _ in shares], dtype=np.int64)
    values = np.array([value for value, _, _ in shares] + [shares[-1][0]], dtype=np.int64)
    own = None if (widths == 1).all() else np.append(widths, widths[-1])
    return Steps(np.array(ends, dtype=np.uint64), values, own)


_AS241: Final = (
    ("3.3871328727963666080", "133.14166789178437745", "1971.5909503065514427", "13731.693765509461125",
     "45921.953931549871457", "67265.770927008700853", "33430.575583588128105", "2509.0809287301226727"),
    ("1", "42.313330701600911252", "687.18700749205790830", "5394.1960214247511077", "21213.794301586595867",
     "39307.895800092710610", "28729.085735721942674", "5226.4952788528545610"),
    ("1.42343711074968357734", "4.63033784615654529590", "5.76949722146069140550", "3.64784832476320460504",
     "1.27045825245236838258", "0.241780725177450611770", "0.0227238449892691845833", "0.000774545014278341407640"),
    ("1", "2.05319162663775882187", "1.67638483018380384940", "0.689767334985100004550", "0.148103976427480074590",
     "0.0151986665636164571966", "0.000547593808499534494600", "0.00000000105075007164441684324"),
    ("6.65790464350110377720", "5.46378491116411436990", "1.78482653991729133580", "0.296560571828504891230",
     "0.0265321895265761230930", "0.00124266094738807843860", "0.0000271155556874348757815",
     "0.000000201033439929228813265"),
    ("1", "0.599832206555887937690", "0.136929880922735805310", "0.0148753612908506148525",
     "0.000786869131145613259100", "0.0000184631831751005468180", "0.000000142151175831644588870",
     "0.00000000000000204426310338993978564"),
)  # fmt: skip
"""M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37, 1988."""

_POLYNOMIALS: Final = tuple(tuple(Decimal(c) for c in row) for row in _AS241)


def _polynomial(row: tuple[Decimal, ...], x: Decimal) -> Decimal:
    result = Decimal(0)
    for coefficient in reversed(row):
        result = result * x + coefficient
    return result


def normal(share: Decimal) -> Decimal:
    """Return the standard normal value that this share of values lies below (AS 241, to 16 digits)."""
    q = share - Decimal("0.5")
    if abs(q) <= Decimal("0.425"):
        r = Decimal("0.180625") - q * q
        return q * _polynomial(_POLYNOMIALS[0], r) / _polynomial(_POLYNOMIALS[1], r)
    r = (-(min(share, 1 - share)).ln()).sqrt()
    if r <= 5:
        r -= Decimal("1.6")
        found = _polynomial(_POLYNOMIALS[2], r) / _polynomial(_POLYNOMIALS[3], r)
    else:
        r -= 5
        found = _polynomial(_POLYNOMIALS[4], r) / _polynomial(_POLYNOMIALS[5], r)
    return found if q > 0 else -found


def exponential(share: Decimal) -> Decimal:
    """Return the value of mean 1 that this share of waiting times lies below."""
    return -(1 - share).ln()


@lru_cache(maxsize=1)
def waiting_table() -> Table:
    """Return the table of waiting times of mean one, in millionths."""
    return table(exponential, FINEST_UNIT)


@lru_cache(maxsize=64)
def normal_table() -> Table:
    """Return the standard normal distribution in millionths."""
    return table(normal, FINEST_UNIT)


def by_density(low: Decimal, high: Decimal, density: Callable[[Decimal], Decimal], points: int = 1024) -> Quantile:
    """Return the quantile function of a density that needs no scale, summed by the trapezoidal rule."""
    with localcontext(Context(prec=_PRECISION)):
        step = (high - low) / points
        places = [low + i * step for i in range(points + 1)]
        heights = [density(place) for place in places]
        cumulated = [Decimal(0)]
        for left, right in pairwise(heights):
            cumulated.append(cumulated[-1] + (left + right) / 2)
        total = cumulated[-1]

    def quantile(share: Decimal) -> Decimal:
        wanted = share * total
        index = min(max(bisect_left(cumulated, wanted), 1), points)
        gap = cumulated[index] - cumulated[index - 1]
        inside = (wanted - cumulated[index - 1]) / gap if gap else Decimal(0)
        return places[index - 1] + inside * step

    return quantile


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Return a power by way of the logarithm: unlike ``**`` both steps are defined to the last digit."""
    return (base.ln() * exponent).exp() if base else Decimal(0)


def gamma(shape: Decimal) -> Quantile:
    """Return the quantile function of the gamma distribution of scale 1.

    Below a shape of one its density is endless at zero; in ``y = x ** shape`` it is ``exp(-y ** (1 / shape))``.
    """
    with localcontext(Context(prec=_PRECISION)):
        if shape < 1:
            longest = power(shape + 25, shape)
            inner = by_density(Decimal(0), longest, lambda y: (-power(y, 1 / shape)).exp(), 2048)
            return lambda share: power(inner(share), 1 / shape)
        width = 9 * shape.sqrt()
        low, high = max(shape - width, Decimal(0)), shape + width + 20
        top = (shape - 1) * (shape - 1).ln() - (shape - 1) if shape > 1 else Decimal(0)

        def density(x: Decimal) -> Decimal:
            return ((shape - 1) * x.ln() - x - top).exp() if x else Decimal(int(shape == 1))

        return by_density(low, high, density, 2048)


def beta(a: Decimal, b: Decimal) -> Quantile:
    """Return the quantile function of the beta distribution: each half in a variable in which its end is finite."""
    with localcontext(Context(prec=_PRECISION)):
        half = Decimal("0.5")
        left_density = lambda y: power(1 - power(y, 1 / a), b - 1)  # noqa: E731 two of a kind
        right_density = lambda y: power(1 - power(y, 1 / b), a - 1)  # noqa: E731
        left, left_mass = _mass(power(half, a), left_density)
        right, right_mass = _mass(power(half, b), right_density)
        cut = left_mass / a / (left_mass / a + right_mass / b)

    def quantile(share: Decimal) -> Decimal:
        if share <= cut:
            return power(left(share / cut), 1 / a)
        return 1 - power(right((1 - share) / (1 - cut)), 1 / b)

    return quantile


def _mass(high: Decimal, density: Callable[[Decimal], Decimal]) -> tuple[Quantile, Decimal]:
    points = 512
    step = high / points
    heights = [density(i * step) for i in range(points + 1)]
    mass = (sum(heights, Decimal(0)) - (heights[0] + heights[-1]) / 2) * step
    return by_density(Decimal(0), high, density, points), mass


_DIRECT: Final = 20_000


def poisson(mean: Decimal) -> Steps | Table:
    """Return counts of what happens ``mean`` times on average; nearly normal where there are very many."""
    if mean > _DIRECT:
        return table(lambda share: mean + mean.sqrt() * normal(share))
    with localcontext(Context(prec=_PRECISION)):
        width = 12 * int(mean.sqrt().to_integral_value()) + 30
        first = max(int(mean) - width, 0)
        share = Decimal(1)
        found = []
        for count in range(first, int(mean) + width):
            found.append((count, 1, share))
            share = share * mean / (count + 1)
    return steps(found)


def binomial(trials: int, chance: Decimal) -> Steps | Table:
    """Return how many of ``trials`` succeed."""
    if trials > _DIRECT:
        with localcontext(Context(prec=_PRECISION)):
            mean = trials * chance
            deviation = (mean * (1 - chance)).sqrt()
        return table(lambda share: min(max(mean + deviation * normal(share), Decimal(0)), Decimal(trials)))
    if chance in (0, 1):
        return steps([(trials * int(chance), 1, Decimal(1))])
    with localcontext(Context(prec=_PRECISION)):
        share = ((1 - chance).ln() * trials).exp()
        odds = chance / (1 - chance)
        found = []
        for count in range(trials + 1):
            found.append((count, 1, share))
            share = share * (trials - count) / (count + 1) * odds
    return steps(found)


def zipf(items: int, exponent: Decimal) -> Steps:
    """Return ranks from 1 to ``items``, each as often as ``rank ** -exponent``: beyond 256 in groups of near ranks."""
    with localcontext(Context(prec=_PRECISION)):
        exact = min(items, 256)
        found = [(rank, 1, (-exponent * Decimal(rank).ln()).exp()) for rank in range(1, exact + 1)]
        rank = exact
        while rank < items:
            width = min(max(rank // 32, 1), items - rank)
            found.append((rank + 1, width, _area(rank + Decimal("0.5"), rank + width + Decimal("0.5"), exponent)))
            rank += width
    return steps(found)


def _area(low: Decimal, high: Decimal, exponent: Decimal) -> Decimal:
    """Return the area under ``x ** -exponent``, which the sum over whole numbers between comes to."""
    power = 1 - exponent
    if abs(power) < Decimal("0.000001"):
        return high.ln() - low.ln()
    return ((power * high.ln()).exp() - (power * low.ln()).exp()) / power
