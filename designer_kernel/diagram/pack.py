"""Packing: blocks on a page of 16:10, those that are connected near each other, none over another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Box, Place, Rectangle, around

PAGE: Final = 1.6
"""Width of the page over its height."""


FEW: Final = 6
"""Blocks up to this number are packed in several ways."""


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
    """Return a place for every block, so that none is nearer than ``gap`` to another.

    A few blocks (the areas of a design) are packed from every one of them in turn, and the best page is taken.
    """
    between: dict[int, list[Pull]] = {block.id: [] for block in blocks}
    for pull in pulls:
        if pull.first != pull.second:
            between[pull.first].append(pull)
            between[pull.second].append(pull)
    starts = [block.id for block in blocks] if len(blocks) <= FEW else [None]
    pages = [_page(blocks, between, gap, start) for start in starts]
    best = min(pages, key=lambda page: _page_cost(page, between), default={})
    return {key: (rectangle.x, rectangle.y) for key, rectangle in best.items()}


def compacted(groups: Mapping[int, Sequence[Rectangle]], *, gap: float = metrics.CLUSTER_GAP) -> dict[int, Place]:
    """Return how far each group of rectangles can move towards the middle, past the empty corners of other groups."""
    moved = {key: list(rectangles) for key, rectangles in groups.items()}
    for _round in range(3):
        for is_vertical in (False, True):
            page = around(rectangle for rectangles in moved.values() for rectangle in rectangles)
            middle = page.y + page.height / 2 if is_vertical else page.x + page.width / 2
            away = {key: _middle(around(rectangles), is_vertical) - middle for key, rectangles in moved.items()}
            spans = {key: _Spans.of(rectangles, is_vertical) for key, rectangles in moved.items()}
            for key in sorted(moved, key=lambda key: (abs(away[key]), key)):
                by = _room(key, spans, -away[key], gap)
                dx, dy = (0.0, by) if is_vertical else (by, 0.0)
                moved[key] = [Rectangle(r.x + dx, r.y + dy, r.width, r.height) for r in moved[key]]
                spans[key] = _Spans.of(moved[key], is_vertical)
    return {key: (moved[key][0].x - found[0].x, moved[key][0].y - found[0].y) for key, found in groups.items()}


def _middle(rectangle: Rectangle, is_vertical: bool) -> float:
    return rectangle.y + rectangle.height / 2 if is_vertical else rectangle.x + rectangle.width / 2


class _Spans(NamedTuple):
    """The rectangles of a group by their ends along an axis and across it, and how far all of them reach."""

    each: list[tuple[float, float, float, float]]
    first_start: float
    last_start: float
    first_end: float
    last_end: float
    near: float
    far: float

    @classmethod
    def of(cls, rectangles: Iterable[Rectangle], is_vertical: bool) -> _Spans:
        each = [_span(rectangle, is_vertical) for rectangle in rectangles]
        starts, ends, nears, fars = zip(*each, strict=True)
        return cls(each, min(starts), max(starts), min(ends), max(ends), min(nears), max(fars))


def _room(key: int, groups: Mapping[int, _Spans], wish: float, gap: float) -> float:
    """Return how far a group can move along an axis towards ``wish`` before it comes near another."""
    mine = groups[key]
    low, high = mine.near - gap, mine.far + gap
    room = abs(wish)
    for other, theirs in groups.items():
        if other == key or theirs.near >= high or theirs.far <= low:
            continue
        if wish > 0:
            is_past, nearest = theirs.last_start < mine.first_end, theirs.first_start - mine.last_end
        else:
            is_past, nearest = mine.last_start < theirs.first_end, mine.first_start - theirs.last_end
        if is_past or nearest - gap >= room:
            continue
        for start, end, near, far in theirs.each:
            if near >= high or far <= low:
                continue
            for my_start, my_end, my_near, my_far in mine.each:
                if near < my_far + gap and my_near < far + gap:
                    between = start - my_end if wish > 0 else my_start - end
                    if between >= 0:
                        room = min(room, between - gap)
    return max(room, 0.0) if wish > 0 else -max(room, 0.0)


def _span(rectangle: Rectangle, is_vertical: bool) -> tuple[float, float, float, float]:
    """Return a rectangle's ends along an axis and across it."""
    if is_vertical:
        return rectangle.y, rectangle.bottom, rectangle.x, rectangle.right
    return rectangle.x, rectangle.right, rectangle.y, rectangle.bottom


def shelves(boxes: Sequence[Box], width: float, *, gap: float = metrics.CARD_GAP) -> dict[str, Place]:
    """Return places in rows of at most ``width``, in the boxes' order."""
    places: dict[str, Place] = {}
    x = y = tallest = 0.0
    for box in boxes:
        if x and x + box.width > width:
            x, y, tallest = 0.0, y + tallest + gap, 0.0
        places[box.id] = (x, y)
        x += box.width + gap
        tallest = max(tallest, box.height)
    return places


def beside(block: Block, frames: Sequence[Rectangle], *, gap: float = metrics.CLUSTER_GAP) -> Place:
    """Return a place for a block without ties: where it makes the page grow least."""
    spot = _best(block, (), dict(enumerate(frames)), gap, is_few=len(frames) <= 2 * FEW)
    return spot.x, spot.y


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


def _page(
    blocks: Sequence[Block], between: Mapping[int, Sequence[Pull]], gap: float, start: int | None
) -> dict[int, Rectangle]:
    """Return the blocks' places when they are packed one after another, those tied to placed ones first."""
    by_id = {block.id: block for block in blocks}
    placed: dict[int, Rectangle] = {}
    waiting = list(by_id)
    while waiting:
        key = start if start is not None and not placed else _next(waiting, between, placed, by_id)
        waiting.remove(key)
        placed[key] = _best(by_id[key], between[key], placed, gap, is_few=start is not None)
    return placed


def _page_cost(placed: Mapping[int, Rectangle], between: Mapping[int, Sequence[Pull]]) -> float:
    page = around(placed.values())
    ways = 0.0
    for key, pulls in between.items():
        for mine, theirs in (_ends(pull, key, placed) for pull in pulls if pull.first == key):
            ways += abs(placed[key].x + mine[0] - theirs[0]) + abs(placed[key].y + mine[1] - theirs[1])
    count = sum(map(len, between.values())) / 2
    return page_size(page.width, page.height) * (2.0 + 0.5 * count) + ways


def page_size(width: float, height: float) -> float:
    """Return how large a page of the wanted shape must be to hold a page of this size."""
    return max(width / PAGE, height) + 0.15 * (width / PAGE + height)


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


def _best(
    block: Block, pulls: Sequence[Pull], placed: Mapping[int, Rectangle], gap: float, *, is_few: bool
) -> Rectangle:
    """Return the place of a block that keeps the page small and its ties short."""
    if not placed:
        return Rectangle(0.0, 0.0, block.width, block.height)
    page = around(placed.values())
    left, top, right, bottom = page.x, page.y, page.right, page.bottom
    ends = [_ends(pull, block.id, placed) for pull in pulls if pull.first in placed or pull.second in placed]
    weight = 1.5 + 0.6 * len(ends)

    def cost(place: Place) -> tuple[float, float, float]:
        x, y = place
        width = max(right, x + block.width) - min(left, x)
        height = max(bottom, y + block.height) - min(top, y)
        ways = sum([abs(x + mine[0] - theirs[0]) + abs(y + mine[1] - theirs[1]) for mine, theirs in ends])
        return weight * page_size(width, height) + ways, y, x

    x, y = _first_free(sorted(_spots(block, placed, gap, is_few=is_few), key=cost), block, placed, gap - 0.01)
    return Rectangle(x, y, block.width, block.height)


def _first_free(spots: Iterable[Place], block: Block, placed: Mapping[int, Rectangle], gap: float) -> Place:
    """Return the first spot where a block is near nothing; see `Rectangle.is_near`, of which this does thousands."""
    taken = [(other.x, other.right + gap, other.y, other.bottom + gap) for other in placed.values()]
    width, height = block.width, block.height
    left, right, top, bottom = taken[0]
    for x, y in spots:
        far, low = x + width + gap, y + height + gap
        if x < right and left < far and y < bottom and top < low:
            continue  # what was in the way of the spot before is in the way of this one too, mostly
        for left, right, top, bottom in taken:
            if x < right and left < far and y < bottom and top < low:
                break
        else:
            return x, y
    raise AssertionError("a spot beside everything is free")


def _ends(pull: Pull, key: int, placed: Mapping[int, Rectangle]) -> tuple[Place, Place]:
    """Return a pull's end inside the block, and where its other end is on the page."""
    is_first = pull.first == key
    other = placed[pull.second if is_first else pull.first]
    mine, theirs = (pull.first_place, pull.second_place) if is_first else (pull.second_place, pull.first_place)
    return mine, (other.x + theirs[0], other.y + theirs[1])


def _spots(block: Block, placed: Mapping[int, Rectangle], gap: float, *, is_few: bool) -> set[Place]:
    """Return places at the sides of what is placed, aligned with an end of a side: any side's if there are few."""
    page = around(placed.values())
    spots: set[Place] = {(page.x, page.bottom + gap), (page.right + gap, page.y)}
    if is_few:
        xs = {x for o in placed.values() for x in (o.x, o.right - block.width, o.right + gap, o.x - gap - block.width)}
        ys = {
            y for o in placed.values() for y in (o.y, o.bottom - block.height, o.bottom + gap, o.y - gap - block.height)
        }
        return spots | {(x, y) for x in xs for y in ys}
    for other in placed.values():
        for y in (other.y, other.bottom - block.height):
            spots |= {(other.right + gap, y), (other.x - gap - block.width, y)}
        for x in (other.x, other.right - block.width):
            spots |= {(x, other.bottom + gap), (x, other.y - gap - block.height)}
    return spots
