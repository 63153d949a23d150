"""Packing: blocks on a page of 16:10, those that are connected near each other, none over another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Box, Place, Rectangle, around

PAGE: Final = 1.6
"""Width of the page over its height."""


@dataclass(frozen=True, slots=True)
class Block:
    """A cluster as one rectangle."""

    id: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pull:
    """A link between two blocks; the places are its ends inside them."""

    first: int
    second: int
    first_place: Place
    second_place: Place


def packed(blocks: Sequence[Block], pulls: Iterable[Pull], *, gap: float = metrics.CLUSTER_GAP) -> dict[int, Place]:
    """Return a place for every block, so that none is nearer than ``gap`` to another."""
    by_id = {block.id: block for block in blocks}
    between: dict[int, list[Pull]] = {block.id: [] for block in blocks}
    for pull in pulls:
        if pull.first != pull.second:
            between[pull.first].append(pull)
            between[pull.second].append(pull)
    placed: dict[int, Rectangle] = {}
    waiting = [block.id for block in blocks]
    while waiting:
        key = _next(waiting, between, placed, by_id)
        waiting.remove(key)
        placed[key] = _best(by_id[key], between[key], placed, gap)
    return {key: (rectangle.x, rectangle.y) for key, rectangle in placed.items()}


def shelves(boxes: Sequence[Box], width: float, *, gap: float = metrics.CARD_GAP) -> dict[str, Place]:
    """Return places in rows of at most ``width``, in the boxes' order with the tall ones first in a row of equals."""
    places: dict[str, Place] = {}
    x = y = tallest = 0.0
    for box in sorted(boxes, key=lambda box: -box.height):
        if x and x + box.width > width:
            x, y, tallest = 0.0, y + tallest + gap, 0.0
        places[box.id] = (x, y)
        x += box.width + gap
        tallest = max(tallest, box.height)
    return places


def nearest_free(wanted: Rectangle, obstacles: Sequence[Rectangle], *, gap: float = metrics.CARD_GAP) -> Rectangle:
    """Return ``wanted``, moved as little as possible so that it is ``gap`` away from every obstacle."""
    if not any(wanted.is_near(other, gap) for other in obstacles):
        return wanted
    distance = {
        id(o): abs(o.x + o.width / 2 - wanted.x - wanted.width / 2)
        + abs(o.y + o.height / 2 - wanted.y - wanted.height / 2)
        for o in obstacles
    }
    close = sorted(obstacles, key=lambda o: distance[id(o)])[:24]
    page = around(obstacles)
    xs = {wanted.x, page.right + gap, page.x - wanted.width - gap}
    ys = {wanted.y, page.bottom + gap, page.y - wanted.height - gap}
    for other in close:
        xs |= {other.right + gap, other.x - wanted.width - gap, other.x}
        ys |= {other.bottom + gap, other.y - wanted.height - gap, other.y}
    spots = sorted((abs(x - wanted.x) + abs(y - wanted.y), y, x) for x in xs for y in ys)
    for _distance, y, x in spots:
        spot = Rectangle(x, y, wanted.width, wanted.height)
        if not any(spot.is_near(other, gap) for other in obstacles):
            return spot
    raise AssertionError("a spot beside everything is free")


def _next(
    waiting: Sequence[int],
    between: Mapping[int, Sequence[Pull]],
    placed: Mapping[int, Rectangle],
    by_id: Mapping[int, Block],
) -> int:
    """Return the block that is tied most to what is placed; the largest if none is."""

    def wish(key: int) -> tuple[int, float, int]:
        tied = sum((pull.first in placed) or (pull.second in placed) for pull in between[key])
        return tied, by_id[key].width * by_id[key].height, -key

    return max(waiting, key=wish)


def _best(block: Block, pulls: Sequence[Pull], placed: Mapping[int, Rectangle], gap: float) -> Rectangle:
    if not placed:
        return Rectangle(0.0, 0.0, block.width, block.height)
    page = around(placed.values())
    ends = [_ends(pull, block.id, placed) for pull in pulls if pull.first in placed or pull.second in placed]
    weight = 1.5 + 0.6 * len(ends)

    def cost(place: Place) -> tuple[float, float, float]:
        x, y = place
        whole = around([page, Rectangle(x, y, block.width, block.height)])
        size = max(whole.width / PAGE, whole.height) + 0.15 * (whole.width / PAGE + whole.height)
        ways = sum(abs(x + mine[0] - theirs[0]) + abs(y + mine[1] - theirs[1]) for mine, theirs in ends)
        return weight * size + ways, y, x

    for x, y in sorted(_spots(block, placed, gap), key=cost):
        spot = Rectangle(x, y, block.width, block.height)
        if not any(spot.is_near(other, gap - 0.01) for other in placed.values()):
            return spot
    raise AssertionError("a spot beside everything is free")


def _ends(pull: Pull, key: int, placed: Mapping[int, Rectangle]) -> tuple[Place, Place]:
    """Return a pull's end inside the block, and where its other end is on the page."""
    is_first = pull.first == key
    other = placed[pull.second if is_first else pull.first]
    mine, theirs = (pull.first_place, pull.second_place) if is_first else (pull.second_place, pull.first_place)
    return mine, (other.x + theirs[0], other.y + theirs[1])


def _spots(block: Block, placed: Mapping[int, Rectangle], gap: float) -> set[Place]:
    """Return places at the sides of what is placed, aligned with either end of a side."""
    spots: set[Place] = set()
    for other in placed.values():
        for y in (other.y, other.bottom - block.height):
            spots |= {(other.right + gap, y), (other.x - gap - block.width, y)}
        for x in (other.x, other.right - block.width):
            spots |= {(x, other.bottom + gap), (x, other.y - gap - block.height)}
    page = around(placed.values())
    return spots | {(page.x, page.bottom + gap), (page.right + gap, page.y)}
