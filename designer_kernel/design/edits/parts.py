"""Edits of an entity's keys, checks, indexes, exclusions, policies, triggers and partitions."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, checked_changes, drop, entity_of, insert, item_of, put, put_entity
from designer_kernel.design.edits.references import lineage, names_of, reads_of
from designer_kernel.design.entity import Entity
from designer_kernel.design.integrity import check_new_ids
from designer_kernel.design.parts import Check, Exclusion, Index, Key, PartCollection, Partition, Policy, Trigger
from designer_kernel.design.values import Item
from designer_kernel.errors import InvalidDesign

TYPES: Final[dict[str, type[Item]]] = {
    "keys": Key,
    "checks": Check,
    "indexes": Index,
    "exclusions": Exclusion,
    "policies": Policy,
    "triggers": Trigger,
    "partitions": Partition,
}
"""What each collection of an entity holds."""


class AddPart(Edit):
    """Adds a part to one of an entity's collections."""

    kind: Literal["add_part"] = "add_part"
    entity_id: UUID
    collection: PartCollection
    part: SerializeAsAny[Item]

    @field_validator("part", mode="before")
    @classmethod
    def _is_of_the_collection(cls, value: Any, info: ValidationInfo) -> Any:
        return of_type(value, TYPES.get(info.data.get("collection", "")))

    def change(self, design: Design) -> Design:
        entity = entity_of(design, self.entity_id)
        check_new_ids(design, (self.part.id,))
        return _with_parts(design, entity, self.collection, insert(getattr(entity, self.collection), self.part))

    def describe(self, design: Design) -> str:
        return f"add {_named(self.part)} to {entity_of(design, self.entity_id).name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return lineage(design, self.entity_id) | reads_of(design, self.part)


class ChangePart(Edit):
    """Changes fields of a part."""

    kind: Literal["change_part"] = "change_part"
    entity_id: UUID
    collection: PartCollection
    part_id: UUID
    changes: dict[str, Any] = Field(min_length=1)

    def change(self, design: Design) -> Design:
        entity, part = _find(design, self.entity_id, self.collection, self.part_id)
        fields = (name for name in type(part).model_fields if name != "id")
        checked_changes(self.changes, fields, f"{design.qualified_name(entity)}.{_named(part)}", {})
        changed = put(getattr(entity, self.collection), part.replace(**self.changes))
        return _with_parts(design, entity, self.collection, changed)

    def describe(self, design: Design) -> str:
        entity, part = _find(design, self.entity_id, self.collection, self.part_id)
        return f"change {_named(part)} of {entity.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        _entity, part = _find(design, self.entity_id, self.collection, self.part_id)
        return lineage(design, self.entity_id) | reads_of(design, part.replace(**self.changes)) | {part.id}


class RemovePart(Edit):
    """Removes a part of an entity."""

    kind: Literal["remove_part"] = "remove_part"
    entity_id: UUID
    collection: PartCollection
    part_id: UUID
    cascade: bool = False

    def change(self, design: Design) -> Design:
        entity, part = _find(design, self.entity_id, self.collection, self.part_id)
        return _with_parts(design, entity, self.collection, drop(getattr(entity, self.collection), (part.id,)))

    def describe(self, design: Design) -> str:
        entity, part = _find(design, self.entity_id, self.collection, self.part_id)
        return f"remove {_named(part)} of {entity.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return frozenset({self.entity_id, self.part_id})


def of_type(value: Any, wanted: type[Item] | None) -> Any:
    """Return a value as an item of the type that a collection holds.

    Raises
    ------
    InvalidDesign
        If it is an item of another collection.
    pydantic.ValidationError
        If its fields do not fit.
    """
    if wanted is None or isinstance(value, wanted):
        return value
    if isinstance(value, Item):
        raise InvalidDesign(
            f"a {type(value).__name__} does not belong there", mend=f"give a {wanted.__name__}, or name its collection"
        )
    return wanted.model_validate(value)


def _find(design: Design, entity_id: UUID, collection: str, part_id: UUID) -> tuple[Entity, Item]:
    entity = entity_of(design, entity_id)
    kind = TYPES[collection].__name__.lower()
    return entity, item_of(getattr(entity, collection), part_id, kind, design.qualified_name(entity))


def _with_parts(design: Design, entity: Entity, collection: str, parts: tuple[Item, ...]) -> Design:
    return put_entity(design, entity.model_copy(update={collection: parts}))


def _named(part: Item) -> str:
    kind = type(part).__name__.lower()
    name = getattr(part, "name", None) or ", ".join(names_of(part)) or getattr(part, "expression", "")
    return f"{kind} {name}" if name else kind
