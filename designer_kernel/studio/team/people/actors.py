"""Who acts: by an access token, or by where the notebook runs."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import func, select

from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import TokenFamily
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people import tokens
from designer_kernel.studio.team.team import Team

Face = Literal["notebook", "shell", "api", "dashboard"]


def actor_of(team: Team, access_token: str, address: str = "", face: Face = "api") -> Actor:
    """Return whose access token this is; each request asks, so that what was revoked is worth nothing at once.

    Raises
    ------
    NotLoggedIn
        If the token is worth nothing: forged, of another kind, too old, of a log-in that ended, or of before a
        password or a role changed.
    """
    claims = tokens.read(access_token)
    wanted = (
        select(User.username)
        .join(TokenFamily, TokenFamily.user_id == User.id)
        .where(
            User.id == claims.user,
            User.is_active,
            User.session_version == claims.version,
            TokenFamily.id == claims.session,
            TokenFamily.revoked_at.is_(None),
            TokenFamily.ends_at > func.clock_timestamp(),
        )
    )
    with team.store.transaction() as session:
        name = session.scalar(wanted)
    if name is None:
        raise tokens.worthless()
    return Actor(claims.user, name, face, address, session=claims.session)
