"""Turns: who asks much waits for themselves, and nobody else does."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from designer_kernel.api.app import create_app
from designer_kernel.api.errors import Refused
from designer_kernel.api.readiness import Readiness
from designer_kernel.api.settings import Settings
from designer_kernel.api.turns import Lines, TakingTurns
from designer_kernel.store.engine import Store
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import actor_of
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.api.conftest import PLENTY, problem, running


def test_so_many_go_on_and_the_others_in_their_order() -> None:
    async def work() -> list[str]:
        lines, told, end = Lines(2, seconds=10), [], asyncio.Event()

        async def ask(asker: str, name: str) -> None:
            async with lines.turn(asker):
                told.append(name)
                await end.wait()

        asked = [asyncio.create_task(ask("ada", f"ada {number}")) for number in range(4)]
        asked.append(asyncio.create_task(ask("bob", "bob")))
        await asyncio.sleep(0.05)
        assert told == ["ada 0", "ada 1", "bob"]
        end.set()
        await asyncio.gather(*asked)
        assert lines._lines == {}
        return told

    assert asyncio.run(work()) == ["ada 0", "ada 1", "bob", "ada 2", "ada 3"]


def test_nobody_waits_for_ever_nor_in_a_line_without_end() -> None:
    async def work() -> None:
        lines, end = Lines(1, seconds=0.1, waiting=1), asyncio.Event()

        async def ask() -> None:
            async with lines.turn("ada"):
                await end.wait()

        first, second = asyncio.create_task(ask()), asyncio.create_task(ask())
        await asyncio.sleep(0)
        with pytest.raises(Refused):  # the line is full
            await ask()
        with pytest.raises(Refused):  # it took too long
            await second
        third = asyncio.create_task(ask())
        await asyncio.sleep(0)
        third.cancel()  # who goes away makes room
        end.set()
        await asyncio.gather(first, third, return_exceptions=True)
        assert lines._lines == {}

    asyncio.run(work())


def test_strangers_of_one_network_wait_in_one_line() -> None:
    async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("nobody is heard here")

    turns = TakingTurns(nothing, Settings())

    def line(address: str) -> str:
        state = {"actor": stranger(address), "address": address}
        return turns._before({"method": "POST", "path": "/api/auth/login", "state": state})[0][1]

    assert line("2001:db8:0:1::1") == line("2001:db8:0:1:ffff::2") != line("2001:db8:0:2::1")
    assert line("192.0.2.1") != line("192.0.2.2")


def test_strangers_keep_nobody_from_asking_how_the_service_is(
    api_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither those who try to log in nor those who ask the same, while the database takes its time."""
    settings = Settings(
        address_rate=PLENTY, person_rate=PLENTY, entrance_rate=PLENTY, turn_seconds=1.0, metrics_token="for prometheus"
    )
    app = create_app(Team(api_store), settings)
    free, under_way, looks = threading.Event(), threading.Semaphore(0), []
    ask_store = Readiness._ask

    def slow(self: Readiness) -> None:
        looks.append(self)
        under_way.release()
        free.wait(20)
        ask_store(self)

    def log_in(*_: object) -> None:
        under_way.release()
        free.wait(20)
        raise NotLoggedIn("not now")

    monkeypatch.setattr(Readiness, "_ask", slow)
    monkeypatch.setattr("designer_kernel.studio.team.team.Team.do", log_in)
    with running(app) as url, httpx.Client(base_url=url, timeout=20) as client, ThreadPoolExecutor(60) as threads:
        given = {"username": "ada", "password": "nine violet otters"}
        at_door = [threads.submit(client.post, "/api/auth/login", json=given) for _ in range(20)]
        ready = [threads.submit(client.get, "/readyz") for _ in range(30)]
        try:
            for _ in range(3):  # one who looks, and two strangers of one address
                assert under_way.acquire(timeout=10)
            assert client.get("/healthz").status_code == 200
            figures = client.get("/metrics", headers={"Authorization": "Bearer for prometheus"})
            assert figures.status_code == 200
        finally:
            free.set()
        assert {one.result().status_code for one in ready} == {200}
        assert {one.result().status_code for one in at_door} <= {401, 429}
        assert len(looks) <= 5
        monkeypatch.setattr("designer_kernel.api.readiness._SECONDS", 0.05)
        free.clear()
        problem(client.get("/readyz"), 503, "STORE_UNAVAILABLE")
        problem(client.get("/readyz"), 503, "STORE_UNAVAILABLE")
        free.set()


def test_slow_requests_of_one_person_keep_nobody_else_waiting(api_store: Store) -> None:
    ada, bob = Actor(uuid4(), "ada"), Actor(uuid4(), "bob")
    settings = Settings(address_rate=PLENTY, person_rate=PLENTY, entrance_rate=PLENTY, turn_seconds=1.0)
    app = create_app(
        Team(api_store),
        settings,
        lambda team, token, address: {"ada": ada, "bob": bob}.get(token) or actor_of(team, token),
    )
    free, under_way = threading.Event(), threading.Semaphore(0)

    @app.get("/slow")
    def slow() -> str:
        under_way.release()
        free.wait(20)
        return "done"

    @app.get("/quick")
    def quick() -> str:
        return "done"

    with running(app) as url, httpx.Client(base_url=url, timeout=20) as client, ThreadPoolExecutor(40) as threads:

        def ask(path: str, who: str) -> httpx.Response:
            return client.get(path, headers={"Authorization": f"Bearer {who}"})

        asked: list[Future[httpx.Response]] = [threads.submit(ask, "/slow", "ada") for _ in range(25)]
        for _ in range(settings.person_at_once):
            assert under_way.acquire(timeout=10)
        try:
            assert ask("/quick", "bob").status_code == 200
            assert client.get("/readyz").status_code == 200
            wrong = client.post("/api/auth/login", json={"username": "ada", "password": "not this one"})
            problem(wrong, 401, "NOT_LOGGED_IN")
            late = ask("/quick", "ada")
            problem(late, 429, "TOO_MANY_ATTEMPTS")
            assert int(late.headers["retry-after"]) > 0
        finally:
            free.set()
        codes = [one.result().status_code for one in asked]
        assert codes.count(200) == settings.person_at_once
        assert set(codes) == {200, 429}
