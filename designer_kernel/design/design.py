"""`Design`: what a person means, as one immutable value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal
from uuid import UUID

from pydantic import field_validator, model_validator

from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.entity import Entity
from designer_kernel.design.objects import (
    Area,
    Domain,
    Enum,
    Extension,
    Function,
    MaterializedView,
    Namespace,
    Role,
    SchemaObject,
    View,
)
from designer_kernel.design.opaque import Opaque
from designer_kernel.design.parts import PARTS
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.design.values import Item, Name, Text
from designer_kernel.errors import UnknownObject

FORMAT = 1
"""Version of the file format; raised when an older reader could misread a newer file."""

COLLECTIONS = (
    "schemas", "extensions", "roles", "enums", "domains", "entities", "relationships", "views", "materialized_views",
    "functions", "areas", "diagrams", "notes", "opaque",
)  # fmt: skip
"""Fields of a design that hold items, in the order of its file."""


class Design(Item):
    """A database as a person means it. Collections are kept in order of creation (their ids sort by time)."""

    format: Literal[1] = 1
    name: Name
    description: Text = ""
    target_database_type: Literal["PostgreSQL"] = "PostgreSQL"
    default_schema: Name = "public"
    schemas: tuple[Namespace, ...] = ()
    extensions: tuple[Extension, ...] = ()
    roles: tuple[Role, ...] = ()
    enums: tuple[Enum, ...] = ()
    domains: tuple[Domain, ...] = ()
    entities: tuple[Entity, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    views: tuple[View, ...] = ()
    materialized_views: tuple[MaterializedView, ...] = ()
    functions: tuple[Function, ...] = ()
    areas: tuple[Area, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    notes: tuple[Note, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    sample: SampleHints | None = None

    @field_validator(*COLLECTIONS)
    @classmethod
    def _in_order_of_creation(cls, items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(sorted(items, key=lambda item: item.id))

    @model_validator(mode="after")
    def _identities_are_unique(self) -> Design:
        seen: set[UUID] = set()
        for item in self.items():
            if item.id in seen:
                raise ValueError(f"the id {item.id} is used twice")
            seen.add(item.id)
        return self

    def items(self) -> Iterator[Item]:
        """Yield every item with an identity: objects, and the attributes and parts of entities."""
        for collection in COLLECTIONS:
            for item in getattr(self, collection):
                yield item
                if isinstance(item, Entity):
                    for part in ("attributes", *PARTS):
                        yield from getattr(item, part)

    def schema_of(self, item: Entity | SchemaObject) -> str:
        """Return the schema that an entity or object lives in."""
        return item.schema_name or self.default_schema

    def qualified_name(self, item: Entity | SchemaObject) -> str:
        """Return ``name``, or ``schema.name`` outside the default schema."""
        return f"{item.schema_name}.{item.name}" if item.schema_name not in (None, self.default_schema) else item.name

    def find_entity(self, key: str | UUID) -> Entity | None:
        """Return the entity of this id, name or qualified name, or ``None``."""
        for entity in self.entities:
            if key in (entity.id, f"{self.schema_of(entity)}.{entity.name}", self.qualified_name(entity)):
                return entity
        return next((e for e in self.entities if e.name == key), None)

    def entity(self, key: str | UUID) -> Entity:
        """Return the entity of this id, name or qualified name.

        Raises
        ------
        UnknownObject
            If there is none; the message names the closest.
        """
        found = self.find_entity(key)
        if found is None:
            raise UnknownObject(f"there is no entity {str(key)!r}", where=self.name, mend=self._did_you_mean(str(key)))
        return found

    def relationship(self, key: UUID) -> Relationship:
        """Return the relationship of this id.

        Raises
        ------
        UnknownObject
            If there is none.
        """
        for relationship in self.relationships:
            if relationship.id == key:
                return relationship
        raise UnknownObject(f"there is no relationship {key}", where=self.name, mend="it may have been removed; reload")

    def relationships_of(self, entity_id: UUID) -> list[Relationship]:
        """Return the relationships that begin, end or meet at an entity."""
        return [
            r for r in self.relationships if entity_id in (r.source_entity_id, r.target_entity_id, r.junction_entity_id)
        ]

    def _did_you_mean(self, name: str) -> str:
        from difflib import get_close_matches

        names = [self.qualified_name(entity) for entity in self.entities]
        close = get_close_matches(name, names, n=3, cutoff=0.5)
        return (
            f"did you mean {', '.join(close)}?" if close else f"the entities are {', '.join(names[:20]) or 'none yet'}"
        )
