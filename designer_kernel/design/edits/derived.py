"""Attributes that nobody drew and that change their names: foreign keys named after their parent, traits' attributes.

An index on ``orders (user_id)`` means the foreign key to ``users``; when that entity becomes ``people``, the attribute
becomes ``person_id``, and the index has to follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from designer_kernel.design.design import Design
from designer_kernel.design.edits.references import PROVIDES, lineage
from designer_kernel.design.edits.renames import attribute_renamed
from designer_kernel.design.entity import Entity
from designer_kernel.design.expansion import expand
from designer_kernel.errors import DesignerError


def foreign_keys_followed(before: Design, after: Design, entity_id: UUID) -> Design:
    """Return ``after`` with references to foreign keys following, where an entity's relationships name them anew."""
    for child_id, old, new in _renamed_keys(before, after, entity_id):
        child = next(entity for entity in after.entities if entity.id == child_id)
        after = attribute_renamed(after, child, old, new)
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
    return frozenset(
        end
        for relationship in design.relationships_of(entity_id)
        for end in (relationship.source_entity_id, relationship.target_entity_id, relationship.junction_entity_id)
        if end is not None
    )


def _renamed_keys(before: Design, after: Design, entity_id: UUID) -> Iterator[tuple[UUID, str, str]]:
    """Yield child, old and new name of each derived foreign-key attribute that changes its name."""
    if not before.relationships_of(entity_id):
        return
    try:
        old = {key.id: key for key in expand(_around(before, entity_id)).foreign_keys}
        new = {key.id: key for key in expand(_around(after, entity_id)).foreign_keys}
    except DesignerError:
        return  # what cannot be expanded has no derived names to follow
    drawn = {entity.id: entity for entity in after.entities}
    for key, one in old.items():
        other = new.get(key)
        if (
            other is None
            or one.child_entity_id not in drawn
            or len(one.child_attributes) != len(other.child_attributes)
        ):
            continue
        child = drawn[one.child_entity_id]
        for was, becomes in zip(one.child_attributes, other.child_attributes, strict=True):
            if was != becomes and child.attribute(was) is None and child.attribute(becomes) is None:
                yield child.id, was, becomes


def _around(design: Design, entity_id: UUID) -> Design:
    """Return the part of a design that decides how an entity's relationships name their foreign keys."""
    relationships = tuple(design.relationships_of(entity_id))
    wanted = {entity_id} | neighbours(design, entity_id)
    by_id = {entity.id: entity for entity in design.entities}
    tenants = {trait.tenant_entity_id for key in wanted for trait in by_id[key].traits if trait.kind == "tenant_scoped"}
    for key in wanted | tenants:
        wanted |= lineage(design, key)
    entities = tuple(entity for entity in design.entities if entity.id in wanted)
    return design.model_copy(update={"entities": entities, "relationships": relationships, "areas": ()})
