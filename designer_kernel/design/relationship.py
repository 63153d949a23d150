"""Relationships between entities, and what their cardinalities mean in PostgreSQL."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from designer_kernel.design.bends import Bends
from designer_kernel.design.parts import Deferrable
from designer_kernel.design.values import Action, Cardinality, Item, Name, RelationshipType, Text

Names = Annotated[tuple[Name, ...], Field(max_length=32)]


class Relationship(Item):
    """A relationship, read from source (the parent, except in many-to-many) to target (the child).

    ``source_cardinality`` says how many parents a child has: ``1`` makes the foreign key NOT NULL, ``0..1`` leaves it
    nullable. ``target_cardinality`` says how many children a parent has; a lower bound of one cannot be enforced by
    PostgreSQL and is reported as a finding. ONE_TO_ONE adds a unique constraint over the foreign key.

    ``source_attributes`` are the referenced attributes (empty: the primary key), ``target_attributes`` the foreign
    key's (empty: named after the parent, ``tenant_id``, and added to the child). In a many-to-many both lists speak of
    the referenced attributes of their own end, and the junction (``junction_entity_id``, or generated under
    ``junction_name``) has both foreign keys: over ``junction_source_attributes`` and ``junction_target_attributes``
    (empty: named after the ends), called ``source_key_name`` and ``target_key_name``.

    One that is not ``is_valid`` holds for new rows only (NOT VALID).

    ``bends`` says where a person has laid its line; a many-to-many one has a second line, from its target.
    """

    name: Name | None = None
    source_entity_id: UUID
    target_entity_id: UUID
    relationship_type: RelationshipType = RelationshipType.ONE_TO_MANY
    source_cardinality: Cardinality = Cardinality.ONE
    target_cardinality: Cardinality = Cardinality.MANY
    on_delete_action: Action = Action.NO_ACTION
    on_update_action: Action = Action.NO_ACTION
    source_attributes: Names = ()
    target_attributes: Names = ()
    junction_entity_id: UUID | None = None
    junction_name: Name | None = None
    junction_source_attributes: Names = ()
    junction_target_attributes: Names = ()
    source_key_name: Name | None = None
    target_key_name: Name | None = None
    match_full: bool = False
    deferrable: Deferrable = ""
    is_valid: bool = True
    description: Text = ""
    bends: Bends | None = None
    target_bends: Bends | None = None

    @model_validator(mode="after")
    def _cardinalities_fit_the_type(self) -> Relationship:
        kind = self.relationship_type
        wanted = {
            RelationshipType.ONE_TO_ONE: (False, False),
            RelationshipType.ONE_TO_MANY: (False, True),
            RelationshipType.MANY_TO_MANY: (True, True),
        }[kind]
        for field, many in zip(("source_cardinality", "target_cardinality"), wanted, strict=True):
            value: Cardinality = getattr(self, field)
            if value.is_many != many:
                allowed = "N, 0..N or 1..N" if many else "1 or 0..1"
                raise ValueError(
                    f"relationship_type {kind.value} and {field} {value.value!r} contradict each other; "
                    f"use {allowed}, or another relationship_type"
                )
        is_junction = kind is RelationshipType.MANY_TO_MANY
        if not is_junction and (self.junction_entity_id or self.junction_name):
            raise ValueError(f"relationship_type {kind.value} and a junction contradict each other")
        columns = (self.junction_source_attributes, self.junction_target_attributes)
        if any(columns) and not self.junction_entity_id:
            raise ValueError("junction_source_attributes and junction_target_attributes need junction_entity_id")
        if not is_junction and (self.source_key_name or self.target_key_name):
            raise ValueError(f"relationship_type {kind.value} has one foreign key, called name")
        if self.junction_entity_id and self.junction_name:
            raise ValueError("junction_entity_id and junction_name exclude each other")
        both = self.source_attributes and self.target_attributes
        if not is_junction and both and len(self.source_attributes) != len(self.target_attributes):
            raise ValueError("source_attributes and target_attributes must have the same length")
        return self
