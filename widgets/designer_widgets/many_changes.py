"""One edit for several entities: what one undo takes back. What is so already stays as it is, and is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.identity import new_id
from designer_kernel.errors import InvalidDesign, UnknownObject

if TYPE_CHECKING:
    from designer_kernel.design.edits import Edit


def chosen(design: Design, keys: Iterable[UUID]) -> tuple[Entity, ...]:
    """Return entities by their ids, each once.

    Raises
    ------
    UnknownObject
        If one of them does not exist.
    """
    return tuple(design.entity(key) for key in dict.fromkeys(keys))


def fields_of(entities: Sequence[Entity], changes: dict[str, Any]) -> Edit:
    """Return the edit that gives entities the same values.

    Raises
    ------
    InvalidDesign
        If all have them already, or a value is none of the field's.
    """
    steps: list[Edit] = []
    for entity in entities:
        fresh = {name: value for name, value in changes.items() if getattr(entity, name) != value}
        if fresh:
            steps.append(edits.ChangeEntity(entity_id=entity.id, changes=fresh))
    named = {"schema_name": "schema", "row_security": "row-level security", "is_unlogged": "logging"}
    what = " and ".join(named.get(name, name) for name in changes)
    return _one(steps, f"change the {what} of {_counted(entities)}", f"the {what} of all of them is that already")


def comments_of(entities: Sequence[Entity], prefix: str) -> Edit:
    """Return the edit that puts words before the comments of entities.

    Raises
    ------
    InvalidDesign
        If all begin so already.
    """
    steps: list[Edit] = [
        edits.ChangeEntity(entity_id=entity.id, changes={"description": prefix + entity.description})
        for entity in entities
        if not entity.description.startswith(prefix)
    ]
    return _one(steps, f"begin the comments of {_counted(entities)}", "all of the comments begin so already")


def names_of(entities: Sequence[Entity], before: str, after: str) -> Edit:
    """Return the edit that puts something before and after the names of entities.

    Raises
    ------
    InvalidDesign
        If nothing is to be put there.
    """
    if not (before or after):
        raise InvalidDesign("nothing is to be put to the names", mend="type what to put before or after them")
    # the longest first: ``a`` becomes ``a_b`` when what was called so has another name, and SQL tells them apart
    ordered = sorted(entities, key=lambda entity: len(entity.name), reverse=True)
    steps: list[Edit] = [edits.RenameEntity(entity_id=e.id, name=f"{before}{e.name}{after}") for e in ordered]
    return _one(steps, f"rename {_counted(entities)}", "")


def with_attribute(entities: Sequence[Entity], attribute: Attribute) -> tuple[Edit, list[str]]:
    """Return the edit that adds an attribute to entities, and the names of those that have one of its name.

    Raises
    ------
    InvalidDesign
        If all of them have one.
    """
    having = [entity.name for entity in entities if entity.attribute(attribute.name) is not None]
    steps: list[Edit] = [
        edits.AddAttribute(entity_id=entity.id, attribute=attribute.replace(id=new_id()))
        for entity in entities
        if entity.attribute(attribute.name) is None
    ]
    label = f"add attribute {attribute.name} to {_counted(entities)}"
    return _one(steps, label, f"all of them have an attribute {attribute.name} already"), having


def without_attribute(entities: Sequence[Entity], name: str) -> tuple[Edit, list[str]]:
    """Return the edit that removes the attributes of a name, and the names of the entities that have none.

    Raises
    ------
    UnknownObject
        If none of them has one.
    """
    found = [(entity, attribute) for entity in entities if (attribute := entity.attribute(name)) is not None]
    if not found:
        raise UnknownObject(f"none of them has an attribute {name!r}", mend="name one that some of them have")
    steps: list[Edit] = [edits.RemoveAttribute(entity_id=e.id, attribute_id=a.id) for e, a in found]
    lacking = [entity.name for entity in entities if entity.attribute(name) is None]
    return _one(steps, f"remove attribute {name} of {_counted([e for e, _ in found])}", ""), lacking


def with_trait(entities: Sequence[Entity], kind: str, trait: dict[str, Any] | None) -> Edit:
    """Return the edit that gives entities a trait, or takes theirs of a kind away.

    Raises
    ------
    InvalidDesign
        If all are so already, or it is no such trait.
    """
    steps: list[Edit] = []
    for entity in entities:
        own = entity.trait(kind)
        if trait is None and own is not None:
            steps.append(edits.parse_edit({"kind": "remove_trait", "entity_id": str(entity.id), "trait": kind}))
        elif trait is not None:
            step = edits.parse_edit({"kind": "set_trait", "entity_id": str(entity.id), "trait": trait | {"kind": kind}})
            if not isinstance(step, edits.SetTrait) or step.trait != own:
                steps.append(step)
    title = kind.replace("_", " ")
    if trait is None:
        return _one(steps, f"remove trait {title} of {_counted(entities)}", f"none of them is {title}")
    return _one(steps, f"make {_counted(entities)} {title}", f"all of them are {title} in this way already")


def _one(steps: list[Edit], label: str, nothing: str) -> Edit:
    if not steps:
        raise InvalidDesign(nothing, mend="nothing was changed")
    return steps[0] if len(steps) == 1 else edits.Compound(edits=tuple(steps), label=label)


def _counted(entities: Sequence[Entity]) -> str:
    return entities[0].name if len(entities) == 1 else f"{len(entities)} entities"
