"""Logging in by a password."""

from __future__ import annotations

import hmac
from typing import Final, NoReturn, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team.people import backing_off, families, passwords
from designer_kernel.studio.team.people.families import Tokens
from designer_kernel.studio.team.people.keys import signing_key
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

R = TypeVar("R")

ACTION: Final = "person.log_in"
_LONGEST: Final = 255


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
    found = unit.session.scalar(named(name, User.id))
    attempt = backing_off.begin(unit, str(found) if found else unknown(name), ACTION)
    user = unit.session.scalar(named(name, User))  # only now: who changes the password takes turns with this
    kept = user.password_hash if user and user.is_active and user.kind == "password" else ""
    if not passwords.matches(kept, password):
        attempt.failed()
        _refuse(unit, user, attempt)
    assert user is not None
    attempt.succeeded()
    if passwords.is_outdated(kept):
        user.password_hash = passwords.hashed(password)
    session, tokens = families.start(unit.session, unit.actor, user)
    unit.audit(ACTION, str(user.id), session=str(session), unheard=attempt.unheard)
    return tokens


def named(name: str, what: type[R] | InstrumentedAttribute[R]) -> Select[R]:
    """Select of whoever has a username or an email address, whatever its case."""
    plain = name.strip().lower()
    if len(plain) > _LONGEST or not plain.isascii() or "\x00" in plain:
        plain = ""
    wanted = select(what).where(or_(User.username == plain, User.email == plain))
    return wanted.order_by(User.kind != "password")  # a hub's user named like an address keeps nobody out


def unknown(name: str) -> str:
    """Return what attempts at a name that nobody has are counted as.

    It may be a password in the wrong field, so it is kept in a way that only the key of this service leads back to.
    """
    plain = name.strip().lower()[:_LONGEST].encode("utf-8", "surrogatepass")
    return f"unknown:{hmac.digest(signing_key().secret, b'a name that nobody has' + plain, 'sha256').hex()[:32]}"


def _refuse(unit: Unit, user: User | None, attempt: backing_off.Attempt) -> NoReturn:
    unit.audit(ACTION, str(user.id) if user else attempt.subject, result="failed", unheard=attempt.unheard)
    unit.refuse(NotLoggedIn("the name or the password is wrong", mend="look at both, and try again"))
