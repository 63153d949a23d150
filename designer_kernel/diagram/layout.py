"""Layout: cluster, lay each cluster out in layers, pack the clusters into a page. Pure, deterministic, by stable id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Box, Ground, Link, Place, Rectangle, around
from designer_kernel.diagram.clusters import Cluster, clusters_of
from designer_kernel.diagram.layers import TALLNESS, layered
from designer_kernel.diagram.pack import PAGE, Block, Pull, beside, compacted, nearest_free, packed, page_size, shelves

SIDE: Final = 2 * metrics.STUB - metrics.CARD_GAP + 3 * metrics.LANE
"""Room that a new card keeps free at its sides, on top of the gap between cards: edges leave there."""

VARIANTS: Final = (1.15, TALLNESS, 1.6)
Progress = Callable[[int, int], None]

FEW_BOXES: Final = 60
"""Up to this number of boxes several layouts are tried."""


def arrange(
    boxes: Sequence[Box],
    links: Sequence[Link],
    *,
    pinned: Mapping[str, Place] | None = None,
    previous: Mapping[str, Place] | None = None,
    progress: Progress | None = None,
) -> dict[str, Place]:
    """Return a place for every box; no two boxes overlap, unless two pinned ones do.

    Parameters
    ----------
    boxes
        What to place, in a stable order.
    links
        Parent and child of every edge that should be short.
    pinned
        Places that a person chose; they are returned as given, and others make room.
    previous
        Places of the last picture. If at least half of the boxes are pinned or in it, nothing moves except what would
        overlap, and new boxes stand near their neighbours.
    progress
        Called with how much of a layout from nothing is done, and of how much; what it raises ends the work.
    """
    fixed = {box.id: pinned[box.id] for box in boxes if pinned and box.id in pinned}
    known = {box.id: previous[box.id] for box in boxes if previous and box.id in previous} | fixed
    if boxes and 2 * len(known) >= len(boxes):
        return _extended(boxes, links, known, fixed)
    whole = _best_whole(boxes, links, progress or _untold)
    return _extended(boxes, links, whole | fixed, fixed) if fixed else whole


def _untold(done: int, total: int) -> None:
    """Nobody waits for this layout."""


def _best_whole(boxes: Sequence[Box], links: Sequence[Link], progress: Progress) -> dict[str, Place]:
    """Return the best of some layouts: few boxes are laid out in flatter and in taller columns."""
    by_id = {box.id: box for box in boxes}

    def cost(places: dict[str, Place]) -> float:
        page = around(_rectangle(by_id[key], place) for key, place in places.items())
        ways = sum(
            abs(places[link.source][0] - places[link.target][0])
            + abs(places[link.source][1] + link.source_port - places[link.target][1] - link.target_port)
            for link in links
        )
        return page_size(page.width, page.height) * (2.0 + 0.5 * len(links)) + ways

    choices = VARIANTS if len(boxes) <= FEW_BOXES else (TALLNESS,)
    return min((_whole(boxes, links, tallness, progress) for tallness in choices), key=cost)


def _whole(boxes: Sequence[Box], links: Sequence[Link], tallness: float, progress: Progress) -> dict[str, Place]:
    """Return the places of a layout from nothing."""
    clusters, loose = clusters_of(boxes, links)
    by_id = {box.id: box for box in boxes}
    blocks: list[Block] = []
    inside: dict[str, tuple[int, Place]] = {}
    steps = len(clusters) + 2  # clusters are laid out, then packed, then compacted
    for number, cluster in enumerate(clusters):
        progress(number, steps)
        places, width, height = _cluster(cluster, by_id, links, tallness)
        blocks.append(Block(number, width, height))
        inside |= {key: (number, place) for key, place in places.items()}
    pulls = [_pull(link, inside, by_id) for link in links if link.source in inside and link.target in inside]
    progress(steps - 2, steps)
    corners = packed(blocks, pulls)
    progress(steps - 1, steps)
    placed = {key: (corners[number][0] + x, corners[number][1] + y) for key, (number, (x, y)) in inside.items()}
    if len(clusters) > 1 and not any(cluster.group for cluster in clusters):  # frames of areas stay aligned
        groups = {n: [_rectangle(by_id[key], placed[key]) for key in c.members] for n, c in enumerate(clusters)}
        moves = compacted(groups)
        placed = {key: (x + moves[inside[key][0]][0], y + moves[inside[key][0]][1]) for key, (x, y) in placed.items()}
    frames = _frames(clusters, blocks, placed, by_id)
    return placed | _among([by_id[key] for key in loose], frames)


def _frames(
    clusters: Sequence[Cluster], blocks: Sequence[Block], placed: Mapping[str, Place], by_id: Mapping[str, Box]
) -> list[Rectangle]:
    """Return what is taken: the frames of areas, and the boxes of other clusters."""
    frames: list[Rectangle] = []
    for cluster, block in zip(clusters, blocks, strict=True):
        members = [_rectangle(by_id[key], placed[key]) for key in cluster.members]
        if cluster.group:
            inner = around(members)
            x, y = inner.x - metrics.AREA_PADDING, inner.y - metrics.AREA_PADDING - metrics.AREA_TITLE_HEIGHT
            frames.append(Rectangle(x, y, block.width, block.height))
        else:
            frames += members
    return frames


def _among(loose: Sequence[Box], frames: Sequence[Rectangle]) -> dict[str, Place]:
    """Return places of boxes without links, together, in the shape and place where the page grows least."""
    if not loose:
        return {}
    page = around(frames)
    area = sum((box.width + metrics.CARD_GAP) * (box.height + metrics.CARD_GAP) for box in loose)
    widest = max(box.width for box in loose)
    choices = []
    for share in (1.0, 0.5, 0.34, 0.25):
        width = max(page.width * share, widest, (area * PAGE) ** 0.5 if not frames else 0.0)
        inside = shelves(loose, width)
        size = around(_rectangle(box, inside[box.id]) for box in loose)
        corner = beside(Block(0, size.width, size.height), frames)
        whole = around([*frames, Rectangle(*corner, size.width, size.height)])
        choices.append((page_size(whole.width, whole.height), -share, corner, inside))
    _size, _share, (left, top), inside = min(choices, key=lambda choice: choice[:2])
    return {key: (left + x, top + y) for key, (x, y) in inside.items()}


def _cluster(
    cluster: Cluster, by_id: Mapping[str, Box], links: Iterable[Link], tallness: float
) -> tuple[dict[str, Place], float, float]:
    """Return a cluster's places from its own corner, with its size; an area has room for its title and frame."""
    members = set(cluster.members)
    inner = [link for link in links if link.source in members and link.target in members]
    tied = {key for link in inner if link.source != link.target for key in (link.source, link.target)}
    boxes = [by_id[key] for key in cluster.members]
    places = layered([box for box in boxes if box.id in tied], inner, tallness=tallness)
    places |= _below([box for box in boxes if box.id not in tied], places, by_id, gap=metrics.CARD_GAP)
    size = around(_rectangle(by_id[key], place) for key, place in places.items())
    left = metrics.AREA_PADDING if cluster.group else 0.0
    top = metrics.AREA_PADDING + metrics.AREA_TITLE_HEIGHT if cluster.group else 0.0
    moved = {key: (x - size.x + left, y - size.y + top) for key, (x, y) in places.items()}
    return moved, size.width + 2 * left, size.height + top + left


def _below(
    loose: Sequence[Box], placed: Mapping[str, Place], by_id: Mapping[str, Box], *, gap: float = metrics.CLUSTER_GAP
) -> dict[str, Place]:
    """Return places in rows under what is placed."""
    page = around(_rectangle(by_id[key], place) for key, place in placed.items())
    area = sum((box.width + metrics.CARD_GAP) * (box.height + metrics.CARD_GAP) for box in loose)
    width = max(page.width, (area * PAGE) ** 0.5, max((box.width for box in loose), default=0.0))
    top = page.bottom + gap if placed else 0.0
    return {key: (page.x + x, top + y) for key, (x, y) in shelves(loose, width).items()}


def _pull(link: Link, inside: Mapping[str, tuple[int, Place]], by_id: Mapping[str, Box]) -> Pull:
    (first, (x1, y1)), (second, (x2, y2)) = inside[link.source], inside[link.target]
    source, target = by_id[link.source], by_id[link.target]
    return Pull(
        first, second, (x1 + source.width / 2, y1 + link.source_port), (x2 + target.width / 2, y2 + link.target_port)
    )


def _extended(
    boxes: Sequence[Box], links: Sequence[Link], known: Mapping[str, Place], fixed: Mapping[str, Place]
) -> dict[str, Place]:
    """Return the known places, moved only where they would overlap, with the new boxes near their neighbours."""
    by_id = {box.id: box for box in boxes}
    placed = {key: _rectangle(by_id[key], place) for key, place in fixed.items()}
    ground = Ground(placed.values())
    displaced: list[tuple[Box, Rectangle]] = []
    for box in boxes:
        if box.id in known and box.id not in placed:
            wanted = _rectangle(box, known[box.id])
            if ground.is_free(wanted):
                placed[box.id] = wanted
                ground.take(wanted)
            else:
                displaced.append((box, wanted))
    for box, wanted in displaced:  # after all that can stay, so that a push does not spread
        placed[box.id] = nearest_free(wanted, list(placed.values()))
    for box in boxes:
        if box.id not in placed:
            wanted = _widened(_beside_neighbours(box, links, placed), SIDE)
            found = nearest_free(wanted, [*placed.values(), *_foreign_areas(box, by_id, placed)])
            placed[box.id] = _widened(found, -SIDE)
    return {box.id: (placed[box.id].x, placed[box.id].y) for box in boxes}


def _widened(rectangle: Rectangle, by: float) -> Rectangle:
    return Rectangle(rectangle.x - by, rectangle.y, rectangle.width + 2 * by, rectangle.height)


def _beside_neighbours(box: Box, links: Iterable[Link], placed: Mapping[str, Rectangle]) -> Rectangle:
    """Return where a new box would like to stand: right of parents, left of children, else beside all."""
    wishes: list[Place] = []
    for link in links:
        if link.target == box.id and link.source in placed:
            parent = placed[link.source]
            wishes.append((parent.right + metrics.COLUMN_GAP, parent.y + link.source_port - link.target_port))
        elif link.source == box.id and link.target in placed:
            child = placed[link.target]
            wishes.append((child.x - metrics.COLUMN_GAP - box.width, child.y + link.target_port - link.source_port))
    if not wishes:
        page = around(placed.values())
        if page.width + box.width < PAGE * page.height:
            wishes.append((page.right + metrics.CLUSTER_GAP, page.y))
        else:
            wishes.append((page.x, page.bottom + metrics.CLUSTER_GAP if placed else 0.0))
    x = sum(wish[0] for wish in wishes) / len(wishes)
    y = sum(wish[1] for wish in wishes) / len(wishes)
    return Rectangle(float(round(x)), float(round(y)), box.width, box.height)


def _foreign_areas(box: Box, by_id: Mapping[str, Box], placed: Mapping[str, Rectangle]) -> list[Rectangle]:
    """Return the frames of areas that a new box does not belong to."""
    groups: dict[str, list[Rectangle]] = {}
    for key, rectangle in placed.items():
        group = by_id[key].group
        if group and group != box.group:
            groups.setdefault(group, []).append(rectangle)
    return [around(members) for members in groups.values()]


def _rectangle(box: Box, place: Place) -> Rectangle:
    return Rectangle(place[0], place[1], box.width, box.height)
