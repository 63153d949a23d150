"""A part of a picture: what lies in a rectangle of it."""

from __future__ import annotations

from dataclasses import replace

from designer_kernel.diagram.boxes import Rectangle, around
from designer_kernel.diagram.shapes import AreaBox, Bounds, Card, Edge, NoteBox, Picture


def cropped(picture: Picture, part: Bounds) -> Picture:
    """Return a picture that ends where ``part`` does; what lies beyond is left out."""
    inside = Rectangle(part.x, part.y, part.width, part.height)

    def is_seen(shape: Card | AreaBox | NoteBox) -> bool:
        return inside.is_near(Rectangle(shape.x, shape.y, shape.width, shape.height), 1.0)

    def is_crossed(edge: Edge) -> bool:
        return bool(edge.points) and inside.is_near(around(Rectangle(x, y, 0.0, 0.0) for x, y in edge.points), 1.0)

    return replace(
        picture,
        cards=tuple(filter(is_seen, picture.cards)),
        edges=tuple(filter(is_crossed, picture.edges)),
        areas=tuple(filter(is_seen, picture.areas)),
        notes=tuple(filter(is_seen, picture.notes)),
        bounds=part,
    )
