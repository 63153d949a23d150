"""Every operation of the OpenAPI document, asked by strangers, viewers and nobody about what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.designer_kernel.api.conftest import Service, problem
from tests.designer_kernel.api.things import things as one_of_each

FOR_VIEWERS = {("POST", "/api/projects/{project_id}/export"), ("POST", "/api/projects/{project_id}/presence")}
"""What reads although its method is another one, and what keeps nothing."""

FOR_THE_INVITED = {"/api/invitations/{invitation_id}", "/api/invitations/{invitation_id}/accept"}
"""Paths for whoever is invited, and nobody else: there is nothing for members of the workspace."""

ABOUT_ONESELF = {"/api/workspaces", "/api/projects", "/api/projects/import", "/api/schemas", "/api/invitations"}
"""Paths that name nothing that belongs to somebody."""

Document = dict[str, Any]


def example(schema: Document, document: Document) -> Any:
    """Return a value that a schema allows."""
    if "$ref" in schema:
        return example(document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], document)
    if schema.get("examples"):
        return schema["examples"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example(schema[several][0], document)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {})
        names = schema.get("required") or list(fields)[: schema.get("minProperties", 0)]
        return {name: example(fields[name], document) for name in names}
    if kind == "array":
        return [example(schema["items"], document)]
    if schema.get("format") == "uuid":
        return "01990d5e-3a7c-7c4e-9d0e-2f6f9f1f6b1a"
    return {"string": "x", "integer": schema.get("minimum", 1), "boolean": True}[kind]  # type: ignore[index]


def operations(service: Service) -> Iterator[tuple[str, str, Any]]:
    """Yield methods, paths and bodies of all operations that are about something of a workspace."""
    document = service.app.openapi()
    for path, methods in document["paths"].items():
        if path in ABOUT_ONESELF or not path.startswith("/api/") or path.startswith("/api/auth/"):
            continue
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = example(content["application/json"]["schema"], document) if content else None
            yield method.upper(), path, body


@pytest.fixture
def things(service: Service, ada: httpx.Client, bob: httpx.Client) -> dict[str, str]:
    """One of each thing, by the name that paths have for its id; Bob is a viewer."""
    return one_of_each(service, ada, bob, "viewer")


def of(things: dict[str, str], path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: things[found.group(1)], path)


def test_strangers_are_told_that_there_is_nothing(
    service: Service, things: dict[str, str], enter: Callable[[str], httpx.Client]
) -> None:
    eve = enter("eve")
    asked = list(operations(service))
    assert len(asked) > 50
    for method, path, body in asked:
        problem(eve.request(method, of(things, path), json=body), 404, "NOT_FOUND")
    for path in ABOUT_ONESELF - {"/api/projects/import"}:
        assert eve.get(path).json()["items"] == []


def test_viewers_may_look_and_no_more(
    service: Service, things: dict[str, str], ada: httpx.Client, bob: httpx.Client
) -> None:
    before = ada.get(f"/api/projects/{things['project_id']}").json()
    refused, seen = 0, 0
    for method, path, body in operations(service):
        if method == "DELETE" and path.endswith("/members/{user_id}"):
            continue  # everybody may leave
        if path in FOR_THE_INVITED:
            problem(bob.request(method, of(things, path)), 404, "NOT_FOUND")
            continue
        answer = bob.request(method, of(things, path), json=body)
        if method == "GET" or (method, path) in FOR_VIEWERS:
            seen += answer.status_code == 200
            assert answer.status_code in (200, 403, 404, 409), (method, path, answer.text)
        else:
            refused += 1
            assert answer.status_code == 403, (method, path, answer.text)
    assert refused > 25
    assert seen > 15
    assert ada.get(f"/api/projects/{things['project_id']}").json() == before


def test_what_another_workspace_holds_is_not_reached_by_way_of_ones_own(
    ada: httpx.Client, bob: httpx.Client, things: dict[str, str]
) -> None:
    own = bob.post("/api/workspaces", json={"name": "own"}).json()["id"]
    project = bob.post("/api/projects", json={"name": "p", "workspace_id": own}).json()["id"]
    for path in (
        "entities/{entity_id}",
        "relationships/{relationship_id}",
        "entities/{entity_id}/attributes/{attribute_id}",
    ):
        place = f"/api/projects/{project}/{of(things, path)}"
        assert bob.put(place, json={"name": "mine"}).status_code == 404
        assert bob.delete(place).status_code == 404
    problem(
        bob.post(f"/api/connections/{things['connection_id']}/copy", json={"workspace_id": own, "name": "mine"}),
        403,
        "NOT_ALLOWED",
    )
