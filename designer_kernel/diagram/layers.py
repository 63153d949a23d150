"""Layered layout of one cluster: parents left, children right, few crossings, straight lines.

The four steps of Sugiyama, Tagawa and Toda (1981): ranks by longest path, tightened; order within columns by the
barycentre of ports; heights by least squares under the order (pool adjacent violators); columns from left to right.
Links over several columns get a slot in each column between, so that there is room for their line.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Box, Link, Place

TALLNESS = 1.3
SWEEPS = 8
SLOT_HEIGHT = metrics.LANE


@dataclass(slots=True)
class _Node:
    """A box, or a slot that a long link passes through."""

    key: str
    width: float
    height: float
    is_slot: bool = False
    column: int = 0
    y: float = 0.0
    before: list[_Wire] = field(default_factory=list)
    after: list[_Wire] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wire:
    """A link between two nodes of neighbouring columns."""

    left: str
    right: str
    left_port: float
    right_port: float


def layered(boxes: Sequence[Box], links: Sequence[Link], *, tallness: float = TALLNESS) -> dict[str, Place]:
    """Return the places of boxes, laid out in columns; the top left corner of all is the origin.

    A column taller than ``tallness`` times the side of a page that would hold all boxes is dealt to several.
    """
    ids = {box.id for box in boxes}
    inside = [link for link in links if link.source in ids and link.target in ids and link.source != link.target]
    columns = _split_tall(boxes, inside, _ranks(boxes, inside), tallness)
    nodes, order = _with_slots(boxes, inside, columns)
    order = _ordered(nodes, order)
    _settle(nodes, order)
    return _placed(nodes, order)


def _ranks(boxes: Sequence[Box], links: Sequence[Link]) -> dict[str, int]:
    """Return a column for every box: longest path from the left, then each box as close to its neighbours as fits."""
    children: dict[str, list[str]] = {box.id: [] for box in boxes}
    for link in links:
        if link.target not in children[link.source]:
            children[link.source].append(link.target)
    forward = _acyclic(children)
    parents: dict[str, list[str]] = {key: [] for key in children}
    for parent, found in forward.items():
        for child in found:
            parents[child].append(parent)
    rank: dict[str, int] = {}
    for key in _topological(forward, parents):
        rank[key] = max((rank[parent] + 1 for parent in parents[key]), default=0)
    _tighten(rank, forward, parents)
    return rank


def _acyclic(children: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the links without cycles: one that closes a cycle is turned round."""
    forward: dict[str, list[str]] = {key: [] for key in children}
    state: dict[str, int] = {}
    for root in sorted(children, key=lambda key: (_indegree(children, key), -len(children[key]))):
        stack = [(root, iter(children[root]))] if root not in state else []
        state.setdefault(root, 1)
        while stack:
            key, rest = stack[-1]
            child = next(rest, None)
            if child is None:
                state[key] = 2
                stack.pop()
            elif state.get(child) == 1:
                if key not in forward[child]:
                    forward[child].append(key)
            else:
                if child not in forward[key]:
                    forward[key].append(child)
                if child not in state:
                    state[child] = 1
                    stack.append((child, iter(children[child])))
    return forward


def _indegree(children: Mapping[str, Sequence[str]], key: str) -> int:
    return sum(key in found for found in children.values())


def _topological(forward: Mapping[str, Sequence[str]], parents: Mapping[str, Sequence[str]]) -> list[str]:
    waiting = {key: len(found) for key, found in parents.items()}
    ready = [key for key, count in waiting.items() if not count]
    order: list[str] = []
    while ready:
        key = ready.pop(0)
        order.append(key)
        for child in forward[key]:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return order


def _tighten(rank: dict[str, int], forward: Mapping[str, Sequence[str]], parents: Mapping[str, Sequence[str]]) -> None:
    """Move boxes inside their free range towards the median of their neighbours, which shortens links."""
    for _sweep in range(4):
        for key in sorted(rank, key=lambda k: -rank[k]):
            lowest = max((rank[p] + 1 for p in parents[key]), default=-math.inf)
            highest = min((rank[c] - 1 for c in forward[key]), default=math.inf)
            wanted = sorted([rank[p] + 1 for p in parents[key]] + [rank[c] - 1 for c in forward[key]])
            if wanted:
                median = wanted[(len(wanted) - 1) // 2]
                rank[key] = int(min(max(median, lowest), highest))
    least = min(rank.values(), default=0)
    for key in rank:
        rank[key] -= least


def _split_tall(
    boxes: Sequence[Box], links: Sequence[Link], rank: Mapping[str, int], tallness: float
) -> dict[str, int]:
    """Return columns that are not much taller than the whole should be: a tall one is dealt to several."""
    by_id = {box.id: box for box in boxes}
    area = sum((b.width + metrics.COLUMN_GAP) * (b.height + metrics.CARD_GAP) for b in boxes)
    limit = max(math.sqrt(area / 1.3) * tallness, max((b.height for b in boxes), default=0.0))
    outgoing = Counter(link.source for link in links)
    column: dict[str, int] = {}
    shift = 0
    for level in range(max(rank.values(), default=-1) + 1):
        members = [box.id for box in boxes if rank[box.id] == level]
        height = sum(by_id[key].height + metrics.CARD_GAP for key in members)
        parts = max(1, math.ceil((height - metrics.CARD_GAP) / limit - 0.15))
        filled, part = 0.0, 0
        for key in sorted(members, key=lambda key: outgoing[key]):
            if filled >= height / parts and part < parts - 1:
                filled, part = 0.0, part + 1
            column[key] = level + shift + part
            filled += by_id[key].height + metrics.CARD_GAP
        shift += parts - 1
    return column


def _with_slots(
    boxes: Sequence[Box], links: Sequence[Link], columns: Mapping[str, int]
) -> tuple[dict[str, _Node], list[list[str]]]:
    nodes = {box.id: _Node(box.id, box.width, box.height, column=columns[box.id]) for box in boxes}
    order: list[list[str]] = [[] for _ in range(max(columns.values(), default=0) + 1)]
    for box in boxes:
        order[columns[box.id]].append(box.id)
    trunks: dict[tuple[str, float, int], str] = {}
    for link in links:
        left, right = (link.source, link.source_port), (link.target, link.target_port)
        if columns[left[0]] > columns[right[0]]:
            left, right = right, left
        key, port = left
        for column in range(columns[left[0]] + 1, columns[right[0]]):
            trunk = (left[0], left[1], column)  # links of one key share a slot, as their lines share a lane
            slot = trunks.get(trunk)
            if slot is None:
                slot = trunks[trunk] = f"slot:{column}:{left[0]}:{left[1]}"
                nodes[slot] = _Node(slot, 0.0, SLOT_HEIGHT, is_slot=True, column=column)
                order[column].append(slot)
                _wire(nodes, _Wire(key, slot, port, SLOT_HEIGHT / 2))
            key, port = slot, SLOT_HEIGHT / 2
        if columns[left[0]] != columns[right[0]]:
            _wire(nodes, _Wire(key, right[0], port, right[1]))
    return nodes, order


def _wire(nodes: Mapping[str, _Node], wire: _Wire) -> None:
    nodes[wire.left].after.append(wire)
    nodes[wire.right].before.append(wire)


def _ordered(nodes: Mapping[str, _Node], order: list[list[str]]) -> list[list[str]]:
    """Return the order with the fewest crossings among some sweeps of barycentres, left to right and back."""
    _stack(nodes, order)
    best, least = [list(column) for column in order], _crossings(nodes, order)
    for sweep in range(SWEEPS):
        if not least:
            break
        is_forward = sweep % 2 == 0
        for column in order if is_forward else reversed(order):
            middle = {key: _barycentre(nodes, key, is_forward=is_forward) for key in column}
            column.sort(key=middle.__getitem__)
            _stack(nodes, [column])
        _swap_neighbours(nodes, order)
        crossings = _crossings(nodes, order)
        if crossings < least:
            best, least = [list(column) for column in order], crossings
    _stack(nodes, best)
    return best


def _stack(nodes: Mapping[str, _Node], order: Sequence[Sequence[str]]) -> None:
    """Put the nodes of columns under each other, around the same middle."""
    for column in order:
        y = -sum(nodes[key].height + _gap(nodes[key]) for key in column) / 2
        for key in column:
            nodes[key].y = y
            y += nodes[key].height + _gap(nodes[key])


def _gap(node: _Node) -> float:
    return SLOT_HEIGHT if node.is_slot else metrics.CARD_GAP


def _barycentre(nodes: Mapping[str, _Node], key: str, *, is_forward: bool) -> float:
    node = nodes[key]
    if is_forward:
        ends = [nodes[w.left].y + w.left_port - w.right_port for w in node.before]
    else:
        ends = [nodes[w.right].y + w.right_port - w.left_port for w in node.after]
    return sum(ends) / len(ends) + node.height / 2 if ends else node.y + node.height / 2


def _swap_neighbours(nodes: Mapping[str, _Node], order: Sequence[list[str]]) -> None:
    """Exchange neighbours of a column as long as that removes crossings."""
    for column in order:
        for index in range(len(column) - 1):
            upper, lower = nodes[column[index]], nodes[column[index + 1]]
            if _pair_crossings(nodes, upper, lower) > _pair_crossings(nodes, lower, upper):
                column[index], column[index + 1] = lower.key, upper.key
        _stack(nodes, [column])


def _pair_crossings(nodes: Mapping[str, _Node], upper: _Node, lower: _Node) -> int:
    """Return how many wires of two nodes cross if one is above the other."""
    count = 0
    for mine, theirs in (
        (_ends(nodes, upper, 0), _ends(nodes, lower, 0)),
        (_ends(nodes, upper, 1), _ends(nodes, lower, 1)),
    ):
        count += sum(a > b for a in mine for b in theirs)
    return count


def _ends(nodes: Mapping[str, _Node], node: _Node, side: int) -> list[float]:
    if side == 0:
        return [nodes[w.left].y + w.left_port for w in node.before]
    return [nodes[w.right].y + w.right_port for w in node.after]


def _crossings(nodes: Mapping[str, _Node], order: Sequence[Sequence[str]]) -> int:
    count = 0
    for column in order:
        ends = sorted(
            (nodes[w.left].y + w.left_port, nodes[w.right].y + w.right_port) for key in column for w in nodes[key].after
        )
        rights = [end[1] for end in ends]
        count += sum(rights[i] > rights[j] for i in range(len(rights)) for j in range(i + 1, len(rights)))
    return count


def _settle(nodes: Mapping[str, _Node], order: Sequence[Sequence[str]]) -> None:
    """Give heights that straighten the wires: each column by least squares, with its order and gaps kept."""
    for sweep in range(2 * SWEEPS):
        for column in order if sweep % 2 == 0 else reversed(order):
            wanted = [_pull(nodes, key) for key in column]
            weights = [float(len(nodes[key].before) + len(nodes[key].after)) or 0.05 for key in column]
            offsets, total = [], 0.0
            for key in column:
                offsets.append(total)
                total += nodes[key].height + _gap(nodes[key])
            flat = _isotonic([w - o for w, o in zip(wanted, offsets, strict=True)], weights)
            for key, base, offset in zip(column, flat, offsets, strict=True):
                nodes[key].y = base + offset


def _pull(nodes: Mapping[str, _Node], key: str) -> float:
    """Return the y that a node's wires ask for."""
    node = nodes[key]
    ends = [nodes[w.left].y + w.left_port - w.right_port for w in node.before]
    ends += [nodes[w.right].y + w.right_port - w.left_port for w in node.after]
    return sum(ends) / len(ends) if ends else node.y


def _isotonic(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the non-decreasing sequence nearest to ``values`` by weighted least squares (pool adjacent violators)."""
    blocks: list[list[float]] = []  # mean, weight, count
    for value, weight in zip(values, weights, strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, weight_, count = blocks.pop()
            last = blocks[-1]
            total = last[1] + weight_
            last[0] = (last[0] * last[1] + mean * weight_) / total
            last[1], last[2] = total, last[2] + count
    return [mean for mean, _weight, count in blocks for _ in range(int(count))]


def _placed(nodes: Mapping[str, _Node], order: Sequence[Sequence[str]]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    x = 0.0
    for column in order:
        width = max((nodes[key].width for key in column), default=0.0)
        for key in column:
            if not nodes[key].is_slot:
                places[key] = (x, nodes[key].y)
        lanes = len({(w.left, w.left_port) for key in column for w in nodes[key].after})
        x += width + max(metrics.COLUMN_GAP, 2 * metrics.STUB + (lanes + 1) * metrics.LANE)
    top = min((y for _x, y in places.values()), default=0.0)
    return {key: (float(round(x)), float(round(y - top))) for key, (x, y) in places.items()}
