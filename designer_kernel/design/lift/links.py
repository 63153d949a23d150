"""Relationships: foreign keys between entities, with cardinalities from keys and nullability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from designer_kernel.catalog.identifiers import shorten
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.design.entity import Entity
from designer_kernel.design.foreign_keys import junction_prefix
from designer_kernel.design.lift.sketch import Sketch
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.trusted import trusted
from designer_kernel.design.values import Action, Cardinality, RelationshipType

Entities = Mapping[tuple[str, str], Entity]
"""The entities drawn so far, by schema and name."""


class Keys:
    """What identifies a row of each entity; asked for again and again."""

    def __init__(self) -> None:
        self._sets: dict[int, list[frozenset[str]]] = {}

    def of(self, entity: Entity) -> list[frozenset[str]]:
        """Return the sets of attributes that identify a row."""
        found = self._sets.get(id(entity))
        if found is None:
            found = self._sets[id(entity)] = entity.unique_sets()
        return found


def draw_relationships(sketch: Sketch, entities: Entities) -> Iterable[Relationship]:
    """Yield the relationships that foreign keys between drawn entities are."""
    keys = Keys()
    links: dict[UUID, list[_Link]] = {}
    for fact in sketch.catalog.of(ForeignKey):
        child = entities.get((fact.schema, fact.table))
        parent = entities.get((fact.referenced_schema, fact.referenced_table))
        if child is None or parent is None or fact.period:
            continue
        if frozenset(fact.referenced_columns) in keys.of(parent):  # otherwise it points at a unique index
            links.setdefault(child.id, []).append(_Link(fact, child, parent))
    for found in links.values():
        junction = _junction(sketch, found)
        if junction is not None:
            yield junction
        else:
            yield from (_relationship(sketch, link.fact, link.child, link.parent, keys) for link in found)


class _Link(NamedTuple):
    """A foreign key and the entities at its ends."""

    fact: ForeignKey
    child: Entity
    parent: Entity


def _junction(sketch: Sketch, links: list[_Link]) -> Relationship | None:
    """Return the many-to-many relationship that a table stands for: two foreign keys, which are its key and all of it.

    The columns must have the names that a junction gives them, since a relationship knows no others.
    """
    if len(links) != 2:
        return None
    child = links[0].child
    columns = (*links[0].fact.columns, *links[1].fact.columns)
    if sorted(columns) != sorted(a.name for a in child.attributes) or set(columns) != set(child.key):
        return None
    source, target = sorted(links, key=lambda link: child.key.index(link.fact.columns[0]))
    ends = [source.parent, target.parent]
    for link, end in ((source, "source"), (target, "target")):
        given = tuple(shorten(f"{junction_prefix(ends, end)}_{name}") for name in link.fact.referenced_columns)
        stem = "_".join((link.fact.table, *link.fact.columns))
        is_plain = link.fact.referenced_columns == link.parent.key and not sketch.description(link.fact.id)
        is_named = sketch.is_given(link.fact.schema, link.fact.name, stem, "fkey")
        if given != link.fact.columns or not is_plain or not is_named:
            return None
    one, other = source.fact, target.fact
    manner = [(f.on_delete, f.on_update, f.match_full, f.deferrable, f.on_delete_columns) for f in (one, other)]
    if manner[0] != manner[1]:
        return None
    return trusted(
        Relationship,
        id=sketch.id("relationship", one.schema, one.table),
        source_entity_id=source.parent.id,
        target_entity_id=target.parent.id,
        relationship_type=RelationshipType.MANY_TO_MANY,
        source_cardinality=Cardinality.MANY,
        target_cardinality=Cardinality.MANY,
        on_delete_action=Action(one.on_delete),
        on_update_action=Action(one.on_update),
        junction_entity_id=child.id,
        match_full=one.match_full,
        deferrable=one.deferrable,
    )


def _relationship(sketch: Sketch, fact: ForeignKey, child: Entity, parent: Entity, keys: Keys) -> Relationship:
    columns = frozenset(fact.columns)
    is_optional = any(a.is_nullable and not a.is_primary_key for a in child.attributes if a.name in columns)
    is_single = any(found <= columns for found in keys.of(child))
    stem = "_".join((fact.table, *fact.columns))
    return trusted(
        Relationship,
        id=sketch.id("relationship", fact.schema, fact.table, fact.name),
        name=None if sketch.is_given(fact.schema, fact.name, stem, "fkey") else fact.name,
        source_entity_id=parent.id,
        target_entity_id=child.id,
        relationship_type=RelationshipType.ONE_TO_ONE if is_single else RelationshipType.ONE_TO_MANY,
        source_cardinality=Cardinality.ZERO_OR_ONE if is_optional else Cardinality.ONE,
        target_cardinality=Cardinality.ZERO_OR_ONE if is_single else Cardinality.MANY,
        on_delete_action=Action(fact.on_delete),
        on_update_action=Action(fact.on_update),
        source_attributes=() if fact.referenced_columns == parent.key else fact.referenced_columns,
        target_attributes=fact.columns,
        match_full=fact.match_full,
        deferrable=fact.deferrable,
        description=sketch.description(fact.id),
    )
