"""Turns: no one person, and nobody who is not known yet, can take all the threads that requests are worked on in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from designer_kernel.api.errors import Refused
from designer_kernel.api.settings import Settings
from designer_kernel.studio.team.people.backing_off import network

AT_THE_DOOR: Final = 4
"""Strangers who are heard at the same time: as many as there are hashes of passwords made at once."""

_STRANGER: Final = 2
"""Of these, how many from one address."""

_SPARE: Final = 1
"""Threads for the figures, for whoever brings the token for them."""

_AT_ONCE: Final = frozenset({"/", "/healthz", "/readyz", "/openapi.json", "/docs"})
"""What is answered without a thread of those that requests are worked on in."""

_WAITING: Final = 200
"""Requests that may wait in one line."""


@dataclass(slots=True)
class _Line:
    free: asyncio.Semaphore
    asking: int = 0


class Lines:
    """Lines of requests, one for each asker: so many go on at the same time, the others wait in their order.

    Parameters
    ----------
    at_once
        How many of one asker go on.
    seconds
        How long one waits.
    waiting
        How many wait.
    """

    def __init__(self, at_once: int, seconds: float, waiting: int = _WAITING) -> None:
        self._at_once = at_once
        self._seconds = seconds
        self._most = at_once + waiting
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, asker: str) -> AsyncIterator[None]:
        """Wait for a turn, and have it for as long as this is open.

        Raises
        ------
        Refused
            If there are too many before this one.
        """
        line = self._lines.get(asker)
        if line is None:
            line = self._lines[asker] = _Line(asyncio.Semaphore(self._at_once))
        if line.asking >= self._most:
            raise _too_many()
        line.asking += 1
        try:
            try:
                async with asyncio.timeout(self._seconds):
                    await line.free.acquire()
            except TimeoutError:
                raise _too_many() from None
            try:
                yield
            finally:
                line.free.release()
        finally:
            line.asking -= 1
            if not line.asking:
                del self._lines[asker]


class TakingTurns:
    """Lets a request go on when it is its turn; its body has come by then, so that nobody holds one by sending slowly.

    Parameters
    ----------
    app
        What comes next.
    settings
        How many threads there are, and for how many of them one person may ask.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        seconds = settings.turn_seconds
        known = max(1, settings.threads - AT_THE_DOOR - _SPARE)
        self._persons = Lines(min(settings.person_at_once, known), seconds)
        self._everybody = Lines(known, seconds, waiting=10 * _WAITING)
        self._addresses = Lines(_STRANGER, seconds)
        self._door = Lines(AT_THE_DOOR, seconds)
        self._service = Lines(_SPARE, seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        async with AsyncExitStack() as turns:
            for lines, asker in self._before(scope):
                await turns.enter_async_context(lines.turn(asker))
            await self.app(scope, receive, send)

    def _before(self, scope: Scope) -> tuple[tuple[Lines, str], ...]:
        """Return where a request waits: among its own first, so that who asks much waits for themselves."""
        actor = scope["state"]["actor"]
        if actor.user is not None:
            return (self._persons, str(actor.user)), (self._everybody, "")
        if scope["path"] in _AT_ONCE:
            return ()
        if scope["method"] == "GET":
            return ((self._service, ""),)
        return (self._addresses, network(scope["state"]["address"])), (self._door, "")


def _too_many() -> Refused:
    return Refused(
        429, "too many requests at the same time", mend="wait for answers, then ask on", headers={"Retry-After": "2"}
    )
