"""Routing: orthogonal lines from row to row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from designer_kernel.diagram import metrics
from designer_kernel.diagram.shapes import Card, Edge, Point


def route_edges(cards: Sequence[Card], edges: Iterable[Edge]) -> list[Edge]:
    """Return the edges with their points."""
    by_id = {card.id: card for card in cards}
    return [replace(edge, points=connector(by_id[edge.source_card], by_id[edge.target_card], edge)) for edge in edges]


def connector(source: Card, target: Card, edge: Edge) -> tuple[Point, ...]:
    """Return the plain three-piece line that a canvas draws while a card is dragged."""
    sy, ty = source.row_y(edge.source_row), target.row_y(edge.target_row)
    if target.x - source.right >= 2 * metrics.STUB:
        sx, tx, middle = source.right, target.x, (source.right + target.x) / 2
    elif source.x - target.right >= 2 * metrics.STUB:
        sx, tx, middle = source.x, target.right, (source.x + target.right) / 2
    else:
        sx, tx, middle = source.right, target.right, max(source.right, target.right) + 1.5 * metrics.STUB
    return ((sx, sy), (middle, sy), (middle, ty), (tx, ty))
