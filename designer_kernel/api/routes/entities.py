"""Entities of a project, and their attributes."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from designer_kernel.api.changing import change, design_of, entity_of, remove, shown
from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page, page
from designer_kernel.api.revisions import IfMatch
from designer_kernel.api.shapes import Body, Changes, Name, Text, given
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import new_id
from designer_kernel.studio.team.refusals import NotFound

router = APIRouter(tags=["entities"])

ENTITIES = "/api/projects/{project_id}/entities"
ENTITY = ENTITIES + "/{entity_id}"
ATTRIBUTES = ENTITY + "/attributes"
ATTRIBUTE = ATTRIBUTES + "/{attribute_id}"

Cascade = Annotated[bool, Query(description="Whether what uses it goes with it; otherwise that is a reason to refuse.")]
DataType = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="Any type of PostgreSQL, in its words, such as smallint, integer, bigint, numeric(12,2), real, "
        "double precision, boolean, text, varchar(255), char(3), bytea, date, time, timestamp, timestamptz, interval, "
        "uuid, json, jsonb, inet, cidr, tsvector, int4range; with [] for an array; or an enum or domain of the "
        "project.",
        examples=["VARCHAR"],
    ),
]
Default = Annotated[str, Field(min_length=1, max_length=10_000, examples=["now()"])]
Length = Annotated[int, Field(ge=1, le=10_485_760, examples=[255])]
Precision = Annotated[int, Field(ge=0, le=1000, examples=[12])]
Scale = Annotated[int, Field(ge=-1000, le=1000, examples=[2])]


class EntityBody(Body):
    """An entity as it is asked for."""

    name: Name
    description: Text = ""
    is_abstract: bool = False
    schema_name: Name | None = None


class EntityChanges(Changes):
    """What is to be changed about an entity; what is left out stays."""

    name: Name = "name"
    description: Text = ""
    is_abstract: bool = False
    schema_name: Name | None = None


class AttributeBody(Body):
    """An attribute as it is asked for; a type may also be given whole, as ``numeric(12,2)``."""

    name: Name
    data_type: DataType
    description: Text = ""
    length: Length | None = None
    precision: Precision | None = None
    scale: Scale | None = None
    is_nullable: bool = True
    is_primary_key: bool = False
    is_unique: bool = False
    default_value: Default | None = None


class AttributeChanges(Changes):
    """What is to be changed about an attribute; what is left out stays, ``null`` takes away."""

    name: Name = "name"
    data_type: DataType = "text"
    description: Text = ""
    length: Length | None = None
    precision: Precision | None = None
    scale: Scale | None = None
    is_nullable: bool = True
    is_primary_key: bool = False
    is_unique: bool = False
    default_value: Default | None = None


@router.get(ENTITIES)
def list_entities(
    project_id: UUID, door: Door, response: Response, limit: Limit = 50, cursor: Cursor = None
) -> Page[Entity]:
    """Return the entities of a project."""
    found = page(design_of(door, response, project_id).entities, lambda one: (str(one.id),), limit, cursor)
    return Page(items=[shown(one) for one in found.items], next=found.next)


@router.post(ENTITIES, status_code=201)
def add_entity(
    project_id: UUID, body: EntityBody, door: DoorOnce, response: Response, if_match: IfMatch = None
) -> Entity:
    """Add an entity."""
    key = new_id()
    edit = {"kind": "add_entity", "entity": {"id": str(key), **given(body)}}
    return change(door, response, project_id, edit, if_match, Entity, lambda design: shown(entity_of(design, key)))


@router.get(ENTITY)
def show_entity(project_id: UUID, entity_id: UUID, door: Door, response: Response) -> Entity:
    """Return an entity with its attributes."""
    return shown(entity_of(design_of(door, response, project_id), entity_id))


@router.put(ENTITY)
def change_entity(
    project_id: UUID, entity_id: UUID, body: EntityChanges, door: Door, response: Response, if_match: IfMatch = None
) -> Entity:
    """Change an entity; with another name, everything that speaks of it follows."""
    edit = {"kind": "change_entity", "entity_id": str(entity_id), "changes": given(body)}
    return change(
        door, response, project_id, edit, if_match, Entity, lambda design: shown(entity_of(design, entity_id))
    )


@router.delete(ENTITY, status_code=204)
def remove_entity(
    project_id: UUID, entity_id: UUID, door: Door, cascade: Cascade = False, if_match: IfMatch = None
) -> None:
    """Remove an entity with its attributes and relationships."""
    edit = {"kind": "remove_entity", "entity_id": str(entity_id), "cascade": cascade}
    remove(door, project_id, edit, if_match)


@router.post(ATTRIBUTES, status_code=201)
def add_attribute(
    project_id: UUID,
    entity_id: UUID,
    body: AttributeBody,
    door: DoorOnce,
    response: Response,
    if_match: IfMatch = None,
) -> Attribute:
    """Add an attribute to an entity, as its last."""
    key = new_id()
    edit = {"kind": "add_attribute", "entity_id": str(entity_id), "attribute": {"id": str(key), **given(body)}}
    return change(door, response, project_id, edit, if_match, Attribute, _picking(entity_id, key))


@router.put(ATTRIBUTE)
def change_attribute(
    project_id: UUID,
    entity_id: UUID,
    attribute_id: UUID,
    body: AttributeChanges,
    door: Door,
    response: Response,
    if_match: IfMatch = None,
) -> Attribute:
    """Change an attribute; with another name, everything that speaks of it follows."""
    edit = {**_named("change_attribute", entity_id, attribute_id), "changes": given(body)}
    return change(door, response, project_id, edit, if_match, Attribute, _picking(entity_id, attribute_id))


@router.delete(ATTRIBUTE, status_code=204)
def remove_attribute(
    project_id: UUID,
    entity_id: UUID,
    attribute_id: UUID,
    door: Door,
    cascade: Cascade = False,
    if_match: IfMatch = None,
) -> None:
    """Remove an attribute."""
    edit = {**_named("remove_attribute", entity_id, attribute_id), "cascade": cascade}
    remove(door, project_id, edit, if_match)


def _named(kind: str, entity_id: UUID, attribute_id: UUID) -> dict[str, Any]:
    return {"kind": kind, "entity_id": str(entity_id), "attribute_id": str(attribute_id)}


def _picking(entity_id: UUID, attribute_id: UUID) -> Any:
    def pick(design: Design) -> Attribute:
        found = entity_of(design, entity_id).attribute(attribute_id)
        if found is None:
            raise NotFound("there is no attribute", mend="look at what there is: it may have been removed")
        return found

    return pick
