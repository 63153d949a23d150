"""People by way of a service: who belongs to a workspace, who is invited, and what one answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from designer_kernel.studio.team.invitations import InvitationView
from designer_kernel.studio.team.people.managing import ResetView
from designer_kernel.studio.team.remote.service import Service, made
from designer_kernel.studio.team.workspaces import MemberView, WorkspaceView


def cases(service: Service) -> dict[str, Callable[..., Any]]:
    """Return what is done for the use cases of this name."""
    own: dict[str, Callable[..., Any]] = {
        "workspaces.mine": _workspaces, "workspaces.members": _members, "workspaces.change_role": _change_role,
        "workspaces.remove_member": _remove, "managing.offer_reset": _offer_reset, "invitations.invite": _invite,
        "invitations.of_workspace": _invited, "invitations.take_back": _take_back, "invitations.mine": _offers,
        "invitations.accept": _accept, "invitations.decline": _decline,
    }  # fmt: skip
    return {name: partial(case, service) for name, case in own.items()}


def _workspaces(service: Service) -> list[WorkspaceView]:
    return [made(WorkspaceView, one) for one in service.pages("/api/workspaces")]


def _members(service: Service, workspace: UUID) -> list[MemberView]:
    return [made(MemberView, one) for one in service.pages(f"/api/workspaces/{workspace}/members")]


def _change_role(service: Service, workspace: UUID, user: UUID, role: str) -> None:
    service.ask("PUT", f"/api/workspaces/{workspace}/members/{user}", body={"role": role})


def _remove(service: Service, workspace: UUID, user: UUID) -> None:
    service.ask("DELETE", f"/api/workspaces/{workspace}/members/{user}")


def _offer_reset(service: Service, workspace: UUID, user: UUID) -> ResetView:
    return made(ResetView, service.ask("POST", f"/api/workspaces/{workspace}/members/{user}/password-reset"))


def _invite(service: Service, workspace: UUID, username: str, role: str) -> InvitationView:
    body = {"username": username, "role": role}
    return made(InvitationView, service.ask("POST", f"/api/workspaces/{workspace}/invitations", body=body))


def _invited(service: Service, workspace: UUID) -> list[InvitationView]:
    return [made(InvitationView, one) for one in service.pages(f"/api/workspaces/{workspace}/invitations")]


def _take_back(service: Service, workspace: UUID, user: UUID) -> None:
    service.ask("DELETE", f"/api/workspaces/{workspace}/invitations/{user}")


def _offers(service: Service) -> list[InvitationView]:
    return [made(InvitationView, one) for one in service.pages("/api/invitations")]


def _accept(service: Service, invitation: UUID) -> WorkspaceView:
    return made(WorkspaceView, service.ask("POST", f"/api/invitations/{invitation}/accept"))


def _decline(service: Service, invitation: UUID) -> None:
    service.ask("DELETE", f"/api/invitations/{invitation}")
