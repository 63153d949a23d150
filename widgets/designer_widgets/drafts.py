"""First versions of what a gesture asks for: a new entity, a copy, an attribute from few words, a removal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from designer_kernel.catalog.identifiers import shorten
from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.identity import new_id
from designer_kernel.design.objects import Area
from designer_kernel.design.parts import PARTS, Partition
from designer_kernel.design.values import Position
from designer_kernel.errors import InvalidDesign

_PARTS = ("attributes", *PARTS)
_OFFSET = 40.0


def free_name(design: Design, stem: str) -> str:
    """Return ``stem``, or the first of ``stem_2``, ``stem_3``… that no entity has."""
    taken = {entity.name for entity in design.entities}
    if stem not in taken:
        return stem
    number = 2
    while (name := shorten(f"{stem}_{number}")) in taken:
        number += 1
    return name


def new_entity(design: Design, x: float, y: float, name: str | None = None) -> Entity:
    """Return an entity with an identity column as its primary key, placed at a point."""
    place = Position(x=x, y=y)
    return Entity(name=name or free_name(design, "new_entity"), attributes=(_new_key(),), position=place)


def _new_key() -> Attribute:
    return Attribute(name="id", data_type="bigint", is_nullable=False, is_primary_key=True, identity="ALWAYS")


def untouched_key(entity: Entity, wanted: Attribute) -> Attribute | None:
    """Return the key that `new_entity` made if it is still as it was made, and ``wanted`` is meant to be it."""
    return next(
        (
            a
            for a in entity.attributes
            if a.name == wanted.name and a.replace(id=wanted.id) == _new_key().replace(id=wanted.id)
        ),
        None,
    )


def key_changes(draft: Attribute, wanted: Attribute) -> dict[str, Any]:
    """Return what turns the key that `new_entity` made into another one; it stays the primary key."""
    meant = wanted.replace(is_primary_key=True, is_nullable=False).model_dump(exclude={"id"})
    return {name: value for name, value in meant.items() if getattr(draft, name) != value}


def duplicate(design: Design, entity_id: UUID) -> Entity:
    """Return a copy of an entity under a free name, beside the original, with identities and part names of its own.

    Names of constraints and indexes are left to the naming rules, since a schema holds each only once.
    """
    entity = design.entity(entity_id)
    fresh: dict[str, Any] = {
        field: tuple(_fresh(part, is_named=field in {"keys", "checks", "indexes", "exclusions"}) for part in parts)
        for field in _PARTS
        if (parts := getattr(entity, field))
    }
    name = free_name(design, entity.name)
    if entity.partitions:
        fresh["partitions"] = tuple(renamed_partition(part, entity.name, name) for part in fresh["partitions"])
    place = entity.position
    position = Position(x=place.x + _OFFSET, y=place.y + _OFFSET) if place else None
    copy: Entity = entity.replace(id=new_id(), name=name, position=position, **fresh)
    return copy


def renamed_partition(part: Partition, old: str, new: str) -> Partition:
    """Return a partition named after a copy of its entity as it was after the original."""

    def named(name: str) -> str:
        return shorten(f"{new}{name.removeprefix(old)}" if name.startswith(old) else f"{new}_{name}")

    renamed: Partition = part.replace(name=named(part.name), part_of=part.part_of and named(part.part_of))
    return renamed


def _fresh(part: Any, *, is_named: bool) -> Any:
    return part.replace(id=new_id(), **({"name": None} if is_named else {}))


def whole_line(line: str) -> str:
    """Return an attribute's line with the type that few words leave out: ``title`` is text, ``customer_id`` bigint."""
    words = line.strip().split()
    if len(words) != 1 or not words[0].strip('"'):
        return line
    name = words[0].lower()
    guesses = (
        (name == "id" or name.endswith("_id"), "bigint"),
        (name.endswith(("_at", "_on")), "timestamptz"),
        (name.startswith(("is_", "has_")), "boolean"),
        (name.endswith(("price", "amount", "total", "cost")), "numeric(12,2)"),
        (name.endswith(("count", "quantity")), "integer"),
    )
    return f"{line.strip()} {next((kind for fits, kind in guesses if fits), 'text')}"


def removal(design: Design, entity_ids: Iterable[UUID], relationship_ids: Iterable[UUID]) -> edits.Edit:
    """Return one edit that removes entities and relationships.

    Raises
    ------
    InvalidDesign
        If there is nothing to remove.
    UnknownObject
        If an entity does not exist.
    """
    entities = [design.entity(key) for key in dict.fromkeys(entity_ids)]
    gone = {r.id for entity in entities for r in design.relationships_of(entity.id)}
    steps: list[edits.Edit] = [
        edits.RemoveRelationship(relationship_id=key) for key in dict.fromkeys(relationship_ids) if key not in gone
    ]
    steps += [edits.RemoveEntity(entity_id=entity.id) for entity in entities]
    if not steps:
        raise InvalidDesign("nothing is selected", mend="select what to remove")
    return steps[0] if len(steps) == 1 else edits.Compound(edits=tuple(steps))


def area_change(design: Design, entity_ids: Iterable[UUID], area_id: UUID | None, *, is_new: bool) -> edits.Edit | None:
    """Return one edit that puts entities into an area, a new one, or none; ``None`` if they are there already."""
    wanted = tuple(dict.fromkeys(design.entity(key).id for key in entity_ids))
    steps: list[edits.Edit] = []
    for area in design.areas:
        members = tuple(member for member in area.members if member not in wanted)
        if area.id == area_id:
            members = (*members, *wanted)
        if set(members) != set(area.members):
            changes = {"members": members}
            steps.append(edits.ChangeObject(collection="areas", object_id=area.id, changes=changes))
    if is_new:
        names = {area.name for area in design.areas}
        name = next(n for i in range(1, len(names) + 2) if (n := f"Area {i}") not in names)
        steps.append(edits.AddObject(collection="areas", object=Area(name=name, members=wanted)))
    if not steps:
        return None
    return steps[0] if len(steps) == 1 else edits.Compound(edits=tuple(steps), label="change areas")
