"""States that follow each other with chances and durations: a row's status, its times and its history agree.

A row's walk begins when the row comes to be. In each state it stays for a time with a mean, and goes on to one of the
next states, until there is none or the plan's horizon is reached. If rows of another table keep the history, their
number and their times are those of the walk.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Owner
from designer_kernel.sample.planning.facts import ColumnFacts, TableName
from designer_kernel.sample.providers import moments
from designer_kernel.sample.providers.choices import taken
from designer_kernel.sample.providers.provider import Provider, unwrapped
from designer_kernel.sample.rows import hashing, quantiles
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MOST_STEPS: Final = 24
ALL: Final = 1_000
"""Thousandths of the rows."""
_ENDING: Final = 12
"""How many times likelier a last step is that leads to a state that nothing follows."""


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
            stay = quantiles.waiting_table().at(hashing.mix(bits)) * (np.array(self.takes)[state] // 1_000_000)
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
    totals = np.maximum(sums, 1 if is_bounded else ALL)
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
