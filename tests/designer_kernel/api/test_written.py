"""Answers that are written once: the same as ever, for those alone who may see them, and new after every change."""

from __future__ import annotations

from uuid import UUID

import httpx

from designer_kernel.api.routes.projects import detail
from designer_kernel.api.written import ANSWER
from designer_kernel.studio.team import projects
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
    assert [key for key in here().memory._held if key[0] == ANSWER.name and key[1] == path.rpartition("/")[2]]


def test_who_may_not_see_it_does_not_get_what_is_kept(ada: httpx.Client, bob: httpx.Client) -> None:
    path = f"/api/projects/{made(ada)}"
    assert ada.get(path).status_code == 200
    problem(bob.get(path), 404, "NOT_FOUND")
    assert httpx.get(ada.base_url.join(path)).status_code == 401
    assert ada.delete(path).status_code == 204
    problem(ada.get(path), 404, "NOT_FOUND")
