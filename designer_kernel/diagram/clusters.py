"""Clusters: boxes that belong together are laid out together. Areas first, then what is connected, hubs apart.

Communities are found by greedy modularity (Clauset, Newman and Moore 2004) with a limit of size, which keeps a cluster
small enough for one readable layered layout. Ties are broken by the order of the boxes, so equal input, equal clusters.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from designer_kernel.diagram.boxes import Box, Link

MAX_CLUSTER: Final = 24
"""Most boxes of one cluster that is not an area."""

HUB_FROM: Final = 12
"""Least number of neighbours of a hub, in a component too large for one cluster."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Boxes that are laid out together, in their order. ``group`` is the area that they are, or ``""``."""

    members: tuple[str, ...]
    group: str = ""


def clusters_of(boxes: Sequence[Box], links: Iterable[Link]) -> tuple[list[Cluster], list[str]]:
    """Return the clusters, and the loose boxes that have no group and no link to another box."""
    neighbours: dict[str, dict[str, int]] = {box.id: {} for box in boxes}
    for link in links:
        if link.source != link.target and link.source in neighbours and link.target in neighbours:
            neighbours[link.source][link.target] = neighbours[link.source].get(link.target, 0) + 1
            neighbours[link.target][link.source] = neighbours[link.target].get(link.source, 0) + 1
    groups: dict[str, list[str]] = {}
    for box in boxes:
        if box.group:
            groups.setdefault(box.group, []).append(box.id)
    found = [Cluster(tuple(members), group) for group, members in groups.items()]
    free = [box.id for box in boxes if not box.group]
    loose = [key for key in free if not neighbours[key]]
    for component in _components([key for key in free if neighbours[key]], neighbours):
        found += [Cluster(tuple(members)) for members in _divided(component, neighbours)]
    return found, loose


def _components(keys: Sequence[str], neighbours: dict[str, dict[str, int]]) -> list[list[str]]:
    """Return the connected parts among some boxes, each in the boxes' order."""
    place = {key: index for index, key in enumerate(keys)}
    seen: set[str] = set()
    parts: list[list[str]] = []
    for key in keys:
        if key in seen:
            continue
        seen.add(key)
        part, waiting = [], [key]
        while waiting:
            current = waiting.pop()
            part.append(current)
            new = [n for n in neighbours[current] if n in place and n not in seen]
            seen.update(new)
            waiting += new
        parts.append(sorted(part, key=place.__getitem__))
    return parts


def _divided(component: list[str], neighbours: dict[str, dict[str, int]]) -> list[list[str]]:
    if len(component) <= MAX_CLUSTER:
        return [component]
    hubs = [key for key in component if len(neighbours[key]) >= HUB_FROM]
    rest = [key for key in component if key not in set(hubs)]
    parts = [[hub] for hub in hubs]
    of_hub = dict(zip(hubs, parts, strict=True))
    for part in _components(rest, neighbours):
        nearest = _nearest_hub(part, of_hub, neighbours)
        if nearest is not None and len(part) <= 2 and len(of_hub[nearest]) + len(part) <= MAX_CLUSTER // 2:
            of_hub[nearest] += part
        elif len(part) <= MAX_CLUSTER:
            parts.append(part)
        else:
            parts += _communities(part, neighbours)
    return parts


def _nearest_hub(part: Iterable[str], hubs: dict[str, list[str]], neighbours: dict[str, dict[str, int]]) -> str | None:
    """Return the hub that a small part hangs on, if any."""
    weights: dict[str, int] = {}
    for key in part:
        for other, weight in neighbours[key].items():
            if other in hubs:
                weights[other] = weights.get(other, 0) + weight
    return max(weights, key=lambda hub: weights[hub]) if weights else None


def _communities(keys: Sequence[str], neighbours: dict[str, dict[str, int]]) -> list[list[str]]:
    """Return communities of at most `MAX_CLUSTER` boxes, by merging the pair that gains most modularity."""
    place = {key: index for index, key in enumerate(keys)}
    ties = [
        {place[other]: float(weight) for other, weight in neighbours[key].items() if other in place} for key in keys
    ]
    degree = [sum(found.values()) for found in ties]
    total = sum(degree) / 2
    members: list[list[str]] = [[key] for key in keys]
    version = [0] * len(keys)

    def gain(a: int, b: int) -> float:
        # Divided by the merged size: otherwise the largest community swallows its surroundings first.
        merged = len(members[a]) + len(members[b])
        return (ties[a][b] / total - degree[a] * degree[b] / (2 * total * total)) / merged

    heap = [(-gain(a, b), a, b, 0, 0) for a, found in enumerate(ties) for b in found if a < b]
    heapq.heapify(heap)
    while heap:
        loss, a, b, seen_a, seen_b = heapq.heappop(heap)
        if loss >= 0:
            break
        if (version[a], version[b]) != (seen_a, seen_b) or len(members[a]) + len(members[b]) > MAX_CLUSTER:
            continue
        members[a] += members[b]
        members[b] = []
        degree[a] += degree[b]
        for other, weight in ties[b].items():
            if other != a:
                ties[a][other] = ties[a].get(other, 0.0) + weight
                ties[other][a] = ties[a][other]
                del ties[other][b]
        del ties[a][b]
        ties[b] = {}
        version[a] += 1
        version[b] += 1
        for other in ties[a]:
            low, high = min(a, other), max(a, other)
            heapq.heappush(heap, (-gain(low, high), low, high, version[low], version[high]))
    return [sorted(found, key=place.__getitem__) for found in members if found]
