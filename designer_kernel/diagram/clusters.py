"""Clusters: boxes that belong together are laid out together. Areas first, then what is connected, hubs apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from designer_kernel.design.communities import components, divided
from designer_kernel.diagram.boxes import Box, Link


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
    for component in components([key for key in free if neighbours[key]], neighbours):
        found += [Cluster(tuple(members)) for members in divided(component, neighbours)]
    return found, loose
