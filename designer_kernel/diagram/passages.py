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


class _Lines:
    """Parallel lines with their free intervals: ``positions`` is sorted; the i-th has ``starts[i]`` and ``ends[i]``.

    All intervals are numbered, beginning with ``offset``; ``bases[i]`` is the number of the first one of the i-th line.
    """

    def __init__(self, positions: list[float], free: Iterable[list[tuple[float, float]]], offset: int) -> None:
        self.positions = positions
        self.starts: list[list[float]] = []
        self.ends: list[list[float]] = []
        self.bases: list[int] = []
        self.line_of: list[int] = []
        self.offset = offset
        for line, intervals in enumerate(free):
            self.bases.append(offset + len(self.line_of))
            self.starts.append([start for start, _end in intervals])
            self.ends.append([end for _start, end in intervals])
            self.line_of += [line] * len(intervals)

    @property
    def following(self) -> int:
        """The number after that of the last interval."""
        return self.offset + len(self.line_of)

    def interval(self, line: int, at: float) -> int | None:
        """Return the number of the interval of a line that covers a coordinate."""
        number = bisect_right(self.starts[line], at) - 1
        return self.bases[line] + number if number >= 0 and self.ends[line][number] >= at else None


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
    rows = _lines(ys, [(o.y, o.bottom, o.x, o.right) for o in near], region.x, region.right, 0)
    columns = _lines(xs, [(o.x, o.right, o.y, o.bottom) for o in near], region.y, region.bottom, rows.following)
    return _search(start, end, rows, columns)


def _inflated(obstacle: Rectangle) -> Rectangle:
    gap = metrics.CLEARANCE
    return Rectangle(obstacle.x - gap, obstacle.y - gap, obstacle.width + 2 * gap, obstacle.height + 2 * gap)


def _lines(
    positions: Iterable[float],
    blocks: Sequence[tuple[float, float, float, float]],
    low: float,
    high: float,
    offset: int,
) -> _Lines:
    ordered = sorted(positions)
    blocked: list[list[tuple[float, float]]] = [[] for _ in ordered]
    for near, far, start, stop in sorted(blocks, key=lambda block: block[2:]):
        for line in range(bisect_right(ordered, near), bisect_left(ordered, far)):
            blocked[line].append((start, stop))
    return _Lines(ordered, (_between(pieces, low, high) for pieces in blocked), offset)


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


def _search(start: Gate, end: Gate, rows: _Lines, columns: _Lines) -> tuple[Point, ...] | None:
    """Return the cheapest way from interval to interval: by A*, whose hope counts the turns that are still to come."""
    first, last = _at_gate(start, rows), _at_gate(end, rows)
    if first is None or last is None:
        return None
    came: list[tuple[int, float]] = [(-1, start.x)] * columns.following
    best = [float("inf")] * columns.following
    best[first] = 0.0
    heap: list[tuple[float, float, int]] = [(0.0, 0.0, first)]
    for _step in range(MOST_STEPS):
        if not heap:
            return None
        _hope, cost, state = heapq.heappop(heap)
        if cost > best[state]:
            continue
        before, entered = came[state]
        if state == last and before >= 0 and end.is_clear(entered):
            return _traced(start, end, came, state, rows, columns)
        is_vertical = state >= columns.offset
        mine, across = (columns, rows) if is_vertical else (rows, columns)
        line = mine.line_of[state - mine.offset]
        number = state - mine.bases[line]
        here = mine.positions[line]
        positions, starts, ends, bases = across.positions, across.starts, across.ends, across.bases
        paid_here = cost + TURN
        left = abs(end.x - here) + TURN if is_vertical else abs(end.y - here) + TURN
        lower, upper = mine.starts[line][number], mine.ends[line][number]
        for other in range(bisect_left(positions, lower), bisect_right(positions, upper)):
            found = bisect_right(starts[other], here) - 1
            if found < 0 or ends[other][found] < here:
                continue
            at = positions[other]
            new = bases[other] + found
            paid = paid_here + (at - entered if at > entered else entered - at)
            if paid >= best[new] or (state == first and not start.is_clear(at)):
                continue
            if new == last:
                if not end.is_clear(here):
                    continue
                more = -TURN
            else:
                more = TURN if is_vertical else 0.0
            best[new] = paid
            came[new] = (state, here)
            ahead = end.y - at if is_vertical else end.x - at
            heapq.heappush(heap, (paid + left + abs(ahead) + more, paid, new))
    return None


def _at_gate(gate: Gate, rows: _Lines) -> int | None:
    line = bisect_left(rows.positions, gate.y)
    return rows.interval(line, gate.x + gate.direction * metrics.STUB)


def _traced(
    start: Gate, end: Gate, came: Sequence[tuple[int, float]], state: int, rows: _Lines, columns: _Lines
) -> tuple[Point, ...]:
    """Return the bends of the way that led to a state, with the gates at its ends."""
    points = [(end.x, end.y)]
    while state >= 0:
        is_vertical = state >= columns.offset
        lines = columns if is_vertical else rows
        before, entered = came[state]
        here = lines.positions[lines.line_of[state - lines.offset]]
        if before >= 0:
            points.append((here, entered) if is_vertical else (entered, here))
        state = before
    points.append((start.x, start.y))
    return tuple(reversed(points))
