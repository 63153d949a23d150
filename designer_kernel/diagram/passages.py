"""Passages: a way between cards for an edge that no plain line serves.

A line search after Mikami and Tabuchi (1968), ordered by cost: the lines along the sides of cards are cut where cards
block them, and a way goes from free interval to free interval. There are few of them, unlike cells of a grid.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Rectangle
from designer_kernel.diagram.shapes import Point

TURN: Final = 40.0
"""What a bend costs in pixels; more than for plain lines, since a long way with few bends is easier to follow."""

REGION: Final = 320.0
"""How far around both ends a way is searched."""

MOST_STEPS: Final = 6000
"""Intervals that are looked at before a search gives up."""


@dataclass(frozen=True, slots=True)
class Gate:
    """An end of a line: its point on a card's side, and the direction in which it leaves (``1`` right, ``-1`` left)."""

    x: float
    y: float
    direction: float

    def is_clear(self, x: float) -> bool:
        """Whether a bend at ``x`` leaves the stub its length."""
        return self.direction * (x - self.x) >= metrics.STUB


@dataclass(slots=True)
class _Lines:
    """Parallel lines with their free intervals: ``positions`` is sorted, ``free[i]`` are the intervals of the i-th."""

    positions: list[float]
    free: list[list[tuple[float, float]]]

    def interval(self, line: int, at: float) -> int | None:
        """Return the number of the interval of a line that covers a coordinate."""
        intervals = self.free[line]
        number = bisect_right(intervals, (at, float("inf"))) - 1
        return number if number >= 0 and intervals[number][1] >= at else None


def passage(start: Gate, end: Gate, obstacles: Iterable[Rectangle]) -> tuple[Point, ...] | None:
    """Return an orthogonal line from gate to gate that stays clear of the obstacles, or ``None``."""
    region = Rectangle(
        min(start.x, end.x) - REGION,
        min(start.y, end.y) - REGION,
        abs(start.x - end.x) + 2 * REGION,
        abs(start.y - end.y) + 2 * REGION,
    )
    near = [_inflated(obstacle) for obstacle in obstacles if obstacle.is_near(region)]
    stubs = (start.x + start.direction * metrics.STUB, end.x + end.direction * metrics.STUB)
    xs = {*stubs, *(o.x for o in near), *(o.right for o in near)}
    ys = {start.y, end.y, *(o.y for o in near), *(o.bottom for o in near)}
    columns = _lines(xs, [(o.x, o.right, o.y, o.bottom) for o in near], region.y, region.bottom)
    rows = _lines(ys, [(o.y, o.bottom, o.x, o.right) for o in near], region.x, region.right)
    return _search(start, end, rows, columns)


def _inflated(obstacle: Rectangle) -> Rectangle:
    gap = metrics.CLEARANCE
    return Rectangle(obstacle.x - gap, obstacle.y - gap, obstacle.width + 2 * gap, obstacle.height + 2 * gap)


def _lines(
    positions: Iterable[float], blocks: Sequence[tuple[float, float, float, float]], low: float, high: float
) -> _Lines:
    ordered = sorted(positions)
    free = []
    for position in ordered:
        blocked = sorted((start, stop) for near, far, start, stop in blocks if near < position < far)
        free.append(_between(blocked, low, high))
    return _Lines(ordered, free)


def _between(blocked: Sequence[tuple[float, float]], low: float, high: float) -> list[tuple[float, float]]:
    """Return what blocked intervals leave free."""
    free: list[tuple[float, float]] = []
    at = low
    for start, stop in blocked:
        if start > at:
            free.append((at, start))
        at = max(at, stop)
    if at < high:
        free.append((at, high))
    return free


_State = tuple[bool, int, int]
"""Whether the line is vertical, its number, and the number of its interval."""


def _search(start: Gate, end: Gate, rows: _Lines, columns: _Lines) -> tuple[Point, ...] | None:
    first, last = _at_gate(start, rows), _at_gate(end, rows)
    if first is None or last is None:
        return None
    came: dict[_State, tuple[_State | None, float]] = {first: (None, start.x)}
    best: dict[_State, float] = {first: 0.0}
    heap: list[tuple[float, float, _State]] = [(0.0, 0.0, first)]
    for _step in range(MOST_STEPS):
        if not heap:
            return None
        _hope, cost, state = heapq.heappop(heap)
        if cost > best[state]:
            continue
        entered = came[state][1]
        if state == last and came[state][0] is not None and end.is_clear(entered):
            return _traced(start, end, came, state, rows, columns)
        is_vertical, line, number = state
        mine, across = (columns, rows) if is_vertical else (rows, columns)
        low, high = mine.free[line][number]
        here = mine.positions[line]
        for other in range(bisect_left(across.positions, low), bisect_right(across.positions, high)):
            at = across.positions[other]
            found = across.interval(other, here)
            if found is None or (state == first and not start.is_clear(at)):
                continue
            new = (not is_vertical, other, found)
            if new == last and not end.is_clear(here):
                continue
            paid = cost + abs(at - entered) + TURN
            if paid < best.get(new, float("inf")):
                best[new] = paid
                came[new] = (state, here)
                x, y = (here, at) if is_vertical else (at, here)
                heapq.heappush(heap, (paid + abs(end.x - x) + abs(end.y - y), paid, new))
    return None


def _at_gate(gate: Gate, rows: _Lines) -> _State | None:
    line = bisect_left(rows.positions, gate.y)
    number = rows.interval(line, gate.x + gate.direction * metrics.STUB)
    return None if number is None else (False, line, number)


def _traced(
    start: Gate,
    end: Gate,
    came: dict[_State, tuple[_State | None, float]],
    state: _State,
    rows: _Lines,
    columns: _Lines,
) -> tuple[Point, ...]:
    """Return the bends of the way that led to a state, with the gates at its ends."""
    points = [(end.x, end.y)]
    current: _State | None = state
    while current is not None:
        is_vertical, line, _number = current
        before, entered = came[current]
        here = (columns if is_vertical else rows).positions[line]
        if before is not None:
            points.append((here, entered) if is_vertical else (entered, here))
        current = before
    points.append((start.x, start.y))
    return tuple(reversed(points))
