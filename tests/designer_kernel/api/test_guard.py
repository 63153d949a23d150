"""Who gets in: nobody without a token, but where it says so; and how often."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from designer_kernel.api.app import create_app
from designer_kernel.api.guard import OPEN
from designer_kernel.api.settings import Rate, Settings
from designer_kernel.store.engine import Store
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people.tokens import issue
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.api.conftest import PLENTY, Service, problem, running

ID = "01990d5e-3a7c-7c4e-9d0e-2f6f9f1f6b1a"


def all_routes(service: Service) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"\{[^}]*\}", ID, route.path))
        for route in iter_route_contexts(service.app.routes)
        for method in route.methods or ()
    }


def test_every_route_but_those_that_are_named_wants_a_token(service: Service) -> None:
    routes = all_routes(service)
    assert len(routes) > 10
    assert {("GET", "/healthz"), ("GET", "/metrics"), ("GET", "/api/workspaces")} <= routes
    with service.client() as nobody, service.client("made up") as liar:
        for method, path in sorted(routes - OPEN):
            for client in (nobody, liar):
                answer = client.request(method, path, json={})
                problem(answer, 401, "NOT_LOGGED_IN")
                assert answer.headers["www-authenticate"] == "Bearer"
        for method, path in OPEN & routes:
            assert nobody.request(method, path).status_code != 401
        assert {("GET", "/"), ("GET", "/readyz")} <= OPEN & routes
        told = nobody.get("/").json()
        assert list(told) == ["name", "version", "docs", "openapi", "health", "ready"]  # and nothing of who or what
        for name in ("docs", "openapi", "health", "ready"):
            assert nobody.get(told[name]).status_code == 200


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer  x y", "Basic YTpi", "bearer", "token of ada", "Bearer token of adä"]
)
def test_what_is_no_token_is_refused(service: Service, ada: httpx.Client, header: str) -> None:
    with service.client() as client:
        answer = client.get("/api/workspaces", headers={"Authorization": header.encode()})
        problem(answer, 401, "NOT_LOGGED_IN")
        twice = [("Authorization", "Bearer token of ada")] * 2
        problem(client.get("/api/workspaces", headers=twice), 401, "NOT_LOGGED_IN")
    assert ada.get("/api/workspaces").status_code == 200


def test_a_token_in_the_query_is_none(service: Service, ada: httpx.Client) -> None:
    with service.client() as client:
        problem(client.get("/api/workspaces?access_token=token of ada"), 401, "NOT_LOGGED_IN")


def test_figures_are_for_prometheus(service: Service, ada: httpx.Client) -> None:
    ada.get("/api/workspaces")
    problem(ada.get("/metrics"), 401, "NOT_LOGGED_IN")
    with service.client("for prometheus") as client:
        text = client.get("/metrics").text
        problem(client.get("/api/workspaces"), 401, "NOT_LOGGED_IN")
    assert 'designer_requests_total{method="GET",route="/api/workspaces",status="200"}' in text
    assert "designer_store_connections" in text


def test_too_many_requests_wait(api_store: Store) -> None:
    team, ada = Team(api_store), Actor(None, "ada")

    def identify(team: Team, token: str, address: str) -> Actor:
        if token != "ada":
            raise NotLoggedIn("nobody")
        return ada

    settings = Settings(address_rate=PLENTY, person_rate=Rate(30, 3), entrance_rate=Rate(60, 2))
    with running(create_app(team, settings, identify)) as url, httpx.Client(base_url=url) as client:
        mine = {"Authorization": "Bearer ada"}
        assert [client.get("/nothing", headers=mine).status_code for _ in range(4)] == [404, 404, 404, 429]
        refused = client.get("/nothing", headers=mine)
        problem(refused, 429, "TOO_MANY_ATTEMPTS")
        assert 1 <= int(refused.headers["retry-after"]) <= 3
        assert client.get("/healthz").status_code == 200
        tried = [client.post("/api/auth/login", json={}).status_code for _ in range(3)]
        assert tried[2] == 429
        assert 429 not in tried[:2]


def test_pages_of_other_sites_may_not_ask(service: Service, ada: httpx.Client) -> None:
    answer = ada.get("/api/workspaces", headers={"Origin": "https://elsewhere.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    asked = ada.options("/api/workspaces", headers={"Origin": "https://x", "Access-Control-Request-Method": "GET"})
    problem(asked, 405, "METHOD_NOT_ALLOWED")


def test_pages_that_are_named_may_ask(api_store: Store) -> None:
    def identify(team: Team, token: str, address: str) -> Actor:
        raise NotLoggedIn("nobody")

    app = create_app(Team(api_store), Settings(origins=("https://team.example",)), identify)
    with running(app) as url, httpx.Client(base_url=url) as client:
        asked = {"Origin": "https://team.example", "Access-Control-Request-Method": "PUT"}
        answer = client.options("/api/workspaces", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://team.example"
        answer = client.options("/api/workspaces", headers=asked | {"Origin": "https://elsewhere.example"})
        assert "access-control-allow-origin" not in answer.headers


def test_without_its_database_the_service_says_so(tmp_path: Path) -> None:
    store = Store(f"postgresql://postgres@/gone?host={tmp_path}")
    with running(create_app(Team(store))) as url, httpx.Client(base_url=url) as client:
        assert client.get("/healthz").status_code == 200
        token = issue(uuid4(), uuid4(), 1)
        asked = {"username": "ada", "password": "nine violet otters"}
        for answer in (
            client.get("/readyz"),
            client.get("/api/projects", headers={"Authorization": f"Bearer {token}"}),
            client.post("/api/auth/login", json=asked),
        ):
            problem(answer, 503, "STORE_UNAVAILABLE")
            assert int(answer.headers["retry-after"]) > 0
            assert str(tmp_path) not in answer.text
    store.close()
