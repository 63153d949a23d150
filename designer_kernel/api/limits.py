"""Bodies: how long they may be, and JSON that every parser reads alike; looked at before a route sees them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections import Counter
from math import isfinite
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from designer_kernel.api.errors import Refused
from designer_kernel.api.settings import Settings
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people.backing_off import network

_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_BRACKETS: Final = re.compile(rb"[\[\]{}]")
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_DIGITS: Final = 40
"""Of a whole number: more than any type of PostgreSQL but numeric has, and few enough to read at once."""

_AT_ONCE: Final = 8
_IN_ALL: Final = 16
"""Bodies of the longest length whose bytes one sender may have under way, and how many such senders there may be."""

_IN_A_THREAD: Final = 64 << 10
"""Bytes; what is longer is looked at where it keeps no other request waiting."""


class Bodies:
    """Reads a body once, up to a limit, looks at its JSON, and hands it on.

    Parameters
    ----------
    app
        What comes next.
    settings
        The limits.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self._held: Counter[str] = Counter()  # bytes of bodies by who sends them, until they are answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        self._look_at_length(headers.get(b"content-length"))
        actor: Actor = scope["state"]["actor"]
        asker = network(actor.address) if actor.user is None else str(actor.user)
        held = _Held(self._held, asker)
        try:
            await self._answer(scope, receive, send, headers, held)
        finally:
            held.release()

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes], held: _Held
    ) -> None:
        try:
            async with asyncio.timeout(self.settings.body_seconds):
                body = await self._read(receive, held)
        except TimeoutError:
            raise Refused(408, "the body did not arrive in time", mend="send it again") from None
        if body:
            _look_at_type(headers)
            if len(body) > _IN_A_THREAD:
                await asyncio.to_thread(look_at_json, body, self.settings)
            else:
                look_at_json(body, self.settings)
        scope["state"]["body"] = hashlib.sha256(body).hexdigest()
        await self.app(scope, _again(body, receive), send)

    def _look_at_length(self, told: bytes | None) -> None:
        if told is None:
            return
        if not told.isdigit():
            raise Refused(400, "the length of the body is no number", where="Content-Length")
        if len(told) > 15 or int(told) > self.settings.body_bytes:
            raise self._too_large()

    async def _read(self, receive: Receive, held: _Held) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused(400, "the connection was closed before the body had come")
            part = message.get("body", b"")
            size += len(part)
            if size > self.settings.body_bytes:
                raise self._too_large()
            held.add(len(part), self.settings)
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)

    def _too_large(self) -> Refused:
        return Refused(413, f"the body is longer than {self.settings.body_bytes:,} bytes", mend="send less at once")


class _Held:
    """The bytes of one request's body, while it is under way; nobody fills the memory with bodies that never end."""

    def __init__(self, all_of: Counter[str], asker: str) -> None:
        self._all, self._asker, self._own = all_of, asker, 0

    def add(self, size: int, settings: Settings) -> None:
        """Count bytes that have come.

        Raises
        ------
        Refused
            If their sender, or all together, have too many under way.
        """
        most = _AT_ONCE * settings.body_bytes
        if self._all[self._asker] + size > most or self._all.total() + size > _IN_ALL * most:
            raise Refused(
                429,
                "too much is sent at the same time",
                mend="wait for answers, then send on",
                headers={"Retry-After": "2"},
            )
        self._all[self._asker] += size
        self._own += size

    def release(self) -> None:
        """Count them no more."""
        self._all[self._asker] -= self._own
        self._own = 0
        if not self._all[self._asker]:
            del self._all[self._asker]


def _again(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _look_at_type(headers: dict[bytes, bytes]) -> None:
    told = headers.get(b"content-type", b"").decode("latin-1")
    kind, _, parameters = told.partition(";")
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", parameters, re.IGNORECASE)
    is_json = kind.strip().lower() == "application/json"
    is_utf8 = charset is None or charset.group(1).lower() in ("utf-8", "utf8")
    is_plain = headers.get(b"content-encoding", b"identity").strip().lower() == b"identity"
    if not (is_json and is_utf8 and is_plain):
        raise Refused(
            415,
            "only JSON in UTF-8 is read, not compressed",
            where="Content-Type",
            mend="send it with Content-Type: application/json",
            headers={"Accept": "application/json"},
        )


def look_at_json(body: bytes, settings: Settings) -> None:
    """Refuse JSON that is too deep or holds too much, and what parsers read differently.

    That is: what is not UTF-8, a byte order mark, names that come twice in one object, NaN and infinities, very long
    whole numbers, NUL characters and halves of characters.

    Raises
    ------
    Refused
        If it is something like that, or no JSON.
    """
    _look_at_shape(body, settings)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad("the body is not UTF-8", f"byte {error.start}") from None
    if text.startswith("\ufeff"):
        raise _bad("the body begins with a byte order mark", "byte 0")
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_integer, parse_float=_number
        )
    except json.JSONDecodeError as error:
        raise _bad("the body is no JSON", f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _bad("the body is nested too deeply") from None
    if b"\\u" in body:
        _look_at_characters(value)


def _look_at_shape(body: bytes, settings: Settings) -> None:
    """Refuse what is too deep or too much by counting, before any object is made."""
    opened = body.count(b"[") + body.count(b"{")
    if opened <= settings.body_depth and opened + body.count(b",") <= settings.body_values:
        return
    bare = _without_strings(body)
    if bare.count(b"[") + bare.count(b"{") + bare.count(b",") > settings.body_values:
        raise _bad(f"the body holds more than {settings.body_values:,} values")
    depth = 0
    for found in _BRACKETS.finditer(bare):
        depth += 1 if found.group() in b"[{" else -1
        if depth > settings.body_depth:
            raise _bad(f"the body is nested more than {settings.body_depth} deep")


def _without_strings(body: bytes) -> bytes:
    """Return what stands outside of strings; what is no JSON may lose more."""
    return b"".join(body.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _bad("a name comes twice in one object", twice[:100])
    return made


def _no_constant(text: str) -> float:
    raise _bad(f"{text} is no JSON")


def _integer(text: str) -> int:
    if len(text) > _DIGITS:
        raise _bad(f"a whole number has more than {_DIGITS} digits")
    return int(text)


def _number(text: str) -> float:
    found = float(text)
    if not isfinite(found):
        raise _bad("a number is too large")
    return found


def _look_at_characters(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    if _NUL.search(text):
        raise _bad("a text holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _bad("a text holds half of a character") from None


def _bad(what: str, where: str = "") -> Refused:
    return Refused(400, what, where=where or "body", mend="correct the body")
