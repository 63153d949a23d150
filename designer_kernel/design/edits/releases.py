"""What uses an attribute, and the design after everything that does was let go, as ``DROP COLUMN … CASCADE`` would."""

from __future__ import annotations

from typing import Any

from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.edits import columns
from designer_kernel.design.edits._base import drop, put_entity, with_fields
from designer_kernel.design.edits.references import (
    NAMES,
    heirs,
    home_of,
    lineage,
    names_of,
    provided_by_traits,
    relationship_lists,
    resolver,
    sql_of,
)
from designer_kernel.design.entity import Entity
from designer_kernel.design.parts import PARTS, IndexKey, Policy, Trigger
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Item, RelationshipType, Value


def users_of(design: Design, entity: Entity, attribute: Attribute) -> list[tuple[Entity, Value]]:
    """Return who uses an attribute: parts, traits and generated attributes of it and its heirs, and relationships."""
    if attribute.name in provided_by_traits(entity):
        return []  # a trait adds it again under the same name
    names = resolver(design)
    users: list[tuple[Entity, Value]] = []
    for heir in heirs(design, entity.id, attribute.name):
        candidates: list[Value] = [a for a in heir.attributes if a.name != attribute.name and a.generated]
        candidates += [part for collection in PARTS for part in getattr(heir, collection)]
        candidates += [*heir.partition_keys, *heir.traits]
        users.extend((heir, one) for one in candidates if _uses(heir, one, attribute.name, names))
        listed = {r.id: r for r, _field in relationship_lists(design, heir.id, attribute.name)}
        if attribute.is_primary_key:
            listed |= {r.id: r for r in _by_primary_key(design, heir, attribute)}
        users.extend((heir, relationship) for relationship in listed.values())
    return users


def named(design: Design, owner: Entity, user: Value) -> str:
    """Return how to speak of a user of an attribute in a message."""
    if isinstance(user, Relationship):
        ends = [
            next(e.name for e in design.entities if e.id == key)
            for key in (user.source_entity_id, user.target_entity_id)
        ]
        return f"relationship {user.name or ' → '.join(ends)}"
    if isinstance(user, Attribute):
        return f"generated attribute {user.name}"
    if isinstance(user, IndexKey):
        return f"the partitions of {owner.name}"
    kind = getattr(user, "title", "")
    if kind:
        return f"trait {kind} of {owner.name}"
    name = getattr(user, "name", None) or ", ".join(names_of(user)) or next((sql for sql, _ in sql_of(user)), "")
    return f"{type(user).__name__.lower()} {name}"


def released(design: Design, users: list[tuple[Entity, Value]], name: str) -> Design:
    """Return the design without the users of an attribute; traits lose the name, or go if they cannot do without."""
    for owner, user in users:
        if isinstance(user, Relationship):
            design = with_fields(design, relationships=drop(design.relationships, (user.id,)))
            continue
        entity = next(e for e in design.entities if e.id == owner.id)
        if isinstance(user, Item):
            changes: dict[str, Any] = {
                collection: drop(getattr(entity, collection), (user.id,)) for collection in ("attributes", *PARTS)
            }
            if isinstance(user, Attribute):
                changes["primary_key"] = tuple(key for key in entity.primary_key if key != user.name)
        elif isinstance(user, IndexKey):
            changes = {"partition_method": "", "partition_keys": (), "partitions": ()}
        else:
            traits = (_without(trait, name) if trait == user else trait for trait in entity.traits)
            changes = {"traits": tuple(trait for trait in traits if trait is not None)}
        design = put_entity(design, entity.model_copy(update=changes))
    return design


def _uses(owner: Entity, user: Value, name: str, names: columns.Names) -> bool:
    if name in names_of(user):
        return True
    return any(
        columns.speaks_of(sql, name, entity_id=owner.id, home=home_of(owner, part), names=names)
        for sql, part in sql_of(user)
        if isinstance(part, Policy | Trigger) or sql
    )


def _by_primary_key(design: Design, entity: Entity, attribute: Attribute) -> list[Relationship]:
    """Return relationships that point at the primary key and cannot do with less of it.

    One that names its own attributes has as many as the key; one that does not is made anew, while a key is left.
    """
    ancestry = lineage(design, entity.id)
    keys = [a.name for e in design.entities if e.id in ancestry for a in e.attributes if a.is_primary_key]
    is_last = keys == [attribute.name]

    def is_bound(one: Relationship, is_source: bool) -> bool:
        if one.relationship_type is RelationshipType.MANY_TO_MANY:
            return bool(one.junction_source_attributes if is_source else one.junction_target_attributes)
        return bool(one.target_attributes)

    return [
        r
        for r in design.relationships
        if (r.source_entity_id == entity.id and not r.source_attributes and (is_last or is_bound(r, True)))
        or (
            r.relationship_type is RelationshipType.MANY_TO_MANY
            and r.target_entity_id == entity.id
            and not r.target_attributes
            and (is_last or is_bound(r, False))
        )
    ]


def _without(trait: Any, name: str) -> Any:
    """Return a trait without an attribute, or ``None`` if nothing is left for it to do."""
    for field in NAMES.get(type(trait), ()):
        held = getattr(trait, field)
        if isinstance(held, str):
            return None
        kept = (
            {k: v for k, v in held.items() if k != name}
            if isinstance(held, dict)
            else tuple(n for n in held if n != name)
        )
        if not kept and field != "exclude":
            return None
        trait = trait.model_copy(update={field: kept})
    return trait
