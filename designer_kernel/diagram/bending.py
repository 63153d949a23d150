"""Lines that a person has laid: the same turns between cards that may stand elsewhere by now.

The canvas does the same while a card is dragged (`frontend/bending.js`); a test holds both to the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from designer_kernel.design.bends import Bends
from designer_kernel.diagram import metrics
from designer_kernel.diagram.shapes import Card, Point


def turns_now(bends: Bends, source: Card, target: Card) -> tuple[float, ...]:
    """Return the turns where they are now: what both cards have moved in common, the line has moved too."""
    by = [
        _common(source.x - bends.source.x, target.x - bends.target.x),
        _common(source.y - bends.source.y, target.y - bends.target.y),
    ]
    return _clear(tuple(turn + by[index % 2] for index, turn in enumerate(bends.turns)), source, target)


def line_through(
    turns: Sequence[float], source: Card, source_y: float, target: Card, target_y: float
) -> tuple[Point, ...]:
    """Return the line that leaves one card's row, takes these turns, and arrives at the other's."""
    start = source.right if turns[0] >= source.x + source.width / 2 else source.x
    end = target.right if turns[-1] >= target.x + target.width / 2 else target.x
    points = [(start, source_y)]
    y = source_y
    for index in range(0, len(turns), 2):
        x = turns[index]
        points.append((x, y))
        y = turns[index + 1] if index + 1 < len(turns) else target_y
        points.append((x, y))
    return (*points, (end, target_y))


def _clear(turns: tuple[float, ...], source: Card, target: Card) -> tuple[float, ...]:
    """Return the turns with the first and the last one beside their cards, as far as an end needs to be drawn."""
    first, last = _beside(turns[0], source), _beside(turns[-1], target)
    if len(turns) > 1:
        return (first, *turns[1:-1], last)
    if first == last or _beside(first, target) == first:
        return (first,)
    if _beside(last, source) == last:
        return (last,)
    middle = (source.y + source.height / 2 + target.y + target.height / 2) / 2
    return (first, middle, last)  # no single turn is clear of both cards


def _beside(x: float, card: Card) -> float:
    if x >= card.x + card.width / 2:
        return max(x, card.right + metrics.STUB)
    return min(x, card.x - metrics.STUB)


def _common(one: float, other: float) -> float:
    """Return how far two things have moved the same way."""
    if one * other <= 0:
        return 0.0
    return round(one if abs(one) < abs(other) else other, 1)  # places are kept to a tenth
