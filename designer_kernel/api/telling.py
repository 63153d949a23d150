"""The outermost layer: each request gets an id and an address, every error an answer; the log line and the figures."""

from __future__ import annotations

import re
import time
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from designer_kernel.api import errors, logs
from designer_kernel.api.figures import Figures
from designer_kernel.api.proxies import Proxies
from designer_kernel.design.identity import new_id

_ID: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""What a browser is told: an answer is never a page, and is not kept."""


class Telling:
    """Gives each request an id, answers what nobody else did, and tells the log and the figures of it.

    Parameters
    ----------
    app
        What comes next.
    figures
        Where requests are counted.
    proxies
        What stands before the service.
    """

    def __init__(self, app: ASGIApp, figures: Figures, proxies: Proxies) -> None:
        self.app = app
        self.figures = figures
        self.proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _id_of(scope)
        state = scope.setdefault("state", {})
        state["request"], state["address"] = request_id, self.proxies.address_of(scope)
        began, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with self.figures.under_way.track_inprogress():
            try:
                await self.app(scope, receive, sending)
            except Exception as error:
                if status:  # half of an answer is on its way: the connection is closed
                    logs.crash(error, request_id)
                    raise
                told = errors.answer(error, path=scope["path"], request_id=request_id)
                if told.status_code >= 500:
                    logs.crash(error, request_id)
                await told(scope, receive, sending)
        seconds = time.perf_counter() - began
        route = getattr(scope.get("route"), "path", "") or "none"
        self.figures.count(scope["method"], route, status, seconds)
        logs.request(**_fields(scope, state, route), status=status, ms=round(seconds * 1000, 1))


def _fields(scope: Scope, state: dict[str, Any], route: str) -> dict[str, Any]:
    actor = state.get("actor")
    return {
        "request": state["request"],
        "method": scope["method"],
        "route": route,
        "path": scope["path"][:500],
        "person": None if actor is None else actor.user,
        "address": state["address"],
    }


def _id_of(scope: Scope) -> str:
    """Return the id that the asker gave, if it is one that logs can hold, or a new one."""
    given = next((value for name, value in scope["headers"] if name.lower() == b"x-request-id"), b"")
    return given.decode("ascii") if _ID.fullmatch(given) else str(new_id())
