"""Areas: schemas where there are several, otherwise families of tables in a large database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final
from uuid import UUID

from designer_kernel.design.communities import components, divided
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import positional_id
from designer_kernel.design.naming import singular
from designer_kernel.design.objects import Area
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.trusted import trusted

LARGE: Final = 24
"""Number of entities from which one schema is divided; fewer are seen at once."""

_LEAST: Final = 4
"""Fewest entities that make an area."""

_FAMILY: Final = 40
"""Most entities of a family; a larger one is divided by what hangs together."""

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
    words = Counter(_word(entity) for entity in entities)
    firsts = Counter(entity.name.partition("_")[0] for entity in entities)
    spelled = {singular(first): first for first, _count in reversed(firsts.most_common())}
    groups: dict[str, list[Entity]] = {}
    rest: list[Entity] = []
    for entity in entities:
        word = _word(entity)
        is_family = _LEAST <= words[word] <= _FAMILY and words[word] < _COMMON * len(entities)
        if is_family:
            groups.setdefault(spelled[word], []).append(entity)
        else:
            rest.append(entity)
    by_id = {entity.id: entity for entity in entities}
    links: dict[UUID, dict[UUID, int]] = {key: {} for key in by_id}
    for relationship in relationships:
        for one, other in pairwise(_ends(relationship)):
            if one != other:
                links[one][other] = links[other][one] = links[one].get(other, 0) + 1
    for part in components([entity.id for entity in rest if links[entity.id]], links):
        for members in divided(part, links):
            if len(members) >= _LEAST:
                centre = max(members, key=lambda key: len(links[key]))
                groups.setdefault(by_id[centre].name, []).extend(by_id[key] for key in members)
    return groups


def _word(entity: Entity) -> str:
    """Return the word that a table's name begins with, in the singular: ``orders`` belongs to ``order_items``."""
    return singular(entity.name.partition("_")[0])


def _ends(relationship: Relationship) -> list[UUID]:
    """Return the entities of a relationship, a junction between its ends."""
    ends = (relationship.source_entity_id, relationship.junction_entity_id, relationship.target_entity_id)
    return [end for end in ends if end is not None]
