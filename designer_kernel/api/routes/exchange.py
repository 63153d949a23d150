"""Designs out of the service, and in."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.revisions import tag
from designer_kernel.api.routes.projects import ProjectOut, home
from designer_kernel.api.shapes import Body, Name
from designer_kernel.studio import importing
from designer_kernel.studio.team import projects
from designer_kernel.studio.team.stored import ProjectView

router = APIRouter(tags=["exchange"])

Notation = Literal["sql", "yaml", "json", "dbml", "mermaid", "svg", "sqlalchemy"]
ReadNotation = Literal["yaml", "json", "dbml"]


class ExportBody(Body):
    """In which notation, and of which revision."""

    format: Notation = "yaml"
    revision: Annotated[int | None, Field(ge=1, le=1 << 60)] = None


class ImportBody(Body):
    """A design as text."""

    format: ReadNotation = "yaml"
    text: Annotated[str, Field(min_length=1, examples=["name: shop\nentities:\n- name: orders\n"])]
    name: Name | None = None
    workspace_id: Annotated[UUID | None, Field(strict=False)] = None


class LossOut(BaseModel):
    """What became of one object that was not simply kept."""

    object: str
    kind: str
    outcome: Literal["changed", "opaque", "refused"]
    reason: str


class ExportOut(BaseModel):
    """A design in another notation, and what that cannot say of it."""

    format: Notation
    text: str
    losses: list[LossOut]


@router.get(
    "/api/projects/{project_id}/generate-schema",
    response_class=Response,
    responses={200: {"content": {"application/sql": {"schema": {"type": "string"}}}}},
)
def generate_schema(project_id: UUID, door: Door) -> Response:
    """Return the script that makes the database of a project."""
    return Response(door.do(projects.export, project_id, "sql").text, media_type="application/sql")


@router.post("/api/projects/{project_id}/export")
def export_project(project_id: UUID, body: ExportBody, door: Door) -> ExportOut:
    """Return a project in a notation, and what is lost by that."""
    found = door.do(projects.export, project_id, body.format, body.revision)
    losses = [
        LossOut(object=loss.object, kind=loss.kind, outcome=loss.outcome, reason=loss.reason)
        for loss in found.losses
        if loss.outcome != "kept"
    ]
    return ExportOut(format=body.format, text=found.text, losses=losses)


@router.post("/api/projects/import", status_code=201)
def import_project(body: ImportBody, door: DoorOnce, response: Response) -> ProjectOut:
    """Make a project of a design that was written elsewhere. It is read as data; nothing of it is run."""
    read = importing.read_texts(
        {f"body.{body.format}": body.text}, kind="dbml" if body.format == "dbml" else "design", name=body.name or ""
    )
    made = door.once(
        ProjectView,
        projects.create,
        body.workspace_id or home(door),
        body.name or "",
        design=read.imported.design,
    )
    tag(response, made.revision)
    return ProjectOut.of(made)
