"""The board that edges are routed on: what a line would run through, cross, or lie upon, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Rectangle
from designer_kernel.diagram.shapes import Card, Point

Net = int
"""Edges of one net leave one key with the same mark; their lines may share a trunk."""

Run = tuple[bool, float, float, float]
"""A straight piece of a line: whether it is vertical, its fixed coordinate, and its lower and upper end."""

THROUGH_CARD: Final = 3000.0
"""Cost of running through a card; the costs below are in pixels of detour that are worth it."""

THROUGH_TITLE: Final = 90.0
ON_LINE: Final = 160.0
CROSSING: Final = 34.0
BEND: Final = 22.0
SHARED: Final = 0.75
"""Part of a shared trunk's length that costs nothing."""

_TITLE: Final = ""  # no card has this id
_CELL: Final = 192.0
_ROW: Final = 1 << 20  # cells are numbered by one integer, which hashes faster than a pair


class Board:
    """Cards, and the lines drawn so far, found by the square cells that they touch."""

    def __init__(
        self, cards: Iterable[Card], *, titles: Iterable[Rectangle] = (), clearance: float = metrics.CLEARANCE
    ) -> None:
        self._cards: dict[int, list[tuple[float, float, float, float, str]]] = {}
        self._hits: dict[Run, tuple[str, ...]] = {}
        self._lines: dict[bool, dict[int, list[tuple[float, float, float, Net]]]] = {True: {}, False: {}}
        self._costs: dict[Run, float] = {}  # of pieces beside other lines, for one net and until a line comes or goes
        self._net: Net | None = None
        for card in cards:
            self._take(Rectangle(card.x, card.y, card.width, card.height), card.id, clearance)
        for title in titles:
            self._take(title, _TITLE, 0.0)

    def _take(self, place: Rectangle, owner: str, clearance: float) -> None:
        left, top = place.x - clearance, place.y - clearance
        right, bottom = place.right + clearance, place.bottom + clearance
        for column in range(int(left // _CELL), int(right // _CELL) + 1):
            for row in range(int(top // _CELL), int(bottom // _CELL) + 1):
                self._cards.setdefault(column * _ROW + row, []).append((left, right, top, bottom, owner))

    def cards_hit(self, run: Run) -> tuple[str, ...]:
        """Return the ids of the cards that a run comes too near to."""
        known = self._hits.get(run)
        if known is not None:
            return known
        is_vertical, at, low, high = run
        x1, x2, y1, y2 = (at, at, low, high) if is_vertical else (low, high, at, at)
        found: dict[str, None] = {}
        for cell in _cells(run):
            for left, right, top, bottom, card_id in self._cards.get(cell, ()):
                if left < x2 and x1 < right and top < y2 and y1 < bottom:
                    found[card_id] = None
        self._hits[run] = hits = tuple(found)
        return hits

    def levels(self, x1: float, x2: float, low: float, high: float) -> set[float]:
        """Return heights just over and under the cards that stand between two x and two heights."""
        x_low, x_high = min(x1, x2), max(x1, x2)
        found: set[float] = set()
        for column in range(int(x_low // _CELL), int(x_high // _CELL) + 1):
            for row in range(int(low // _CELL), int(high // _CELL) + 1):
                for left, right, top, bottom, _card in self._cards.get(column * _ROW + row, ()):
                    if left < x_high and x_low < right:
                        found.update((top, top - metrics.LANE, bottom, bottom + metrics.LANE))
        return found

    def add(self, points: Sequence[Point], net: Net) -> None:
        """Remember a line."""
        self._net = None
        for run in runs(points):
            lines = self._lines[run[0]]
            for cell in _cells(run):
                lines.setdefault(cell, []).append((run[1], run[2], run[3], net))

    def remove(self, points: Sequence[Point], net: Net) -> None:
        """Forget a line that was added."""
        self._net = None
        for run in runs(points):
            lines = self._lines[run[0]]
            for cell in _cells(run):
                lines[cell].remove((run[1], run[2], run[3], net))

    def cost(self, points: Sequence[Point], net: Net, ends: tuple[str, str], limit: float = float("inf")) -> float:
        """Return what a line costs; a sum over ``limit`` is not worth finishing and is returned as it stands.

        ``ends`` are the cards that the first and the last piece touch.
        """
        total = base_cost(points)
        pieces = runs(points)
        last = len(pieces) - 1
        for position, run in enumerate(pieces):
            for card_id in self.cards_hit(run):
                if (position or card_id != ends[0]) and (position != last or card_id != ends[1]):
                    total += THROUGH_CARD if card_id != _TITLE else THROUGH_TITLE
        if self._net != net:
            self._net, self._costs = net, {}
        costs = self._costs  # lines that are tried one after the other have most pieces in common
        for run in pieces:
            if total - SHARED * (run[3] - run[2]) >= limit:
                return total
            found = costs.get(run)
            if found is None:
                found = costs[run] = self._crossing_cost(run, net) + self._lying_cost(run, net)
            total += found
        return total

    def _crossing_cost(self, run: Run, net: Net) -> float:
        is_vertical, at, low, high = run
        others = self._lines[not is_vertical]
        count = 0
        # A line is found in every cell that it touches, but only one of them holds the point of the crossing.
        for cell in _cells(run):
            lines = others.get(cell)
            if lines is not None:
                for position, start, end, other in lines:
                    if low < position < high and start < at < end and other != net:
                        count += _cell_of(is_vertical, at, position) == cell
        return CROSSING * count

    def _lying_cost(self, run: Run, net: Net) -> float:
        is_vertical, at, low, high = run
        total = shared = 0.0
        lines = self._lines[is_vertical]
        seen: set[tuple[float, float, float, Net]] = set()
        step = _ROW if is_vertical else 1
        aside = -step if at % _CELL < metrics.LANE else step if at % _CELL > _CELL - metrics.LANE else 0
        reach = metrics.LANE - 0.5
        for cell in _cells(run):
            near = lines.get(cell, ()) if not aside else (*lines.get(cell, ()), *lines.get(cell + aside, ()))
            for line in near:
                position, start, end, other = line
                if start < high and low < end and -reach < position - at < reach and line not in seen:
                    seen.add(line)
                    overlap = min(end, high) - max(start, low)
                    if other != net:
                        total += ON_LINE + overlap
                    elif abs(position - at) < 0.5:
                        shared = max(shared, overlap)
        return total - SHARED * shared


def base_cost(points: Sequence[Point]) -> float:
    """Return what a line costs on an empty board: its length and its bends."""
    length = 0.0
    for (x1, y1), (x2, y2) in pairwise(points):
        length += abs(x1 - x2) + abs(y1 - y2)
    return length + BEND * max(0, len(points) - 2)


def runs(points: Sequence[Point]) -> list[Run]:
    """Return the straight pieces of an orthogonal line; pieces without length are left out."""
    found: list[Run] = []
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 == x2:
            if y1 != y2:
                found.append((True, x1, y1, y2) if y1 < y2 else (True, x1, y2, y1))
        else:
            found.append((False, y1, x1, x2) if x1 < x2 else (False, y1, x2, x1))
    return found


def _cells(run: Run) -> range:
    """Return the numbers of the cells that a run touches."""
    is_vertical, at, low, high = run
    fixed, first, last = int(at // _CELL), int(low // _CELL), int(high // _CELL)
    if is_vertical:
        return range(fixed * _ROW + first, fixed * _ROW + last + 1)
    return range(first * _ROW + fixed, last * _ROW + fixed + 1, _ROW)


def _cell_of(is_vertical: bool, at: float, position: float) -> int:
    """Return the number of the cell where a run at ``at`` meets a line across at ``position``."""
    x, y = (at, position) if is_vertical else (position, at)
    return int(x // _CELL) * _ROW + int(y // _CELL)
