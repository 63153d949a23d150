"""Workspaces and who belongs to them; how people come to is in `invitations`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update

from designer_kernel.design.identity import new_id
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.projects import Project
from designer_kernel.store.tables.sessions import ResetCode
from designer_kernel.store.tables.workspaces import Membership, Workspace
from designer_kernel.studio.team import isolation, naming
from designer_kernel.studio.team.refusals import BadInput, NotAllowed, NotFound
from designer_kernel.studio.team.rights import Right, Role, RoleName
from designer_kernel.studio.team.unit import Unit, use_case


@dataclass(frozen=True, slots=True)
class WorkspaceView:
    """A workspace as one of its members sees it.

    Attributes
    ----------
    role
        What the member is.
    owner
        The name of the person whose workspace it is in the first place: names of workspaces need not differ.
    """

    id: UUID
    name: str
    role: RoleName
    created_at: datetime
    owner: str = ""


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of a workspace; one who is not active does not work here any more."""

    user: UUID
    username: str
    full_name: str
    role: RoleName
    since: datetime
    is_active: bool = True


def ways(workspace: WorkspaceView) -> tuple[str, str, str]:
    """Return what a workspace may be called, the shortest first: by its name alone, with its owner, or by its id."""
    return workspace.name, f"{workspace.owner}:{workspace.name}", str(workspace.id)


def spelled(workspace: WorkspaceView, there: list[WorkspaceView]) -> str:
    """Return the shortest of these that means one workspace among others and no other, also before a project's name."""
    others = {way for one in there if one.id != workspace.id for way in ways(one)}
    return next((way for way in ways(workspace) if way not in others and "/" not in way), str(workspace.id))


@use_case(Right.person)
def create(unit: Unit, name: str) -> WorkspaceView:
    """Make a workspace; who makes it owns it."""
    unit.authorise(Right.person, None)
    assert unit.actor.user is not None
    workspace = Workspace(id=new_id(), name=naming.checked(name), owner_id=unit.actor.user)
    unit.admit(workspace.id)
    unit.session.add(workspace)
    unit.session.flush()
    unit.session.add(Membership(workspace_id=workspace.id, user_id=unit.actor.user, role=Role.owner.name))
    unit.session.flush()
    unit.audit("workspace.create", str(workspace.id), workspace=workspace.id, name=workspace.name)
    return seen(unit, workspace.id)


@use_case(Right.person, changes=False)
def mine(unit: Unit) -> list[WorkspaceView]:
    """Return the workspaces that the actor belongs to, by name."""
    unit.authorise(Right.person, None)
    found = unit.session.execute(_views(unit).order_by(Workspace.name, Workspace.id))
    return [WorkspaceView(*row) for row in found]


@use_case(Right.see, changes=False)
def show(unit: Unit, workspace: UUID) -> WorkspaceView:
    """Return a workspace."""
    unit.authorise(Right.see, workspace, "workspace")
    return seen(unit, workspace)


@use_case(Right.see, changes=False)
def members(unit: Unit, workspace: UUID) -> list[MemberView]:
    """Return who belongs to a workspace, by name."""
    unit.authorise(Right.see, workspace, "workspace")
    found = unit.session.execute(
        select(User.id, User.username, User.full_name, Membership.role, Membership.created_at, User.is_active)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.workspace_id == workspace)
        .order_by(User.username)
    )
    return [MemberView(*row) for row in found]


@use_case(Right.administer)
def rename(unit: Unit, workspace: UUID, name: str) -> None:
    """Give a workspace another name."""
    unit.authorise(Right.administer, workspace, "workspace")
    found, checked = unit.session.get_one(Workspace, workspace), naming.checked(name)
    unit.audit("workspace.rename", str(workspace), workspace=workspace, before=found.name, after=checked)
    found.name = checked
    found.updated_at = func.clock_timestamp()


@use_case(Right.own)
def remove(unit: Unit, workspace: UUID) -> None:
    """Remove a workspace with all that belongs to it, and all that it has deployed."""
    lock(unit, workspace, removing=True)
    unit.authorise(Right.own, workspace, "workspace")
    found = unit.session.get_one(Workspace, workspace)
    isolation.forget(unit, workspace, unit.session.scalars(select(Project.id).where(Project.workspace_id == workspace)))
    unit.audit("workspace.remove", str(workspace), workspace=workspace, name=found.name)
    unit.session.delete(found)


@use_case(Right.administer)
def change_role(unit: Unit, workspace: UUID, user: UUID, role: str) -> None:
    """Give a member another role; not oneself, not above one's own, and a last owner stays one.

    Raises
    ------
    NotFound
        If they do not belong to it.
    NotAllowed
        If that would be one of these.
    """
    lock(unit, workspace)
    lock_people(unit, user)
    own = unit.authorise(Right.administer, workspace, "workspace")
    wanted, found = role_named(role), _member(unit, workspace, user)
    if user == unit.actor.user and wanted > Role[found.role]:
        raise NotAllowed("nobody gives themselves more rights", where="role", mend="ask an owner")
    refuse_above(own, wanted)
    refuse_above(own, Role[found.role])
    if wanted is not Role.owner:
        _refuse_last_owner(unit, workspace, found)
    unit.audit("member.role", str(user), workspace=workspace, before=found.role, after=wanted.name)
    found.role = wanted.name
    _forget_tokens(unit, user)


@use_case(Right.see)
def remove_member(unit: Unit, workspace: UUID, user: UUID) -> None:
    """End a membership: one's own, or as an admin that of somebody who is not above; the last owner stays.

    Raises
    ------
    NotFound
        If they do not belong to it.
    NotAllowed
        If it may not be ended.
    """
    lock(unit, workspace)
    lock_people(unit, user)
    own = unit.authorise(Right.see if user == unit.actor.user else Right.administer, workspace, "workspace")
    found = _member(unit, workspace, user)
    refuse_above(own, Role[found.role])
    _refuse_last_owner(unit, workspace, found)
    unit.audit("member.remove", str(user), workspace=workspace, role=found.role)
    unit.session.delete(found)
    _forget_tokens(unit, user)
    given = ResetCode.giver_id.is_not(None)  # not by whoever runs the designer
    unit.session.execute(delete(ResetCode).where(ResetCode.user_id == user, given))


def seen(unit: Unit, workspace: UUID) -> WorkspaceView:
    """Return a workspace as the actor sees it, who belongs to it."""
    return WorkspaceView(*unit.session.execute(_views(unit).where(Workspace.id == workspace)).one())


def _views(unit: Unit) -> Select[*tuple[Any, ...]]:
    return (
        select(Workspace.id, Workspace.name, Membership.role, Workspace.created_at, User.username)
        .join(Membership, Membership.workspace_id == Workspace.id)
        .join(User, User.id == Workspace.owner_id)
        .where(Membership.user_id == unit.actor.user)
    )


def membership(unit: Unit, workspace: UUID, user: UUID) -> Membership | None:
    """Return what somebody is in a workspace, if anything."""
    return unit.session.scalar(
        select(Membership).where(Membership.workspace_id == workspace, Membership.user_id == user)
    )


def lock(unit: Unit, workspace: UUID, *, removing: bool = False) -> None:
    """Let nobody else change who belongs to a workspace until this is committed.

    It comes before rights are asked: somebody who loses theirs while they wait must not go on with them.

    Parameters
    ----------
    removing
        Whether to wait for those who hold it (`designer_kernel.studio.team.stored.hold`), too, and keep others from it.
    """
    if unit.actor.user is not None:
        wanted = select(Workspace.id).where(Workspace.id == workspace)
        unit.session.execute(wanted.with_for_update(key_share=not removing))


def lock_people(unit: Unit, *users: UUID) -> None:
    """Let nobody else change what these people are until this is committed.

    It comes after a workspace is locked and before anything else of theirs is, and in order, so that no two wait for
    each other. Nobody is invited or let in anywhere meanwhile.
    """
    if unit.actor.user is not None:
        unit.session.execute(select(User.id).where(User.id.in_(users)).order_by(User.id).with_for_update())


def _member(unit: Unit, workspace: UUID, user: UUID) -> Membership:
    found = membership(unit, workspace, user)
    if found is None:
        raise NotFound("they do not belong to it", where="user", mend="look at the members of the workspace")
    return found


def refuse_above(own: Role | None, other: Role) -> None:
    """Refuse what somebody would do about a role above their own."""
    if own is None or other > own:
        raise NotAllowed(f"only an owner may do that about an {other.name}", where="role", mend="ask an owner")


def _refuse_last_owner(unit: Unit, workspace: UUID, found: Membership) -> None:
    others = (
        select(func.count())
        .join_from(Membership, User, User.id == Membership.user_id)
        .where(Membership.workspace_id == workspace, Membership.role == Role.owner.name)
        .where(Membership.user_id != found.user_id, User.is_active)
    )
    if found.role == Role.owner.name and not unit.session.scalar(others):
        raise NotAllowed("this is its last owner", where="role", mend="make somebody else an owner first")


def _forget_tokens(unit: Unit, user: UUID) -> None:
    """Let tokens of before be worth nothing: what they say of rights is not true any more."""
    unit.session.execute(update(User).where(User.id == user).values(session_version=User.session_version + 1))


def role_named(text: str) -> Role:
    """Return the role of a name.

    Raises
    ------
    BadInput
        If there is none.
    """
    try:
        return Role[text]
    except KeyError:
        raise BadInput(f"there is no role {text!r}", where="role", mend="owner, admin, editor or viewer") from None
