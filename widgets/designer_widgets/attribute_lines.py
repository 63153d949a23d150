"""Attributes edited as one line: the line of an attribute, and the edit that a changed line means."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from designer_kernel.design import Attribute, Design, edits
from designer_kernel.design.identity import new_id
from designer_kernel.diagram.spelling import short_type
from designer_kernel.errors import InvalidDesign, UnknownObject
from designer_kernel.exchange.attribute_line import parse_line, write_line
from designer_widgets.drafts import whole_line

_TYPE = frozenset({"data_type", "length", "precision", "scale", "is_array"})
"""Fields that the type's one word tells of."""

_SAID = _TYPE | {
    "name", "is_nullable", "is_primary_key", "is_unique", "default_value", "identity", "generated", "collation",
}  # fmt: skip
"""Fields that a line tells of."""


def attribute_of(design: Design, entity_id: UUID, attribute_id: UUID) -> Attribute:
    """Return an entity's own attribute.

    Raises
    ------
    UnknownObject
        If the entity is not there, or has no such attribute of its own.
    """
    entity = design.entity(entity_id)
    found = entity.attribute(attribute_id)
    if found is None:
        raise UnknownObject(
            "this attribute is not the entity's own",
            where=design.qualified_name(entity),
            mend="change it where it comes from: a relationship, a trait or an entity that this one inherits from",
        )
    return found


def line_of(attribute: Attribute) -> str:
    """Return the line of an attribute, with its type as people write it."""
    return write_line(attribute, type_text=short_type(attribute.type))


def change(design: Design, entity_id: UUID, attribute_id: UUID, line: str) -> edits.Edit | None:
    """Return the edit that makes an attribute what a line says; ``None`` if it is that already.

    Raises
    ------
    InvalidSql, InvalidDesign
        If the line is no attribute; see `parse_line`.
    """
    attribute = attribute_of(design, entity_id, attribute_id)
    before, after = parse_line(line_of(attribute)), parse_line(whole_line(line))
    changes: dict[str, Any] = {
        name: getattr(after, name) for name in _SAID if getattr(after, name) != getattr(before, name)
    }
    if not changes:
        return None
    if _TYPE & changes.keys():
        changes |= {name: getattr(after, name) for name in _TYPE}
    if "generated" in changes:
        changes["is_virtual"] = False
    return edits.ChangeAttribute(entity_id=entity_id, attribute_id=attribute_id, changes=changes)


def carried(design: Design, entity_id: UUID, attribute_id: UUID, to_id: UUID, position: int) -> tuple[edits.Edit, UUID]:
    """Return the edit that moves an attribute to a place of its entity or of another one, and its id there.

    Raises
    ------
    InvalidDesign
        If it goes to another entity, and is part of the key or used by something.
    NameTaken
        If the other entity has one of its name.
    """
    attribute = attribute_of(design, entity_id, attribute_id)
    if entity_id == to_id:
        edit = edits.MoveAttribute(entity_id=entity_id, attribute_id=attribute_id, position=position)
        return edit, attribute_id
    entity, other = design.entity(entity_id), design.entity(to_id)
    if attribute.is_primary_key:
        raise InvalidDesign(
            f"{attribute.name!r} is of the primary key of {entity.name!r}",
            where=f"{design.qualified_name(entity)}.{attribute.name}",
            mend="take it out of the key first, or copy its line",
        )
    moved = attribute.replace(id=new_id())
    steps: tuple[edits.Edit, ...] = (
        edits.RemoveAttribute(entity_id=entity_id, attribute_id=attribute_id),
        edits.AddAttribute(entity_id=to_id, attribute=moved, position=min(position, len(other.attributes))),
    )
    return edits.Compound(
        edits=steps, label=f"move attribute {attribute.name} of {entity.name} to {other.name}"
    ), moved.id
