"""Access tokens: signed, short, and of one kind only."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from designer_kernel.studio.team.people.keys import signing_key
from designer_kernel.studio.team.refusals import NotLoggedIn

ALGORITHMS: Final = ("HS256",)
"""What a token may be signed by; what it says of itself does not count."""

TYPE: Final = "at+jwt"
ISSUER: Final = "schema-designer"
AUDIENCE: Final = "schema-designer-api"
SECONDS: Final = 600
LONGEST_SECONDS: Final = 900
"""A token that claims to last longer was not given out by us."""

LEEWAY: Final = 10
"""Seconds that clocks of several machines may differ by."""

_LONGEST: Final = 2048
_HEADER: Final = {"alg", "typ", "kid"}
_CLAIMS: Final = ("iss", "aud", "exp", "nbf", "iat", "jti", "sub", "sid", "ver")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says, once it was found to be ours: whose it is, of which log-in, and of which version."""

    user: UUID
    session: UUID
    version: int


def issue(user: UUID, session: UUID, version: int) -> str:
    """Return an access token of a log-in, for `SECONDS`."""
    import jwt

    key, now = signing_key(), int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user),
        "sid": str(session),
        "ver": version,
        "iat": now,
        "nbf": now,
        "exp": now + SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode(claims, key.secret, algorithm=ALGORITHMS[0], headers={"typ": TYPE, "kid": key.id})


def read(token: str) -> Claims:
    """Return what an access token says.

    Whether its log-in still counts only the store knows: `actors.actor_of` asks it.

    Raises
    ------
    NotLoggedIn
        If it is not ours, not of this kind, or too old; the message does not say which.
    """
    import jwt

    if len(token) > _LONGEST:
        raise worthless()
    try:
        _check_header(jwt.get_unverified_header(token))
        claims = jwt.decode(
            token,
            signing_key().secret,
            algorithms=list(ALGORITHMS),
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY,
            options={"require": list(_CLAIMS), "strict_aud": True},
        )
        return _claims(claims)
    except (jwt.PyJWTError, ValueError):
        raise worthless() from None


def worthless() -> NotLoggedIn:
    """Return what is said of every token that is worth nothing, for whatever reason."""
    return NotLoggedIn("this token is not worth anything, or not any more", mend="refresh it, or log in again")


def _check_header(header: dict[str, Any]) -> None:
    """Refuse a header that is not just ours: no other kind, key, algorithm, nor a place to take a key from."""
    if set(header) != _HEADER or header["typ"] != TYPE or header["alg"] not in ALGORITHMS:
        raise ValueError
    if header["kid"] != signing_key().id:
        raise ValueError


def _claims(claims: dict[str, Any]) -> Claims:
    if not isinstance(claims["jti"], str) or type(claims["ver"]) is not int:
        raise ValueError
    if not 0 < claims["exp"] - claims["iat"] <= LONGEST_SECONDS:
        raise ValueError
    return Claims(UUID(str(claims["sub"])), UUID(str(claims["sid"])), claims["ver"])
