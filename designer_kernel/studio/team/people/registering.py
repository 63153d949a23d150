"""Becoming known: a name, an address and a password."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team import naming
from designer_kernel.studio.team.people import backing_off, families, passwords
from designer_kernel.studio.team.people.families import PersonView
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

ENVIRONMENT: Final = "DESIGNER_REGISTRATION"
"""Environment variable: ``closed`` lets nobody register; whoever is known stays."""

ACTION: Final = "person.register"

PACE: Final = backing_off.Pace(30, timedelta(minutes=5))
"""From one address so many register without waiting, whatever comes of it."""

_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,254}")
_EMAIL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_LONGEST: Final = 255


@use_case(Right.anybody)
def register(unit: Unit, username: str, email: str, password: str, full_name: str = "") -> PersonView:
    """Make oneself known; it gives no rights but to make workspaces of one's own.

    Raises
    ------
    NotAllowed
        If there is no first owner yet, or registration is closed.
    BadInput
        If the name, the address or the password cannot be taken.
    AlreadyThere
        If somebody has the name or the address.
    TooManyAttempts
        If it was tried too often from the same address.
    """
    unit.authorise(Right.anybody, None)
    if os.environ.get(ENVIRONMENT, "open") != "open":
        raise NotAllowed("nobody registers here", mend="ask whoever runs the designer")
    if not has_people(unit):
        raise NotAllowed("there is no owner yet", mend="the first owner takes the code that was shown at start")
    user = checked(username, email, full_name, password)
    backing_off.begin(unit, "register", ACTION, backing_off.Paces(PACE)).failed()
    if is_taken(unit, user):
        unit.audit(ACTION, "taken", result="failed")
        unit.refuse(taken())
    return add(unit, user, password)


def checked(username: str, email: str, full_name: str, password: str) -> User:
    """Return a person that is not stored yet; case does not tell people apart.

    Raises
    ------
    BadInput
        If anything of it cannot be taken.
    """
    name, address = username.strip().lower(), email.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise BadInput("this cannot be a username", where="username", mend="take letters a-z, digits, '.', '_', '-'")
    if len(address) > _LONGEST or not _EMAIL.fullmatch(address) or address.endswith(".invalid"):
        raise BadInput("this is no email address", where="email", mend="write it as name@example.org")
    plain = full_name.strip()
    if len(plain) > _LONGEST or not naming.is_line(plain):
        mend = f"give at most {_LONGEST} characters of one line, all of which are seen"
        raise BadInput("this cannot be a full name", where="full_name", mend=mend)
    passwords.check(password, name, address, address.partition("@")[0], plain)
    return User(username=name, email=address, full_name=plain)


def add(unit: Unit, user: User, password: str) -> PersonView:
    """Store a person, with the hash of their password.

    Raises
    ------
    AlreadyThere
        If somebody was faster.
    """
    user.password_hash = passwords.hashed(password)
    try:
        with unit.session.begin_nested():
            unit.session.add(user)
    except IntegrityError:
        raise taken() from None
    unit.audit(ACTION, str(user.id), username=user.username)
    return families.seen(user)


def has_people(unit: Unit) -> bool:
    """Whether anybody logs in by a password here: then there was a first owner."""
    return bool(unit.session.scalar(select(exists().where(User.kind == "password"))))


def taken() -> AlreadyThere:
    """Return what is said if somebody has the name or the address; not which of them."""
    return AlreadyThere("somebody has this username or email address", where="username", mend="log in, or take another")


def is_taken(unit: Unit, user: User) -> bool:
    """Whether somebody is found by the name or the address already, by either of theirs."""
    names = (user.username, user.email)  # a hub's user may have an address for a name
    same = func.lower(User.username).in_(names) | func.lower(User.email).in_(names)
    return bool(unit.session.scalar(select(exists().where(same))))
