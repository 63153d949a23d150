"""Projects: the designs that a team shares."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from designer_kernel.api.changing import shown
from designer_kernel.api.door import Asking, Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page, packed, unpacked
from designer_kernel.api.revisions import IfMatch, seen, tag
from designer_kernel.api.shapes import Body, Changes, Name, Text
from designer_kernel.api.written import written
from designer_kernel.design.entity import Entity
from designer_kernel.design.relationship import Relationship
from designer_kernel.studio.team import edits, listing, projects, workspaces
from designer_kernel.studio.team.listing import ListedView
from designer_kernel.studio.team.projects import OpenedProject
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.rights import Role
from designer_kernel.studio.team.stored import ProjectView

router = APIRouter(tags=["projects"])

TargetType = Annotated[Literal["PostgreSQL"], Field(description="What it is designed for.")]


class ProjectBody(Body):
    """A project as it is asked for."""

    name: Name
    description: Text = ""
    target_db_type: TargetType = "PostgreSQL"
    workspace_id: Annotated[UUID | None, Field(strict=False)] = None
    """Where; may be left out by who owns one workspace alone."""


class ProjectChanges(Changes):
    """What is to be changed about a project; what is left out stays."""

    name: Name | None = None
    description: Text | None = None
    target_db_type: TargetType | None = None


class ProjectOut(BaseModel):
    """A project without what its design holds."""

    id: UUID
    workspace_id: UUID
    user_id: UUID
    name: str
    description: str
    target_database_type: str
    revision: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: ProjectView, **more: Any) -> Self:
        """Return a project as the API shows it."""
        return cls(
            id=view.id,
            workspace_id=view.workspace,
            user_id=view.owner,
            name=view.name,
            description=view.description,
            target_database_type=view.target_database_type,
            revision=view.revision,
            created_at=view.created_at,
            updated_at=view.updated_at,
            **more,
        )


class ProjectDetail(ProjectOut):
    """A project with its entities, their attributes, and its relationships."""

    entities: tuple[Entity, ...]
    relationships: tuple[Relationship, ...]


class ProjectListed(ProjectOut):
    """A project with who changed it last, and what of it is deployed."""

    changed_by: str
    deployed_revision: int | None
    deployed_version: int | None = Field(description="The version that was kept of just that revision, if one was.")

    @classmethod
    def of_list(cls, one: ListedView) -> Self:
        """Return a project as lists show it."""
        return cls.of(
            one.project,
            changed_by=one.changed_by,
            deployed_revision=one.deployed_revision,
            deployed_version=one.deployed_version,
        )


@router.post("/api/projects", status_code=201)
def create_project(body: ProjectBody, door: DoorOnce, response: Response) -> ProjectOut:
    """Make a project."""
    made = door.once(
        ProjectView, projects.create, body.workspace_id or home(door), body.name, description=body.description
    )
    tag(response, made.revision)
    return ProjectOut.of(made)


@router.get("/api/projects")
def list_projects(
    door: Door,
    limit: Limit = 50,
    cursor: Cursor = None,
    workspace_id: Annotated[UUID | None, Query(description="Of this workspace only.")] = None,
) -> Page[ProjectListed]:
    """Return the projects that you may see, the oldest first, with who changed them last and what is deployed."""
    found = door.do(listing.listed, workspace=workspace_id, after=_after(cursor), limit=limit + 1)
    shown = [ProjectListed.of_list(one) for one in found[:limit]]
    return Page(items=shown, next=packed((str(shown[-1].id),)) if len(found) > limit else None)


@router.get("/api/projects/{project_id}", response_model=ProjectDetail)
def show_project(
    project_id: UUID,
    door: Door,
    revision: Annotated[int | None, Query(ge=1, le=1 << 60, description="As it was at this revision.")] = None,
) -> ProjectDetail | Response:
    """Return a project with its entities, attributes and relationships."""
    opened = door.do(projects.read, project_id, revision)
    return detail(opened) if revision is not None else written(opened.view, lambda: detail(opened))


@router.put("/api/projects/{project_id}")
def change_project(
    project_id: UUID, body: ProjectChanges, door: Door, response: Response, if_match: IfMatch = None
) -> ProjectOut:
    """Change the name or the description of a project."""
    base, said = seen(if_match), {"name": body.name, "description": body.description}
    if base is None:
        changed = door.do(projects.describe, project_id, **said)
    else:
        wanted = {name: value for name, value in said.items() if value is not None}
        door.do(edits.apply, project_id, {"kind": "change_design", "changes": wanted}, base)
        changed = door.do(projects.show, project_id)
    tag(response, changed.revision)
    return ProjectOut.of(changed)


@router.delete("/api/projects/{project_id}", status_code=204)
def remove_project(project_id: UUID, door: Door) -> None:
    """Remove a project with its design, its history and its versions."""
    door.do(projects.remove, project_id)


def detail(opened: OpenedProject) -> ProjectDetail:
    """Return a project and its design as the API shows them."""
    design = opened.design
    return ProjectDetail.of(
        opened.view, entities=tuple(map(shown, design.entities)), relationships=design.relationships
    )


def home(door: Asking) -> UUID:
    """Return the one workspace that somebody owns; what others let them into never takes its place.

    Raises
    ------
    BadInput
        If there is none, or more than one.
    """
    own = [one.id for one in door.do(workspaces.mine) if Role[one.role] is Role.owner]
    if len(own) != 1:
        raise BadInput(f"you own {len(own)} workspaces", where="body.workspace_id", mend="say in which one it is to be")
    return own[0]


def _after(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        (found,) = unpacked(cursor)
        return UUID(found)
    except ValueError:
        raise BadInput("this is no cursor", where="query.cursor", mend="take the one of the page before") from None
