"""Numbers and truth values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.choices import Choice
from designer_kernel.sample.providers.moments import spread
from designer_kernel.sample.providers.provider import NUMBER, Context, Make, Provider, Rule
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_BOOLEAN: Final = frozenset({"boolean"})
_INTEGER: Final = frozenset({"integer"})


@dataclass(frozen=True, slots=True)
class Whole(Provider):
    """Integers, or numerics in their smallest unit, from ``low`` to ``high``, small ones more often if ``skewed``."""

    low: int
    high: int
    skewed: bool = False

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        size = self.high - self.low + 1
        if self.skewed:
            share = hashing.unit(bits)
            return Values(self.low + np.minimum((share * share * share * float(size)).astype(np.int64), size - 1))
        return Values(self.low + spread(bits, size))


@dataclass(frozen=True, slots=True)
class Real(Provider):
    """Floating-point numbers from ``low`` to ``high``, given in millionths."""

    low: int
    high: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values((self.low + spread(frame.bits(column.name), self.high - self.low + 1)) / 1e6)


@dataclass(frozen=True, slots=True)
class Flag(Provider):
    """True in ``share`` thousandths of the rows."""

    share: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(hashing.below(frame.bits(column.name), 1000) < self.share)


@dataclass(frozen=True, slots=True)
class Place(Provider):
    """The row's place among its owner's rows, from ``start``: line numbers, sort orders, versions."""

    counter: Counter
    start: int = 1

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(frame.counted(self.counter) + self.start)


@dataclass(frozen=True, slots=True)
class Stars(Provider):
    """Ratings of 1 to 5, mostly good."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        stars = hashing.weighted(frame.bits(column.name), (4, 5, 12, 34, 45)) + 1
        return Values(stars.astype(np.float64) if column.form.kind == "float" else stars * 10**column.form.scale)


_FLAGS: Final = (
    (r"(is_|has_)?(deleted|archived|blocked|banned|spam|test|fraud\w*|locked|bounced|refunded|suspended)", 30),
    (
        r"(is_|has_)?(digital|virtual|featured|default|primary|admin\w*|superuser|staff|internal|gift\w*|on_sale|hidden|beta)",
        120,
    ),
    (r"(requires|needs|allows?|accepts?|supports?|can|is_taxable|taxable)\w*", 850),
    (r"(\w+_)?(verified|confirmed|validated)", 780),
    (r"(is_|has_)?(active|enabled|available|visible|public|published|valid|current|in_stock|success\w*)", 900),
    (r"(\w+_)?(read|seen|opened|opt_in|subscribed|consent|newsletter)\w*", 600),
)


def _flag(context: Context) -> Provider:
    share = next((share for pattern, share in _FLAGS if re.fullmatch(pattern, context.column.name)), 0)
    if not share:
        share = 850 if "true" in context.column.default else 200
    return Flag(share)


def _whole(low: int, high: int, *, skewed: bool = False) -> Make:
    def make(context: Context) -> Provider | None:
        if context.kind == "float":
            return Real(low * 1_000_000, high * 1_000_000)
        unit = 10**context.column.form.scale
        return Whole(low * unit, high * unit, skewed)

    return make


def _place(context: Context) -> Provider | None:
    if context.owner:
        return Place(Counter("owner"), 0 if context.column.name.startswith(("sort", "index")) else 1)
    return None


def _version(context: Context) -> Provider | None:
    return None if context.unique else Whole(1, 5, skewed=True)


_PEOPLE: Final = (
    r"patient|person|people|user|employee|athlete|member|student|pupil|customer|vital|health|medical|exam|visit"
)


def _among_people(low: int, high: int) -> Make:
    """Return numbers with a decimal that people have, whatever the column's checks would allow besides."""

    def make(context: Context) -> Provider:
        if context.kind == "float":
            return Real(low * 1_000_000, high * 1_000_000)
        unit = 10**context.column.form.scale
        return Whole(low * unit, high * unit)

    return make


def _tax_rate(context: Context) -> Provider | None:
    """Return a rate of tax as a fraction, where there is no room for percents."""
    unit = 10**context.column.form.scale
    high = context.allowed.high if context.allowed.high is not None else context.column.form.largest
    if context.kind != "numeric" or unit < 100 or high is None or high >= 10 * unit:
        return None
    return Whole(5 * unit // 100, 25 * unit // 100)


def _bit(context: Context) -> Provider | None:
    """Return 0 or 1, for a column of whole numbers whose name is one of a truth value."""
    is_mostly = re.fullmatch(r"(\w+_)?(is_?)?(active|enabled|visible|success)", context.column.name) is not None
    return None if context.unique is not None else Choice((1, 0), (9, 1) if is_mostly else (1, 9))


RULES = (
    Rule(r"\w+", _BOOLEAN, _flag, "true as often as its name suggests"),
    Rule(
        r"(\w+_)?(is|has|was)_\w+|(\w+_)?(active|enabled|disabled|deleted|hidden|locked|visible)|discontinued|revoked|"
        r"archived|success|admin|deactivated|del|is(active|admin|deleted|enabled|merged|public|read|default)",
        _INTEGER,
        _bit,
        "a truth value, as 0 or 1",
    ),
    Rule(r"(height|stature)(_cm)?", NUMBER, _among_people(150, 199), "a person's height", tables=_PEOPLE),
    Rule(r"(body_)?weight(_kg)?", NUMBER, _among_people(48, 118), "a person's weight", tables=_PEOPLE),
    Rule(r"(\w+_)?(pulse|heart_rate|bpm)", NUMBER, _among_people(52, 110), "a pulse"),
    Rule(r"systolic(_\w+)?", NUMBER, _among_people(95, 160), "a blood pressure"),
    Rule(r"diastolic(_\w+)?", NUMBER, _among_people(55, 94), "a blood pressure"),
    Rule(r"(body_)?temperature(_c)?", NUMBER, _among_people(36, 39), "a temperature", tables=_PEOPLE),
    Rule(r"(spo2|oxygen_saturation|saturation)(_\w+)?", NUMBER, _among_people(92, 99), "a saturation"),
    Rule(r"(tax|vat|discount|interest|sales_tax|commission)(_rate|_pct)?", NUMBER, _tax_rate, "a rate, as a fraction"),
    Rule(r"(\w+_)?(bed|bath|bed_?room|bath_?room|guest|adult|room|floor)s", _INTEGER, _whole(1, 5), "a small number"),
    Rule(r"years|years_of_\w+|\w+_years", _INTEGER, _whole(0, 25), "its name says years"),
    Rule(r"months|\w+_months|tenure", _INTEGER, _whole(1, 36), "its name says months"),
    Rule(r"days|\w+_days|(rental|trial|loan|lease)_(duration|period)", _INTEGER, _whole(1, 30), "its name says days"),
    Rule(r"hours|\w+_hours", _INTEGER, _whole(1, 40), "its name says hours"),
    Rule(r"minutes|mins|\w+_(minutes|mins)", _INTEGER, _whole(5, 180), "its name says minutes"),
    Rule(
        r"(stock|inventory)?_?(quantity|qty|on_hand|stock|stock_level|stock_quantity|quantity_on_hand|available)",
        _INTEGER,
        _whole(0, 500),
        "a stock",
        tables=r"inventor|stock|product|variant|warehouse",
    ),
    Rule(r"(\w+_)?(quantity|qty|count|units)", _INTEGER, _whole(1, 6, skewed=True), "a small number"),
    Rule(r"rating|stars|score", NUMBER, lambda c: Stars(), "its name says rating", tables=r"review|rating|feedback"),
    Rule(r"(avg_|average_)?rating|stars", NUMBER, lambda c: Stars(), "its name says rating"),
    Rule(
        r"(sort|display|line|item|row|step|page|seq\w*)_?(order|number|no|index|position)?|position|ordinal|rank|sequence|idx",
        _INTEGER,
        _place,
        "its place among the rows of its owner",
    ),
    Rule(r"version|revision|attempts?|retry_count|retries", _INTEGER, _version, "a small number"),
    Rule(
        r"(low_stock_)?threshold|reorder_(point|level)|min_(stock|quantity)|safety_stock",
        _INTEGER,
        _whole(5, 20),
        "a low stock",
    ),
    Rule(r"age", NUMBER, _whole(18, 80), "its name says age"),
    Rule(r"year|\w+_year", _INTEGER, _whole(1990, 2025), "its name says year"),
    Rule(
        r"(percent\w*|pct|\w+_percent\w*|\w+_pct|(tax|vat|discount|interest|conversion)_rate|rate)",
        NUMBER,
        _whole(1, 30),
        "its name says percentage",
    ),
    Rule(
        r"weight(_kg)?|mass",
        frozenset({"numeric", "float"}),
        lambda c: (
            Real(100_000, 25_000_000)
            if c.kind == "float"
            else Whole(max(10**c.column.form.scale // 10, 1), 25 * 10**c.column.form.scale, skewed=True)
        ),
        "its name says weight",
    ),
    Rule(r"(\w+_)?(width|height|length|depth)(_\w+)?", NUMBER, _whole(1, 120), "its name says a measure"),
    Rule(
        r"(\w+_)?(duration|elapsed|latency)(_\w+)?|\w+_(ms|seconds)", NUMBER, _whole(1, 3600), "its name says duration"
    ),
)
