"""Attributes that nobody drew and that change their names: foreign keys named after their parent, traits' attributes.

An index on ``orders (user_id)`` means the foreign key to ``users``; when that entity becomes ``people``, the attribute
becomes ``person_id``, and the index has to follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from designer_kernel.design.design import Design
from designer_kernel.design.edits.references import PROVIDES, lineage, resolver
from designer_kernel.design.edits.renames import attribute_renamed
from designer_kernel.design.entity import Entity
from designer_kernel.design.expansion import expand
from designer_kernel.design.relationship import Relationship
from designer_kernel.errors import DesignerError


def implied_followed(before: Design, after: Design, entity_id: UUID) -> Design:
    """Return ``after`` with references following to attributes that a change of an entity has named anew."""
    for owner_id, old, new in _renamed(before, after, entity_id):
        owner = next(entity for entity in after.entities if entity.id == owner_id)
        after = attribute_renamed(after, owner, old, new)
    return after


def trait_attributes_followed(design: Design, before: Entity, after: Entity) -> Design:
    """Return the design with references to attributes of a trait following, where the trait names them anew."""
    kinds = {trait.kind: trait for trait in after.traits}
    for trait in before.traits:
        changed = kinds.get(trait.kind)
        for field in PROVIDES.get(type(trait), ()) if changed is not None else ():
            old, new = getattr(trait, field), getattr(changed, field)
            if old and new and old != new and before.attribute(old) is None:
                entity = next(one for one in design.entities if one.id == after.id)
                design = attribute_renamed(design, entity, old, new)
    return design


def neighbours(design: Design, entity_id: UUID) -> frozenset[UUID]:
    """Return the entities whose foreign keys may be named after an entity."""
    return frozenset(end for relationship in design.relationships_of(entity_id) for end in ends_of(relationship))


def _renamed(before: Design, after: Design, entity_id: UUID) -> Iterator[tuple[UUID, str, str]]:
    """Yield entity, old and new name of each attribute that nobody drew and that changes its name.

    A rename changes neither the number nor the order of what an entity expands to, so places tell which is which.
    """
    ids = around(before, entity_id)
    try:
        old = {entity.id: entity for entity in expand(part_around(before, ids)).design.entities}
        new = {entity.id: entity for entity in expand(part_around(after, ids)).design.entities}
    except DesignerError:
        return  # what cannot be expanded has no implied names to follow
    names = resolver(before)
    for drawn in before.entities:
        if drawn.id not in old or drawn.id not in new:
            continue
        was, becomes = old[drawn.id].attributes, new[drawn.id].attributes
        for one, other in zip(was, becomes, strict=False) if len(was) == len(becomes) else ():
            if one.name != other.name and one.name not in names.columns_of(drawn.id):
                yield drawn.id, one.name, other.name


def around(design: Design, entity_id: UUID) -> frozenset[UUID]:
    """Return the entities that decide how attributes implied by this entity, or by its heirs, are named."""
    core = {entity_id}
    waiting = [entity_id]
    while waiting:
        parent = waiting.pop()
        found = [entity.id for entity in design.entities if parent in entity.inherits and entity.id not in core]
        core.update(found)
        waiting.extend(found)
    wanted = core.union(*(neighbours(design, key) for key in core))
    for entity in design.entities:
        if entity.id in wanted:
            wanted |= {trait.tenant_entity_id for trait in entity.traits if trait.kind == "tenant_scoped"}
    return lineage(design, *wanted)


def part_around(design: Design, ids: frozenset[UUID]) -> Design:
    """Return a design of these entities and the relationships among them alone."""
    return design.model_copy(
        update={
            "entities": tuple(entity for entity in design.entities if entity.id in ids),
            "relationships": tuple(r for r in design.relationships if ids.issuperset(ends_of(r))),
            "areas": (),
            "diagrams": (),
            "notes": (),
        }
    )


def ends_of(relationship: Relationship) -> frozenset[UUID]:
    """Return the entities that a relationship speaks of."""
    ends = (relationship.source_entity_id, relationship.target_entity_id, relationship.junction_entity_id)
    return frozenset(end for end in ends if end is not None)
