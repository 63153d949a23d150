"""Who belongs to a workspace."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page, page
from designer_kernel.api.shapes import Body
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.workspaces import MemberView

router = APIRouter(tags=["members"])

RoleName = Literal["owner", "admin", "editor", "viewer"]


class MemberBody(Body):
    """Who is to belong to it, and as what."""

    username: Annotated[str, Field(min_length=1, max_length=255, examples=["bob"])]
    role: RoleName


class RoleBody(Body):
    """What a member is to be."""

    role: RoleName


@router.get("/api/workspaces/{workspace_id}/members")
def list_members(workspace_id: UUID, door: Door, limit: Limit = 50, cursor: Cursor = None) -> Page[MemberView]:
    """Return who belongs to a workspace."""
    found = door.do(workspaces.members, workspace_id)
    return page(found, lambda one: (one.username, str(one.user)), limit, cursor)


@router.post("/api/workspaces/{workspace_id}/members", status_code=201)
def add_member(workspace_id: UUID, body: MemberBody, door: DoorOnce) -> MemberView:
    """Let a person belong to a workspace."""
    return door.once(MemberView, workspaces.add_member, workspace_id, body.username, body.role)


@router.put("/api/workspaces/{workspace_id}/members/{user_id}", status_code=204)
def change_member(workspace_id: UUID, user_id: UUID, body: RoleBody, door: Door) -> None:
    """Give a member another role."""
    door.do(workspaces.change_role, workspace_id, user_id, body.role)


@router.delete("/api/workspaces/{workspace_id}/members/{user_id}", status_code=204)
def remove_member(workspace_id: UUID, user_id: UUID, door: Door) -> None:
    """End a membership, one's own too."""
    door.do(workspaces.remove_member, workspace_id, user_id)
