"""What a layout works on: boxes, links between them, and rectangles. It knows no entity and no row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a size that wants a place. ``group`` is the area that it must stand in, or ``""``."""

    id: str
    width: float
    height: float
    group: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A pull between two boxes, from left to right. The ports are heights of its ends below the boxes' tops."""

    source: str
    target: str
    source_port: float = 0.0
    target_port: float = 0.0


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A place with a size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height

    def is_near(self, other: Rectangle, gap: float = 0.0) -> bool:
        """Whether less than ``gap`` is between this rectangle and another."""
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )


def around(rectangles: Iterable[Rectangle]) -> Rectangle:
    """Return the smallest rectangle around some; an empty one at the origin around none."""
    found = list(rectangles)
    if not found:
        return Rectangle(0.0, 0.0, 0.0, 0.0)
    left, top = min(r.x for r in found), min(r.y for r in found)
    return Rectangle(left, top, max(r.right for r in found) - left, max(r.bottom for r in found) - top)


class Ground:
    """Places that are taken, found by the square cells that they touch."""

    _CELL: Final = 512.0

    def __init__(self, taken: Iterable[Rectangle] = ()) -> None:
        self._cells: dict[tuple[int, int], list[Rectangle]] = {}
        for place in taken:
            self.take(place)

    def take(self, place: Rectangle) -> None:
        """Take a place."""
        for cell in self._touched(place):
            self._cells.setdefault(cell, []).append(place)

    def is_free(self, place: Rectangle) -> bool:
        """Whether no place that is taken overlaps this one."""
        return not any(place.is_near(other) for cell in self._touched(place) for other in self._cells.get(cell, ()))

    def _touched(self, place: Rectangle) -> Iterator[tuple[int, int]]:
        for column in range(int(place.x // self._CELL), int(place.right // self._CELL) + 1):
            for row in range(int(place.y // self._CELL), int(place.bottom // self._CELL) + 1):
                yield column, row
