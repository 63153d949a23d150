"""Communities: things of a net that hang together more than with the rest, small enough to be looked at together.

Found by greedy modularity (Clauset, Newman and Moore 2004) with a limit of size, hubs apart. Ties are broken by the
order of the things, so equal input, equal communities. The picture lays them out together; `lift` makes areas of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

K = TypeVar("K", bound=Hashable)

LARGEST: Final = 24
"""Most members of a community: as many as one layered layout shows readably."""

HUB_FROM: Final = 12
"""Least number of neighbours of a hub, in a component too large for one community."""


def components(keys: Sequence[K], neighbours: Mapping[K, Mapping[K, int]]) -> list[list[K]]:
    """Return the connected parts among some things, each in the order of the things."""
    place = {key: index for index, key in enumerate(keys)}
    seen: set[K] = set()
    parts: list[list[K]] = []
    for key in keys:
        if key in seen:
            continue
        seen.add(key)
        part: list[K] = []
        waiting = [key]
        while waiting:
            current = waiting.pop()
            part.append(current)
            new = [n for n in neighbours[current] if n in place and n not in seen]
            seen.update(new)
            waiting += new
        parts.append(sorted(part, key=place.__getitem__))
    return parts


def divided(component: list[K], neighbours: Mapping[K, Mapping[K, int]]) -> list[list[K]]:
    """Return a connected part as communities: itself if it is small, otherwise hubs and what hangs together."""
    if len(component) <= LARGEST:
        return [component]
    hubs = [key for key in component if len(neighbours[key]) >= HUB_FROM]
    rest = [key for key in component if key not in set(hubs)]
    parts = [[hub] for hub in hubs]
    of_hub = dict(zip(hubs, parts, strict=True))
    for part in components(rest, neighbours):
        nearest = _nearest_hub(part, of_hub, neighbours)
        if nearest is not None and len(part) <= 2 and len(of_hub[nearest]) + len(part) <= LARGEST // 2:
            of_hub[nearest] += part
        elif len(part) <= LARGEST:
            parts.append(part)
        else:
            parts += _communities(part, neighbours)
    return parts


def _nearest_hub(part: Iterable[K], hubs: Mapping[K, list[K]], neighbours: Mapping[K, Mapping[K, int]]) -> K | None:
    """Return the hub that a small part hangs on, if any."""
    weights: dict[K, int] = {}
    for key in part:
        for other, weight in neighbours[key].items():
            if other in hubs:
                weights[other] = weights.get(other, 0) + weight
    return max(weights, key=lambda hub: weights[hub]) if weights else None


def _communities(keys: Sequence[K], neighbours: Mapping[K, Mapping[K, int]]) -> list[list[K]]:
    """Return communities of at most `LARGEST` things, by merging the pair that gains most modularity."""
    place = {key: index for index, key in enumerate(keys)}
    ties = [
        {place[other]: float(weight) for other, weight in neighbours[key].items() if other in place} for key in keys
    ]
    degree = [sum(found.values()) for found in ties]
    total = sum(degree) / 2
    members: list[list[K]] = [[key] for key in keys]
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
        if (version[a], version[b]) != (seen_a, seen_b) or len(members[a]) + len(members[b]) > LARGEST:
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
