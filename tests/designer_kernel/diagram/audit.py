"""What can be wrong with a picture, counted: cards that overlap, edges through cards, crossings."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.diagram.board import Board, runs
from designer_kernel.diagram.boxes import Rectangle
from designer_kernel.diagram.shapes import Picture


@dataclass(frozen=True, slots=True)
class Audit:
    """Counts of what makes a picture hard to read."""

    overlapping_cards: tuple[tuple[str, str], ...]
    edges_through_cards: tuple[tuple[str, str], ...]
    crossings: int


def audit(picture: Picture) -> Audit:
    """Return what is hard to read in a picture; pairs are ids of edge and card, or of two cards."""
    shapes = [(card.id, Rectangle(card.x, card.y, card.width, card.height)) for card in picture.cards]
    overlapping = [
        (a, b) for i, (a, first) in enumerate(shapes) for b, second in shapes[i + 1 :] if first.is_near(second)
    ]
    board = Board(picture.cards, clearance=0.0)
    through = {
        (edge.id, card_id) for edge in picture.edges for run in runs(edge.points) for card_id in board.cards_hit(run)
    }
    return Audit(
        overlapping_cards=tuple(overlapping),
        edges_through_cards=tuple(sorted(through)),
        crossings=_crossings(picture),
    )


def _crossings(picture: Picture) -> int:
    """Return how often lines of different keys cross."""
    pieces = [((edge.source_card, edge.source_row), run) for edge in picture.edges for run in runs(edge.points)]
    across = [(key, run) for key, run in pieces if not run[0]]
    return sum(
        key != other and low < at < high and start < x < end
        for key, (is_vertical, x, low, high) in pieces
        if is_vertical
        for other, (_v, at, start, end) in across
    )
