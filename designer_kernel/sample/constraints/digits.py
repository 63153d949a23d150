"""Unique keys over references and few values: each column is a digit of the row's number among its equals.

The number is told by the digits together if they cover it without a gap: from one to a divisor, from there to the
next, and so on. A column that is a digit for one key keeps that for the next; what is left of the number is divided
among the key's other columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from designer_kernel.sample.plan import Counter, Pick, ReferencePlan
from designer_kernel.sample.providers.choices import InTurn
from designer_kernel.sample.providers.keys import Alphabetic, Serial
from designer_kernel.sample.providers.provider import Provider


@dataclass(frozen=True, slots=True)
class Digit:
    """The part of a number, among the rows of ``among``, that a column tells: ``number // start % (end / start)``."""

    among: str
    start: int
    end: int | None


@dataclass(slots=True)
class Unit:
    """A reference or a column, as far as it is free to be a digit; ``size`` is how many values it has.

    A column has ``values``, or counts from ``first`` (letters, where that is ``None``).
    """

    name: str
    size: int
    values: tuple[Any, ...] | None = None
    plan: ReferencePlan | None = None
    first: int | None = None
    length: int = 0
    taken: int = 1
    pieces: tuple[tuple[int, int], ...] = ()

    @property
    def is_ranged(self) -> bool:
        """Whether how many values there are depends on the row."""
        rule = self.plan.rule if self.plan is not None else None
        return isinstance(rule, Pick) and rule.path is not None


@dataclass(frozen=True, slots=True)
class Division:
    """What the free columns of a key tell, and how many rows it has room for (``None``: any, others are NULL)."""

    units: tuple[Unit, ...]
    most: int | None


def divided(free: list[Unit], fixed: list[Digit], among: str) -> Division | None:
    """Return how what ``fixed`` digits leave of a number is divided among free units; ``None`` if it cannot be."""
    waiting = sorted(free, key=lambda u: (u.is_ranged, u.plan is not None, u.name))
    cursor = 1
    for digit in _usable(fixed, among):
        if digit.start > cursor:
            if digit.start % cursor or not _fill(waiting, cursor, digit.start):
                return None
        elif digit.end is not None and digit.start != 1 and cursor % digit.start:
            continue
        if digit.end is None:
            return _done(free, None if digit.start == 1 else -1)
        cursor = max(cursor, digit.end)
    return _open(free, waiting, cursor)


def _usable(fixed: list[Digit], among: str) -> list[Digit]:
    """Return the digits that say something of a number, the lowest first.

    Rows of one owner are neighbours, so that the lowest digit of the row's number is as good as that of the number in
    the owner.
    """
    known = [d for d in fixed if d.among == among or (d.among == "rows" and d.start == 1)]
    return sorted(known, key=lambda d: (d.start, d.end if d.end is not None else 1 << 62))


def _fill(waiting: list[Unit], start: int, end: int) -> bool:
    """Let units tell the number from ``start`` to at least ``end``."""
    need = -(-end // start)
    place = start
    for unit in waiting:
        room = unit.size // unit.taken
        if need <= 1:
            break
        if unit.is_ranged or room < 2:
            continue
        size = min(room, need)
        unit.pieces = (*unit.pieces, (place, size))
        unit.taken *= size
        place *= size
        need = -(-need // size)
    return need <= 1


def _open(free: list[Unit], waiting: list[Unit], start: int) -> Division:
    """Let units tell the rest of the number; the last one without an end, if it is one that may be NULL instead."""
    place = start
    left = [u for u in waiting if u.size // u.taken > 1 or u.is_ranged or not u.pieces]
    whole = [u for u in left if not u.is_ranged]
    last = next((u for u in left if u.is_ranged), None)
    for unit in whole:
        room = max(unit.size // unit.taken, 1)
        is_last = unit is whole[-1] and last is None
        unit.pieces = (*unit.pieces, (place, 0 if is_last else room))
        place *= room
    if last is not None:
        last.pieces = ((place, 0),)
        place *= last.size
    final = last or (whole[-1] if whole else None)
    overflows = final is not None and final.plan is not None and bool(final.plan.null_columns)
    return _done(free, None if overflows else place)


def _done(free: list[Unit], most: int | None) -> Division:
    return Division(tuple(u for u in free if u.pieces), most if most is None or most >= 0 else None)


def counter_of(unit: Unit, among: str) -> Counter:
    """Return the counter that a unit goes by."""
    wraps = unit.pieces[-1][1] != 0
    if len(unit.pieces) == 1 and unit.pieces[0][1] in (0, unit.size):
        return Counter(among, unit.pieces[0][0], wraps=wraps)
    return Counter(among, 1, wraps=wraps, pieces=unit.pieces)


def digits_of(unit: Unit, among: str) -> list[Digit]:
    """Return what a unit tells.

    A reference that is counted in the owner goes on from owner to owner, so that it counts all rows as well.
    """
    found = [Digit(among, start, start * size if size else None) for start, size in unit.pieces]
    if among == "owner" and unit.pieces == ((1, 0),) and unit.plan is not None and not unit.is_ranged:
        found.append(Digit("rows", 1, unit.size))
    return found


def chosen(unit: Unit, among: str) -> Provider | ReferencePlan:
    """Return the provider or the reference that makes a unit tell its digits."""
    counter = counter_of(unit, among)
    if unit.plan is None and unit.values is not None:
        return InTurn(unit.values, counter, scattered=not counter.pieces)
    if unit.plan is None:
        counter = Counter(among, 1, wraps=counter.wraps, pieces=unit.pieces)
        return Serial(unit.first, counter) if unit.first is not None else Alphabetic(unit.length, counter)
    assert isinstance(unit.plan.rule, Pick)
    return replace(unit.plan, rule=replace(unit.plan.rule, counter=counter, popular=False))
