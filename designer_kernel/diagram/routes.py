"""Lines as they were laid last: what nothing has touched since keeps its line, so that an edit routes only its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from designer_kernel.catalog.known import Known as Values
from designer_kernel.diagram.board import Board, runs
from designer_kernel.diagram.cards import Known
from designer_kernel.diagram.shapes import Card, Point

Place = tuple[float, float, float, float]
"""Where a card stands, and how large it is."""

Ends = tuple[Place, Place, float, float, str]
"""What a line hangs on: both cards, the heights of both ends, and the net that it belongs to."""

_PART: Final = 4
"""With more than one card in so many in another place the whole is another picture, and routed as one."""


def place_of(card: Card) -> Place:
    """Return where a card stands."""
    return card.x, card.y, card.width, card.height


class Routes:
    """Remembers the lines of the last picture, by the identity of their edges."""

    def __init__(self) -> None:
        self.progress: Callable[[int, int], None] | None = None
        """Called with how many lines are laid, and of how many."""
        self.cards: Known = {}
        """The cards of the last picture, before they were placed."""
        self.edges = Values()
        """The edges of the last picture, before they were routed."""
        self._places: dict[str, Place] = {}
        self._lines: dict[str, tuple[Ends, tuple[Point, ...]]] = {}

    def copy(self) -> Routes:
        """Return routes that know the same lines."""
        other = Routes()
        other._places, other._lines = self._places, self._lines  # neither is ever changed in place
        other.cards = dict(self.cards)
        return other

    def kept(self, cards: Sequence[Card], ends: Mapping[str, Ends]) -> dict[str, tuple[Point, ...]]:
        """Return the lines that can stay: those with the same ends, which no card has come to stand upon."""
        moved = [card for card in cards if self._places.get(card.id) != place_of(card)]
        if len(moved) * _PART > len(cards):
            return {}
        same = {
            key: known[1]
            for key, end in ends.items()
            if (known := self._lines.get(key)) is not None and known[0] == end
        }
        if not moved:
            return same
        board = Board(moved)
        return {key: line for key, line in same.items() if not any(board.cards_hit(run) for run in runs(line))}

    def remember(self, cards: Iterable[Card], ends: Mapping[str, Ends], lines: Mapping[str, tuple[Point, ...]]) -> None:
        """Take over the lines of a picture; what is not in it is forgotten."""
        self._places = {card.id: place_of(card) for card in cards}
        self._lines = {key: (ends[key], line) for key, line in lines.items()}
