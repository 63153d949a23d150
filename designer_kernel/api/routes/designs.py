"""Designs as they are kept: all of them, for who edits them elsewhere, such as in a notebook on another machine."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from designer_kernel.api.door import Door
from designer_kernel.api.revisions import tag
from designer_kernel.api.routes.projects import ProjectOut
from designer_kernel.api.routes.versions import Number
from designer_kernel.store import design_json
from designer_kernel.studio.team import projects, versions
from designer_kernel.studio.team.versions import VersionView

router = APIRouter(tags=["designs"])

Definition = Annotated[
    dict[str, Any],
    Field(
        description="The whole design: fields at their defaults are left out, and an object whose order is meant may "
        'stand as `{"": [[key, value], …]}`.',
        examples=[{"name": "shop", "entities": [{"name": "orders"}]}],
    ),
]


class DesignOut(ProjectOut):
    """A project with its whole design; ``state`` is another one after every change."""

    state: UUID
    definition: Definition


class VersionDesignOut(BaseModel):
    """A version with its whole design."""

    version: VersionView
    definition: Definition


@router.get("/api/projects/{project_id}/design")
def show_design(
    project_id: UUID,
    door: Door,
    response: Response,
    revision: Annotated[int | None, Query(ge=1, le=1 << 60, description="As it was at this revision.")] = None,
) -> DesignOut:
    """Return a project with all that its design holds."""
    opened = door.do(projects.read, project_id, revision)
    if revision is None:
        tag(response, opened.view.revision)
    return DesignOut.of(opened.view, state=opened.view.state, definition=design_json.plain(opened.design))


@router.get("/api/projects/{project_id}/versions/{version}/design")
def show_version_design(project_id: UUID, version: Number, door: Door) -> VersionDesignOut:
    """Return all that the design held in a version."""
    opened = door.do(versions.read, project_id, version)
    return VersionDesignOut(version=opened.view, definition=design_json.plain(opened.design))
