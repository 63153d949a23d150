"""Workspaces."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page, page
from designer_kernel.api.shapes import Body, Title
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.workspaces import WorkspaceView

router = APIRouter(tags=["workspaces"])


class WorkspaceBody(Body):
    """A workspace as it is asked for."""

    name: Title


@router.post("/api/workspaces", status_code=201)
def create_workspace(body: WorkspaceBody, door: DoorOnce) -> WorkspaceView:
    """Make a workspace; who makes it owns it."""
    return door.once(WorkspaceView, workspaces.create, body.name)


@router.get("/api/workspaces")
def list_workspaces(door: Door, limit: Limit = 50, cursor: Cursor = None) -> Page[WorkspaceView]:
    """Return the workspaces that you belong to."""
    mine = door.do(workspaces.mine)
    return page(mine, lambda one: (one.name, str(one.id)), limit, cursor)


@router.get("/api/workspaces/{workspace_id}")
def show_workspace(workspace_id: UUID, door: Door) -> WorkspaceView:
    """Return a workspace, and what you are in it."""
    return door.do(workspaces.show, workspace_id)


@router.put("/api/workspaces/{workspace_id}", status_code=204)
def rename_workspace(workspace_id: UUID, body: WorkspaceBody, door: Door) -> None:
    """Give a workspace another name."""
    door.do(workspaces.rename, workspace_id, body.name)


@router.delete("/api/workspaces/{workspace_id}", status_code=204)
def remove_workspace(workspace_id: UUID, door: Door) -> None:
    """Remove a workspace with all that belongs to it."""
    door.do(workspaces.remove, workspace_id)
