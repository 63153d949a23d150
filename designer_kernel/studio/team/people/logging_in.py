"""Logging in by a password."""

from __future__ import annotations

from typing import NoReturn

from sqlalchemy import or_, select

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team.people import backing_off, families, passwords
from designer_kernel.studio.team.people.families import Tokens
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

ACTION = "person.log_in"


@use_case(Right.anybody)
def log_in(unit: Unit, name: str, password: str) -> Tokens:
    """Log in, by a username or an email address.

    A name that nobody has takes the same way as a wrong password: as many statements, one hash, the same words.

    Raises
    ------
    NotLoggedIn
        If the name or the password is wrong.
    TooManyAttempts
        If this was tried in vain too often.
    """
    unit.authorise(Right.anybody, None)
    user = named(unit, name)
    attempt = backing_off.begin(unit, str(user.id) if user else unknown(name), ACTION)
    kept = user.password_hash if user and user.is_active and user.kind == "password" else ""
    if not passwords.matches(kept, password):
        attempt.failed()
        _refuse(unit, user, attempt.subject)
    assert user is not None
    attempt.succeeded()
    if passwords.is_outdated(kept):
        user.password_hash = passwords.hashed(password)
    session, tokens = families.start(unit.session, unit.actor, user)
    unit.audit(ACTION, str(user.id), session=str(session))
    return tokens


def named(unit: Unit, name: str) -> User | None:
    """Return who has a username or an email address, whatever its case."""
    plain = name.strip().lower()
    if not plain.isascii() or "\x00" in plain:
        return None
    return unit.session.scalar(select(User).where(or_(User.username == plain, User.email == plain)))


def unknown(name: str) -> str:
    """Return what attempts at a name that nobody has are counted as: not as itself, since it may be a password."""
    return f"unknown:{families.digest(name.strip().lower())[:32]}"


def _refuse(unit: Unit, user: User | None, subject: str) -> NoReturn:
    unit.audit(ACTION, str(user.id) if user else subject, result="failed")
    unit.refuse(NotLoggedIn("the name or the password is wrong", mend="look at both, and try again"))
