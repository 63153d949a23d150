"""Areas: schemas where there are several, otherwise families of tables in a large database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import positional_id
from designer_kernel.design.objects import Area
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.trusted import trusted

LARGE: Final = 24
"""Number of entities from which one schema is divided; fewer are seen at once."""

_LEAST: Final = 4
"""Fewest entities that make an area."""

_COMMON: Final = 0.6
"""Share of the tables from which a first word says nothing."""


def draw_areas(design: Design) -> tuple[Area, ...]:
    """Return the areas that the entities of a lifted design fall into, none for a small database of one schema."""
    entities, relationships = design.entities, design.relationships
    by_schema: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        by_schema[design.schema_of(entity)].append(entity)
    if len(by_schema) > 1:
        groups = by_schema
    elif len(entities) >= LARGE:
        groups = _families(entities, relationships)
    else:
        return ()
    return tuple(
        trusted(
            Area, id=positional_id(place, "lift", "area", name), name=name, members=tuple(one.id for one in members)
        )
        for place, (name, members) in enumerate(groups.items(), 1)
    )


def _families(entities: Sequence[Entity], relationships: Iterable[Relationship]) -> dict[str, list[Entity]]:
    """Return entities whose names begin with one word, and of the others those that hang together."""
    words = Counter(entity.name.partition("_")[0] for entity in entities if "_" in entity.name)
    groups: dict[str, list[Entity]] = {}
    rest: list[Entity] = []
    for entity in entities:
        word = entity.name.partition("_")[0]
        if _LEAST <= words[word] < _COMMON * len(entities):
            groups.setdefault(word, []).append(entity)
        else:
            rest.append(entity)
    links: dict[UUID, set[UUID]] = defaultdict(set)
    for relationship in relationships:
        links[relationship.source_entity_id].add(relationship.target_entity_id)
        links[relationship.target_entity_id].add(relationship.source_entity_id)
    for members in _connected(rest, links):
        if _LEAST <= len(members) <= LARGE:
            centre = max(members, key=lambda entity: len(links[entity.id]))
            groups.setdefault(centre.name, []).extend(members)
    return groups


def _connected(entities: Sequence[Entity], links: dict[UUID, set[UUID]]) -> Iterable[list[Entity]]:
    """Yield the parts of some entities that relationships hold together, in their order."""
    by_id = {entity.id: entity for entity in entities}
    seen: set[UUID] = set()
    for entity in entities:
        if entity.id in seen:
            continue
        waiting, part = [entity.id], {entity.id}
        while waiting:
            for other in links[waiting.pop()] & by_id.keys() - part:
                part.add(other)
                waiting.append(other)
        seen |= part
        yield sorted((by_id[key] for key in part), key=lambda one: one.id)
