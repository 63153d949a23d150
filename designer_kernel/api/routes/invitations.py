"""Invitations: how people come to belong to a workspace."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page, page
from designer_kernel.api.routes.members import MemberBody
from designer_kernel.studio.team import invitations
from designer_kernel.studio.team.invitations import InvitationView
from designer_kernel.studio.team.workspaces import WorkspaceView

router = APIRouter(tags=["invitations"])


@router.post("/api/workspaces/{workspace_id}/invitations", status_code=201)
def invite(workspace_id: UUID, body: MemberBody, door: DoorOnce) -> InvitationView:
    """Offer a person to belong to a workspace; they do once they accept."""
    return door.once(InvitationView, invitations.invite, workspace_id, body.username, body.role)


@router.get("/api/workspaces/{workspace_id}/invitations")
def list_invitations(workspace_id: UUID, door: Door, limit: Limit = 50, cursor: Cursor = None) -> Page[InvitationView]:
    """Return who is invited to a workspace and has not answered yet."""
    found = door.do(invitations.of_workspace, workspace_id)
    return page(found, lambda one: (one.username, str(one.id)), limit, cursor)


@router.delete("/api/workspaces/{workspace_id}/invitations/{user_id}", status_code=204)
def take_invitation_back(workspace_id: UUID, user_id: UUID, door: Door) -> None:
    """Take back what a person was offered."""
    door.do(invitations.take_back, workspace_id, user_id)


@router.get("/api/invitations")
def list_my_invitations(door: Door, limit: Limit = 50, cursor: Cursor = None) -> Page[InvitationView]:
    """Return what you are invited to."""
    found = door.do(invitations.mine)
    return page(found, lambda one: (str(one.id),), limit, cursor)


@router.post("/api/invitations/{invitation_id}/accept")
def accept_invitation(invitation_id: UUID, door: DoorOnce) -> WorkspaceView:
    """Accept an invitation: from now on you belong to the workspace."""
    return door.once(WorkspaceView, invitations.accept, invitation_id)


@router.delete("/api/invitations/{invitation_id}", status_code=204)
def decline_invitation(invitation_id: UUID, door: Door) -> None:
    """Turn an invitation down."""
    door.do(invitations.decline, invitation_id)
