"""Changing a password, and what one is known by."""

from __future__ import annotations

from typing import Final

from sqlalchemy import func

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team.people import backing_off, families, leaving, passwords
from designer_kernel.studio.team.people.families import PersonView, Tokens
from designer_kernel.studio.team.refusals import BadInput, NotAllowed
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

ACTION: Final = "person.change_password"


@use_case(Right.person, changes=False)
def me(unit: Unit) -> PersonView:
    """Return who acts."""
    unit.authorise(Right.person, None)
    return families.seen(unit.session.get_one(User, unit.actor.user))


@use_case(Right.person)
def change_password(unit: Unit, old: str, new: str) -> Tokens:
    """Change one's password. All log-ins end; new tokens are for whoever changed it.

    Raises
    ------
    BadInput
        If the old password is wrong, or the new one cannot be taken.
    NotAllowed
        If the actor logs in without any.
    TooManyAttempts
        If this was tried in vain too often.
    """
    unit.authorise(Right.person, None)
    user = unit.session.get_one(User, unit.actor.user)
    if user.kind != "password":
        raise NotAllowed("you log in without a password", mend="there is none to change")
    attempt = backing_off.begin(unit, str(user.id), ACTION)
    unit.session.refresh(user)  # only now: who changes it at the same time, or logs in, takes turns with this
    if not passwords.matches(user.password_hash, old):
        attempt.failed()
        unit.audit(ACTION, str(user.id), result="failed")
        unit.refuse(BadInput("the old password is wrong", where="old", mend="type it again"))
    passwords.check(new, user.username, user.email, user.email.partition("@")[0], user.full_name, where="new")
    attempt.succeeded()
    user.password_hash, user.updated_at = passwords.hashed(new), func.clock_timestamp()
    unit.session.flush()
    ended = leaving.end_all(unit, "password")
    unit.session.refresh(user)
    session, tokens = families.start(unit.session, unit.actor, user)
    unit.audit(ACTION, str(user.id), sessions=ended, session=str(session))
    return tokens
