"""What must hold between the items of a design; one function, for edits and for files alike.

Each item checks itself when it is made. Here stand the rules that need more than one item: references lead somewhere,
inheritance has no circle, names that share a namespace of PostgreSQL differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from designer_kernel.design.bends import line_ids
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.parts import Check, Exclusion, Key, Partition
from designer_kernel.design.relationship import Relationship
from designer_kernel.errors import InvalidDesign, NameTaken, UnknownObject


def check(design: Design) -> None:
    """Refuse a design whose items contradict each other.

    Raises
    ------
    InvalidDesign
        If names that share a namespace are equal, inheritance runs in a circle or from a concrete entity, a
        relationship ends at an abstract entity, or a primary key's order misses an attribute.
    UnknownObject
        If a reference leads nowhere.
    """
    by_id = {entity.id: entity for entity in design.entities}
    _check_names(design)
    for entity in design.entities:
        _check_entity(design, entity, by_id)
    _check_circles(design, by_id)
    for relationship in design.relationships:
        _check_relationship(design, relationship, by_id)
    _check_members(design, by_id)


def check_new_ids(design: Design, ids: Iterable[UUID]) -> None:
    """Refuse ids that the design already uses.

    Raises
    ------
    InvalidDesign
        If one is in use, or given twice.
    """
    new: set[UUID] = set()
    for key in ids:
        if key in new:
            raise InvalidDesign(f"the id {key} is used twice", where=design.name, mend="leave the ids out")
        new.add(key)
    for item in design.items():
        if item.id in new:
            raise InvalidDesign(f"the id {item.id} is in use", where=design.name, mend="leave the id out")


def _check_members(design: Design, by_id: dict[UUID, Entity]) -> None:
    """Refuse areas, diagrams and notes that speak of what is not there."""
    for area in design.areas:
        for member in area.members:
            if member not in by_id:
                raise UnknownObject(
                    f"its member {member} is no entity", where=f"area {area.name}", mend="remove it from the area"
                )
    cards = {*by_id, *(view.id for view in (*design.views, *design.materialized_views))} if design.diagrams else set()
    for diagram in design.diagrams:
        for key in (*(diagram.members or ()), *diagram.positions):
            if key not in cards:
                raise UnknownObject(
                    f"it shows {key}, which is no entity or view",
                    where=f"diagram {diagram.name}",
                    mend="remove it from the diagram",
                )
    lines = line_ids(design) if any(diagram.bends for diagram in design.diagrams) else set()
    for diagram in design.diagrams:
        for key in diagram.bends.keys() - lines:
            raise UnknownObject(
                f"it bends the line {key}, which no relationship has",
                where=f"diagram {diagram.name}",
                mend="remove it from the diagram's bends",
            )
    diagrams = {diagram.id for diagram in design.diagrams}
    for note in design.notes:
        if note.diagram_id is not None and note.diagram_id not in diagrams:
            raise UnknownObject(
                f"it stands on {note.diagram_id}, which is no diagram", where=f"note {note.id}", mend="remove the note"
            )


def _check_names(design: Design) -> None:
    """Tables, views and types share one namespace per schema (`pg_class` rows have a type of their name)."""
    taken: dict[tuple[str, str], str] = {}
    for one, two, items in (
        ("an entity", "two entities", design.entities),
        ("a view", "two views", design.views),
        ("a materialized view", "two materialized views", design.materialized_views),
        ("an enum", "two enums", design.enums),
        ("a domain", "two domains", design.domains),
    ):
        for item in items:
            key = (item.schema_name or design.default_schema, item.name)
            if key in taken:
                both = two if taken[key] == one else f"{taken[key]} and {one}"
                raise NameTaken(f"{both} are named {item.name!r}", where=".".join(key), mend="rename one of them")
            taken[key] = one
    for entity in design.entities:
        for part in entity.partitions:
            key = (part.schema_name or design.schema_of(entity), part.name)
            if key in taken:
                raise NameTaken(
                    f"{taken[key]} and a partition are named {part.name!r}",
                    where=".".join(key),
                    mend="rename one of them",
                )
            taken[key] = "a partition"
    for plural, named in (
        ("schemas", design.schemas),
        ("extensions", design.extensions),
        ("roles", design.roles),
        ("diagrams", design.diagrams),
    ):
        _check_distinct((item.name for item in named), plural, design.name)


def _check_distinct(names: Iterator[str], plural: str, where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise NameTaken(f"two {plural} are named {name!r}", where=where, mend="rename one of them")
        seen.add(name)


def _check_entity(design: Design, entity: Entity, by_id: dict[UUID, Entity]) -> None:
    for parent_id in entity.inherits:
        parent = by_id.get(parent_id)
        where = design.qualified_name(entity)
        if parent is None:
            raise UnknownObject(
                f"it inherits from {parent_id}, which is no entity", where=where, mend="remove it from inherits"
            )
        if not parent.is_abstract:
            raise InvalidDesign(
                f"it inherits from {parent.name!r}, which is not abstract",
                where=where,
                mend=f"make {parent.name} abstract, or remove it from inherits",
            )
    if entity.policies:
        _check_distinct((p.name for p in entity.policies), "policies", design.qualified_name(entity))
    if entity.triggers:
        _check_distinct((t.name for t in entity.triggers), "triggers", design.qualified_name(entity))
    if entity.keys or entity.checks or entity.exclusions:
        parts: tuple[Key | Check | Exclusion, ...] = (*entity.keys, *entity.checks, *entity.exclusions)
        named = (part.name for part in parts if part.name)
        _check_distinct(named, "constraints", design.qualified_name(entity))
    if entity.primary_key:
        _check_primary_key(design, entity)
    if entity.partition_method or entity.partition_keys or entity.partitions:
        _check_partitions(design, entity)
    for trait in entity.traits:
        tenant_id = getattr(trait, "tenant_entity_id", None)
        if tenant_id is not None and (tenant_id not in by_id or by_id[tenant_id].is_abstract):
            raise UnknownObject(
                f"its tenant {tenant_id} is no entity with a table",
                where=f"{design.qualified_name(entity)}, trait tenant_scoped",
                mend="name the entity of the tenants",
            )


def _check_primary_key(design: Design, entity: Entity) -> None:
    where = f"{design.qualified_name(entity)}, primary_key"
    _check_distinct(iter(entity.primary_key), "attributes", where)
    listed = set(entity.primary_key)
    for attribute in entity.attributes:
        if attribute.is_primary_key != (attribute.name in listed):
            does = "is not marked is_primary_key" if attribute.name in listed else "is missing from it"
            raise InvalidDesign(
                f"the attribute {attribute.name!r} {does}",
                where=where,
                mend="let primary_key and is_primary_key name the same attributes, or leave primary_key empty",
            )


def _check_partitions(design: Design, entity: Entity) -> None:
    where = f"{design.qualified_name(entity)}, partitions"
    divided: dict[str | None, Entity | Partition] = {None: entity}
    divided |= {part.name: part for part in entity.partitions}
    for one in divided.values():
        if bool(one.partition_method) != bool(one.partition_keys):
            raise InvalidDesign(
                f"{one.name!r} has a partition_method without partition_keys, or the other way round",
                where=where,
                mend="give both, or none of them",
            )
    if entity.trait("partitioned") is not None:
        raise InvalidDesign(
            "it has the trait partitioned and partitions of its own", where=where, mend="remove one of both"
        )
    for part in entity.partitions:
        whole = divided.get(part.part_of)
        if whole is None or whole is part or not whole.partition_method:
            raise InvalidDesign(
                f"the partition {part.name!r} is part of {part.part_of or entity.name!r}, which is not divided",
                where=where,
                mend="give that a partition_method and partition_keys, or name another one in part_of",
            )


def _check_circles(design: Design, by_id: dict[UUID, Entity]) -> None:
    done: set[UUID] = set()
    for entity in design.entities:
        if not entity.inherits or entity.id in done:
            continue
        trail: list[UUID] = []
        stack: list[tuple[UUID, bool]] = [(entity.id, False)]
        while stack:
            current, is_leaving = stack.pop()
            if is_leaving:
                done.add(trail.pop())
            elif current in trail:
                names = " → ".join(by_id[key].name for key in (*trail[trail.index(current) :], current))
                raise InvalidDesign(
                    f"inheritance runs in a circle: {names}",
                    where=design.qualified_name(entity),
                    mend="remove one of the arrows",
                )
            elif current not in done:
                trail.append(current)
                stack.append((current, True))
                stack.extend((parent, False) for parent in by_id[current].inherits)


def _check_relationship(design: Design, relationship: Relationship, by_id: dict[UUID, Entity]) -> None:
    for field in ("source_entity_id", "target_entity_id", "junction_entity_id"):
        key = getattr(relationship, field)
        if key is None:
            continue
        end = by_id.get(key)
        if end is None:
            raise UnknownObject(
                f"its {field} {key} is no entity",
                where=f"relationship {relationship.name or relationship.id}",
                mend="name an entity of the design",
            )
        if end.is_abstract:
            raise InvalidDesign(
                f"its {field.removesuffix('_id')} {end.name!r} is abstract and has no table",
                where=f"relationship {relationship.name or relationship.id}",
                mend="relate the entities that inherit from it",
            )
