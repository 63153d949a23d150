"""The board that edges are routed on: what a line would run through, cross, or lie upon, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from designer_kernel.diagram import metrics
from designer_kernel.diagram.shapes import Card, Point

Net = str
"""Edges of one net leave one key with the same mark; their lines may share a trunk."""

Run = tuple[bool, float, float, float]
"""A straight piece of a line: whether it is vertical, its fixed coordinate, and its lower and upper end."""

THROUGH_CARD: Final = 3000.0
"""Cost of running through a card; the costs below are in pixels of detour that are worth it."""

ON_LINE: Final = 160.0
CROSSING: Final = 34.0
BEND: Final = 22.0
SHARED: Final = 0.75
"""Part of a shared trunk's length that costs nothing."""

_STRIP: Final = 96.0


@dataclass(slots=True)
class _Strips:
    """Spans found by a coordinate: ``(low, high, position or near, far, …)`` in strips of equal width."""

    strips: dict[int, list[tuple[float, float, float, float, str]]] = field(default_factory=dict)

    def add(self, low: float, high: float, entry: tuple[float, float, float, float, str]) -> None:
        for strip in range(int(low // _STRIP), int(high // _STRIP) + 1):
            self.strips.setdefault(strip, []).append(entry)

    def remove(self, low: float, high: float, entry: tuple[float, float, float, float, str]) -> None:
        for strip in range(int(low // _STRIP), int(high // _STRIP) + 1):
            self.strips[strip].remove(entry)

    def at(self, value: float) -> Sequence[tuple[float, float, float, float, str]]:
        return self.strips.get(int(value // _STRIP), ())


class Board:
    """Cards and the lines drawn so far."""

    def __init__(self, cards: Iterable[Card], *, clearance: float = metrics.CLEARANCE) -> None:
        self._by_y, self._by_x = _Strips(), _Strips()
        for card in cards:
            left, top = card.x - clearance, card.y - clearance
            right, bottom = card.right + clearance, card.bottom + clearance
            self._by_y.add(top, bottom, (top, bottom, left, right, card.id))
            self._by_x.add(left, right, (left, right, top, bottom, card.id))
        # Lines by the coordinate that they cover (to be crossed) and by the one that they lie on (to be lain upon).
        self._covering = {True: _Strips(), False: _Strips()}
        self._lying = {True: _Strips(), False: _Strips()}

    def cards_hit(self, run: Run, ignored: Iterable[str] = ()) -> list[str]:
        """Return the ids of the cards that a run comes too near to."""
        is_vertical, at, low, high = run
        index = self._by_x if is_vertical else self._by_y
        return [
            card_id
            for near, far, start, end, card_id in index.at(at)
            if near < at < far and start < high and low < end and card_id not in ignored
        ]

    def levels(self, x1: float, x2: float, low: float, high: float) -> set[float]:
        """Return heights just over and under the cards that stand between two x and two heights."""
        left, right = min(x1, x2), max(x1, x2)
        found: set[float] = set()
        seen: set[str] = set()
        for strip in range(int(left // _STRIP), int(right // _STRIP) + 1):
            for near, far, top, bottom, card_id in self._by_x.strips.get(strip, ()):
                if card_id not in seen and near < right and left < far and top < high and low < bottom:
                    seen.add(card_id)
                    found |= {top, top - metrics.LANE, bottom, bottom + metrics.LANE}
        return found

    def add(self, points: Sequence[Point], net: Net) -> None:
        """Remember a line."""
        for is_vertical, at, low, high in runs(points):
            self._covering[is_vertical].add(low, high, (low, high, at, at, net))
            self._lying[is_vertical].add(at - metrics.LANE, at + metrics.LANE, (low, high, at, at, net))

    def remove(self, points: Sequence[Point], net: Net) -> None:
        """Forget a line that was added."""
        for is_vertical, at, low, high in runs(points):
            self._covering[is_vertical].remove(low, high, (low, high, at, at, net))
            self._lying[is_vertical].remove(at - metrics.LANE, at + metrics.LANE, (low, high, at, at, net))

    def cost(self, points: Sequence[Point], net: Net, ends: tuple[str, str], limit: float = float("inf")) -> float:
        """Return what a line costs; a sum over ``limit`` is not worth finishing and is returned as it stands.

        ``ends`` are the cards that the first and the last piece touch.
        """
        total = base_cost(points)
        pieces = runs(points)
        last = len(pieces) - 1
        for position, run in enumerate(pieces):
            if total >= limit:
                return total
            ignored = ([ends[0]] if position == 0 else []) + ([ends[1]] if position == last else [])
            total += THROUGH_CARD * len(self.cards_hit(run, ignored))
            total += self._line_cost(run, net)
        return total

    def _line_cost(self, run: Run, net: Net) -> float:
        is_vertical, at, low, high = run
        crossings = sum(
            1
            for start, end, position, _same, other in self._covering[not is_vertical].at(at)
            if low < position < high and start < at < end and other != net
        )
        total = CROSSING * crossings
        shared = 0.0
        for start, end, position, _same, other in self._lying[is_vertical].at(at):
            if start < high and low < end:
                overlap = min(end, high) - max(start, low)
                if other == net:
                    if abs(position - at) < 0.5:
                        shared = max(shared, overlap)
                elif abs(position - at) < metrics.LANE - 0.5:
                    total += ON_LINE + overlap
        return total - SHARED * shared


def base_cost(points: Sequence[Point]) -> float:
    """Return what a line costs on an empty board: its length and its bends."""
    length = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(points))
    return length + BEND * max(0, len(points) - 2)


def runs(points: Sequence[Point]) -> list[Run]:
    """Return the straight pieces of an orthogonal line; pieces without length are left out."""
    found: list[Run] = []
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 == x2:
            if y1 != y2:
                found.append((True, x1, min(y1, y2), max(y1, y2)))
        else:
            found.append((False, y1, min(x1, x2), max(x1, x2)))
    return found
