"""Edits of entities as a whole."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import (
    Edit,
    checked_changes,
    drop,
    entity_of,
    insert,
    with_fields,
)
from designer_kernel.design.edits.derived import implied_followed, neighbours
from designer_kernel.design.edits.references import lineage, reads_of
from designer_kernel.design.edits.renames import table_renamed
from designer_kernel.design.entity import Entity
from designer_kernel.design.integrity import check_new_ids
from designer_kernel.design.membership import without_strangers
from designer_kernel.design.parts import PARTS
from designer_kernel.design.values import Name
from designer_kernel.errors import InvalidDesign

FIELDS: Final = (
    "name", "schema_name", "description", "is_abstract", "is_unlogged", "inherits", "primary_key", "primary_key_name",
    "primary_key_deferrable",
    "row_security", "partition_method", "partition_keys", "colour",
)  # fmt: skip
"""Fields of an entity that `ChangeEntity` changes."""

_MENDS: Final = {
    "attributes": "use the edits of attributes",
    "traits": "use set_trait and remove_trait",
    "position": "use move_nodes",
    **dict.fromkeys(PARTS, "use the edits of parts"),
}


class AddEntity(Edit):
    """Adds an entity."""

    kind: Literal["add_entity"] = "add_entity"
    entity: Entity

    def change(self, design: Design) -> Design:
        entity = self.entity
        parts = (a.id for field in ("attributes", *PARTS) for a in getattr(entity, field))
        check_new_ids(design, (entity.id, *parts))
        return with_fields(design, entities=insert(design.entities, entity))

    def describe(self, design: Design) -> str:
        return f"add entity {design.qualified_name(self.entity)}"

    def reads(self, design: Design) -> frozenset[UUID]:
        tenants = {trait.tenant_entity_id for trait in self.entity.traits if trait.kind == "tenant_scoped"}
        parents = lineage(design, *self.entity.inherits)
        return reads_of(design, self.entity) | tenants | parents


class RemoveEntity(Edit):
    """Removes an entity with its relationships; areas and diagrams forget it."""

    kind: Literal["remove_entity"] = "remove_entity"
    entity_id: UUID
    cascade: bool = False

    def change(self, design: Design) -> Design:
        entity = entity_of(design, self.entity_id)
        self._refuse_while_needed(design, entity)
        after = with_fields(
            design,
            entities=drop(design.entities, (entity.id,)),
            relationships=drop(design.relationships, (r.id for r in design.relationships_of(entity.id))),
        )
        return without_strangers(after)

    def _refuse_while_needed(self, design: Design, entity: Entity) -> None:
        heirs = [e.name for e in design.entities if entity.id in e.inherits]
        scoped = [
            e.name
            for e in design.entities
            for trait in e.traits
            if trait.kind == "tenant_scoped" and trait.tenant_entity_id == entity.id and e.id != entity.id
        ]
        for users, does, do, mend in (
            (heirs, "inherits from it", "inherit from it", "remove it from their inherits first"),
            (
                scoped,
                "is scoped to it as tenant",
                "are scoped to it as tenant",
                "remove their trait tenant_scoped first",
            ),
        ):
            if users:
                told = f"{', '.join(users)} {does if len(users) == 1 else do}"
                raise InvalidDesign(
                    f"{entity.name!r} cannot be removed: {told}",
                    where=design.qualified_name(entity),
                    mend=mend,
                )

    def describe(self, design: Design) -> str:
        return f"remove entity {design.qualified_name(entity_of(design, self.entity_id))}"


class RenameEntity(Edit):
    """Renames an entity; SQL of entities that names the table follows."""

    kind: Literal["rename_entity"] = "rename_entity"
    entity_id: UUID
    name: Name

    def change(self, design: Design) -> Design:
        return ChangeEntity(entity_id=self.entity_id, changes={"name": self.name}).change(design)

    def describe(self, design: Design) -> str:
        return f"rename entity {entity_of(design, self.entity_id).name} to {self.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return frozenset({self.entity_id}) | neighbours(design, self.entity_id)


class ChangeEntity(Edit):
    """Changes fields of an entity, see `FIELDS`; attributes, parts, traits and the position have edits of their own."""

    kind: Literal["change_entity"] = "change_entity"
    entity_id: UUID
    changes: dict[str, Any] = Field(min_length=1)

    def change(self, design: Design) -> Design:
        before = entity_of(design, self.entity_id)
        checked_changes(self.changes, FIELDS, design.qualified_name(before), _MENDS)
        after: Entity = before.replace(**self._consistent(before))
        changed = table_renamed(design, before, after)
        return implied_followed(design, changed, before.id) if after.name != before.name else changed

    def _consistent(self, before: Entity) -> dict[str, Any]:
        """A new order of the primary key also marks its attributes."""
        order = self.changes.get("primary_key")
        if not order or not isinstance(order, list | tuple):
            return self.changes
        marked = tuple(
            a if a.is_primary_key == (a.name in order) else a.replace(is_primary_key=a.name in order)
            for a in before.attributes
        )
        return self.changes | {"attributes": marked}

    def describe(self, design: Design) -> str:
        entity = entity_of(design, self.entity_id)
        if set(self.changes) == {"name"}:
            return f"rename entity {entity.name} to {self.changes['name']}"
        return f"change {', '.join(self.changes)} of {design.qualified_name(entity)}"

    def reads(self, design: Design) -> frozenset[UUID]:
        parents = self.changes.get("inherits") or ()
        found = {parent for parent in parents if isinstance(parent, UUID)}
        near = neighbours(design, self.entity_id) if {"name", "primary_key"} & self.changes.keys() else frozenset()
        return near | lineage(design, self.entity_id, *found)
