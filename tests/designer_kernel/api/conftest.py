"""The API as its users meet it: uvicorn in a thread, on a port of this machine, asked by HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from designer_kernel.api.app import create_app
from designer_kernel.api.settings import Rate, Settings
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.store.engine import Store
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people import actor_of
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import emptied, new_store, registered

PLENTY = Rate(600_000, 100_000)
SETTINGS = Settings(address_rate=PLENTY, person_rate=PLENTY, entrance_rate=PLENTY, metrics_token="for prometheus")


@dataclass
class Service:
    """A running API."""

    url: str
    app: FastAPI
    team: Team
    persons: dict[str, Actor]

    def enter(self, name: str) -> httpx.Client:
        """Return a client of a new person of this name."""
        self.persons[f"token of {name}"] = registered(self.team, name)
        return self.client(f"token of {name}")

    def client(self, token: str = "") -> httpx.Client:
        """Return a client with a token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20)


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Serve an application in a thread; yield its address."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < until
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def api_store(server: EmbeddedServer) -> Iterator[Store]:
    """A store of the API's own."""
    with new_store(server, "api") as made:
        yield made


@pytest.fixture(scope="session")
def running_service(api_store: Store) -> Iterator[Service]:
    """One running API for all tests; it also knows some tokens by heart, so that nobody waits for passwords."""
    persons: dict[str, Actor] = {}

    def identify(team: Team, token: str, address: str) -> Actor:
        return persons[token] if token in persons else actor_of(team, token, address)

    team = Team(api_store)
    app = create_app(team, SETTINGS, identify)
    with running(app) as url:
        yield Service(url, app, team, persons)


@pytest.fixture
def service(running_service: Service) -> Service:
    """The running API, without anybody in it."""
    emptied(running_service.team.store)
    running_service.persons.clear()
    return running_service


@pytest.fixture
def enter(service: Service) -> Iterator[Callable[[str], httpx.Client]]:
    """Return clients of new persons, closed at the end."""
    clients: list[httpx.Client] = []

    def entered(name: str) -> httpx.Client:
        clients.append(service.enter(name))
        return clients[-1]

    yield entered
    for client in clients:
        client.close()


@pytest.fixture
def ada(enter: Callable[[str], httpx.Client]) -> httpx.Client:
    """Somebody who is logged in."""
    return enter("ada")


@pytest.fixture
def bob(enter: Callable[[str], httpx.Client]) -> httpx.Client:
    """Somebody else."""
    return enter("bob")


def let_in(host: httpx.Client, guest: httpx.Client, workspace: str, role: str) -> str:
    """Invite somebody into a workspace, who accepts; return their id."""
    name = guest.get("/api/auth/me").json()["username"]
    made = host.post(f"/api/workspaces/{workspace}/invitations", json={"username": name, "role": role})
    assert made.status_code == 201, made.text
    accepted = guest.post(f"/api/invitations/{made.json()['id']}/accept")
    assert accepted.status_code == 200, accepted.text
    found: str = made.json()["user"]
    return found


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    """Return the body of an error, which is complete and tells nothing that it should not."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert list(body) == ["code", "message", "details", "type", "title", "status", "instance", "request_id"]
    assert (body["code"], body["status"]) == (code, status)
    assert body["type"] == f"urn:schema-designer:problem:{code.lower()}"
    assert body["instance"] == answer.request.url.path
    assert body["request_id"] == answer.headers["x-request-id"]
    told = answer.text.lower()
    assert not [word for word in ("traceback", "select ", "insert ", "psycopg", "sqlalchemy", ".py") if word in told]
    return body
