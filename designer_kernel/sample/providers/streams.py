"""Rows of one owner in time: events that come by chance, and histories in which one time ends where the next begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading.nested import LOWER_INCLUDED, UPPER_OPEN
from designer_kernel.sample.plan import Owner
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers import moments
from designer_kernel.sample.providers.parameters import length_of, refused
from designer_kernel.sample.providers.provider import TIME, Context, Provider, Rule
from designer_kernel.sample.rows import hashing, quantiles
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import FOREVER, Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_END: Final = (
    r"((valid|effective|active|in_force|applies)(_?to|_until|_till|_end|_thru)|(end(s|ed)?|to)(_date|_at|_on)?)"
)
_RANGES: Final = frozenset({"range"})


class Neighbours(NamedTuple):
    """All rows of the owners of some rows: where each owner's begin and end among them, and where the rows stand."""

    rows: Rows
    starts: Rows
    ends: Rows
    owner: Rows
    place: Rows


def neighbours(frame: Frame) -> Neighbours:
    """Return the rows that lie under the same owners as those of a frame; of all rows if nothing owns them."""
    rule = frame.table.references[frame.table.owner].rule
    assert isinstance(rule, Owner)
    owners, back = np.unique(rule.fan.owner(frame.rows), return_inverse=True)
    first = rule.fan.start(owners)
    count = rule.fan.start(owners + 1) - first
    ends = np.cumsum(count)
    starts = ends - count
    rows = np.repeat(first - starts, count) + np.arange(ends[-1] if len(ends) else 0)
    return Neighbours(rows, starts, ends, owners, starts[back] + frame.rows - first[back])


@dataclass(frozen=True, slots=True)
class Stream(moments.Timed):
    """Times of one owner's rows, one after the other, with gaps as they are between events that come by chance.

    The gaps have a mean of ``gap`` microseconds, or fill the time from the owner's beginning to the plan's end. With
    ``part`` "end" it is the time of the next row, which the last one has none of.
    """

    gap: int = 0
    part: str = "begin"
    is_history: bool = True

    tells_null: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return "history" if self.is_history else "events"

    @property
    def is_birth(self) -> bool:
        return self.part == "begin"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        begin, end = self.lasting(frame, column.form)
        if self.part == "begin":
            return Values(begin)
        is_last = end == FOREVER
        if not is_last.any():
            return Values(end)
        if column.not_null:
            return Values(end)
        return Values(np.where(is_last, 0, end), is_last)

    def lasting(self, frame: Frame, form: Form) -> tuple[Rows, Rows]:
        """Return when each row's time begins and ends, in the unit of a form; `FOREVER` for the last of an owner."""
        is_day = form.kind == "date"
        made: tuple[Rows, Rows] = frame.shared(
            f"stream {self.gap} {is_day}", lambda: self._lasting(frame, is_day=is_day)
        )
        return made

    def _lasting(self, frame: Frame, *, is_day: bool) -> tuple[Rows, Rows]:
        around = neighbours(frame)
        times = self._all(frame, around)
        unit = moments.DAY if is_day else moments.SECOND
        steps = times // unit
        steps = _rising(steps, around)
        found = steps if is_day else steps * unit
        after = np.append(found[1:], FOREVER)
        after[around.ends[around.ends > around.starts] - 1] = FOREVER
        return found[around.place], after[around.place]

    def _all(self, frame: Frame, around: Neighbours) -> Rows:
        """Return the times of all rows of the owners."""
        others = frame.at(around.rows)
        waits = quantiles.waiting_table().at(others.bits("stream")) + 1
        sums = np.cumsum(waits)
        count = around.ends - around.starts
        before = np.repeat(np.concatenate([[0], sums])[around.starts], count)
        passed = sums - before
        owner = frame.plan.tables[frame.table.references[frame.table.owner].parent]
        from designer_kernel.sample.rows.frame import Frame as AnyFrame  # frames make providers, and here the reverse

        born = moments.birth(AnyFrame(frame.plan, owner.name, around.owner))
        low = np.repeat(born, count)
        room = np.maximum(frame.plan.horizon - low, count.repeat(count) * moments.SECOND * 2)
        if self.gap:
            times = passed // 1_000 * (self.gap // 1_000)
            most = np.repeat(times[around.ends[count > 0] - 1], count[count > 0])
            over = np.maximum(-(-most // room), 1)  # what would lie beyond the horizon is pushed together
            pushed: Rows = low + times // over
            return pushed
        last = np.repeat(passed[around.ends[count > 0] - 1], count[count > 0])
        whole = last + np.repeat(
            quantiles.waiting_table().at(hashing.mix(_firsts(others, around))) + 1, count[count > 0]
        )
        filled: Rows = low + (room // 1_000_000) * passed // np.maximum(whole, 1) * 1_000_000
        return filled

    def places(self, frame: Frame, spans: tuple[tuple[int, int], ...], low: Rows, bits: Bits) -> Rows:
        known = np.array(spans, dtype=np.int64)
        begin, _ = self.lasting(frame, Form("timestamp", "timestamp"))
        return moments.offset_in(begin, known, np.cumsum(known[:, 1] - known[:, 0]))


def _firsts(others: Frame, around: Neighbours) -> Bits:
    """Return bits of each owner's first row, for the time that passes after its last."""
    found: Bits = others.bits("stream end")[around.starts[around.ends > around.starts]]
    return found


def _rising(steps: Rows, around: Neighbours) -> Rows:
    """Return times made to rise by at least one from row to row of one owner."""
    place = np.arange(len(steps)) - np.repeat(around.starts, around.ends - around.starts)
    level = steps - place
    owner = np.repeat(np.arange(len(around.starts)), around.ends - around.starts)
    if not len(level):
        return steps
    span = int(level.max() - level.min()) + 1
    highest = np.maximum.accumulate(level - level.min() + owner * span) - owner * span + level.min()
    risen: Rows = highest + place
    return risen


@dataclass(frozen=True, slots=True)
class Lasting(Provider):
    """The time from one row of an owner to its next one, as a range; the last one has no end."""

    inner: Stream

    @property
    def name(self) -> str:
        return "history"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        assert column.form.element is not None
        begin, end = self.inner.lasting(frame, column.form.element)
        is_last = end == FOREVER
        flags = np.where(is_last, LOWER_INCLUDED | UPPER_OPEN, LOWER_INCLUDED).astype(np.int64)
        parts = [arrow(begin), arrow(np.where(is_last, begin, end)), arrow(flags)]
        return Values(pa.StructArray.from_arrays(parts, ["lower", "upper", "flags"]))


def events(context: Context, *, gap: str | None = None) -> Provider:
    """Times of one owner's rows in order, with gaps as between events that come by chance.

    ``gap`` is their mean; without it they fill the time from the owner's beginning to the end.
    """
    _owned(context)
    if context.kind not in TIME:
        raise refused(context, f"{context.column.type} is neither date nor time", "use another provider")
    return Stream(_gap(context, gap), is_history=False)


def history(context: Context, *, part: str = "", gap: str | None = None) -> Provider:
    """Times that are valid one after the other without gaps: where one row of an owner ends, the next one begins.

    ``part`` is begin or end (it is guessed from the name); a range holds both.
    """
    _owned(context)
    stream = Stream(_gap(context, gap))
    if context.kind == "range":
        if context.column.form.element is None or context.column.form.element.kind not in TIME:
            raise refused(context, "it is no range of times", "use another provider")
        return Lasting(stream)
    if context.kind not in TIME or part not in ("", "begin", "end"):
        raise refused(context, "a history has times or a range, and part begin or end", "give part: begin or part: end")
    is_end = part == "end" or (not part and re.fullmatch(_END, context.column.name) is not None)
    return Stream(_gap(context, gap), "end") if is_end else stream


def _owned(context: Context) -> None:
    if not context.owner:
        raise refused(
            context, "its rows lie under no other table's", "give rows: {per: a table that it refers to, mean: 3}"
        )


def _gap(context: Context, gap: str | None) -> int:
    if gap is None:
        return 0
    try:
        return int(length_of(gap, Form("interval", "interval")))
    except ValueError as error:
        raise refused(context, f"gap: {error}", "write a length such as '2 hours'") from error


def _valid(context: Context) -> Provider | None:
    """Return a history for a table that keeps the times of one owner's rows in two columns."""
    if not context.owner or context.unique is not None:
        return None
    times = {n for n, c in context.table.columns.items() if c.form.kind == context.kind}
    begins = [n for n in times if re.fullmatch(r"(valid|effective|active)_?(from|since|start)", n)]
    ends = [n for n in times if re.fullmatch(r"(valid|effective|active)_?(to|until|till|end)", n)]
    if len(begins) != 1 or len(ends) != 1:
        return None
    return Stream(0, "end" if context.column.name == ends[0] else "begin")


RULES = (
    Rule(
        r"(valid|effective|active)_?(from|since|start|to|until|till|end)", TIME, _valid,
        "one row's time begins where that of the row before ends",
    ),
    Rule(
        r"(valid|effective|active)(_?(period|during|range|time|span))?", _RANGES,
        lambda c: Lasting(Stream()) if c.owner and c.unique is None and c.column.form.element is not None
        and c.column.form.element.kind in TIME else None,
        "one row's time begins where that of the row before ends",
    ),
)  # fmt: skip

NAMED = {"events": events, "history": history}
