"""Entities: what the database keeps rows of."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import field_validator, model_validator

from designer_kernel.design.attribute import Attribute
from designer_kernel.design.parts import (
    PARTS,
    Check,
    Deferrable,
    Exclusion,
    Index,
    IndexKey,
    Key,
    Partition,
    PartitionMethod,
    Policy,
    Trigger,
)
from designer_kernel.design.traits import AnyTrait
from designer_kernel.design.values import Colour, Item, Name, Position, Text


class Entity(Item):
    """Something that the database keeps rows of.

    An abstract entity has no table; entities that name it in ``inherits`` receive its attributes, checks and traits.
    ``primary_key`` gives the order of a composite key; empty means the order of the attributes. Its constraint is
    called ``primary_key_name``, or after the entity, and may be deferrable; then no foreign key can point at it. The
    rows of an unlogged entity are written faster, and are lost in a crash.

    Rows are divided among ``partitions`` by ``partition_method`` and ``partition_keys``. The trait ``partitioned`` says
    the same shorter where partitions are regular; an entity has one of both.
    """

    name: Name
    schema_name: Name | None = None
    description: Text = ""
    is_abstract: bool = False
    is_unlogged: bool = False
    inherits: tuple[UUID, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    primary_key: tuple[Name, ...] = ()
    primary_key_name: Name | None = None
    primary_key_deferrable: Deferrable = ""
    keys: tuple[Key, ...] = ()
    checks: tuple[Check, ...] = ()
    indexes: tuple[Index, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    policies: tuple[Policy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    partition_method: PartitionMethod = ""
    partition_keys: tuple[IndexKey, ...] = ()
    partitions: tuple[Partition, ...] = ()
    traits: tuple[AnyTrait, ...] = ()
    row_security: Literal["OFF", "ENABLED", "FORCED"] = "OFF"
    colour: Colour | None = None
    position: Position | None = None

    @field_validator(*PARTS)
    @classmethod
    def _in_order_of_creation(cls, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(sorted(parts, key=lambda part: part.id))

    @field_validator("traits")
    @classmethod
    def _one_of_each(cls, traits: tuple[Any, ...]) -> tuple[Any, ...]:
        kinds = [trait.kind for trait in traits]
        for kind in kinds:
            if kinds.count(kind) > 1:
                raise ValueError(f"the trait {kind!r} is there twice")
        return tuple(sorted(traits, key=lambda trait: trait.kind))

    @model_validator(mode="after")
    def _names_are_unique(self) -> Entity:
        seen: set[str] = set()
        for attribute in self.attributes:
            if attribute.name in seen:
                raise ValueError(f"two attributes of {self.name!r} are called {attribute.name!r}")
            seen.add(attribute.name)
        return self

    def attribute(self, key: str | UUID) -> Attribute | None:
        """Return the entity's own attribute of this name or id, or ``None``."""
        return next((a for a in self.attributes if key in (a.name, a.id)), None)

    def trait(self, kind: str) -> AnyTrait | None:
        """Return the entity's trait of this kind, or ``None``."""
        return next((t for t in self.traits if t.kind == kind), None)

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the primary key's attributes in key order; empty if there is none."""
        return self.primary_key or tuple(a.name for a in self.attributes if a.is_primary_key)

    def unique_sets(self) -> list[frozenset[str]]:
        """Return the sets of attributes that identify a row: the primary key, keys and unique attributes."""
        sets = [frozenset(key.attributes) for key in self.keys]
        sets += [frozenset({a.name}) for a in self.attributes if a.is_unique]
        return [frozenset(self.key), *sets] if self.key else sets
