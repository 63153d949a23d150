"""Who asks: nobody gets past this without a token, but for the few paths that are named here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from designer_kernel.api.errors import Refused
from designer_kernel.api.rates import Buckets
from designer_kernel.api.settings import Settings
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people.backing_off import network
from designer_kernel.studio.team.team import Team

ENTRANCES: Final = frozenset(
    ("POST", f"/api/auth/{name}") for name in ("login", "register", "refresh-token", "reset-password")
)
"""Where a stranger becomes somebody; asked more seldom than the rest."""

OPEN: Final = ENTRANCES | {("GET", path) for path in ("/", "/healthz", "/readyz", "/openapi.json", "/docs")}
"""All that is answered without a token. Everything else is not, whether there is such a path or not."""

METRICS: Final = "/metrics"

_LOOKING_UP: Final = 4
"""Tokens that are looked up at the same time, in threads of their own."""

Identify = Callable[[Team, str, str], Actor]
"""Tells whose an access token is: ``identify(team, token, address)``; raises `NotLoggedIn` if it is worth nothing."""


class Guard:
    """Asks for a token, and how often its owner has asked.

    Parameters
    ----------
    app
        What comes next; it finds the actor in the request's state.
    team
        Where tokens are looked up.
    identify
        How.
    settings
        The rates.
    """

    def __init__(self, app: ASGIApp, team: Team, identify: Identify, settings: Settings) -> None:
        self.app = app
        self.team = team
        self.identify = identify
        self.metrics_token = settings.metrics_token
        self._addresses = Buckets(settings.address_rate)
        self._entrances = Buckets(settings.entrance_rate)
        self._persons = Buckets(settings.person_rate)
        self._looking_up = CapacityLimiter(_LOOKING_UP)  # never behind requests that take long

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        scope["state"]["actor"] = await self._actor(scope)
        await self.app(scope, receive, send)

    async def _actor(self, scope: Scope) -> Actor:
        address, place = scope["state"]["address"], (scope["method"], scope["path"])
        near = network(address)  # who has one address of version 6 has many
        _take(self._addresses, near)
        if place in ENTRANCES:
            _take(self._entrances, near)
        request = scope["state"]["request"]
        if place in OPEN:
            return replace(stranger(address), request=request)
        token = _token_of(scope)
        if scope["path"] == METRICS and self.metrics_token:
            if not secrets.compare_digest(token.encode(), self.metrics_token.encode()):
                raise _not_logged_in("this is not the token for the figures")
            return replace(stranger(address), request=request)
        actor = await to_thread.run_sync(self.identify, self.team, token, address, limiter=self._looking_up)
        _take(self._persons, str(actor.user))
        return replace(actor, request=request)


def _take(buckets: Buckets, asker: str) -> None:
    wait = buckets.take(asker)
    if wait:
        raise Refused(
            429, "too many requests", mend="wait, and ask more slowly", headers={"Retry-After": str(int(wait) + 1)}
        )


def _token_of(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    if len(given) != 1:
        raise _not_logged_in("nobody is logged in")
    value: bytes = given[0]
    scheme, _, token = value.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _not_logged_in("only access tokens are taken")
    return token.strip()


def _not_logged_in(what: str) -> Refused:
    return Refused(
        401,
        what,
        mend="log in, and send the access token: Authorization: Bearer …",
        headers={"WWW-Authenticate": "Bearer"},
    )
