"""The small drawings of a picture: crow's feet at the ends of edges, marks of rows. Each is SVG path data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from designer_kernel.diagram.shapes import ChangeMark, End, Point, Row

FOOT: Final = 11.0
"""How far a crow's foot reaches from the card."""

SPREAD: Final = 6.5
"""Half the width of a crow's foot."""

RING: Final = 3.6
"""Radius of the circle that says "or none"."""

SIGNS: Final[Mapping[ChangeMark, str]] = {"added": "+", "removed": "−", "changed": "~"}
"""Signs of changes, for those who see no colours."""


def row_marks(row: Row) -> Iterator[tuple[str, str]]:
    """Yield the marks of a row with the names of their places; the strongest of key, unique and indexed is told."""
    strongest = (("key", row.is_primary_key), ("uq", row.is_unique), ("idx", row.is_indexed))
    first = next((mark for mark, is_so in strongest if is_so), "")
    second = "tenant" if row.is_tenant else "ref" if row.is_foreign_key else ""
    for mark, place in (
        (first, "first"),
        (second, "second"),
        ("check" * row.is_checked, "check"),
        ("null" * row.is_nullable, "null"),
    ):
        if mark:
            yield mark, place


def end_paths(end: End, at: Point, towards: float) -> tuple[str, Point | None]:
    """Return the strokes of an edge's end, and the middle of its circle if it has one.

    ``at`` is where the edge meets the card ``towards`` is ``1`` if the edge leaves to the right, else ``-1``.
    """
    x, y = at
    strokes: list[str] = []
    ring: Point | None = None
    if end in {"N", "0..N", "1..N"}:
        strokes.append(f"M{_n(x)},{_n(y - SPREAD)}L{_n(x + towards * FOOT)},{_n(y)}L{_n(x)},{_n(y + SPREAD)}")
    if end == "0..N":
        ring = (x + towards * (FOOT + RING), y)
    elif end == "1..N":
        strokes.append(_bar(x + towards * (FOOT + 3), y))
    elif end == "1":
        strokes += [_bar(x + towards * 7, y), _bar(x + towards * 11, y)]
    elif end == "0..1":
        strokes.append(_bar(x + towards * 7, y))
        ring = (x + towards * (FOOT + RING), y)
    return "".join(strokes), ring


def triangle(at: Point, towards: float) -> str:
    """Return the closed arrowhead of inheritance; it points at the card."""
    x, y = at
    base = x + towards * 12
    return f"M{_n(x)},{_n(y)}L{_n(base)},{_n(y - 6)}V{_n(y + 6)}Z"


def rounded(points: tuple[Point, ...], radius: float = 7.0) -> str:
    """Return the path of an orthogonal line with rounded corners."""
    if not points:
        return ""
    parts = [f"M{_n(points[0][0])},{_n(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, end = _towards(corner, before, reach), _towards(corner, after, reach)
        parts.append(f"L{_n(start[0])},{_n(start[1])}Q{_n(corner[0])},{_n(corner[1])} {_n(end[0])},{_n(end[1])}")
    parts.append(f"L{_n(points[-1][0])},{_n(points[-1][1])}")
    return "".join(parts)


def number(value: float) -> str:
    """Return a coordinate with at most one digit after the point."""
    return _n(value)


def _bar(x: float, y: float) -> str:
    return f"M{_n(x)},{_n(y - SPREAD + 1)}V{_n(y + SPREAD - 1)}"


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])  # orthogonal lines have no other


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = _distance(start, end)
    if not whole:
        return start
    return (start[0] + (end[0] - start[0]) * length / whole, start[1] + (end[1] - start[1]) * length / whole)


def _n(value: float) -> str:
    return "0" if abs(value) < 0.05 else f"{value:.1f}".removesuffix(".0")
