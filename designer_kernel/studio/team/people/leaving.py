"""Logging out, here or everywhere; from the next request on."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import TokenFamily
from designer_kernel.studio.team.people import families
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case


@use_case(Right.person)
def log_out(unit: Unit) -> None:
    """End the log-in that this came through; nothing happens where there is none, as in a local notebook."""
    unit.authorise(Right.person, None)
    mine = (TokenFamily.id == unit.actor.session) & (TokenFamily.user_id == unit.actor.user)
    families.revoke(unit.session, mine, "logout")
    unit.audit("person.log_out", str(unit.actor.user), session=str(unit.actor.session or ""))


@use_case(Right.person)
def log_out_everywhere(unit: Unit) -> int:
    """End all log-ins of the actor, this one included, and return how many there were."""
    unit.authorise(Right.person, None)
    ended = end_all(unit, "everywhere")
    unit.audit("person.log_out_everywhere", str(unit.actor.user), sessions=ended)
    return ended


def end_all(unit: Unit, why: str, user: UUID | None = None) -> int:
    """End all log-ins of a person, by default the actor: refresh tokens by their families, access tokens by version."""
    whose = user or unit.actor.user
    newer = update(User).where(User.id == whose).values(session_version=User.session_version + 1)
    unit.session.execute(newer)
    return families.revoke(unit.session, TokenFamily.user_id == whose, why)
