"""Edits of attributes."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.catalog import types
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, checked_changes, entity_of, item_of, put, put_entity
from designer_kernel.design.edits.derived import implied_followed, neighbours
from designer_kernel.design.edits.references import lineage, reads_of
from designer_kernel.design.edits.releases import named, released, users_of
from designer_kernel.design.edits.renames import attribute_renamed
from designer_kernel.design.entity import Entity
from designer_kernel.design.integrity import check_new_ids
from designer_kernel.design.values import Name
from designer_kernel.errors import InvalidDesign, NameTaken

FIELDS: Final = tuple(name for name in Attribute.model_fields if name != "id")
"""Fields of an attribute that `ChangeAttribute` changes."""

_ALONE: Final = {"description", "length", "precision", "scale", "is_array", "is_nullable", "is_unique", "collation"}
"""Fields whose change concerns nothing but the attribute."""

Place = Annotated[int, Field(ge=0, le=100_000)]


class AddAttribute(Edit):
    """Adds an attribute, last or at a position."""

    kind: Literal["add_attribute"] = "add_attribute"
    entity_id: UUID
    attribute: Attribute
    position: Place | None = None

    def change(self, design: Design) -> Design:
        entity = entity_of(design, self.entity_id)
        check_new_ids(design, (self.attribute.id,))
        _refuse_taken(design, entity, self.attribute.id, self.attribute.name)
        place = len(entity.attributes) if self.position is None else self.position
        attributes = (*entity.attributes[:place], self.attribute, *entity.attributes[place:])
        order = entity.primary_key
        if order and self.attribute.is_primary_key and self.attribute.name not in order:
            order = (*order, self.attribute.name)
        return put_entity(design, entity.replace(attributes=attributes, primary_key=order))

    def describe(self, design: Design) -> str:
        return f"add attribute {self.attribute.name} to {entity_of(design, self.entity_id).name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return lineage(design, self.entity_id) | reads_of(design, self.attribute)


class RemoveAttribute(Edit):
    """Removes an attribute; with ``cascade`` everything that uses it goes too, as ``DROP COLUMN … CASCADE`` does."""

    kind: Literal["remove_attribute"] = "remove_attribute"
    entity_id: UUID
    attribute_id: UUID
    cascade: bool = False

    def change(self, design: Design) -> Design:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        users = users_of(design, entity, attribute)
        if users and not self.cascade:
            raise InvalidDesign(
                f"{attribute.name!r} is used by {', '.join(named(design, owner, user) for owner, user in users)}",
                where=f"{design.qualified_name(entity)}.{attribute.name}",
                mend="remove or change those first, or remove it with cascade",
            )
        design = released(design, users, attribute.name)
        entity = entity_of(design, entity.id)
        after = entity.model_copy(
            update={
                "attributes": tuple(a for a in entity.attributes if a.id != attribute.id),
                "primary_key": tuple(name for name in entity.primary_key if name != attribute.name),
            }
        )
        return put_entity(design, after)

    def describe(self, design: Design) -> str:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        return f"remove attribute {attribute.name} of {entity.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return lineage(design, self.entity_id)


class RenameAttribute(Edit):
    """Renames an attribute; every name and SQL of entities that speaks of it follows."""

    kind: Literal["rename_attribute"] = "rename_attribute"
    entity_id: UUID
    attribute_id: UUID
    name: Name

    def change(self, design: Design) -> Design:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        _refuse_taken(design, entity, attribute.id, self.name)
        if attribute.name == self.name:
            return design
        changed = attribute_renamed(design, entity, attribute.name, self.name)
        return implied_followed(design, changed, entity.id)

    def describe(self, design: Design) -> str:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        return f"rename attribute {attribute.name} of {entity.name} to {self.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return lineage(design, self.entity_id) | {self.attribute_id} | neighbours(design, self.entity_id)


class ChangeAttribute(Edit):
    """Changes fields of an attribute, see `FIELDS`; a new type drops the length, precision or scale it cannot have."""

    kind: Literal["change_attribute"] = "change_attribute"
    entity_id: UUID
    attribute_id: UUID
    changes: dict[str, Any] = Field(min_length=1)

    def change(self, design: Design) -> Design:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        checked_changes(self.changes, FIELDS, f"{design.qualified_name(entity)}.{attribute.name}", {})
        changes = dict(self.changes)
        after: Attribute = attribute.replace(**_fitting(attribute, changes))
        if after.name != attribute.name:
            design = RenameAttribute(entity_id=entity.id, attribute_id=attribute.id, name=after.name).change(design)
            entity = entity_of(design, entity.id)
            renamed = item_of(entity.attributes, attribute.id, "attribute", entity.name)
            untouched = {k: getattr(renamed, k) for k in ("generated", "default_value") if k not in changes}
            after = after.replace(**untouched)
        return put_entity(design, _with_key_order(entity, after))

    def describe(self, design: Design) -> str:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        return f"change {', '.join(self.changes)} of {entity.name}.{attribute.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        found = {self.attribute_id}
        if not _ALONE.issuperset(self.changes):
            _entity, attribute = _find(design, self.entity_id, self.attribute_id)
            found |= reads_of(design, attribute) | reads_of(
                design, attribute.replace(**_fitting(attribute, self.changes))
            )
        if not (_ALONE | {"data_type", "identity"}).issuperset(self.changes):
            found |= lineage(design, self.entity_id) | neighbours(design, self.entity_id)
        return frozenset(found)


class MoveAttribute(Edit):
    """Moves an attribute to another position among its entity's attributes."""

    kind: Literal["move_attribute"] = "move_attribute"
    entity_id: UUID
    attribute_id: UUID
    position: Place

    def change(self, design: Design) -> Design:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        others = tuple(a for a in entity.attributes if a.id != attribute.id)
        attributes = (*others[: self.position], attribute, *others[self.position :])
        return put_entity(design, entity.model_copy(update={"attributes": attributes}))

    def describe(self, design: Design) -> str:
        entity, attribute = _find(design, self.entity_id, self.attribute_id)
        return f"move attribute {attribute.name} of {entity.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return frozenset({self.entity_id, self.attribute_id})


def _refuse_taken(design: Design, entity: Entity, key: UUID, name: str) -> None:
    if any(a.name == name and a.id != key for a in entity.attributes):
        raise NameTaken(
            f"there is an attribute {name!r} already",
            where=f"{design.qualified_name(entity)}.{name}",
            mend="choose another name, or rename the other one first",
        )


def _find(design: Design, entity_id: UUID, attribute_id: UUID) -> tuple[Entity, Attribute]:
    entity = entity_of(design, entity_id)
    return entity, item_of(entity.attributes, attribute_id, "attribute", design.qualified_name(entity))


def _fitting(attribute: Attribute, changes: dict[str, Any]) -> dict[str, Any]:
    """Return changes that also clear what the new type cannot have."""
    new_type = changes.get("data_type")
    if not isinstance(new_type, str) or new_type == attribute.data_type:
        return changes
    parsed = types.parse(new_type)
    kept = set()
    if not parsed.modifiers and not parsed.schema:
        if parsed.name in types.LENGTH:
            kept = {"length"}
        elif parsed.name == "numeric":
            kept = {"precision", "scale"}
        elif parsed.name in types.PRECISION and types.parse(attribute.data_type).name in types.PRECISION:
            kept = {"precision"}
    cleared = {name: None for name in ("length", "precision", "scale") if name not in kept}
    return cleared | ({"is_array": False} if parsed.dimensions else {}) | changes


def _with_key_order(entity: Entity, after: Attribute) -> Entity:
    """Return the entity with an attribute's new state; the order of its primary key follows the attribute."""
    order = entity.primary_key
    if order and after.is_primary_key and after.name not in order:
        order = (*order, after.name)
    elif order and not after.is_primary_key:
        order = tuple(name for name in order if name != after.name)
    attributes = put(entity.attributes, after)
    if order == entity.primary_key:
        return entity.model_copy(update={"attributes": attributes})
    changed: Entity = entity.replace(attributes=attributes, primary_key=order)
    return changed
