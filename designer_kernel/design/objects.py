"""What a design holds beside entities and relationships: types, views, functions, extensions, roles, areas."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, field_validator

from designer_kernel.catalog import identifiers, sqltext, types
from designer_kernel.catalog.kinds.grant import PUBLIC
from designer_kernel.design.parts import Check, Index, Trigger
from designer_kernel.design.values import Colour, Expression, Item, Name, Position, Query, RoleName, Text


class SchemaObject(Item):
    """Something with a name in a schema; ``schema_name`` ``None`` means the design's default schema."""

    name: Name
    schema_name: Name | None = None
    description: Text = ""


class Namespace(Item):
    """A schema that is created with the design."""

    name: Name
    description: Text = ""


class Extension(Item):
    """An extension that the design needs. Objects that use it are found by their SQL and types."""

    name: Name
    schema_name: Name | None = None
    provides: tuple[Name, ...] = ()
    description: Text = ""


class Role(Item):
    """A role that policies and grants name; created without login where it does not exist."""

    name: RoleName
    description: Text = ""

    @field_validator("name")
    @classmethod
    def _is_one_role(cls, name: str) -> str:
        if name == PUBLIC:
            raise ValueError("public is everybody, and needs no role")
        return name


class Enum(SchemaObject):
    """An enumerated type with its labels in order."""

    labels: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=63)], ...], Field(min_length=1)]

    @field_validator("labels")
    @classmethod
    def _labels_differ(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for label in labels:
            if labels.count(label) > 1:
                raise ValueError(f"the label {label!r} is there twice")
            if not identifiers.is_label(label):
                raise ValueError(f"the label {label!r} is over {identifiers.MAX_BYTES} bytes or holds a NUL")
        return labels


class Domain(SchemaObject):
    """A type with constraints; checks speak of ``VALUE``."""

    data_type: str
    is_nullable: bool = True
    default_value: Expression | None = None
    checks: tuple[Check, ...] = ()

    @field_validator("data_type")
    @classmethod
    def _is_a_type(cls, text: str) -> str:
        types.parse(text)
        return text


class View(SchemaObject):
    """A view. ``security_invoker`` (PostgreSQL 15+) applies row security as whoever reads it."""

    query: Query
    security_invoker: bool = False
    security_barrier: bool = False
    triggers: tuple[Trigger, ...] = ()
    grant_select_to: tuple[RoleName, ...] = ()
    position: Position | None = None


class MaterializedView(SchemaObject):
    """A materialized view with its indexes."""

    query: Query
    indexes: tuple[Index, ...] = ()
    grant_select_to: tuple[RoleName, ...] = ()
    position: Position | None = None


class Function(SchemaObject):
    """A function or procedure, as the whole CREATE statement that a person writes.

    The statement's name must be ``name`` (unqualified or in ``schema_name``).
    """

    definition: Annotated[str, Field(max_length=sqltext.MAX_LENGTH)]
    needs: tuple[str, ...] = ()

    @field_validator("definition")
    @classmethod
    def _is_a_function(cls, text: str) -> str:
        sqltext.settled_statement(text, "create_function_stmt")
        return text


class Area(Item):
    """A titled, coloured region of the diagram; ``members`` are ids of entities."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Text = ""
    colour: Colour | None = None
    members: tuple[UUID, ...] = ()


ObjectCollection = Literal[
    "schemas", "extensions", "roles", "enums", "domains", "views", "materialized_views", "functions", "areas",
    "diagrams", "notes", "opaque",
]  # fmt: skip
