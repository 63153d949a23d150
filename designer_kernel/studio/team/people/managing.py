"""What is done about other people: a new password for whoever forgot theirs, and an end to working here.

Both reach into every workspace that a person belongs to. So whoever does it about a member must be able to in all of
them; for everybody else there is whoever runs the designer (`designer people`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from designer_kernel.store import scope
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import ResetCode
from designer_kernel.store.tables.workspaces import Invitation, Membership
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.people import codes, leaving
from designer_kernel.studio.team.refusals import NotAllowed, NotFound
from designer_kernel.studio.team.rights import LEAST, Right, Role
from designer_kernel.studio.team.unit import Unit, UseCase, use_case

R = TypeVar("R")

LASTS: Final = timedelta(hours=24)
"""How long a code for a new password is good."""


@dataclass(frozen=True, slots=True)
class ResetView:
    """A code by which a person gives themselves a new password, once; it is shown to whoever asked for it alone."""

    username: str
    expires_at: datetime
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownView:
    """A person, as whoever runs the designer sees them."""

    id: UUID
    username: str
    email: str
    full_name: str
    kind: str
    is_active: bool
    created_at: datetime


@use_case(Right.administer)
def offer_reset(unit: Unit, workspace: UUID, user: UUID) -> ResetView:
    """Return a code by which a member who forgot their password gives themselves another.

    Raises
    ------
    NotFound
        If they do not belong to the workspace.
    NotAllowed
        If they are oneself, above the actor, or in a workspace where the actor could not do it; or log in without any.
    """
    return _offer(unit, _in_reach(unit, workspace, user, offered=True), workspace)


@use_case(Right.administer)
def deactivate(unit: Unit, workspace: UUID, user: UUID) -> None:
    """Let a member work here no more, from the next request on. What they made stays.

    Raises
    ------
    NotFound, NotAllowed
        As `offer_reset`.
    """
    _end(unit, _in_reach(unit, workspace, user), workspace)


@use_case(Right.administer)
def activate(unit: Unit, workspace: UUID, user: UUID) -> None:
    """Let a member work here again who did not any more; they log in anew.

    Raises
    ------
    NotFound, NotAllowed
        As `offer_reset`.
    """
    _begin(unit, _in_reach(unit, workspace, user), workspace)


def _in_reach(unit: Unit, workspace: UUID, user: UUID, *, offered: bool = False) -> User:
    """Return a member about whom the actor may do what reaches into all of their workspaces."""
    workspaces.lock(unit, workspace)
    unit.authorise(Right.administer, workspace, "workspace")
    assert unit.actor.user is not None
    workspaces.lock_people(unit, unit.actor.user, user)
    unit.authorise(Right.administer, workspace, "workspace")  # again: the other may have ended one's own work just now
    if workspaces.membership(unit, workspace, user) is None:
        raise NotFound("they do not belong to it", where="user", mend="look at the members of the workspace")
    if user == unit.actor.user:
        raise NotAllowed("this is done about others", where="user", mend="change your own password, or leave")
    if not is_in_reach(unit, unit.actor.user, user, offered=offered):
        raise NotAllowed(
            "they are above you, or belong to other workspaces as well",
            where="user",
            mend="whoever runs the designer can do it (designer people), or end their membership here",
        )
    return unit.session.get_one(User, user, populate_existing=True)


def is_in_reach(unit: Unit, who: UUID, user: UUID, *, offered: bool) -> bool:
    """Whether somebody may, in each workspace that a person belongs to, do something about them; there is one at least.

    Parameters
    ----------
    offered
        Whether workspaces count that the person is only invited to: who acts in their name can accept.
    """
    with scope.everywhere(unit.session):
        belongs = unit.session.execute(_roles(Membership, who, user)).all()
        invited = unit.session.execute(_roles(Invitation, who, user)).all() if offered else []
    least = LEAST[Right.administer]
    return bool(belongs) and all(
        mine is not None and Role[mine] >= max(least, Role[role]) for role, mine in (*belongs, *invited)
    )


def _roles(what: type[Membership | Invitation], who: UUID, user: UUID) -> Select[*tuple[Any, ...]]:
    """Select what a person is, or may become, in each workspace, and what somebody else is there."""
    theirs, own = aliased(what), aliased(Membership)
    return (
        select(theirs.role, own.role)
        .outerjoin(own, (own.workspace_id == theirs.workspace_id) & (own.user_id == who))
        .where(theirs.user_id == user)
    )


def _offer(unit: Unit, user: User, workspace: UUID | None = None) -> ResetView:
    if user.kind != "password" or not user.is_active:
        raise NotAllowed("they log in without a password, or not at all", where="user", mend="there is none to reset")
    plain = codes.new()
    said = {
        "digest": codes.digest(plain),
        "giver_id": unit.actor.user,
        "made_at": func.clock_timestamp(),
        "expires_at": func.clock_timestamp() + LASTS,
    }
    kept = insert(ResetCode).values(user_id=user.id, **said)
    kept = kept.on_conflict_do_update(index_elements=["user_id"], set_=said)
    expires = unit.session.scalar(kept.returning(ResetCode.expires_at))
    assert expires is not None
    unit.audit("person.offer_reset", str(user.id), workspace=workspace)
    return ResetView(user.username, expires, plain)


def _end(unit: Unit, user: User, workspace: UUID | None = None) -> None:
    user.is_active, user.updated_at = False, func.clock_timestamp()
    unit.session.flush()
    ended = leaving.end_all(unit, "deactivated", user.id)
    codes_about = or_(ResetCode.user_id == user.id, ResetCode.giver_id == user.id)
    unit.session.execute(delete(ResetCode).where(codes_about))
    offers = delete(Invitation).where(or_(Invitation.user_id == user.id, Invitation.inviter_id == user.id))
    with scope.everywhere(unit.session):
        unit.session.execute(offers)
    unit.audit("person.deactivate", str(user.id), workspace=workspace, sessions=ended)


def _begin(unit: Unit, user: User, workspace: UUID | None = None) -> None:
    user.is_active, user.updated_at = True, func.clock_timestamp()
    unit.audit("person.activate", str(user.id), workspace=workspace)


def _named(unit: Unit, name: str) -> User:
    plain = name.strip().lower()
    wanted = select(User).where(or_(func.lower(User.username) == plain, func.lower(User.email) == plain))
    found = unit.session.scalars(wanted.order_by(User.id).with_for_update()).all()
    if not found:
        raise NotFound(f"there is no person named {name!r}", where="name", mend="look at designer people list")
    if len(found) > 1:
        raise NotAllowed(
            f"{name!r} is the name of one person and the address of another",
            where="name",
            mend="give the other of both",
        )
    return found[0]


def _by_name(name: str, do: Callable[[Unit, User], R]) -> UseCase[[str], R]:
    return UseCase(f"managing.{name}", Right.anybody, True, lambda unit, who: do(unit, _named(unit, who)))


def _everybody(unit: Unit) -> list[KnownView]:
    columns = (User.id, User.username, User.email, User.full_name, User.kind, User.is_active, User.created_at)
    return [KnownView(*row) for row in unit.session.execute(select(*columns).order_by(User.username))]


EVERYBODY: Final[UseCase[[], list[KnownView]]] = UseCase("managing.everybody", Right.anybody, False, _everybody)
OFFER_RESET: Final[UseCase[[str], ResetView]] = _by_name("operator_reset", _offer)
DEACTIVATE: Final[UseCase[[str], None]] = _by_name("operator_deactivate", _end)
ACTIVATE: Final[UseCase[[str], None]] = _by_name("operator_activate", _begin)
"""No use cases that a face of the team can find: they are for whoever runs the designer and has its database."""
