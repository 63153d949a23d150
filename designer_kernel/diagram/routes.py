"""Lines as they were laid last: what nothing has touched since keeps its line, so that an edit routes only its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.known import Known as Values
from designer_kernel.diagram import metrics
from designer_kernel.diagram.board import Board, runs
from designer_kernel.diagram.cards import Known, Painted
from designer_kernel.diagram.shapes import Card, Edge, Point
from designer_kernel.diagram.wires import Ends, Wires, place_of

_PART: Final = 4
"""With more than one card in so many in another place the whole is another picture, and routed as one."""


Box = tuple[float, float, float, float]
"""Left, top, right and bottom of what a line touches."""


class Routes:
    """Remembers the lines of the last picture, by the identity of their edges."""

    def __init__(self) -> None:
        self.progress: Callable[[int, int], None] | None = None
        """Called with how many lines are laid, and of how many."""
        self.cards: Known = {}
        """The cards of the last picture, before they were placed."""
        self.edges = Values()
        """The edges of the last picture, before they were routed."""
        self.painted: Painted = {}
        """The same cards, in their colours."""
        self.wires = Wires()
        self._cards: dict[str, Card] = {}
        self._placed: dict[str, tuple[Card, Card]] = {}
        self._lines: dict[str, tuple[Ends, tuple[Point, ...], Box]] = {}
        self._drawn: dict[str, tuple[Edge, Edge]] = {}

    def copy(self) -> Routes:
        """Return routes that know the same lines."""
        other = Routes()
        other._cards, other._lines = self._cards, self._lines  # neither is ever changed in place
        other._placed, other._drawn = self._placed, self._drawn
        other.cards, other.painted = dict(self.cards), dict(self.painted)
        return other

    def placed(self, cards: Iterable[Card], places: Mapping[str, Point]) -> list[Card]:
        """Return cards at their places; one that stands where it stood is the same object."""
        known, self._placed = self._placed, {}
        found = []
        for card in cards:
            x, y = places[card.id]
            before = known.get(card.id)
            if before is None or before[0] is not card or before[1].x != x or before[1].y != y:
                before = card, card.at(x, y)
            self._placed[card.id] = before
            found.append(before[1])
        return found

    def drawn(
        self, edges: Iterable[Edge], lines: Mapping[str, tuple[Point, ...]], turns: Mapping[str, tuple[float, ...]]
    ) -> list[Edge]:
        """Return edges with their lines; one that has the line that it had is the same object."""
        known, self._drawn = self._drawn, {}
        found = []
        for edge in edges:
            line, turned = lines.get(edge.id, ()), turns.get(edge.id, ())
            before = known.get(edge.id)
            is_same = before is not None and (before[0] is edge or before[0] == edge)
            if before is None or not is_same or before[1].points != line or before[1].turns != turned:
                before = edge, replace(edge, points=line, turns=turned)
            self._drawn[edge.id] = before
            found.append(before[1])
        return found

    def kept(self, cards: Sequence[Card], ends: Mapping[str, Ends]) -> dict[str, tuple[Point, ...]]:
        """Return the lines that can stay: those with the same ends, which no card has come to stand upon."""
        moved = [
            card
            for card in cards
            if (was := self._cards.get(card.id)) is not card and (was is None or place_of(was) != place_of(card))
        ]
        if len(moved) * _PART > len(cards):
            return {}
        same = {
            key: known for key, end in ends.items() if (known := self._lines.get(key)) is not None and known[0] == end
        }
        if moved:
            board, grown = Board(moved), [_grown(card) for card in moved]
            for key in [key for key, known in same.items() if any(do_meet(known[2], box) for box in grown)]:
                if any(board.cards_hit(run) for run in runs(same[key][1])):
                    del same[key]
        return {key: known[1] for key, known in same.items()}

    def remember(self, cards: Iterable[Card], ends: Mapping[str, Ends], lines: Mapping[str, tuple[Point, ...]]) -> None:
        """Take over the lines of a picture; what is not in it is forgotten."""
        self._cards = {card.id: card for card in cards}
        before, self._lines = self._lines, {}
        for key, line in lines.items():
            known = before.get(key)
            box = known[2] if known is not None and known[1] is line else box_of(line)
            self._lines[key] = ends[key], line, box


def box_of(line: Sequence[Point]) -> Box:
    """Return what a line touches."""
    xs, ys = zip(*line, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _grown(card: Card) -> Box:
    near = metrics.CLEARANCE
    return card.x - near, card.y - near, card.right + near, card.bottom + near


def do_meet(one: Box, other: Box) -> bool:
    """Whether two boxes touch."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
