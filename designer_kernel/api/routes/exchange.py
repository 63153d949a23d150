"""Designs out of the service, and in."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.revisions import tag
from designer_kernel.api.routes.projects import ProjectOut, home
from designer_kernel.api.shapes import Body, Name
from designer_kernel.design.losses import LossReport
from designer_kernel.studio.team import bringing_in, moving, projects
from designer_kernel.studio.team.moving import MOST_VERSIONS, KeptVersion
from designer_kernel.studio.team.stored import ProjectView

router = APIRouter(tags=["exchange"])

Notation = Literal["sql", "yaml", "json", "dbml", "mermaid", "svg", "sqlalchemy"]

_SHOWN = 1000
"""Losses that an answer tells."""


class ExportBody(Body):
    """In which notation, and of which revision."""

    format: Notation = "yaml"
    revision: Annotated[int | None, Field(ge=1, le=1 << 60)] = None


class VersionBody(Body):
    """A version that comes along. Who made it and when is only said so, and is told with who brought it."""

    number: Annotated[int, Field(ge=1, lt=1 << 31)]
    message: Annotated[str, Field(max_length=10_000, pattern=r"^[^\x00]*$")] = ""
    author: Annotated[str, Field(max_length=255, pattern=r"^[^\x00]*$", examples=["ada"])]
    created_at: Annotated[AwareDatetime, Field(strict=False, examples=["2025-03-01T12:00:00Z"])]
    text: Annotated[str, Field(min_length=1, examples=["name: shop\nentities: []\n"])]
    """The design as it was, in the notation of the whole import."""


class ImportBody(Body):
    """A design as text: our own notations, DBML, a script of PostgreSQL, or a table as CSV."""

    format: bringing_in.Notation = "yaml"
    text: Annotated[str, Field(min_length=1, examples=["name: shop\nentities:\n- name: orders\n"])]
    name: Name | None = None
    workspace_id: Annotated[UUID | None, Field(strict=False)] = None
    mends: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(default_factory=list, max_length=1000, description="Of a script: ids of mends, or `all`."),
    ]
    versions: Annotated[
        list[VersionBody],
        Field(default_factory=list, max_length=MOST_VERSIONS, description="Of a design in our own notations."),
    ]


class LossOut(BaseModel):
    """What became of one object that was not simply kept."""

    object: str
    kind: str
    outcome: Literal["changed", "opaque", "refused"]
    reason: str

    @classmethod
    def of(cls, losses: LossReport) -> list[Self]:
        """Return what was not simply kept."""
        told = [one for one in losses if one.outcome != "kept"][:_SHOWN]
        return [cls(object=one.object, kind=one.kind, outcome=one.outcome, reason=one.reason) for one in told]


class ImportOut(ProjectOut):
    """A project that was made of a text, and what was lost of that."""

    losses: list[LossOut]


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
    return Response(door.do(projects.export, project_id, "sql").written().text, media_type="application/sql")


@router.post("/api/projects/{project_id}/export")
def export_project(project_id: UUID, body: ExportBody, door: Door) -> ExportOut:
    """Return a project in a notation, and what is lost by that."""
    found = door.do(projects.export, project_id, body.format, body.revision).written()
    return ExportOut(format=body.format, text=found.text, losses=LossOut.of(found.losses))


@router.post("/api/projects/import", status_code=201)
def import_project(body: ImportBody, door: DoorOnce, response: Response) -> ImportOut:
    """Make a project of a design that was written elsewhere.

    A script is run in an empty database of its own, as somebody who can do nothing else, and undone; anything else is
    read as data.
    """
    place = body.workspace_id or home(door)
    read = bringing_in.read(
        door.team, door.actor, place, body.text, body.format, name=body.name or "", mends=body.mends
    )
    kept = tuple(
        KeptVersion(
            one.number, one.message, one.author, one.created_at,
            bringing_in.version(one.text, body.format, where=f"body.versions.{number}.text"),
        )
        for number, one in enumerate(body.versions)
    )  # fmt: skip
    if kept:
        made = door.once(ProjectView, moving.receive, place, read.design, kept, body.name or "")
    else:
        made = door.once(ProjectView, projects.create, place, body.name or "", design=read.design)
    tag(response, made.revision)
    return ImportOut.of(made, losses=LossOut.of(read.losses))
