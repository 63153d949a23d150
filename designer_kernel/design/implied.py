"""What a design implies beside entities: foreign keys, partitions and privileges."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from designer_kernel.design import parts
from designer_kernel.design.values import Action


@dataclass(frozen=True, slots=True)
class EffectiveForeignKey:
    """One foreign key of the expanded design.

    ``relationship_id`` is ``None`` for the tenant key of a trait. ``on_delete_attributes`` narrows SET NULL to the
    attributes that may become NULL.
    """

    id: UUID
    relationship_id: UUID | None
    name: str | None
    child_entity_id: UUID
    child_attributes: tuple[str, ...]
    parent_entity_id: UUID
    parent_attributes: tuple[str, ...]
    is_nullable: bool
    is_unique: bool
    on_delete: Action = Action.NO_ACTION
    on_update: Action = Action.NO_ACTION
    on_delete_attributes: tuple[str, ...] = ()
    match_full: bool = False
    deferrable: str = ""
    is_valid: bool = True
    source_cardinality: str = "1"
    target_cardinality: str = "N"
    description: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Privileges of a role on an entity or view of the expanded design."""

    on: UUID
    role: str
    privileges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition of an entity. ``bound`` is the SQL after the parent's name; ``part`` is set if it is drawn."""

    entity_id: UUID
    name: str
    bound: str
    part: parts.Partition | None = None
