"""Relationships: foreign keys between entities, with cardinalities from keys and nullability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.design.entity import Entity
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
    for fact in sketch.catalog.of(ForeignKey):
        child = entities.get((fact.schema, fact.table))
        parent = entities.get((fact.referenced_schema, fact.referenced_table))
        if child is None or parent is None or fact.period:
            continue
        if frozenset(fact.referenced_columns) not in keys.of(parent):
            continue  # it points at a unique index, which a relationship does not
        yield _relationship(sketch, fact, child, parent, keys)


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
