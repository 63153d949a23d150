"""Who belongs to a workspace; people are let in by invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from designer_kernel.api.door import Door
from designer_kernel.api.paging import Cursor, Limit, Page, page
from designer_kernel.api.shapes import Body
from designer_kernel.studio.team import people, workspaces
from designer_kernel.studio.team.workspaces import MemberView

router = APIRouter(tags=["members"])

RoleName = Literal["owner", "admin", "editor", "viewer"]


class MemberBody(Body):
    """Who is to be asked to belong to it, and as what."""

    username: Annotated[str, Field(min_length=1, max_length=255, examples=["bob"])]
    role: RoleName


class ActiveBody(Body):
    """Whether somebody works here."""

    active: bool


class ResetOut(BaseModel):
    """A one-time code for a new password; it is shown this once."""

    username: str
    code: str = Field(repr=False)
    expires_at: datetime


class RoleBody(Body):
    """What a member is to be."""

    role: RoleName


@router.get("/api/workspaces/{workspace_id}/members")
def list_members(workspace_id: UUID, door: Door, limit: Limit = 50, cursor: Cursor = None) -> Page[MemberView]:
    """Return who belongs to a workspace."""
    found = door.do(workspaces.members, workspace_id)
    return page(found, lambda one: (one.username, str(one.user)), limit, cursor)


@router.put("/api/workspaces/{workspace_id}/members/{user_id}", status_code=204)
def change_member(workspace_id: UUID, user_id: UUID, body: RoleBody, door: Door) -> None:
    """Give a member another role."""
    door.do(workspaces.change_role, workspace_id, user_id, body.role)


@router.delete("/api/workspaces/{workspace_id}/members/{user_id}", status_code=204)
def remove_member(workspace_id: UUID, user_id: UUID, door: Door) -> None:
    """End a membership, one's own too."""
    door.do(workspaces.remove_member, workspace_id, user_id)


@router.post("/api/workspaces/{workspace_id}/members/{user_id}/password-reset", status_code=201)
def reset_member_password(workspace_id: UUID, user_id: UUID, door: Door) -> ResetOut:
    """Get a one-time code by which a member who forgot their password gives themselves another.

    Only for who could do it in all workspaces that they belong to.
    """
    made = door.do(people.offer_reset, workspace_id, user_id)
    return ResetOut(username=made.username, code=made.code, expires_at=made.expires_at)


@router.put("/api/workspaces/{workspace_id}/members/{user_id}/active", status_code=204)
def activate_member(workspace_id: UUID, user_id: UUID, body: ActiveBody, door: Door) -> None:
    """Say whether a member works here: who does not is logged out everywhere at once, and does not get in.

    Only for who could do it in all workspaces that they belong to.
    """
    door.do(people.activate if body.active else people.deactivate, workspace_id, user_id)
