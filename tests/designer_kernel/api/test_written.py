"""Answers that are written once: the same as ever, for those alone who may see them, and new after every change."""

from __future__ import annotations

import time
from uuid import UUID

import httpx

from designer_kernel.api.routes.projects import detail
from designer_kernel.api.written import ANSWER
from designer_kernel.studio.team import edits, projects
from designer_kernel.studio.team.caching.cache import here
from tests.designer_kernel.api.conftest import Service, problem


def made(ada: httpx.Client) -> str:
    assert ada.post("/api/workspaces", json={"name": "team"}).status_code == 201
    return ada.post("/api/projects", json={"name": "shop"}).json()["id"]


def test_it_is_the_answer_as_ever_and_new_after_each_change(service: Service, ada: httpx.Client) -> None:
    path = f"/api/projects/{made(ada)}"
    seen = []
    for change in (
        lambda: None,
        lambda: ada.post(f"{path}/entities", json={"name": "orders"}),
        lambda: ada.put(path, json={"description": "what we sell"}),
    ):
        change()
        first, again = ada.get(path), ada.get(path)
        assert (first.status_code, first.content, first.headers["etag"]) == (
            again.status_code,
            again.content,
            again.headers["etag"],
        )
        actor = service.persons["token of ada"]
        opened = service.team.do(actor, projects.read, UUID(path.rpartition("/")[2]))
        assert first.json() == detail(opened).model_dump(mode="json")
        assert first.headers["etag"] == f'"{opened.view.revision}"'
        assert first.headers["content-type"] == "application/json"
        seen.append(first.content)
        old = ada.get(path, params={"revision": 1})
        assert (old.json()["entities"], "etag" in old.headers) == ([], False)
    assert len(set(seen)) == 3
    assert kept(path)


def test_it_is_forgotten_once_others_change_the_project(service: Service, ada: httpx.Client) -> None:
    path = f"/api/projects/{made(ada)}"
    until = time.monotonic() + 10
    while True:  # the service listens as soon as it can
        ada.get(path)
        assert kept(path)
        edit = {"kind": "change_design", "changes": {"description": str(time.monotonic_ns())}}
        service.team.do(service.persons["token of ada"], edits.apply, UUID(path.rpartition("/")[2]), edit)
        time.sleep(0.2)
        if not kept(path):
            return
        assert time.monotonic() < until


def kept(path: str) -> list[object]:
    """Return under which keys answers about a project are kept."""
    return [key for key in list(here().memory._held) if key[:2] == (ANSWER.name, path.rpartition("/")[2])]


def test_who_may_not_see_it_does_not_get_what_is_kept(ada: httpx.Client, bob: httpx.Client) -> None:
    path = f"/api/projects/{made(ada)}"
    assert ada.get(path).status_code == 200
    problem(bob.get(path), 404, "NOT_FOUND")
    assert httpx.get(ada.base_url.join(path)).status_code == 401
    assert ada.delete(path).status_code == 204
    problem(ada.get(path), 404, "NOT_FOUND")
