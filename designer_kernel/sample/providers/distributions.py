"""Numbers and times that follow a distribution, within what the type and its checks allow.

What lies outside is drawn again, so that the shape inside stays what it is. Parameters are in the column's own unit:
numbers for numbers, ``"2 hours"`` or ``"30 days"`` for lengths of time, dates for places in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context as Arithmetic
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers.parameters import (
    above_zero,
    given,
    length_of,
    limits,
    plain_number,
    refused,
    unit_of,
)
from designer_kernel.sample.providers.provider import Context, Provider
from designer_kernel.sample.providers.quantities import Whole
from designer_kernel.sample.rows import hashing, quantiles
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

Amount = float | str

_FINE: Final = frozenset({"timestamp", "time", "interval"})
_SECOND: Final = 1_000_000
_ATTEMPTS: Final = 24
_FLOAT_DIGITS: Final = 15


@dataclass(frozen=True, slots=True)
class Drawn(Provider):
    """Values of a distribution, from ``low`` to ``high`` (in the form's smallest unit, or a float's own).

    ``parameters`` are decimal texts. Columns with the same ``together`` rise and fall together; see `correlated`.
    """

    distribution: str
    parameters: tuple[str, ...]
    low: str = ""
    high: str = ""

    @property
    def name(self) -> str:
        return self.distribution

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return self.values(column.form, frame.bits(column.name))

    def values(self, form: Form, bits: Bits) -> Values:
        """Return the value of each number."""
        table, digits = made(self.distribution, self.parameters, form.kind == "float")
        scale = Decimal(10) ** digits
        low = None if not self.low else int((Decimal(self.low) * scale).to_integral_value(rounding="ROUND_CEILING"))
        high = None if not self.high else int((Decimal(self.high) * scale).to_integral_value(rounding="ROUND_FLOOR"))
        found = _within(table, bits, low, high)
        if form.kind in _FINE:
            whole = found - found % _SECOND  # nobody writes microseconds down
            return Values(whole if low is None else np.where(whole < low, found, whole))
        if form.kind != "float":
            return Values(found)
        return Values(found / float(10**digits) if digits >= 0 else found * float(10**-digits))


def _within(table: quantiles.Table | quantiles.Steps, bits: Bits, low: int | None, high: int | None) -> Rows:
    """Return values with those outside drawn again, and set to an end at last."""
    found = table.at(bits)
    for attempt in range(_ATTEMPTS):
        outside = np.zeros(len(found), dtype=np.bool_) if low is None else found < low
        outside = outside if high is None else outside | (found > high)
        rows = np.flatnonzero(outside)
        if not len(rows):
            return found
        found[rows] = table.at(hashing.mix(bits[rows] + np.uint64(attempt + 1)))
    return np.clip(found, low, high)


@lru_cache(maxsize=512)
def made(
    distribution: str, parameters: tuple[str, ...], is_float: bool
) -> tuple[quantiles.Table | quantiles.Steps, int]:
    """Return the table of a distribution, and how many decimals a float's whole numbers stand for."""
    with localcontext(Arithmetic(prec=28)):
        given = [Decimal(p) for p in parameters]
        counted = _COUNTED.get(distribution)
        if counted is not None:
            return counted(*given), 0
        quantile = _MEASURED[distribution](*given)
        if not is_float:
            return quantiles.table(quantile), 0
        largest = max(abs(quantile(Decimal(1) / 2**26)), abs(quantile(1 - Decimal(1) / 2**26)))
        digits = _FLOAT_DIGITS - (largest.adjusted() + 1 if largest else 0)
        return quantiles.table(quantile, Decimal(10) ** -digits), digits


def _normal(mean: Decimal, deviation: Decimal) -> quantiles.Quantile:
    return lambda share: mean + deviation * quantiles.normal(share)


def _log_normal(median: Decimal, sigma: Decimal) -> quantiles.Quantile:
    return lambda share: median * (sigma * quantiles.normal(share)).exp()


def _exponential(mean: Decimal, low: Decimal) -> quantiles.Quantile:
    return lambda share: low + mean * quantiles.exponential(share)


def _pareto(low: Decimal, shape: Decimal) -> quantiles.Quantile:
    return lambda share: low * (quantiles.exponential(share) / shape).exp()


def _weibull(scale: Decimal, shape: Decimal) -> quantiles.Quantile:
    return lambda share: scale * (quantiles.exponential(share).ln() / shape).exp()


def _triangular(low: Decimal, mode: Decimal, high: Decimal) -> quantiles.Quantile:
    cut = (mode - low) / (high - low)

    def quantile(share: Decimal) -> Decimal:
        if share < cut:
            return low + (share * (high - low) * (mode - low)).sqrt()
        return high - ((1 - share) * (high - low) * (high - mode)).sqrt()

    return quantile


def _gamma(mean: Decimal, shape: Decimal) -> quantiles.Quantile:
    inner = quantiles.gamma(shape)
    return lambda share: inner(share) * mean / shape


def _beta(a: Decimal, b: Decimal, low: Decimal, high: Decimal) -> quantiles.Quantile:
    inner = quantiles.beta(a, b)
    return lambda share: low + inner(share) * (high - low)


def _uniform(low: Decimal, high: Decimal) -> quantiles.Quantile:
    return lambda share: low + share * (high - low)


def _line(*points: Decimal) -> quantiles.Quantile:
    """Return the quantile function whose values at equal steps of the share are these: a histogram's bounds."""
    last = len(points) - 1

    def quantile(share: Decimal) -> Decimal:
        place = share * last
        index = min(int(place), last - 1)
        return points[index] + (points[index + 1] - points[index]) * (place - index)

    return quantile


_MEASURED: Final[Mapping[str, Callable[..., quantiles.Quantile]]] = {
    "uniform": _uniform, "normal": _normal, "log normal": _log_normal, "exponential": _exponential, "pareto": _pareto,
    "weibull": _weibull, "triangular": _triangular, "gamma": _gamma, "beta": _beta, "histogram": _line,
}  # fmt: skip
_COUNTED: Final[Mapping[str, Callable[..., quantiles.Table | quantiles.Steps]]] = {
    "poisson": quantiles.poisson,
    "binomial": lambda trials, chance: quantiles.binomial(int(trials), chance),
    "zipf": lambda items, exponent, first: _moved(quantiles.zipf(int(items), exponent), int(first) - 1),
}


def _moved(found: quantiles.Steps, by: int) -> quantiles.Steps:
    return quantiles.Steps(found.ends, found.values + by, found.widths)


def _provider(context: Context, distribution: str, parameters: tuple[Decimal, ...], low: Any, high: Any) -> Provider:
    bottom, top = limits(context, low, high)
    return Drawn(distribution, tuple(str(p) for p in parameters), bottom, top)


def uniform(context: Context, *, low: Amount, high: Amount) -> Provider:
    """Every value from low to high equally often."""
    first, last = given(context, low, "low"), given(context, high, "high")
    bottom, top = limits(context, low, high)
    if context.kind == "float" or context.kind in _FINE:
        return Drawn("uniform", (str(first), str(last)), bottom, top)
    return Whole(
        int(Decimal(bottom).to_integral_value("ROUND_CEILING")), int(Decimal(top).to_integral_value("ROUND_FLOOR"))
    )


def normal(
    context: Context, *, mean: Amount, deviation: Amount, low: Amount | None = None, high: Amount | None = None
) -> Provider:
    """Values around a mean, two thirds of them within one standard deviation."""
    spread = given(context, deviation, "deviation", length_of)
    above_zero(context, deviation=spread)
    return _provider(context, "normal", (given(context, mean, "mean"), spread), low, high)


def log_normal(
    context: Context, *, median: Amount, sigma: float = 0.5, low: Amount | None = None, high: Amount | None = None
) -> Provider:
    """Values whose logarithm is normal: amounts and durations; sigma is the deviation of the logarithm."""
    middle, width = given(context, median, "median", length_of), plain_number(context, sigma, "sigma")
    above_zero(context, median=middle, sigma=width)
    if width > 5:
        raise refused(context, "sigma is the deviation of the logarithm", "give a sigma between 0 and 5")
    return _provider(context, "log normal", (middle, width), low, high)


def exponential(context: Context, *, mean: Amount, start: Amount | None = None, high: Amount | None = None) -> Provider:
    """Waiting times with a mean, from zero or a start: small ones most often."""
    average = given(context, mean, "mean", length_of)
    above_zero(context, mean=average)
    first = Decimal(0) if start is None else given(context, start, "start")
    return _provider(context, "exponential", (average, first), start, high)


def pareto(context: Context, *, low: Amount, shape: float = 1.16, high: Amount | None = None) -> Provider:
    """A few very large values above many small ones: shape 1.16 is the rule of 80 and 20."""
    bottom, power = given(context, low, "low", length_of), plain_number(context, shape, "shape")
    above_zero(context, low=bottom, shape=power)
    return _provider(context, "pareto", (bottom, power), low, high)


def weibull(context: Context, *, scale: Amount, shape: float, high: Amount | None = None) -> Provider:
    """Lifetimes: failures early for a shape below one, by wear above."""
    size, power = given(context, scale, "scale", length_of), plain_number(context, shape, "shape")
    above_zero(context, scale=size, shape=power)
    return _provider(context, "weibull", (size, power), None, high)


def triangular(context: Context, *, low: Amount, mode: Amount, high: Amount) -> Provider:
    """Values from low to high, most often near the mode."""
    ends = tuple(given(context, v, n) for v, n in ((low, "low"), (mode, "mode"), (high, "high")))
    if not ends[0] <= ends[1] <= ends[2] or ends[0] == ends[2]:
        raise refused(context, "the mode must lie between low and high", "give low <= mode <= high")
    return _provider(context, "triangular", ends, low, high)


def gamma(
    context: Context, *, mean: Amount, shape: float, low: Amount | None = None, high: Amount | None = None
) -> Provider:
    """Sums of waiting times: nearly exponential for a shape of one, nearly normal for a large one."""
    average, power = given(context, mean, "mean", length_of), plain_number(context, shape, "shape")
    above_zero(context, mean=average, shape=power)
    if power > 1000:
        raise refused(context, "such a shape is as good as normal", "use provider: normal")
    return _provider(context, "gamma", (average, power), low, high)


def beta(context: Context, *, a: float, b: float, low: Amount = 0, high: Amount = 1) -> Provider:
    """Shares and scores between low and high; a and b say how much they lean to either end."""
    powers = (plain_number(context, a, "a"), plain_number(context, b, "b"))
    above_zero(context, a=powers[0], b=powers[1])
    return _provider(context, "beta", (*powers, given(context, low, "low"), given(context, high, "high")), low, high)


def poisson(context: Context, *, mean: float, high: Amount | None = None) -> Provider:
    """Counts of what happens independently, so many times on average."""
    average = plain_number(context, mean, "mean")
    above_zero(context, mean=average)
    return _scaled(context, Drawn("poisson", (str(average),)), high)


def binomial(context: Context, *, trials: int, chance: float) -> Provider:
    """How many of so many trials succeed."""
    if trials < 1 or not 0 <= chance <= 1:
        raise refused(context, "trials or chance make no sense", "give trials >= 1 and a chance from 0 to 1")
    return _scaled(context, Drawn("binomial", (str(trials), str(chance))), None)


def zipf(context: Context, *, items: int, exponent: float = 1.0, first: int = 1) -> Provider:
    """Ranks from the first on, the next ones ever more rarely: popularity."""
    if not 1 <= items <= 1 << 40 or not 0 <= exponent <= 10:
        raise refused(context, "items or exponent make no sense", "give items >= 1 and an exponent from 0 to 10")
    return _scaled(context, Drawn("zipf", (str(items), str(exponent), str(first))), None)


@dataclass(frozen=True, slots=True)
class Scaled(Provider):
    """Counts in a column whose smallest unit is smaller than one."""

    inner: Drawn
    unit: int

    @property
    def name(self) -> str:
        return self.inner.name

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(self.inner.draw(frame, column).data * self.unit)


def _scaled(context: Context, provider: Drawn, high: Any) -> Provider:
    if context.kind not in ("integer", "numeric", "float", "money"):
        raise refused(context, f"{context.column.type} is no number", "use another provider")
    bottom, top = limits(context, None, high)
    unit = unit_of(context.column.form)
    bounded = Drawn(
        provider.distribution, provider.parameters,
        str(Decimal(bottom) / unit) if bottom else "", str(Decimal(top) / unit) if top else "",
    )  # fmt: skip
    return bounded if unit == 1 else Scaled(bounded, int(unit))


def histogram(context: Context, *, bounds: list[Amount]) -> Provider:
    """Values between bounds that cut them into equally many each, as pg_stats gives them."""
    if len(bounds) < 2:
        raise refused(context, "a histogram has at least two bounds", "give two bounds or more, in their order")
    points = tuple(given(context, bound, "bounds") for bound in bounds)
    if list(points) != sorted(points):
        raise refused(context, "the bounds are not in their order", "sort them")
    return _provider(context, "histogram", points, bounds[0], bounds[-1])


NAMED = {
    "uniform": uniform, "normal": normal, "log normal": log_normal, "exponential": exponential, "pareto": pareto,
    "weibull": weibull, "triangular": triangular, "gamma": gamma, "beta": beta, "poisson": poisson,
    "binomial": binomial, "zipf": zipf, "histogram": histogram,
}  # fmt: skip
