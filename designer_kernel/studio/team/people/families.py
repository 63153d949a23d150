"""Log-ins and the tokens that follow from them: given out, used once, revoked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import RefreshToken, TokenFamily
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people import tokens

WHOLE: Final = timedelta(days=30)
"""After this a password is asked for again."""

IDLE: Final = timedelta(days=7)
"""So long a refresh token waits to be used."""

_PREFIX: Final = "sdr_"
"""Refresh tokens begin with it, so that scanners for secrets know them."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, as they see themselves."""

    id: UUID
    username: str
    email: str
    full_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What somebody who logged in gets.

    Attributes
    ----------
    access
        Goes with each request, for `seconds`.
    refresh
        Is given for the next pair of tokens, once.
    """

    person: PersonView
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int = tokens.SECONDS


def seen(user: User) -> PersonView:
    """Return a person as they see themselves."""
    return PersonView(user.id, user.username, user.email, user.full_name, user.created_at)


def start(session: Session, actor: Actor, user: User) -> tuple[UUID, Tokens]:
    """Begin a log-in, and forget the ones that ended long ago; return it with its tokens."""
    session.execute(delete(TokenFamily).where(TokenFamily.user_id == user.id, TokenFamily.ends_at < _now() - WHOLE))
    family = TokenFamily(user_id=user.id, address=actor.address[:64], face=actor.face, ends_at=_now() + WHOLE)
    session.add(family)
    session.flush()
    return family.id, give(session, family.id, user)


def give(session: Session, family: UUID, user: User) -> Tokens:
    """Return the next tokens of a log-in; of the refresh token only the digest is kept."""
    refresh = _PREFIX + secrets.token_urlsafe(32)
    expires = select(func.least(TokenFamily.ends_at, _now() + IDLE)).where(TokenFamily.id == family).scalar_subquery()
    session.add(RefreshToken(family_id=family, digest=digest(refresh), expires_at=expires))
    session.flush()
    return Tokens(seen(user), tokens.issue(user.id, family, user.session_version), refresh)


def digest(secret: str) -> str:
    """Return what is kept of a secret that is random enough not to be guessed."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def revoke(session: Session, which: ColumnElement[bool], why: str) -> int:
    """Let log-ins be worth nothing from the next request on, and return how many there were."""
    ended = (
        update(TokenFamily)
        .where(which, TokenFamily.revoked_at.is_(None))
        .values(revoked_at=_now(), why=why)
        .returning(TokenFamily.id)
    )
    return len(session.scalars(ended).all())


def _now() -> ColumnElement[datetime]:
    return func.clock_timestamp()
