"""States that follow each other with chances and durations: a row's status, its times and its history agree.

A row's walk begins when the row comes to be. In each state it stays for a time with a mean, and goes on to one of the
next states, until there is none or the plan's horizon is reached. If rows of another table keep the history, their
number and their times are those of the walk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Owner
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.providers import moments
from designer_kernel.sample.providers.choices import LIFECYCLE, in_lifecycle, taken
from designer_kernel.sample.providers.parameters import length_of, refused
from designer_kernel.sample.providers.provider import TIME, Context, Provider, Rule, unwrapped
from designer_kernel.sample.rows import hashing, quantiles
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MOST_STEPS: Final = 24
_ALL: Final = 1_000
_STUCK: Final = 60
"""Thousandths of the rows that go no further, in each state, where nobody says how many."""
_ENDING: Final = 12
"""How many times likelier a last step is that leads to a state that nothing follows."""
_STATUS: Final = re.compile(r"(\w+_)?(status|state|stage|phase)")
_HISTORY: Final = re.compile(r"history|histories|transition|status_(log|change)|state_(log|change)|timeline")
_SIDE: Final = ("cancelled", "canceled", "failed", "rejected", "declined", "expired", "voided", "withdrawn", "lost")
_AFTER: Final = ("returned", "refunded", "archived", "reopened", "disputed", "chargeback")
_HOURS: Final[Mapping[str, int]] = {
    "draft": 20, "new": 4, "open": 40, "pending": 3, "queued": 1, "created": 2,
    "placed": 2, "confirmed": 6,
    "authorized": 4, "paid": 14, "captured": 10, "processing": 22, "packed": 8, "sent": 12, "shipped": 55,
    "in_transit": 48, "delivered": 300,
    "completed": 300, "approved": 20, "review": 30, "in_progress": 60,
}  # fmt: skip
_STEM: Final = re.compile(r"(_at|_on|_date|_time|_ts)$")


class Walk(NamedTuple):
    """The states that each row went through, -1 after the last one, and when it entered them."""

    path: Rows
    times: Rows


def last(path: Rows) -> Rows:
    """Return the state that each row is in."""
    index = np.maximum((path >= 0).sum(axis=1) - 1, 0)
    found: Rows = path[np.arange(len(index)), index]
    return found


@dataclass(frozen=True, slots=True)
class Journey(Provider):
    """The state that a row's walk has reached.

    ``chances`` has a line for each state with the thousandths that go on to each other; the rest stays. ``takes`` is
    the mean time in each state, in microseconds. With ``history`` each row of that table, which lies below, is one step
    of the walk.
    """

    states: tuple[str, ...]
    chances: tuple[tuple[int, ...], ...]
    takes: tuple[int, ...]
    start: int = 0
    history: TableName | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return taken(self.states, last(self.path(frame, column.name)))

    def path(self, frame: Frame, column: str) -> Rows:
        """Return the states that each row went through, -1 after the last one, without its times."""
        if self.history is None:
            return self.walk(frame, column).path
        made: Rows = frame.shared(f"journey's path {column}", lambda: self._steps(frame, column))
        return made

    def walk(self, frame: Frame, column: str) -> Walk:
        """Return the walk of each row."""
        made: Walk = frame.shared(f"journey {column}", lambda: self._walk(frame, column))
        return made

    def _walk(self, frame: Frame, column: str) -> Walk:
        if self.history is not None:
            return self._told(frame, column)
        state = np.full(len(frame), self.start, dtype=np.int64)
        moment = moments.birth(frame).copy()
        path, times = [state], [moment]
        is_moving = np.ones(len(frame), dtype=np.bool_)
        for step in range(1, _MOST_STEPS):
            bits = frame.bits(column, "step", str(step))
            stay = _waiting().at(hashing.mix(bits)) * (np.array(self.takes)[state] // 1_000_000)
            moment = moment + stay // moments.SECOND * moments.SECOND
            following = _followed(self.chances, state, bits)
            is_moving = is_moving & (following >= 0) & (moment < frame.plan.horizon)
            if not is_moving.any():
                break
            state = np.where(is_moving, following, state)
            path.append(np.where(is_moving, state, -1))
            times.append(moment)
        return Walk(np.stack(path, axis=1), np.stack(times, axis=1))

    def _told(self, frame: Frame, column: str) -> Walk:
        """Return walks of as many steps as there are rows of the history, at their times."""
        from designer_kernel.sample.rows.frame import Frame as AnyFrame  # frames make providers, and here the reverse

        assert self.history is not None
        path = self.path(frame, column)
        first, count = self._recorded(frame)
        born = moments.birth(frame)
        times = np.repeat(born[:, None], path.shape[1], axis=1)
        steps = np.arange(path.shape[1])
        rows = (first[:, None] + steps)[steps < count[:, None]]
        if len(rows):
            times[steps < count[:, None]] = moments.birth(AnyFrame(frame.plan, self.history, rows))
        return Walk(path, np.maximum(times, born[:, None]))

    def _steps(self, frame: Frame, column: str) -> Rows:
        _, count = self._recorded(frame)
        width = max(int(count.max()) if len(count) else 1, 1)
        is_there = np.arange(width) < np.maximum(count, 1)[:, None]
        path = np.full((len(frame), width), -1, dtype=np.int64)
        path[:, 0] = self.start
        for step in range(1, width):
            left = np.maximum(count - 1 - step, 0)
            before = path[:, step - 1]
            bits = frame.bits(column, "step", str(step))
            state = _followed(self.chances, np.maximum(before, 0), bits, left)
            path[:, step] = np.where(is_there[:, step], np.where(state < 0, before, state), -1)
        return path

    def _recorded(self, frame: Frame) -> tuple[Rows, Rows]:
        """Return the first row of the history of each row, and how many there are."""
        assert self.history is not None
        part = frame.plan.tables[self.history]
        rule = part.references[part.owner].rule
        assert isinstance(rule, Owner)
        first = rule.fan.start(frame.rows)
        return first, rule.fan.start(frame.rows + 1) - first


@dataclass(frozen=True, slots=True)
class Entered(Provider):
    """When the row's walk came into a state first; NULL if it never did. ``status`` is the column of the walk.

    If that column has another provider, the time is what ``otherwise`` makes of its state.
    """

    tells_null: ClassVar[bool] = True

    status: str
    state: int
    otherwise: Provider | None = None

    @property
    def name(self) -> str:
        return "journey time"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        if self.otherwise is not None and found_journey(frame, self.status) is None:
            return self.otherwise.draw(frame, column)
        walk = journey(frame, self.status).walk(frame, self.status)
        reached = walk.path == self.state
        index = reached.argmax(axis=1)
        null = ~reached.any(axis=1)
        found = walk.times[np.arange(len(index)), index]
        return Values(moments.in_unit(found, column), null if null.any() else None)


@dataclass(frozen=True, slots=True)
class Told(Provider):
    """The state that the owner's walk is in at this row of its history, or with ``back`` the one before, if any.

    If the owner makes no walk, ``states`` follow each other.
    """

    tells_null: ClassVar[bool] = True

    status: str
    back: int = 0
    states: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return "journey step"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        owner = frame.parent(frame.table.owner)
        if owner.table.existing is not None:  # nobody knows how it came to its state
            values = owner.column(self.status)
            return values.without(np.ones(len(frame), dtype=np.bool_)) if self.back else values
        if self.states and found_journey(owner, self.status) is None:
            place = frame.position("owner") - self.back
            return taken(self.states, np.clip(place, 0, len(self.states) - 1)).without(place < 0)
        provider = journey(owner, self.status)
        path = provider.path(owner.whole or owner, self.status)
        step = frame.position("owner") - self.back
        place = owner.places if owner.whole is not None else np.arange(len(step))
        found = path[place, np.clip(step, 0, path.shape[1] - 1)]
        values = taken(provider.states, np.maximum(found, 0))
        return values.without(step < 0)


def found_journey(frame: Frame, status: str) -> Journey | None:
    """Return the provider of a frame's column of states, without what is put around it, if it is a journey."""
    column = frame.table.columns.get(status)
    found = unwrapped(column.provider) if column is not None else None
    return found if isinstance(found, Journey) else None


def journey(frame: Frame, status: str) -> Journey:
    """Return the journey of a frame's column of states.

    Raises
    ------
    SamplePlanError
        If the column has another provider.
    """
    found = found_journey(frame, status)
    if found is None:
        raise SamplePlanError(
            "it makes no journey that other columns could tell of",
            where=f"{frame.table.label}.{status}",
            mend="give it provider: journey, or the others another provider",
        )
    return found


@lru_cache(maxsize=1)
def _waiting() -> quantiles.Table:
    """Return waiting times of mean one, in microseconds of a second."""
    return quantiles.table(quantiles.exponential, quantiles.FINEST_UNIT)


def _followed(chances: tuple[tuple[int, ...], ...], state: Rows, bits: Bits, left: Rows | None = None) -> Rows:
    """Return the state after each, -1 if it stays; with ``left`` one from which so many more steps can be gone."""
    following, totals = _following(chances, left is not None)
    room = 0 if left is None else np.minimum(left, following.shape[1] - 1)
    found: Rows = following[state, room, hashing.below(bits, totals[state, room])]
    return found


@lru_cache(maxsize=64)
def _following(chances: tuple[tuple[int, ...], ...], is_bounded: bool) -> tuple[Rows, Rows]:
    """Return what follows on each state, steps left and thousandth drawn; and of how many thousandths one is drawn."""
    longest = _longest(chances)
    finite = longest[longest < _MOST_STEPS]
    rooms = int(finite.max(initial=0)) + 2 if is_bounded else 1
    weights = np.array(chances, dtype=np.int64)[:, None, :] * (longest >= np.arange(rooms)[:, None])
    if is_bounded:  # what ends so soon has mostly come to an end
        weights[:, 0, longest == 0] *= _ENDING
    sums = weights.sum(axis=2)
    totals = np.maximum(sums, 1 if is_bounded else _ALL)
    following = np.full((len(chances), rooms, int(totals.max())), -1, dtype=np.int64)
    for state, room in np.ndindex(len(chances), rooms):
        following[state, room, : sums[state, room]] = np.repeat(np.arange(len(chances)), weights[state, room])
    return following, totals


@lru_cache(maxsize=64)
def _longest(chances: tuple[tuple[int, ...], ...]) -> Rows:
    """Return how many steps can be gone from each state; in a circle as many as anybody wants."""
    size = len(chances)
    found = np.zeros(size, dtype=np.int64)
    for _ in range(_MOST_STEPS):
        found = np.array(
            [max((found[j] + 1 for j in range(size) if chances[i][j]), default=0) for i in range(size)], dtype=np.int64
        )
    return np.where(found >= _MOST_STEPS, 1 << 30, found)


def usual(states: Sequence[str], start: str = "") -> Journey | None:
    """Return the walk that states with well-known names suggest: along the line, with side tracks; or ``None``."""
    line = [s for s in sorted((s for s in states if s in LIFECYCLE), key=LIFECYCLE.index) if s not in _AFTER]
    if len(line) < 3:
        return None
    if start in line:
        line = [start, *(s for s in line if s != start and LIFECYCLE.index(s) > LIFECYCLE.index(start))]
    place = {state: i for i, state in enumerate(states)}
    chances = [[0] * len(states) for _ in states]
    for before, after in pairwise(line):
        chances[place[before]][place[after]] = _ALL - _STUCK
    for side in (s for s in states if s in _SIDE):
        for before in line[: max(len(line) // 2, 1)]:
            chances[place[before]][place[side]] = 25
            chances[place[before]][place[line[line.index(before) + 1]]] -= 25
    for after in (s for s in states if s in _AFTER and s not in line):
        chances[place[line[-1]]][place[after]] = 25
    takes = tuple(_HOURS.get(state, 24) * moments.HOUR for state in states)
    return Journey(tuple(states), tuple(tuple(row) for row in chances), takes, place[line[0]])


def by_status(context: Context, states: tuple[Any, ...]) -> Provider | None:
    """Return the walk of a table whose times or history tell of the states of this column; or ``None``."""
    return _journey(context.table, context.parts, context.column.name, states, context.column.default)


def by_time(context: Context) -> Provider | None:
    """Return the time at which a state was entered, for a column that is named after it."""
    for status in context.table.columns.values():
        states = _states(context, status.name)
        found = _journey(context.table, context.parts, status.name, states, status.default)
        stem = _STEM.sub("", context.column.name)
        state = _meant(stem, found.states) if found is not None else None
        if found is not None and state is not None and state != found.states[found.start]:
            if context.column.not_null:
                return None
            return Entered(status.name, found.states.index(state), moments.milestone(context))
    return None


def by_history(context: Context, states: tuple[Any, ...]) -> Provider | None:
    """Return the steps of the owner's walk, for the column of states of a table that keeps its history."""
    parent = next((context.parents[key] for key in (context.owner,) if key in context.parents), None)
    if parent is None or not _HISTORY.search(context.table.name[1]):
        return None
    for status in parent.columns.values():
        theirs = status.form.labels or listed(parent, status)
        if _STATUS.fullmatch(status.name) and theirs and set(states) == set(theirs):
            back = bool(re.match(r"(from|old|previous|prior)_", context.column.name))
            if _journey(parent, {context.table.name: context.table}, status.name, theirs, status.default) is not None:
                line = in_lifecycle(states) or states
                return Told(status.name, int(back), line) if not (back and context.column.not_null) else None
    return None


def line_of(table: TableFacts, part: TableFacts) -> int | None:
    """Return how many states the whole way of a table's rows has, if another table keeps its history."""
    if not _HISTORY.search(part.name[1]):
        return None
    for status in table.columns.values():
        if _STATUS.fullmatch(status.name):
            states = status.form.labels or listed(table, status)
            found = _journey(table, {part.name: part}, status.name, states, status.default)
            if found is not None and found.history == part.name:
                return sum(s in LIFECYCLE and s not in _AFTER for s in found.states)
    return None


def listed(table: TableFacts, column: ColumnFacts) -> tuple[Any, ...]:
    """Return the values that a check of another table lists for a column."""
    from designer_kernel.sample.constraints.checks import read_checks  # checks ask providers what they need

    return read_checks(table).allowed[column.name].values or ()


def _meant(stem: str, states: Sequence[str]) -> str | None:
    """Return the state that the name of a time means: ``opened_at`` is when it became open."""
    same = (s for s in states if stem in (s, s + "ed", s + "d") or (stem[:6] == s[:6] and {stem, s} <= set(_SIDE)))
    return next(same, None)


def _states(context: Context, column: str) -> tuple[Any, ...]:
    allowed = context.siblings.get(column)
    values = allowed.values if allowed is not None else None
    return tuple(values or context.table.columns[column].form.labels or ())


def _journey(
    table: TableFacts, parts: Mapping[TableName, TableFacts], column: str, states: tuple[Any, ...], default: str
) -> Journey | None:
    if not _STATUS.fullmatch(column) or not all(isinstance(s, str) for s in states):
        return None
    start = default.split("'")[1] if default.count("'") >= 2 else ""
    found = usual(states, start)
    if found is None:
        return None
    stems = [_STEM.sub("", c.name) for c in table.columns.values() if c.form.kind in ("date", "timestamp")]
    milestones = [stem for stem in stems if stem in moments.STAGES or stem in _SIDE or stem in _AFTER]
    if any(_meant(stem, states) is None for stem in milestones):
        return None  # what happens between two states has its own rule
    history = next((n for n, part in parts.items() if _HISTORY.search(n[1]) and _keeps(part, states)), None)
    if history is None and len(milestones) < 2:
        return None
    return Journey(found.states, found.chances, found.takes, found.start, history)


def _keeps(part: TableFacts, states: tuple[Any, ...]) -> bool:
    """Whether a table has a column of these states."""
    columns = [c for c in part.columns.values() if re.fullmatch(r"(to_|new_)?(\w+_)?(status|state)", c.name)]
    return any(set(c.form.labels or listed(part, c)) == set(states) for c in columns)


def _named(
    context: Context, *, states: list[str], next: dict[str, dict[str, float]], takes: dict[str, str] | None = None,
    start: str | None = None,
) -> Provider:  # fmt: skip
    """States that follow each other: for each the chances of the next ones, and how long it takes on average."""
    place = {state: i for i, state in enumerate(states)}
    for state in (
        *next,
        *(after for row in next.values() for after in row),
        *(takes or {}),
        *([start] if start else []),
    ):
        if state not in place:
            raise refused(context, f"{state!r} is none of the states", "name it in states as well")
    labels = context.allowed.values or context.column.form.labels
    if labels and any(state not in labels for state in states):
        raise refused(context, "the column does not allow all of these states", "use " + ", ".join(map(str, labels)))
    chances = [[0] * len(states) for _ in states]
    for before, row in next.items():
        if any(chance < 0 for chance in row.values()):
            raise refused(context, "a chance is below zero", "give chances such as 0.9")
        for after, chance in row.items():
            chances[place[before]][place[after]] = round(1000 * chance)
    interval = context.table.columns[context.column.name].form
    try:
        form = type(interval)("interval", "interval")
        lengths = [int(length_of((takes or {}).get(state, "1 day"), form)) for state in states]
    except ValueError as error:
        raise refused(context, f"takes: {error}", "write lengths such as '2 hours'") from error
    history = next_history(context, states)
    return Journey(tuple(states), tuple(map(tuple, chances)), tuple(lengths), place[start or states[0]], history)


def next_history(context: Context, states: list[str]) -> TableName | None:
    """Return the table below that keeps the history of states, if there is one."""
    return next((n for n, part in context.parts.items() if _HISTORY.search(n[1]) and _keeps(part, tuple(states))), None)


def _time(context: Context, *, status: str, state: str) -> Provider:
    """When a row's journey came into a state; NULL if it did not. The column status has provider: journey."""
    states = _states(context, status) if status in context.table.columns else ()
    if status not in context.table.columns or (states and state not in states):
        raise refused(context, f"{status} has no state {state!r}", "name the column of states and one of them")
    if context.column.not_null:
        raise refused(context, "it may not be NULL, and rows may not have come so far", "use another provider")
    return EnteredNamed(status, state)


@dataclass(frozen=True, slots=True)
class EnteredNamed(Provider):
    """When the row's walk came into a state that is known by its name."""

    tells_null: ClassVar[bool] = True

    status: str
    state: str

    @property
    def name(self) -> str:
        return "journey time"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        states = journey(frame, self.status).states
        return Entered(self.status, states.index(self.state)).draw(frame, column)


def _step(context: Context, *, status: str = "status", before: bool = False) -> Provider:
    """The state of the owner's journey at this row of its history; ``before`` the one that came before it."""
    if not context.owner:
        raise refused(context, "its rows lie under no other table's", "use another provider")
    return Told(status, int(before))


RULES = (
    Rule(
        r"(status_|state_)?(changed|entered|transitioned|occurred|recorded|logged|created|updated|set)(_at|_on|_date|_time)?",
        TIME,
        lambda c: moments.Created() if c.owner else None,
        "when the state was entered",
        tables=_HISTORY.pattern,
    ),
    Rule(r"\w+(_at|_on|_date|_time|_ts)", TIME, by_time, "when the row's journey came into the state"),
)

NAMED = {"journey": _named, "journey time": _time, "journey step": _step}
