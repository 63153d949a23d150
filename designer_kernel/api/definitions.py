"""Designs as tables and columns in JSON: a shorter way to say them, and to show them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from designer_kernel.api.shapes import Name, Text
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.membership import without_strangers
from designer_kernel.design.problems import invalid

_CORE: Final = {"uuid_generate_v4()": "gen_random_uuid()"}
"""Defaults that would need an extension, and what says the same without one."""


class Said(BaseModel):
    """A part of a definition; names are written ``likeThis``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=to_camel)


class Column(Said):
    """A column."""

    name: Name
    type: Annotated[str, Field(min_length=1, max_length=200, examples=["VARCHAR(255)"])]
    primary_key: bool = False
    not_null: bool = False
    unique: bool = False
    default: Annotated[str | None, Field(max_length=10_000, examples=["now()"])] = None
    description: Text = ""


class Table(Said):
    """A table."""

    name: Name
    description: Text = ""
    columns: Annotated[list[Column], Field(max_length=1600)] = []


class Definition(Said):
    """Tables with their columns. What else a project holds, such as relationships, has routes of its own."""

    tables: Annotated[list[Table], Field(max_length=5000)] = []


def told(design: Design) -> Definition:
    """Return the tables of a design."""
    return Definition(
        tables=[
            Table(
                name=entity.name,
                description=entity.description,
                columns=[
                    Column(
                        name=one.name,
                        type=one.type,
                        primaryKey=one.is_primary_key,
                        notNull=not one.is_nullable,
                        unique=one.is_unique,
                        default=one.default_value,
                        description=one.description,
                    )
                    for one in entity.attributes
                ],
            )
            for entity in design.entities
            if not entity.is_abstract
        ]
    )


def drawn(name: str, description: str, definition: Definition) -> Design:
    """Return a new design of these tables.

    Raises
    ------
    InvalidDesign
        If it contradicts itself.
    """
    try:
        return Design(
            name=name, description=description, entities=tuple(_entity(one, None) for one in definition.tables)
        )
    except ValidationError as error:
        raise invalid(error, "definition") from error


def redrawn(design: Design, definition: Definition) -> Design:
    """Return a design with these tables. What has the name of something that is there is that, with all that it has.

    Raises
    ------
    InvalidDesign
        If it contradicts itself.
    """
    known = {entity.name: entity for entity in design.entities if not entity.is_abstract}
    try:
        entities = [entity for entity in design.entities if entity.is_abstract]
        entities += [_entity(one, known.get(one.name)) for one in definition.tables]
    except ValidationError as error:
        raise invalid(error, "definition") from error
    kept = {entity.id for entity in entities}
    ends = [one for one in design.relationships if {one.source_entity_id, one.target_entity_id} <= kept]
    made: Design = design.replace(entities=tuple(sorted(entities, key=lambda one: one.id)), relationships=tuple(ends))
    return without_strangers(made)


def _entity(table: Table, there: Entity | None) -> Entity:
    known = {one.name: one for one in there.attributes} if there is not None else {}
    attributes = tuple(_attribute(one, known.get(one.name)) for one in table.columns)
    if there is None:
        return Entity(name=table.name, description=table.description, attributes=attributes)
    said = {"description": table.description} if "description" in table.model_fields_set else {}
    made: Entity = there.replace(attributes=attributes, primary_key=(), **said)
    return made


def _attribute(column: Column, there: Attribute | None) -> Attribute:
    default = _CORE.get(re.sub(r"\s", "", column.default).lower(), column.default) if column.default else None
    said: dict[str, Any] = {
        "name": column.name,
        "data_type": column.type,
        "is_primary_key": column.primary_key,
        "is_nullable": not (column.not_null or column.primary_key),
        "is_unique": column.unique,
        "default_value": default,
    }
    if there is None:
        return Attribute(**said, description=column.description)
    if "description" in column.model_fields_set:
        said["description"] = column.description
    cleared = {"length": None, "precision": None, "scale": None, "is_array": False}
    if there.identity or there.generated:
        said.pop("default_value")
    current = {name: getattr(there, name) for name in type(there).model_fields}
    return Attribute(**{**current, **cleared, **said})
