"""A canary among people: no password, code or token stays anywhere but in the one answer that gives it out."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from itertools import count
from typing import Any, Final

import httpx
import psycopg
import pytest
from sqlalchemy import event

from designer_kernel.api.app import create_app
from designer_kernel.api.routes.auth import LoginBody, RefreshBody, _pair
from designer_kernel.api.settings import Settings
from designer_kernel.postgres.connection import parse
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.team.actor import stranger
from designer_kernel.studio.team.people import log_in, offer_code, register
from designer_kernel.studio.team.people.keys import signing_key
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.canary.told import Told, failed, logs_of_server, whole_store

OLD: Final = "c4nary-old-1f6e"
NEW: Final = 'c4nary-new-"é"-90c3'
GUESS: Final = "c4nary-guess-77d1"
AS_NAME: Final = "c4nary.as.a.name.5a20"
METRICS: Final = "c4nary-metrics-b48d"

GIVEN: Final = ("access_token", "refresh_token", "code")
"""Fields of answers that give a secret out, to whoever is meant to have it."""


class Asker:
    """Asks the API, and keeps what it says, but for the secrets that an answer is there to give out.

    Parameters
    ----------
    team
        Whose API it is.
    told
        Where answers are kept.
    """

    def __init__(self, team: Team, told: Told) -> None:
        app = create_app(team, Settings(metrics_token=METRICS))
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://designer"
        )
        self.told = told
        self.secrets: set[str] = set()

    async def __call__(
        self, method: str, path: str, body: object = None, *, token: str = "", content: str | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.client.request(
            method, path, headers=headers, **({"json": body} if content is None else {"content": content})
        )  # type: ignore[arg-type]
        text, found = answer.text, answer.json() if answer.text.startswith("{") else {}
        if answer.is_success:
            for name in GIVEN:
                if isinstance(found.get(name), str):
                    self.secrets.add(found[name])
                    text = text.replace(found[name], "given")
        self.told.add("answers", answer.status_code, dict(answer.headers), text)
        return found


async def live(ask: Asker, code: str) -> str:
    """Come, go, slip and come back; return the last access token."""
    ada = {"username": "ada", "email": "ada@example.org", "password": OLD}
    bob = {"username": "bob", "email": "bob@example.org", "password": OLD}
    for wrong in ({"code": GUESS}, {"code": code, "password": [OLD]}, {"code": code, "pasword": OLD}):
        await ask("POST", "/api/auth/register", ada | wrong)
    await ask("POST", "/api/auth/register", ada | {"code": code})
    await ask("POST", "/api/auth/register", bob)
    await ask("POST", "/api/auth/register", bob | {"email": f"{OLD}@"})
    await ask("POST", "/api/auth/login", content=f'{{"username": "ada", "password": "{OLD}"')
    await ask("POST", "/api/auth/login", {"username": "ada", "password": GUESS})
    await ask("POST", "/api/auth/login", {"username": AS_NAME, "password": GUESS})
    await ask("POST", "/api/auth/login", {"username": OLD, "password": OLD})
    first = await ask("POST", "/api/auth/login", {"username": "ada", "password": OLD})
    second = await ask("POST", "/api/auth/refresh-token", {"refresh_token": first["refresh_token"]})
    await ask("POST", "/api/auth/refresh-token", {"refresh_token": first["refresh_token"]})  # a theft: all end
    await ask("GET", "/api/auth/me", token=second["access_token"])
    third = await ask("POST", "/api/auth/login", {"username": "ada", "password": OLD})
    await ask("POST", "/api/auth/change-password", {"old": GUESS, "new": NEW}, token=third["access_token"])
    await ask("POST", "/api/auth/change-password", {"old": OLD, "new": OLD[:5]}, token=third["access_token"])
    last = await ask("POST", "/api/auth/change-password", {"old": OLD, "new": NEW}, token=third["access_token"])
    token: str = last["access_token"]
    await reset(ask, token)
    await ask("GET", f"/api/workspaces?access_token={token}")
    await ask("GET", "/metrics", token=METRICS)
    await ask("GET", "/metrics", token=GUESS)
    await ask("GET", "/api/auth/me", token=f"{token[:-4]}AAAA")
    return token


async def reset(ask: Asker, ada: str) -> None:
    """Let Bob in, who forgot the password then, and gives himself another by a code."""
    bob = await ask("POST", "/api/auth/login", {"username": "bob", "password": OLD})
    room = (await ask("GET", "/api/workspaces", token=ada))["items"][0]["id"]
    offered = await ask("POST", f"/api/workspaces/{room}/invitations", {"username": "bob", "role": "editor"}, token=ada)
    await ask("POST", f"/api/invitations/{offered['id']}/accept", token=bob["access_token"])
    path = f"/api/workspaces/{room}/members/{bob['person']['id']}/password-reset"
    code = (await ask("POST", path, token=ada))["code"]
    for wrong in ({"code": GUESS}, {"new": OLD[:5]}, {"name": "ada"}, {"username": AS_NAME}):
        await ask("POST", "/api/auth/reset-password", {"username": "bob", "code": code, "new": OLD} | wrong)
    given = await ask("POST", "/api/auth/reset-password", {"username": "bob", "code": code, "new": OLD})
    assert given["access_token"]
    await ask("POST", "/api/auth/reset-password", {"username": "bob", "code": code, "new": OLD})


@contextmanager
def breaking(team: Team) -> Iterator[Callable[[int], None]]:
    """Let the server's process of a connection die before a statement of the next transaction."""
    statements, at = count(), -1

    def before(connection: Any, *_: Any) -> None:
        if next(statements) == at:
            pid = connection.connection.driver_connection.info.backend_pid
            with psycopg.connect(**parse(team.store.url), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def aim(place: int) -> None:
        nonlocal statements, at
        statements, at = count(), place

    event.listen(team.store.engine, "before_cursor_execute", before)
    try:
        yield aim
    finally:
        event.remove(team.store.engine, "before_cursor_execute", before)


async def break_down(ask: Asker, aim: Callable[[int], None], token: str) -> None:
    """Log in and change the password while the store goes away between the statements of it."""
    statuses = []
    for place in (1, 3, 5):
        for again in (
            lambda: ask("POST", "/api/auth/login", {"username": "bob", "password": OLD}),
            lambda: ask("POST", "/api/auth/change-password", {"old": NEW, "new": NEW + "!"}, token=token),
        ):
            aim(place)
            statuses.append((await again()).get("status"))
            aim(-1)
    assert statuses.count(503) >= 4


def apart(work: Awaitable[Any]) -> Any:
    """Run something in a loop of its own: this thread may have one already, that of the browser's driver."""

    async def run() -> Any:
        return await work

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, run()).result()


def test_no_password_code_or_token_stays_anywhere(
    team: Team, told: Told, logs: io.StringIO, server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err = io.StringIO(), io.StringIO()
    code = offer_code(team)
    assert code is not None
    with redirect_stdout(out), redirect_stderr(err), breaking(team) as aim:
        ask = Asker(team, told)

        async def all_of_it() -> None:
            token = await live(ask, code)
            await break_down(ask, aim, token)
            await ask.client.aclose()

        apart(all_of_it())
    with psycopg.connect(**parse(team.store.url)) as connection:
        told.add("what the server shows", connection.execute("SELECT query FROM pg_stat_activity").fetchall())
    failed(told, "errors", lambda: team.do(stranger(), log_in, "bob", GUESS), locals_too=False)
    failed(told, "errors", lambda: team.do(stranger(), register, "bob", "bob@example.org", NEW), locals_too=False)
    tokens = team.do(stranger(), log_in, "bob", OLD)
    ask.secrets |= {tokens.access, tokens.refresh}
    pair = _pair(tokens)
    asked = LoginBody(username="bob", password=OLD), RefreshBody(refresh_token=tokens.refresh)
    given = tokens, pair, signing_key(), Settings(metrics_token=METRICS), *asked
    told.add("views", tokens.person, *map(repr, given), *map(str, given))
    told.add("logs", logs.getvalue())
    told.add("standard output and error", out.getvalue(), err.getvalue())
    told.add("the store", whole_store(team))
    logs_of_server(told, server)
    assert len(logs.getvalue()) > 1000
    assert len(ask.secrets) >= 13
    secrets = {OLD, NEW, GUESS, AS_NAME, METRICS, code, signing_key().secret.decode()}
    secrets |= {one.replace("-", "") for one in (code, *ask.secrets) if len(one) < 30}  # codes as they are typed
    assert {word: told.holding(word) for word in secrets | ask.secrets if told.holding(word)} == {}


def test_the_search_finds_tokens(told: Told) -> None:
    told.add("an answer", json.dumps({"password": NEW}))
    assert told.holding(NEW) == ["an answer"]
