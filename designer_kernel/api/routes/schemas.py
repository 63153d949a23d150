"""Schemas: projects told as tables and columns; a schema and the project of its id are the same."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, ValidationError

from designer_kernel.api import definitions
from designer_kernel.api.definitions import Definition
from designer_kernel.api.door import Asking, AskingOnce, Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page
from designer_kernel.api.revisions import IfMatch, seen, tag
from designer_kernel.api.routes import projects as project_routes
from designer_kernel.api.routes.projects import ProjectListed, home
from designer_kernel.api.shapes import Body, Changes, Name, Text
from designer_kernel.design.edits import ReplaceDesign
from designer_kernel.design.problems import invalid
from designer_kernel.studio.team import edits, projects, versions
from designer_kernel.studio.team.projects import OpenedProject
from designer_kernel.studio.team.unit import Unit, UseCase

router = APIRouter(tags=["schemas"])

SCHEMA = "/api/schemas/{schema_id}"


class SchemaBody(Body):
    """A schema as it is asked for."""

    name: Name
    description: Text = ""
    definition: Definition = Definition()
    workspace_id: Annotated[UUID | None, Field(strict=False)] = None


class SchemaChanges(Changes):
    """What is to be changed; tables and columns that a definition leaves out are removed."""

    name: Name = "name"
    description: Text = ""
    definition: Definition = Definition()


class SchemaOut(BaseModel):
    """A schema with its tables; ``version`` is the one that was kept by this request."""

    id: UUID
    workspace_id: UUID
    name: str
    description: str
    revision: int
    version: int | None = None
    definition: Definition
    is_active: bool = True
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, opened: OpenedProject, version: int | None = None) -> Self:
        """Return a project as a schema."""
        view = opened.view
        return cls(
            id=view.id,
            workspace_id=view.workspace,
            name=view.name,
            description=view.description,
            revision=view.revision,
            version=version,
            definition=definitions.told(opened.design),
            created_at=view.created_at,
            updated_at=view.updated_at,
        )


@router.post("/api/schemas", status_code=201)
def create_schema(body: SchemaBody, door: DoorOnce, response: Response) -> SchemaOut:
    """Make a schema; it is kept as its first version."""

    def made(unit: Unit, workspace: UUID) -> SchemaOut:
        design = definitions.drawn(body.name, body.description, body.definition)
        return _kept(unit, projects.create(unit, workspace, design=design).id)

    return _done(door, response, UseCase(projects.create.name, projects.create.right, True, made), _place(body, door))


@router.get("/api/schemas")
def list_schemas(
    door: Door,
    limit: Limit = 50,
    cursor: Cursor = None,
    workspace_id: Annotated[UUID | None, Query(description="Of this workspace only.")] = None,
) -> Page[ProjectListed]:
    """Return the schemas that you may see, without their tables, the oldest first."""
    return project_routes.list_projects(door, limit, cursor, workspace_id)


@router.get(SCHEMA)
def show_schema(schema_id: UUID, door: Door, response: Response) -> SchemaOut:
    """Return a schema with its tables."""
    opened = door.do(projects.read, schema_id)
    tag(response, opened.view.revision)
    return SchemaOut.of(opened)


@router.put(SCHEMA)
def change_schema(
    schema_id: UUID, body: SchemaChanges, door: Door, response: Response, if_match: IfMatch = None
) -> SchemaOut:
    """Change a schema; what comes of it is kept as its next version."""
    base, said = seen(if_match), body.model_fields_set

    def made(unit: Unit, schema: UUID) -> SchemaOut:
        opened = projects.read(unit, schema)
        names: dict[str, str] = {field: getattr(body, field) for field in ("name", "description") if field in said}
        after = definitions.redrawn(opened.design, body.definition) if "definition" in said else opened.design
        try:
            named = after.replace(**names)
        except ValidationError as error:
            raise invalid(error, "") from error
        # what others changed since it was read is merged or a conflict, whatever the asker knew
        known = opened.view.revision if base is None else base
        edits.apply(unit, schema, ReplaceDesign(design=named, label="change the schema"), known)
        return _kept(unit, schema)

    return _done(door, response, UseCase(edits.apply.name, edits.apply.right, True, made), schema_id)


@router.delete(SCHEMA, status_code=204)
def remove_schema(schema_id: UUID, door: Door) -> None:
    """Remove a schema with its history and its versions."""
    project_routes.remove_project(schema_id, door)


def _place(body: SchemaBody, door: Asking) -> UUID:
    return body.workspace_id or home(door)


def _kept(unit: Unit, project: UUID) -> SchemaOut:
    number = versions.save(unit, project).number
    return SchemaOut.of(projects.read(unit, project), number)


def _done(door: Asking, response: Response, case: UseCase[[UUID], SchemaOut], about: UUID) -> SchemaOut:
    done = door.once(SchemaOut, case, about) if isinstance(door, AskingOnce) else door.do(case, about)
    tag(response, done.revision)
    return done
