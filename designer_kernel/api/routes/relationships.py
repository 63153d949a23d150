"""Relationships of a project."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from designer_kernel.api.changing import change, design_of, remove
from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page, page
from designer_kernel.api.revisions import IfMatch
from designer_kernel.api.shapes import Body, Changes, Name, Text, given
from designer_kernel.design.design import Design
from designer_kernel.design.identity import new_id
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Action, Cardinality, RelationshipType
from designer_kernel.studio.team.refusals import NotFound

router = APIRouter(tags=["relationships"])

RELATIONSHIPS = "/api/projects/{project_id}/relationships"
RELATIONSHIP = RELATIONSHIPS + "/{relationship_id}"

Reference = Annotated[UUID, Field(strict=False, description="The id of an entity.")]
Kind = Annotated[RelationshipType, Field(strict=False)]
End = Annotated[Cardinality, Field(strict=False)]
Doing = Annotated[Action, Field(strict=False)]


class RelationshipBody(Body):
    """A relationship as it is asked for, read from its source (the parent) to its target (the child)."""

    source_entity_id: Reference
    target_entity_id: Reference
    relationship_type: Kind = RelationshipType.ONE_TO_MANY
    source_cardinality: End | None = None
    target_cardinality: End | None = None
    on_delete_action: Doing = Action.NO_ACTION
    on_update_action: Doing = Action.NO_ACTION
    name: Name | None = None
    description: Text = ""


class RelationshipChanges(Changes):
    """What is to be changed about a relationship; what is left out stays."""

    source_entity_id: Reference = UUID(int=0)
    target_entity_id: Reference = UUID(int=0)
    relationship_type: Kind = RelationshipType.ONE_TO_MANY
    source_cardinality: End = Cardinality.ONE
    target_cardinality: End = Cardinality.MANY
    on_delete_action: Doing = Action.NO_ACTION
    on_update_action: Doing = Action.NO_ACTION
    name: Name | None = None
    description: Text = ""


@router.get(RELATIONSHIPS)
def list_relationships(
    project_id: UUID, door: Door, response: Response, limit: Limit = 50, cursor: Cursor = None
) -> Page[Relationship]:
    """Return the relationships of a project."""
    return page(design_of(door, response, project_id).relationships, lambda one: (str(one.id),), limit, cursor)


@router.post(RELATIONSHIPS, status_code=201)
def add_relationship(
    project_id: UUID, body: RelationshipBody, door: DoorOnce, response: Response, if_match: IfMatch = None
) -> Relationship:
    """Add a relationship. Cardinalities that are left out are those that its type has."""
    key = new_id()
    ends = _usual(body.relationship_type) | {name: value for name, value in given(body).items() if value is not None}
    edit = {"kind": "add_relationship", "relationship": {"id": str(key), **ends}}
    return change(door, response, project_id, edit, if_match, Relationship, lambda design: _of(design, key))


@router.get(RELATIONSHIP)
def show_relationship(project_id: UUID, relationship_id: UUID, door: Door, response: Response) -> Relationship:
    """Return a relationship."""
    return _of(design_of(door, response, project_id), relationship_id)


@router.put(RELATIONSHIP)
def change_relationship(
    project_id: UUID,
    relationship_id: UUID,
    body: RelationshipChanges,
    door: Door,
    response: Response,
    if_match: IfMatch = None,
) -> Relationship:
    """Change a relationship."""
    edit = {"kind": "change_relationship", "relationship_id": str(relationship_id), "changes": given(body)}
    return change(door, response, project_id, edit, if_match, Relationship, lambda design: _of(design, relationship_id))


@router.delete(RELATIONSHIP, status_code=204)
def remove_relationship(project_id: UUID, relationship_id: UUID, door: Door, if_match: IfMatch = None) -> None:
    """Remove a relationship."""
    remove(door, project_id, {"kind": "remove_relationship", "relationship_id": str(relationship_id)}, if_match)


def _usual(kind: RelationshipType) -> dict[str, str]:
    return {
        RelationshipType.ONE_TO_ONE: {"source_cardinality": "1", "target_cardinality": "0..1"},
        RelationshipType.ONE_TO_MANY: {"source_cardinality": "1", "target_cardinality": "N"},
        RelationshipType.MANY_TO_MANY: {"source_cardinality": "N", "target_cardinality": "N"},
    }[kind]


def _of(design: Design, key: UUID) -> Relationship:
    found = next((one for one in design.relationships if one.id == key), None)
    if found is None:
        raise NotFound("there is no relationship", mend="look at what there is: it may have been removed")
    return found
