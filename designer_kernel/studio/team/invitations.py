"""Invitations: how people come to belong to a workspace. Nobody is put into one unasked.

Whoever could put others into a workspace of theirs, under a name that others know, could divert their work into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import aliased

from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.workspaces import Invitation, Membership, Workspace
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.refusals import AlreadyThere, NotFound
from designer_kernel.studio.team.rights import Right, Role, RoleName, may
from designer_kernel.studio.team.unit import Unit, use_case
from designer_kernel.studio.team.workspaces import WorkspaceView

LASTS: Final = timedelta(days=14)
"""How long an invitation may be accepted; then there is none, and who is invited again gets a new one."""

_BACK: Final = (
    "take that invitation back first: designer members WORKSPACE --remove NAME, or dk.members(WORKSPACE).remove(NAME)"
)


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation, as who is invited and the admins of the workspace see it."""

    id: UUID
    workspace: UUID
    workspace_name: str
    user: UUID
    username: str
    role: RoleName
    inviter: str
    created_at: datetime
    expires_at: datetime


@use_case(Right.administer)
def invite(unit: Unit, workspace: UUID, username: str, role: str) -> InvitationView:
    """Offer a person to belong to a workspace; nobody offers more than they have.

    Raises
    ------
    NotFound
        If there is no such person.
    AlreadyThere
        If they belong to it, or are invited.
    """
    workspaces.lock(unit, workspace)
    own = unit.authorise(Right.administer, workspace, "workspace")
    wanted = workspaces.role_named(role)
    workspaces.refuse_above(own, wanted)
    person = unit.session.scalar(select(User).where(func.lower(User.username) == username.lower(), User.is_active))
    if person is None:
        raise NotFound(f"there is no person named {username!r}", where="username", mend="they register first")
    if workspaces.membership(unit, workspace, person.id) is not None:
        raise AlreadyThere(f"{username} belongs to it already", where="username", mend="change their role instead")
    unit.session.execute(
        delete(Invitation).where(Invitation.workspace_id == workspace, Invitation.user_id == person.id, ~_is_open())
    )
    before = unit.session.scalar(_for(workspace, person.id))
    if before is not None:
        raise AlreadyThere(f"{username} is invited already", where="username", mend=_BACK)
    made = Invitation(workspace_id=workspace, user_id=person.id, role=wanted.name, inviter_id=unit.actor.user)
    unit.session.add(made)
    unit.session.flush()
    unit.audit("member.invite", str(person.id), workspace=workspace, role=wanted.name, invitation=made.id)
    return _seen(unit, made.id)


@use_case(Right.administer, changes=False)
def of_workspace(unit: Unit, workspace: UUID) -> list[InvitationView]:
    """Return who is invited to a workspace and has not answered, by name."""
    unit.authorise(Right.administer, workspace, "workspace")
    found = unit.session.execute(_views().where(Invitation.workspace_id == workspace, _is_open()))
    return sorted((InvitationView(*row) for row in found), key=lambda one: (one.username, one.id))


@use_case(Right.administer)
def take_back(unit: Unit, workspace: UUID, user: UUID) -> None:
    """Take back what a person was offered.

    Raises
    ------
    NotFound
        If they are not invited.
    """
    workspaces.lock(unit, workspace)
    own = unit.authorise(Right.administer, workspace, "workspace")
    found = unit.session.scalar(_for(workspace, user))
    if found is None:
        raise _not_invited()
    workspaces.refuse_above(own, Role[found.role])
    unit.audit("member.take_back", str(user), workspace=workspace, role=found.role)
    unit.session.delete(found)


@use_case(Right.person, changes=False)
def mine(unit: Unit) -> list[InvitationView]:
    """Return what the actor is invited to, the oldest first."""
    unit.authorise(Right.person, None)
    own = _views().where(Invitation.user_id == unit.actor.user, _is_open())
    found = unit.session.execute(own.order_by(Invitation.id))
    return [InvitationView(*row) for row in found]


@use_case(Right.person)
def accept(unit: Unit, invitation: UUID) -> WorkspaceView:
    """Take an invitation: from now on the actor belongs to the workspace.

    Raises
    ------
    NotFound
        If there is none for the actor, or whoever invited may not do so any more.
    """
    unit.authorise(Right.person, None)
    found = _own(unit, invitation)
    unit.admit(found.workspace_id)
    workspaces.lock(unit, found.workspace_id)
    workspaces.lock_people(unit, found.user_id)
    unit.authorise(Right.person, None)  # again: an end to working here may have come just before
    _take(unit, found.id)  # only now: it may have been taken back just before
    told: dict[str, Any] = {"role": found.role, "invitation": found.id, "inviter": found.inviter_id}
    if not _is_good(unit, found):
        unit.audit("member.add", str(found.user_id), workspace=found.workspace_id, result="failed", **told)
        unit.refuse(_not_invited())  # and it stays gone
    unit.session.add(Membership(workspace_id=found.workspace_id, user_id=found.user_id, role=found.role))
    unit.session.flush()
    unit.audit("member.add", str(found.user_id), workspace=found.workspace_id, **told)
    return workspaces.seen(unit, found.workspace_id)


@use_case(Right.person)
def decline(unit: Unit, invitation: UUID) -> None:
    """Turn an invitation down.

    Raises
    ------
    NotFound
        If there is none for the actor.
    """
    unit.authorise(Right.person, None)
    found = _own(unit, invitation)
    workspaces.lock_people(unit, found.user_id)  # as whoever accepts it: of two answers at once the first counts
    unit.authorise(Right.person, None)
    _take(unit, found.id)
    unit.audit("member.decline", str(found.user_id), workspace=found.workspace_id, role=found.role)


@dataclass(frozen=True, slots=True)
class _Offer:
    id: UUID
    workspace_id: UUID
    user_id: UUID
    role: str
    inviter_id: UUID


def _own(unit: Unit, invitation: UUID) -> _Offer:
    """Return an invitation of the actor's."""
    wanted = select(
        Invitation.id, Invitation.workspace_id, Invitation.user_id, Invitation.role, Invitation.inviter_id
    ).where(Invitation.id == invitation, Invitation.user_id == unit.actor.user, _is_open())
    row = unit.session.execute(wanted).one_or_none()
    if row is None:
        raise _not_invited()
    return _Offer(*row)


def _take(unit: Unit, invitation: UUID) -> None:
    """Use an invitation up, which is done once."""
    gone = delete(Invitation).where(Invitation.id == invitation).returning(Invitation.id)
    if unit.session.scalar(gone) is None:
        raise _not_invited()


def _is_good(unit: Unit, offer: _Offer) -> bool:
    """Whether whoever invited may still give that role, and nobody was faster."""
    wanted = (
        select(Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(Membership.workspace_id == offer.workspace_id, Membership.user_id == offer.inviter_id, User.is_active)
    )
    found = unit.session.scalar(wanted)
    if found is None or not may(Role[found], Right.administer) or Role[offer.role] > Role[found]:
        return False
    return workspaces.membership(unit, offer.workspace_id, offer.user_id) is None


def _for(workspace: UUID, user: UUID) -> Select[Invitation]:
    return select(Invitation).where(Invitation.workspace_id == workspace, Invitation.user_id == user)


def _is_open() -> ColumnElement[bool]:
    """Whether an invitation may still be accepted."""
    return Invitation.created_at > func.clock_timestamp() - LASTS


def _seen(unit: Unit, invitation: UUID) -> InvitationView:
    return InvitationView(*unit.session.execute(_views().where(Invitation.id == invitation)).one())


def _views() -> Select[*tuple[Any, ...]]:
    inviter = aliased(User)
    return (
        select(
            Invitation.id,
            Invitation.workspace_id,
            Workspace.name,
            Invitation.user_id,
            User.username,
            Invitation.role,
            inviter.username,
            Invitation.created_at,
            Invitation.created_at + LASTS,
        )
        .join(Workspace, Workspace.id == Invitation.workspace_id)
        .join(User, User.id == Invitation.user_id)
        .join(inviter, inviter.id == Invitation.inviter_id)
    )


def _not_invited() -> NotFound:
    return NotFound("there is no invitation", mend="look at what there is: it may have been taken back, or be too old")
