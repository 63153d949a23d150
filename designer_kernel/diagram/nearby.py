"""What is near in a design: the entities around some, and the shortest ways between two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from designer_kernel.design import Design
from designer_kernel.design.membership import shown_ids
from designer_kernel.errors import UnknownObject

MOST_WAYS: Final = 100
"""Ways between two entities that are told; a mesh has more of the same length than anybody can read."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way along relationships: the entities on it, and the relationship of each step."""

    entity_ids: tuple[UUID, ...]
    relationship_ids: tuple[UUID, ...]


def focus(design: Design, ids: Iterable[UUID], distance: int = 1) -> frozenset[UUID]:
    """Return entities with all that are at most so many relationships away; views stand for themselves.

    Raises
    ------
    UnknownObject
        If the design has no entity or view of one of the ids.
    """
    found = set(ids)
    _check(design, found)
    steps = _steps(design)
    edge = set(found)
    for _ in range(distance):
        edge = {neighbour for key in edge for neighbour in steps[key]} - found
        if not edge:
            break
        found |= edge
    return frozenset(found)


def paths(design: Design, source: UUID, target: UUID) -> list[Way]:
    """Return the shortest ways between two entities along relationships, all of the same length, `MOST_WAYS` at most.

    Parallel relationships are ways of their own. There is none between what no relationships connect; from an entity to
    itself it is one without steps.

    Raises
    ------
    UnknownObject
        If the design has no such entity.
    """
    _check(design, {source, target})
    steps = _steps(design)
    distances = _distances(steps, target)
    if source not in distances:
        return []
    ways = [Way((source,), ())]
    for left in range(distances[source] - 1, -1, -1):
        longer = [
            Way((*way.entity_ids, neighbour), (*way.relationship_ids, relationship))
            for way in ways
            for neighbour, relationships in steps[way.entity_ids[-1]].items()
            if distances.get(neighbour) == left
            for relationship in relationships
        ]
        ways = longer[:MOST_WAYS]
    return ways


def _steps(design: Design) -> defaultdict[UUID, dict[UUID, list[UUID]]]:
    """Return the neighbours of each entity with the relationships that lead there, in the order of the design.

    A junction that is drawn is a neighbour of both ends, and these are of each other.
    """
    steps: defaultdict[UUID, dict[UUID, list[UUID]]] = defaultdict(dict)
    for relationship in design.relationships:
        ends = [relationship.source_entity_id, relationship.target_entity_id]
        if relationship.junction_entity_id is not None:
            ends.append(relationship.junction_entity_id)
        for one in ends:
            for other in ends:
                known = steps[one].setdefault(other, []) if one != other else []
                if relationship.id not in known:
                    known.append(relationship.id)
    return steps


def _distances(steps: defaultdict[UUID, dict[UUID, list[UUID]]], start: UUID) -> dict[UUID, int]:
    distances = {start: 0}
    edge = [start]
    while edge:
        further = []
        for key in edge:
            for neighbour in steps[key]:
                if neighbour not in distances:
                    distances[neighbour] = distances[key] + 1
                    further.append(neighbour)
        edge = further
    return distances


def _check(design: Design, ids: set[UUID]) -> None:
    missing = ids.difference(shown_ids(design))
    if missing:
        raise UnknownObject(
            f"there is no entity {min(missing)}", where=design.name, mend="it may have been removed; reload"
        )
