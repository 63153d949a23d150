"""How long things last: ends that follow beginnings by hours or days, and intervals of a believable length."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.moments import DAY, HOUR
from designer_kernel.sample.providers.provider import Context, Provider, Rule
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MINUTE: Final = HOUR // 60
_TIMES: Final = frozenset({"date", "timestamp", "time"})
_PAIRS: Final = (
    (r"ends?(_at|_on|_time|_date)?|end", "starts_at start_at starts_on start_time start_date start starts"),
    (r"(finish(ed|es)?|ended|stopped)(_at|_on|_time)?", "started_at started_on started starts_at start_time"),
    (r"to(_time|_date)?|until", "from_time from_date from since"),
    (r"check_?out(_at|_on|_date|_time)?", "check_in_at check_in_on check_in_date check_in checkin checked_in_at"),
    (r"clos(es|ing|ed)(_at|_time)?", "opens_at opens opening_time open_time"),
    (r"arriv(es|al|ed)(_at|_time)?", "departs_at departure departure_at departure_time departed_at"),
)
"""Names of ends, and of the beginnings that they belong to."""

_LONG: Final = re.compile(
    r"stay|booking|reservation|rental|vacation|leave|holiday|trip|campaign|project|contract|subscription|season|loan|"
    r"course|sprint"
)
"""Tables whose rows last for days; others last for minutes and hours."""


@dataclass(frozen=True, slots=True)
class Ending(Provider):
    """So many ``step`` s after another time of the row: ``least`` to ``most`` of them, in microseconds or days."""

    of: str
    step: int
    least: int
    most: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        begin = frame.column(self.of)
        count = self.least + hashing.below(frame.bits(column.name), self.most - self.least + 1)
        end = begin.data + count * self.step
        return Values(np.minimum(end, DAY - 1) if column.form.kind == "time" else end, begin.null)


@dataclass(frozen=True, slots=True)
class Opening(Provider):
    """A time of day in the morning, in quarters of an hour."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(6 * HOUR + hashing.below(frame.bits(column.name), 21) * 15 * _MINUTE)


@dataclass(frozen=True, slots=True)
class Lasting(Provider):
    """Intervals of ``least`` to ``most`` steps of so many months, days and microseconds."""

    months: int
    days: int
    microseconds: int
    least: int
    most: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        count = self.least + hashing.below(frame.bits(column.name), self.most - self.least + 1)
        return Values(np.stack([count * self.months, count * self.days, count * self.microseconds], axis=1))


def _ending(context: Context) -> Provider | None:
    for pattern, beginnings in _PAIRS:
        begin = context.first(*beginnings.split()) if re.fullmatch(pattern, context.column.name) else None
        if begin is None or context.table.columns[begin].form.kind != context.kind or context.unique is not None:
            continue
        if context.kind == "date":
            return Ending(begin, 1, 1, 14)
        if context.kind == "time":
            return Ending(begin, 30 * _MINUTE, 6, 20)
        return Ending(begin, DAY, 1, 14) if _LONG.search(context.table.name[1]) else Ending(begin, 15 * _MINUTE, 1, 34)
    return None


def _opening(context: Context) -> Provider | None:
    known = {name for _, beginnings in _PAIRS for name in beginnings.split()}
    return Opening() if context.column.name in known and context.unique is None else None


def _interval(microseconds: int = 0, days: int = 0, months: int = 0, least: int = 1, most: int = 1) -> Provider:
    return Lasting(months, days, microseconds, least, most)


_INTERVAL: Final = frozenset({"interval"})

RULES = (
    Rule(r"\w+", _TIMES, _ending, "after the row's beginning"),
    Rule(r"\w+", frozenset({"time"}), _opening, "a time in the morning, before the row's end"),
    Rule(
        r"(\w+_)?(break|pause|delay|wait|latency|timeout|elapsed|response_time|runtime|playtime)(_\w+)?",
        _INTERVAL,
        lambda c: _interval(5 * _MINUTE, least=1, most=18) if c.unique is None else None,
        "its name says minutes",
    ),
    Rule(
        r"(\w+_)?(duration|length|time|worked|spent|shift|lead_time|uptime|interval|frequency|every)(_\w+)?",
        _INTERVAL,
        lambda c: _interval(15 * _MINUTE, least=1, most=40) if c.unique is None else None,
        "its name says minutes or hours",
    ),
    Rule(
        r"(\w+_)?(notice|trial|grace|return|payment_terms?|delivery|validity|due|ttl|expires?_in|max_age)(_\w+)?",
        _INTERVAL,
        lambda c: _interval(days=7, least=1, most=12) if c.unique is None else None,
        "its name says weeks",
    ),
    Rule(
        r"(\w+_)?(period|term|warranty|retention|contract|subscription|age|tenure|cycle)(_\w+)?",
        _INTERVAL,
        lambda c: _interval(months=3, least=1, most=12) if c.unique is None else None,
        "its name says months",
    ),
)
