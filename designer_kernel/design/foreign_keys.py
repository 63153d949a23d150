"""What relationships mean: foreign keys with their columns, their nullability and the keys that they point at."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from designer_kernel.catalog.identifiers import shorten
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import derived_id
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.naming import singular
from designer_kernel.design.parts import Key
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Action, Cardinality, RelationshipType
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design.expansion import Expansion


def add_foreign_keys(expansion: Expansion) -> None:
    """Add the attributes, keys and foreign keys that the design's relationships stand for.

    Raises
    ------
    InvalidDesign
        If a relationship names an attribute that is not there, points at no key, or needs a NULL in a primary key.
    """
    several = [r for r in expansion.source.relationships if r.relationship_type is RelationshipType.MANY_TO_MANY]
    for relationship in several:
        _add_junction(expansion, relationship)
    for relationship in expansion.source.relationships:
        if relationship.relationship_type is not RelationshipType.MANY_TO_MANY:
            expansion.steps.tie(expansion, relationship, _add_foreign_key)


def _add_foreign_key(expansion: Expansion, relationship: Relationship) -> None:
    parent = _concrete(expansion, relationship, relationship.source_entity_id)
    child = _concrete(expansion, relationship, relationship.target_entity_id)
    where = f"{expansion.source.name}: relationship {parent.name} → {child.name}"
    referenced = relationship.source_attributes or _key_without_tenant(expansion, parent, child)
    if not referenced:
        raise InvalidDesign(
            f"{parent.name!r} has no primary key to point at", where=where, mend="mark an attribute as is_primary_key"
        )
    _require_attributes(parent, referenced, where, "source_attributes")
    optional = relationship.source_cardinality is Cardinality.ZERO_OR_ONE
    if relationship.target_attributes:
        columns = relationship.target_attributes
        _require_attributes(child, columns, where, "target_attributes")
        _require_as_many(columns, referenced, where, "target_attributes")
    else:
        columns = _add_derived(expansion, relationship, parent, child, referenced, optional=optional)
    _set_nullability(expansion, child.id, columns, optional=optional, where=where)
    own = columns
    columns, referenced = _within_tenant(expansion, parent, child, columns, referenced)
    _require_key(expansion, parent.id, referenced, where, chosen=bool(relationship.source_attributes))
    is_unique = relationship.relationship_type is RelationshipType.ONE_TO_ONE
    if is_unique and not any(s <= frozenset(own) for s in expansion.entities[child.id].unique_sets()):
        # Within the tenant: a key over all tenants would tell one of them which rows another one has.
        key = Key(id=derived_id(relationship.id, "unique"), attributes=columns)
        expansion.add_part("keys", key, entity_id=child.id)
    narrowed = own if own != columns and relationship.on_delete_action in _CLEARING else ()
    expansion.foreign_keys.append(
        EffectiveForeignKey(
            id=relationship.id,
            relationship_id=relationship.id,
            name=relationship.name,
            child_entity_id=child.id,
            child_attributes=columns,
            parent_entity_id=parent.id,
            parent_attributes=referenced,
            is_nullable=optional,
            is_unique=is_unique,
            on_delete=relationship.on_delete_action,
            on_update=relationship.on_update_action,
            on_delete_attributes=narrowed,
            match_full=relationship.match_full,
            deferrable=relationship.deferrable,
            is_valid=relationship.is_valid,
            source_cardinality=relationship.source_cardinality.value,
            target_cardinality=relationship.target_cardinality.value,
            description=relationship.description,
        )
    )


_CLEARING = (Action.SET_NULL, Action.SET_DEFAULT)


def _add_junction(expansion: Expansion, relationship: Relationship) -> None:
    """Add the junction of a many-to-many, if it is not named, and its two foreign keys."""
    ends = [
        _concrete(expansion, relationship, relationship.source_entity_id),
        _concrete(expansion, relationship, relationship.target_entity_id),
    ]
    if relationship.junction_entity_id is None:
        junction = _generated_junction(expansion, relationship, ends)
    else:
        junction = _concrete(expansion, relationship, relationship.junction_entity_id)
    chosen = (relationship.source_attributes, relationship.target_attributes)
    given = (relationship.junction_source_attributes, relationship.junction_target_attributes)
    key_names = (relationship.source_key_name, relationship.target_key_name)
    columns: list[str] = []
    for place, (end, parent, attributes) in enumerate(zip(("source", "target"), ends, chosen, strict=True)):
        where = f"{expansion.source.name}: junction {junction.name} → {parent.name}"
        referenced = attributes or _key_without_tenant(expansion, parent, junction)
        if not referenced:
            raise InvalidDesign(
                f"{parent.name!r} has no primary key to point at",
                where=where,
                mend="mark an attribute as is_primary_key",
            )
        _require_attributes(parent, referenced, where, f"{end}_attributes")
        names = given[place]
        if names:
            _require_attributes(junction, names, where, f"junction_{end}_attributes")
            _require_as_many(names, referenced, where, f"junction_{end}_attributes")
        else:
            prefix = junction_prefix(ends, end)
            names = tuple(shorten(f"{prefix}_{name}") for name in referenced)
            for name, target in zip(names, referenced, strict=True):
                _add_reference(expansion, relationship, junction.id, parent, target, name, optional=False)
        _set_nullability(expansion, junction.id, names, optional=False, where=where)
        pair = _within_tenant(expansion, parent, junction, names, referenced)
        columns += [name for name in pair[0] if name not in columns]
        _require_key(expansion, parent.id, pair[1], where, chosen=bool(attributes))
        expansion.foreign_keys.append(
            EffectiveForeignKey(
                id=derived_id(relationship.id, end),
                relationship_id=relationship.id,
                name=key_names[place],
                child_entity_id=junction.id,
                child_attributes=pair[0],
                parent_entity_id=parent.id,
                parent_attributes=pair[1],
                is_nullable=False,
                is_unique=False,
                on_delete=relationship.on_delete_action,
                on_update=relationship.on_update_action,
                match_full=relationship.match_full,
                deferrable=relationship.deferrable,
                is_valid=relationship.is_valid,
                target_cardinality=(
                    relationship.target_cardinality if end == "source" else relationship.source_cardinality
                ).value,
                description=relationship.description,
            )
        )
    _identify_junction(expansion, relationship, junction.id, tuple(columns))


def _generated_junction(expansion: Expansion, relationship: Relationship, ends: list[Entity]) -> Entity:
    name = relationship.junction_name or shorten(f"{ends[0].name}_{ends[1].name}")
    junction = Entity(
        id=derived_id(relationship.id, "junction"),
        name=name,
        schema_name=ends[0].schema_name,
        description=relationship.description,
    )
    expansion.add_entity(junction, f"junction of {ends[0].name} and {ends[1].name}")
    scoped = next((trait for end in ends if (trait := end.trait("tenant_scoped")) is not None), None)
    if scoped is not None:  # one end is enough: a pair tells of a tenant's row, whatever it is paired with
        expansion.update(junction.id, traits=(scoped,))
        expansion.current = junction.id
        scoped.add_attributes(expansion)
    return expansion.entities[junction.id]


def _identify_junction(
    expansion: Expansion, relationship: Relationship, junction_id: UUID, columns: tuple[str, ...]
) -> None:
    """Make the pair of references identify a row: as primary key where there is none, otherwise as a unique key."""
    junction = expansion.entities[junction_id]
    if not junction.key:
        attributes = tuple(
            a.model_copy(update={"is_primary_key": True, "is_nullable": False}) if a.name in columns else a
            for a in junction.attributes
        )
        expansion.update(junction_id, attributes=attributes, primary_key=columns)
    elif frozenset(columns) not in junction.unique_sets():
        expansion.add_part(
            "keys", Key(id=derived_id(relationship.id, "pair"), attributes=columns), entity_id=junction_id
        )


def junction_prefix(ends: list[Entity], end: str) -> str:
    """Return what the names of a junction's columns for one of its ends begin with."""
    parent = ends[0] if end == "source" else ends[1]
    if ends[0].id == ends[1].id and end == "target":
        return f"related_{singular(parent.name)}"
    return singular(parent.name)


def _concrete(expansion: Expansion, relationship: Relationship, entity_id: UUID) -> Entity:
    entity = expansion.entities.get(entity_id)
    if entity is None:
        abstract = expansion.source.entity(entity_id)
        raise InvalidDesign(
            f"{abstract.name!r} is abstract and has no table for a relationship",
            where=f"{expansion.source.name}: relationship {relationship.name or relationship.id}",
            mend="connect the entities that inherit from it",
        )
    return entity


def _require_attributes(entity: Entity, names: tuple[str, ...], where: str, field: str) -> None:
    for name in names:
        if entity.attribute(name) is None:
            raise InvalidDesign(
                f"{field} names {name!r}, but {entity.name!r} has no such attribute",
                where=where,
                mend=f"name one of {', '.join(a.name for a in entity.attributes)}",
            )


def _require_as_many(columns: tuple[str, ...], referenced: tuple[str, ...], where: str, field: str) -> None:
    if len(columns) != len(referenced):
        raise InvalidDesign(
            f"{field} {list(columns)} and the referenced {list(referenced)} differ in number",
            where=where,
            mend="name as many attributes on both ends",
        )


def _require_key(
    expansion: Expansion, parent_id: UUID, referenced: tuple[str, ...], where: str, *, chosen: bool
) -> None:
    """Make sure that the referenced attributes identify a row, adding a key over tenant and primary key if needed."""
    parent = expansion.entities[parent_id]
    sets = parent.unique_sets()
    if frozenset(referenced) in sets:
        return
    if any(found < frozenset(referenced) for found in sets):
        # Unique already, but PostgreSQL wants a constraint over exactly these columns.
        key = Key(id=derived_id(parent_id, "key", *referenced), attributes=referenced)
        expansion.add_part("keys", key, entity_id=parent_id)
        return
    raise InvalidDesign(
        f"{', '.join(referenced)} of {parent.name!r} do not identify a row",
        where=where,
        mend="point at the primary key" if chosen else f"add a key over {', '.join(referenced)}",
    )


def _tenant_attribute(entity: Entity) -> tuple[UUID, str] | None:
    trait = entity.trait("tenant_scoped")
    return (trait.tenant_entity_id, trait.attribute) if trait is not None and trait.kind == "tenant_scoped" else None


def _key_without_tenant(expansion: Expansion, parent: Entity, child: Entity) -> tuple[str, ...]:
    """Return the parent's primary key, without the tenant key that both ends share anyway."""
    key = parent.key
    tenant, own = _tenant_attribute(parent), _tenant_attribute(child)
    if tenant and own and tenant[0] == own[0] and len(key) > 1:
        return tuple(name for name in key if name != tenant[1])
    return key


def _within_tenant(
    expansion: Expansion, parent: Entity, child: Entity, columns: tuple[str, ...], referenced: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put the tenant key in front of both lists when both ends belong to tenants of one kind."""
    theirs, ours = _tenant_attribute(parent), _tenant_attribute(child)
    if not theirs or not ours or theirs[0] != ours[0] or theirs[1] in referenced:
        return columns, referenced
    return (ours[1], *columns), (theirs[1], *referenced)


def _add_derived(
    expansion: Expansion,
    relationship: Relationship,
    parent: Entity,
    child: Entity,
    referenced: tuple[str, ...],
    *,
    optional: bool,
) -> tuple[str, ...]:
    """Add the child's foreign-key attributes, named after the parent (``tenant_id``) or the relationship."""
    prefix = relationship.name if relationship.name and parent.id == child.id else singular(parent.name)
    if parent.id == child.id and not relationship.name:
        prefix = f"parent_{prefix}" if len(referenced) > 1 else "parent"
    ids = {attribute.name: attribute.id for attribute in expansion.entities[child.id].attributes}

    def is_taken(name: str) -> bool:
        return name in ids and ids[name] != derived_id(relationship.id, name)

    names = tuple(shorten(f"{prefix}_{name}") for name in referenced)
    if any(map(is_taken, names)) and relationship.name:
        names = tuple(shorten(f"{relationship.name}_{name}") for name in referenced)
    for name, target in zip(names, referenced, strict=True):
        if is_taken(name):
            raise InvalidDesign(
                f"the foreign key of {child.name!r} would be called {name!r}, which is taken",
                where=f"relationship {parent.name} → {child.name}",
                mend="name the foreign key's attributes in target_attributes, or name the relationship",
            )
        _add_reference(expansion, relationship, child.id, parent, target, name, optional=optional)
    return names


def _add_reference(
    expansion: Expansion,
    relationship: Relationship,
    child_id: UUID,
    parent: Entity,
    target: str,
    name: str,
    *,
    optional: bool,
) -> None:
    original = parent.attribute(target)
    assert original is not None
    attribute = original.model_copy(
        update={
            "id": derived_id(relationship.id, name),
            "name": name,
            "is_nullable": optional,
            "is_primary_key": False,
            "is_unique": False,
            "default_value": None,
            "identity": None,
            "generated": None,
            "is_virtual": False,
            "description": "",
        }
    )
    expansion.add_attribute(attribute, "relationship", entity_id=child_id)


def _set_nullability(
    expansion: Expansion, child_id: UUID, columns: tuple[str, ...], *, optional: bool, where: str
) -> None:
    """Apply the parent's cardinality: ``1`` makes every column NOT NULL, ``0..1`` leaves at least one nullable."""
    child = expansion.entities[child_id]
    key = child.key
    if optional and any(a.is_nullable and not a.is_primary_key for a in child.attributes if a.name in columns):
        return
    free = [name for name in columns if name not in key]
    if optional and not free:
        raise InvalidDesign(
            f"source_cardinality '0..1' needs a foreign key that can be NULL, but target_attributes {list(columns)} "
            f"are in the primary key of {child.name!r}",
            where=where,
            mend="set source_cardinality to '1', or take the attributes out of the primary key",
        )
    named = free if optional else columns
    wrong = {a.name for a in child.attributes if a.name in named and a.is_nullable is not optional}
    if wrong:
        attributes = tuple(
            a.model_copy(update={"is_nullable": optional}) if a.name in wrong else a for a in child.attributes
        )
        expansion.update(child_id, attributes=attributes)
