"""Relationships: foreign keys between entities, with cardinalities from keys and nullability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
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
    parents = {link.parent.id for found in links.values() for link in found}
    for found in links.values():
        junction = _junction(sketch, found, keys, parents)
        if junction is not None:
            yield junction
        else:
            yield from (_relationship(sketch, link.fact, link.child, link.parent, keys) for link in found)


class _Link(NamedTuple):
    """A foreign key and the entities at its ends."""

    fact: ForeignKey
    child: Entity
    parent: Entity


def _junction(sketch: Sketch, links: list[_Link], keys: Keys, parents: AbstractSet[UUID]) -> Relationship | None:
    """Return the many-to-many relationship that a table stands for: two foreign keys, whose columns are its key.

    Where the table has a key of its own, other rows could refer to its rows: then it is a junction only if it says
    nothing else.
    """
    child = links[0].child
    if len(links) != 2 or child.id in parents:
        return None
    columns = frozenset((*links[0].fact.columns, *links[1].fact.columns))
    is_apart = len(columns) == len(links[0].fact.columns) + len(links[1].fact.columns)
    more = {attribute.name for attribute in child.attributes} - columns
    is_key = columns == frozenset(child.key)
    if not is_apart or columns not in keys.of(child) or not (is_key or more <= {*child.key}):
        return None
    if any(a.is_nullable and a.name in columns and not a.is_primary_key for a in child.attributes):
        return None
    place = {name: number for number, name in enumerate(_order(child, columns))}
    source, target = sorted(links, key=lambda link: place[link.fact.columns[0]])
    if _manner(sketch, source.fact) != _manner(sketch, target.fact):
        return None
    one = source.fact
    ends = [source.parent, target.parent]
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
        source_attributes=_unless_key(source),
        target_attributes=_unless_key(target),
        junction_entity_id=child.id,
        junction_source_attributes=_unless_given(source, ends, "source"),
        junction_target_attributes=_unless_given(target, ends, "target"),
        source_key_name=_key_name(sketch, one),
        target_key_name=_key_name(sketch, target.fact),
        match_full=one.match_full,
        deferrable=one.deferrable,
        is_valid=one.valid,
        description=sketch.description(one.id),
    )


def _manner(sketch: Sketch, fact: ForeignKey) -> tuple[object, ...]:
    """Return what both foreign keys of a junction have in common."""
    actions = (fact.on_delete, fact.on_update, fact.on_delete_columns)
    return (*actions, fact.match_full, fact.deferrable, fact.valid, sketch.description(fact.id))


def _order(child: Entity, columns: frozenset[str]) -> tuple[str, ...]:
    """Return the columns of a junction in the order of its key."""
    ordered = (child.key, *(key.attributes for key in child.keys))
    return next(key for key in ordered if frozenset(key) == columns)


def _unless_key(link: _Link) -> tuple[str, ...]:
    return () if link.fact.referenced_columns == link.parent.key else link.fact.referenced_columns


def _unless_given(link: _Link, ends: list[Entity], end: str) -> tuple[str, ...]:
    """Return the columns of one end, or none if they are named as a junction names them."""
    given = tuple(shorten(f"{junction_prefix(ends, end)}_{name}") for name in link.fact.referenced_columns)
    return () if given == link.fact.columns else link.fact.columns


def _key_name(sketch: Sketch, fact: ForeignKey) -> str | None:
    stem = "_".join((fact.table, *fact.columns))
    return None if sketch.is_given(fact.schema, fact.name, stem, "fkey") else fact.name


def _relationship(sketch: Sketch, fact: ForeignKey, child: Entity, parent: Entity, keys: Keys) -> Relationship:
    columns = frozenset(fact.columns)
    is_optional = any(a.is_nullable and not a.is_primary_key for a in child.attributes if a.name in columns)
    is_single = any(found <= columns for found in keys.of(child))
    return trusted(
        Relationship,
        id=sketch.id("relationship", fact.schema, fact.table, fact.name),
        name=_key_name(sketch, fact),
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
        is_valid=fact.valid,
        description=sketch.description(fact.id),
    )
