"""The next pair of tokens for a refresh token, which is used once: a second use is taken for a theft."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update

from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import RefreshToken, TokenFamily
from designer_kernel.studio.team.people import families, tokens
from designer_kernel.studio.team.people.families import Tokens
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

ACTION = "person.refresh"
_LONGEST = 200


@use_case(Right.anybody)
def refresh(unit: Unit, token: str) -> Tokens:
    """Return new tokens for a refresh token, and use it up.

    If it was used before, either this or the one of before was not by its owner: the whole log-in ends, for both.

    Raises
    ------
    NotLoggedIn
        If it is worth nothing, or not any more.
    """
    unit.authorise(Right.anybody, None)
    if len(token) > _LONGEST:
        raise tokens.worthless()
    digest = families.digest(token)
    used = _use_up(unit, digest)
    if used is None:
        _look_for_reuse(unit, digest)
        raise tokens.worthless()
    family = _counting(unit, used)
    user = _user_of(unit, family)
    unit.audit(ACTION, str(user.id), session=str(family.id))
    return families.give(unit.session, family.id, user)


def _use_up(unit: Unit, digest: str) -> UUID | None:
    """Use a token up, and return its log-in; of many at the same time one gets through."""
    now = func.clock_timestamp()
    return unit.session.scalar(
        update(RefreshToken)
        .where(RefreshToken.digest == digest, RefreshToken.used_at.is_(None), RefreshToken.expires_at > now)
        .values(used_at=now)
        .returning(RefreshToken.family_id)
    )


def _counting(unit: Unit, family: UUID) -> TokenFamily:
    """Return a log-in that still counts, locked: whoever revokes it waits, or was seen here."""
    good = select(TokenFamily).where(
        TokenFamily.id == family, TokenFamily.revoked_at.is_(None), TokenFamily.ends_at > func.clock_timestamp()
    )
    found = unit.session.scalar(good.with_for_update())
    if found is None:
        raise tokens.worthless()
    return found


def _user_of(unit: Unit, family: TokenFamily) -> User:
    user = unit.session.scalar(select(User).where(User.id == family.user_id, User.is_active))
    if user is None:
        raise tokens.worthless()
    return user


def _look_for_reuse(unit: Unit, digest: str) -> None:
    """End the log-in of a token that was used before, which stays so although this is refused."""
    found = unit.session.execute(
        select(TokenFamily.id, TokenFamily.user_id)
        .join(RefreshToken, RefreshToken.family_id == TokenFamily.id)
        .where(RefreshToken.digest == digest, RefreshToken.used_at.is_not(None))
    ).one_or_none()
    if found is None:
        return
    ended = families.revoke(unit.session, TokenFamily.id == found.id, "reuse")
    unit.audit("person.token_reuse", str(found.user_id), result="refused", session=str(found.id), ended=bool(ended))
    unit.refuse(tokens.worthless())
