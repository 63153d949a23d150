"""Journeys as names and checks suggest them: states with well-known names, their times, tables of their history.

What a journey is, and how it is walked, is in `journeys`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.providers import moments
from designer_kernel.sample.providers.choices import LIFECYCLE, in_lifecycle
from designer_kernel.sample.providers.journeys import ALL, Entered, EnteredNamed, Journey, Told
from designer_kernel.sample.providers.parameters import length_of, refused
from designer_kernel.sample.providers.provider import TIME, Context, Provider, Rule

_STUCK: Final = 60
"""Thousandths of the rows that go no further, in each state, where nobody says how many."""
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
        chances[place[before]][place[after]] = ALL - _STUCK
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
    history = _kept_by(parts, states)
    if history is None and len(milestones) < 2:
        return None
    return Journey(found.states, found.chances, found.takes, found.start, history)


def _kept_by(parts: Mapping[TableName, TableFacts], states: tuple[Any, ...]) -> TableName | None:
    """Return the table below that keeps the history of states, if there is one."""
    return next((n for n, part in parts.items() if _HISTORY.search(n[1]) and _keeps(part, states)), None)


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
    history = _kept_by(context.parts, tuple(states))
    return Journey(tuple(states), tuple(map(tuple, chances)), tuple(lengths), place[start or states[0]], history)


def _time(context: Context, *, status: str, state: str) -> Provider:
    """When a row's journey came into a state; NULL if it did not. The column status has provider: journey."""
    states = _states(context, status) if status in context.table.columns else ()
    if status not in context.table.columns or (states and state not in states):
        raise refused(context, f"{status} has no state {state!r}", "name the column of states and one of them")
    if context.column.not_null:
        raise refused(context, "it may not be NULL, and rows may not have come so far", "use another provider")
    return EnteredNamed(status, state)


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
