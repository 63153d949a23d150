"""Times that make sense: rows are younger than what they refer to, updated after created, shipped after ordered."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import TIME, Context, Provider, Rule, unwrapped
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

SECOND: Final = 1_000_000
HOUR: Final = 3600 * SECOND
DAY: Final = 24 * HOUR
YEAR: Final = 365 * DAY

BIRTH: Final = re.compile(
    r"(created|inserted|registered|placed|ordered|occurred|recorded|logged|viewed|joined|added|signed_up|opened|posted|"
    r"published|issued|requested|started|received|happened|submitted|uploaded|performed|event|hired|employed|enrolled|acquired|purchased)(_at|_on|_date|_time|_ts)?|date_created|"
    r"timestamp|ts|event_time|order_date|invoice_date|hire_date|hired_at|posting_date|booking_date|date|time|at"
)
"""Names of columns that say when a row came to be."""


class Timed(Provider):
    """Times with a law of their own; if ``is_birth`` they are when rows come to be, for all that follows from it.

    With ``in_spans`` they are drawn inside of the spans of the table's clock: its partitions.
    """

    __slots__ = ()

    in_spans: ClassVar[bool] = False

    @property
    def is_birth(self) -> bool:
        """Whether these are the times at which rows come to be."""
        return False

    @abstractmethod
    def places(self, frame: Frame, spans: tuple[tuple[int, int], ...], low: Rows, bits: Bits) -> Rows:
        """Return how far into the spans each row comes to be; those before ``low`` are moved there."""


def law_of(frame: Frame) -> Timed | None:
    """Return what tells when rows of a table come to be, if it is not the clock alone."""
    for column in frame.table.columns.values():
        provider = unwrapped(column.provider)
        if isinstance(provider, Timed) and provider.is_birth:
            return provider
    return None


def tells_birth(frame: Frame) -> bool:
    """Whether a column of the table says when its rows come to be."""
    found = (unwrapped(column.provider) for column in frame.table.columns.values())
    return any(isinstance(p, Created) or (isinstance(p, Timed) and p.is_birth) for p in found)


def birth(frame: Frame) -> Rows:
    """Return when each row came to be, in microseconds: after every row that it refers to, inside its table's spans."""
    if frame.whole is not None:
        return birth(frame.whole)[frame.places]
    if frame.table.existing is not None:
        return frame.table.existing.births(frame.rows)
    moments: Rows = frame.shared("birth", lambda: _birth(frame))
    return moments


def _birth(frame: Frame) -> Rows:
    clock = frame.table.clock
    spans = np.array(clock.spans, dtype=np.int64)
    lengths = spans[:, 1] - spans[:, 0]
    ends = np.cumsum(lengths)
    low = np.zeros(len(frame), dtype=np.int64)
    for reference in clock.after:
        low = np.maximum(low, offset_in(birth(frame.parent(reference)), spans, ends))
    low = np.minimum(low + clock.delay, ends[-1] - 1)
    bits = frame.bits("birth")
    share = hashing.unit(bits)
    law = law_of(frame)
    if law is not None:
        gap = law.places(frame, clock.spans, low, bits) - low
    elif clock.style == "part":
        gap = np.minimum((share * clock.gap).astype(np.int64), (ends[-1] - 1 - low) // 2)
        if clock.counted:
            step = frame.position("owner") + 1
            gap = np.minimum(step * clock.gap + gap, (ends[-1] - 1 - low) * step // (step + 2))
    else:
        room = (ends[-1] - low) if clock.style == "child" else np.int64(max(int(ends[-1]) * 6 // 10, 1))
        gap = np.minimum((share * room).astype(np.int64), ends[-1] - 1 - low)
    position = (low + gap) // SECOND * SECOND if law is not None or clock.gap or clock.style != "part" else low
    position = np.clip(position, low, ends[-1] - 1)
    index = np.searchsorted(ends, position, side="right") if len(spans) > 1 else 0
    moments: Rows = spans[index, 0] + position - (ends[index] - lengths[index])
    return moments


def offset_in(moments: Rows, spans: Any, ends: Rows) -> Rows:
    """Return how much time of the spans lies before each moment."""
    if len(spans) == 1:
        offset: Rows = np.clip(moments - spans[0, 0], 0, ends[-1])
        return offset
    index = np.searchsorted(spans[:, 0], moments, side="right") - 1
    inside = np.clip(moments - spans[np.maximum(index, 0), 0], 0, (spans[:, 1] - spans[:, 0])[np.maximum(index, 0)])
    before = np.where(index > 0, ends[np.maximum(index - 1, 0)], 0)
    return np.where(index < 0, 0, before + inside)


def in_unit(moments: Any, column: ColumnFacts) -> Any:
    """Return microseconds in the unit of a column: days for dates."""
    return moments // DAY if column.form.kind == "date" else moments


@dataclass(frozen=True, slots=True)
class Created(Provider):
    """When the row came to be: after all rows that it refers to, and inside the partitions that exist."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(in_unit(birth(frame), column))


@dataclass(frozen=True, slots=True)
class Later(Provider):
    """Some time after the row came to be (``step`` orders several such times), but not after the plan's horizon.

    Not before the times in the columns ``after``, where those are set.
    """

    step: int = 1
    longest: int = YEAR
    after: tuple[str, ...] = ()

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        data = in_unit(later(frame, column.name, self.step, self.longest), column)
        for name in self.after:
            other = frame.column(name)
            found = other.data
            if frame.table.columns[name].facts.form.kind != column.form.kind:
                found = found // DAY if column.form.kind == "date" else found * DAY
            floor = found if other.null is None else np.where(other.null, data, found)
            data = np.maximum(data, floor)
        return Values(data)


def later(frame: Frame, name: str, step: int, longest: int) -> Rows:
    """Return times after birth, each step after the one before and before the horizon."""
    moment = birth(frame)
    for index in range(1, step + 1):
        bits = frame.bits("step", str(index)) if step > 1 or longest < YEAR else frame.bits(name)
        share = hashing.unit(bits)
        room = np.maximum(frame.plan.horizon - moment, 0) // 2
        limit = np.minimum(room, longest)
        moment = moment + ((share * share + 0.001) * limit).astype(np.int64) // SECOND * SECOND
    return moment


@dataclass(frozen=True, slots=True)
class Milestone(Provider):
    """A time that is set only in the states that imply it: shipped only if the status says so.

    ``step`` is its place among the row's milestones. Without a status column it is set for ``share`` per mille.
    """

    tells_null: ClassVar[bool] = True

    step: int
    status: str = ""
    states: tuple[Any, ...] = ()
    share: int = 500

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        moment = later(frame, column.name, self.step, 4 * DAY)
        if self.status:
            state = frame.column(self.status)
            if isinstance(state.data, np.ndarray) and state.data.dtype == np.bool_:
                unset = ~state.data
            else:
                unset = ~pc.is_in(state.data, value_set=pa.array(self.states)).to_numpy(zero_copy_only=False)
            if state.null is not None:
                unset = unset | state.null
        else:
            is_again = frame.attempt and column.name in frame.redrawn
            bits = frame.bits(column.name, "milestone") if is_again else frame.bits(f"milestone {self.step}")
            unset = hashing.below(bits, 1000) >= self.share
        return Values(in_unit(moment, column), unset if not column.not_null else None)


@dataclass(frozen=True, slots=True)
class Expiry(Provider):
    """``least`` to ``most`` days after the row came to be."""

    least: int = 7
    most: int = 90

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        days = self.least + hashing.below(frame.bits(column.name), self.most - self.least + 1)
        return Values(in_unit(birth(frame) + days * DAY, column))


@dataclass(frozen=True, slots=True)
class Birthday(Provider):
    """A date of birth of an adult, 18 to 80 years before the plan's horizon."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        days = 18 * 366 + hashing.below(frame.bits(column.name), 62 * 365)
        return Values(in_unit(frame.plan.horizon - days * DAY, column))


@dataclass(frozen=True, slots=True)
class Ticks(Provider):
    """Distinct times: one step of the clock for each row, from ``low`` on."""

    low: int
    step: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(self.low + frame.numbers * self.step)


def spread(bits: Bits, size: int) -> Rows:
    """Return numbers below ``size``, which may be larger than 2**31."""
    if size < 1 << 31:
        return hashing.below(bits, size)
    return np.minimum((hashing.unit(bits) * float(size)).astype(np.int64), size - 1)


STAGES: Final = {
    "confirmed": 1,
    "accepted": 1,
    "approved": 1,
    "verified": 1,
    "sent": 1,
    "queued": 1,
    "captured": 2,
    "paid": 2,
    "processed": 2,
    "packed": 3,
    "dispatched": 4,
    "shipped": 4,
    "delivered": 5,
    "opened": 5,
    "read": 6,
    "clicked": 7,
    "completed": 6,
    "finished": 6,
    "done": 6,
    "closed": 7,
    "returned": 7,
    "refunded": 8,
    "resolved": 6,
    "published": 2,
}
"""Milestones in the order in which they happen."""

_NEGATIVE: Final = frozenset(
    {"cancelled", "canceled", "failed", "rejected", "expired", "voided", "declined", "deleted", "archived"}
)


def milestone(context: Context) -> Provider | None:
    """Return a time that is set only if the state of the row says so, by the place of its name among others."""
    stem = re.sub(r"(_at|_on|_date|_time|_ts)$", "", context.column.name)
    flag = context.first(stem, f"is_{stem}", f"was_{stem}")
    if flag is not None and context.table.columns[flag].form.kind == "boolean" and not context.column.not_null:
        return Milestone(STAGES.get(stem, 3), flag, (True,))
    status = context.first("status", "state", "order_status", "payment_status", "fulfillment_status")
    values = None
    if status is not None:
        values = context.siblings[status].values or context.table.columns[status].form.labels or None
    step = STAGES.get(stem, 3 if stem in _NEGATIVE else 0)
    if not step:
        return None
    passed = () if status is None or values is None else _implied(stem, values, status, context)
    if status is None or not passed:
        if context.column.not_null:
            return Later(step, 4 * DAY)
        return Milestone(step, share=40 if stem in _NEGATIVE else max(100, 750 - 90 * step))
    return Milestone(step, status, passed)


def _implied(stem: str, states: tuple[Any, ...], status: str, context: Context) -> tuple[str, ...]:
    """Return the states in which a milestone has been passed; an enum lists states without a stage in their order."""
    if stem in _NEGATIVE:
        return tuple(s for s in states if s == stem or (s[:6] == stem[:6] and s in _NEGATIVE))
    stage = STAGES[stem]
    labels = context.table.columns[status].form.labels
    behind = labels[labels.index(stem) :] if stem in labels else ()
    passed = tuple(
        s for s in states if s not in _NEGATIVE and (STAGES.get(s, 0) >= stage or (s in behind and s not in STAGES))
    )
    return passed if stem in states or passed else ()


def _updated(context: Context) -> Provider:
    """Return a time after creation and after whatever happened to the row."""
    forms = {name: column.form for name, column in context.table.columns.items()}
    stems = {name: re.sub(r"(_at|_on|_date|_time|_ts)$", "", name) for name in forms}
    happened = STAGES.keys() | _NEGATIVE
    after = tuple(n for n, stem in stems.items() if stem in happened and forms[n].kind in TIME and stem != n)
    return Later(after=after)


def _birth_rule(context: Context) -> Provider | None:
    earlier = next(
        (n for n in context.table.columns if BIRTH.fullmatch(n) and context.table.columns[n].form.kind in TIME), None
    )
    return Created() if earlier in (None, context.column.name) else None


RULES = (
    Rule(
        r"(\w+_)?(birth_?da(te|y)|date_of_birth|dob|born(_on|_at)?)",
        TIME,
        lambda c: Birthday(),
        "its name says date of birth",
    ),
    Rule(
        r"(died|deceased|date_of_death|death)(_at|_on|_date)?",
        TIME,
        lambda c: None if c.column.not_null else Milestone(3, share=30),
        "rarely set",
    ),
    Rule(
        r"created(_at|_on|_date|_time|_ts)?|inserted_at",
        TIME,
        lambda c: Created(),
        "its name says when the row came to be",
    ),
    Rule(BIRTH.pattern, TIME, _birth_rule, "its name says when the row came to be"),
    Rule(
        r"(last_)?(updated|modified|changed|edited|synced|refreshed)(_at|_on|_date|_time)?|date_(updated|modified)",
        TIME,
        _updated,
        "a time after creation",
    ),
    Rule(
        r"(last_)?(activity|seen|used|accessed)(_at|_on|_date|_time)?",
        TIME,
        lambda c: Later(1, 3 * DAY),
        "soon after creation",
        tables="session|token|login",
    ),
    Rule(
        r"(last_)?(login|seen|active|activity|used|accessed|sign_in|visited)(_at|_on|_date|_time)?|last_\w+",
        TIME,
        lambda c: Later(),
        "a time after creation",
    ),
    Rule(
        r"(\w+_)?(expires?|expiry|expiration|valid_until|valid_to|due|ends?|finish|deadline|estimated_delivery|trial_ends?)(_at|_on|_date|_time)?",
        TIME,
        lambda c: Expiry(),
        "a time after creation",
    ),
    Rule(r"\w+(_at|_on|_date|_time|_ts)", TIME, milestone, "set only when the status says so, and in order"),
    Rule(
        r"(starts?|begins?|valid_from|effective)(_at|_on|_date|_time|_from)?",
        TIME,
        lambda c: Created(),
        "its name says beginning",
    ),
    Rule(
        r"(deleted|archived|removed|disabled|blocked|suspended|revoked|locked|terminated|resigned|left|fired|retired|"
        r"withdrawn|banned|unsubscribed|deactivated|discontinued|decommissioned|quit|termination)(_at|_on|_date)?",
        TIME,
        lambda c: None if c.column.not_null else Milestone(3, share=40),
        "rarely set",
    ),
    Rule(r"\w+", TIME, lambda c: Later(), "a time after creation"),
)
