"""The next pair of tokens for a refresh token, which is used once: a second use is taken for a theft."""

from __future__ import annotations

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
    family = _use(unit, digest)
    if family is None:
        _look_for_reuse(unit, digest)
        raise tokens.worthless()
    user = _user_of(unit, family)
    if user is None:
        raise tokens.worthless()
    unit.audit(ACTION, str(user.id), session=str(family.id))
    return families.give(unit.session, family.id, user)


def _use(unit: Unit, digest: str) -> TokenFamily | None:
    """Use a token up, and return its log-in if both are good; of many at the same time one gets through."""
    now = func.clock_timestamp()
    used = (
        update(RefreshToken)
        .where(RefreshToken.digest == digest, RefreshToken.used_at.is_(None), RefreshToken.expires_at > now)
        .values(used_at=now)
        .returning(RefreshToken.family_id)
    )
    family = unit.session.scalar(used)
    if family is None:
        return None
    # locked: whoever revokes it waits for this, or this sees that it was revoked
    good = select(TokenFamily).where(
        TokenFamily.id == family, TokenFamily.revoked_at.is_(None), TokenFamily.ends_at > now
    )
    return unit.session.scalar(good.with_for_update())


def _user_of(unit: Unit, family: TokenFamily) -> User | None:
    return unit.session.scalar(select(User).where(User.id == family.user_id, User.is_active))


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
