"""Workspaces and members over HTTP; pages; requests that come twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.designer_kernel.api.conftest import let_in, problem


def names(client: httpx.Client, **query: object) -> list[str]:
    return [one["name"] for one in client.get("/api/workspaces", params=query).json()["items"]]  # type: ignore[arg-type]


def test_a_team_comes_together(ada: httpx.Client, bob: httpx.Client) -> None:
    made = ada.post("/api/workspaces", json={"name": "shop"})
    assert made.status_code == 201
    assert made.json()["role"] == "owner"
    place = f"/api/workspaces/{made.json()['id']}"
    for path in ("", "/members"):
        problem(bob.get(f"{place}{path}"), 404, "NOT_FOUND")
    member = let_in(ada, bob, made.json()["id"], "viewer")
    assert bob.get(place).json() | {"role": "viewer", "owner": "ada"} == bob.get(place).json()
    again = ada.post(f"{place}/invitations", json={"username": "bob", "role": "viewer"})
    problem(again, 409, "ALREADY_THERE")
    problem(bob.put(place, json={"name": "mine"}), 403, "NOT_ALLOWED")
    them = f"{place}/members/{member}"
    assert ada.put(them, json={"role": "admin"}).status_code == 204
    assert bob.put(place, json={"name": "ours"}).status_code == 204
    assert [m["role"] for m in bob.get(f"{place}/members").json()["items"]] == ["owner", "admin"]
    assert names(bob) == ["ours"]
    assert bob.delete(them).status_code == 204
    assert names(bob) == []
    problem(bob.delete(place), 404, "NOT_FOUND")
    assert ada.delete(place).status_code == 204
    problem(ada.delete(place), 404, "NOT_FOUND")


def test_what_names_no_workspace_goes_into_ones_own(ada: httpx.Client, bob: httpx.Client) -> None:
    theirs = ada.post("/api/workspaces", json={"name": "shop"}).json()["id"]
    let_in(ada, bob, theirs, "editor")
    refused = bob.post("/api/projects", json={"name": "plans"})
    problem(refused, 400, "BAD_INPUT")
    assert refused.json()["details"][0]["where"] == "body.workspace_id"
    own = bob.post("/api/workspaces", json={"name": "shop"}).json()["id"]
    assert bob.post("/api/projects", json={"name": "plans"}).json()["workspace_id"] == own
    bob.post("/api/workspaces", json={"name": "more"})
    problem(bob.post("/api/projects", json={"name": "other"}), 400, "BAD_INPUT")


def test_lists_come_in_pages(ada: httpx.Client) -> None:
    for name in ("e", "c", "a", "d", "b"):
        ada.post("/api/workspaces", json={"name": name})
    found, cursor = [], None
    while True:
        page = ada.get("/api/workspaces", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found.append([one["name"] for one in page["items"]])
        cursor = page["next"]
        if cursor is None:
            break
        if len(found) == 1:  # what is made before the cursor is not seen, what is after it is
            ada.post("/api/workspaces", json={"name": "aa"})
            ada.post("/api/workspaces", json={"name": "f"})
    assert found == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert names(ada, limit=3) == ["a", "aa", "b"]
    for cursor in ("x", "bnVsbA", "W3t9XQ", "*", "W" * 900):
        problem(ada.get("/api/workspaces", params={"cursor": cursor}), 400, "BAD_INPUT")


def test_a_request_with_a_key_is_done_once(ada: httpx.Client, bob: httpx.Client) -> None:
    key = {"Idempotency-Key": "make-shop"}
    first = ada.post("/api/workspaces", json={"name": "shop"}, headers=key)
    again = ada.post("/api/workspaces", json={"name": "shop"}, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    problem(ada.post("/api/workspaces", json={"name": "other"}, headers=key), 409, "ALREADY_THERE")
    assert bob.post("/api/workspaces", json={"name": "shop"}, headers=key).json()["id"] != first.json()["id"]
    assert names(ada) == ["shop"]
    ada.post("/api/workspaces", json={"name": "shop"})
    assert names(ada) == ["shop", "shop"]
    problem(ada.post("/api/workspaces", json={"name": "x"}, headers={"Idempotency-Key": "a b"}), 400, "BAD_INPUT")


def test_a_key_is_for_one_request_with_all_that_is_asked_in_it(ada: httpx.Client) -> None:
    place = ada.post("/api/workspaces", json={"name": "shop"}).json()["id"]
    made = ada.post("/api/projects", json={"name": "shop", "workspace_id": place})
    entities, body = f"/api/projects/{made.json()['id']}/entities", {"name": "orders"}
    key = {"Idempotency-Key": "make-orders", "If-Match": made.headers["etag"]}
    first = ada.post(entities, json=body, headers=key)
    assert ada.post(entities, json=body, headers=key).json() == first.json()
    problem(ada.post(entities, json=body, headers=key | {"If-Match": '"2"'}), 409, "ALREADY_THERE")
    problem(ada.post(entities, json=body, headers={"Idempotency-Key": "make-orders"}), 409, "ALREADY_THERE")
    problem(ada.post(f"{entities}?dry=1", json=body, headers=key), 400, "BAD_INPUT")


def test_a_refusal_is_not_what_a_key_stands_for(ada: httpx.Client, enter: Callable[[str], httpx.Client]) -> None:
    place = ada.post("/api/workspaces", json={"name": "shop"}).json()["id"]
    invitation = {"json": {"username": "carl", "role": "viewer"}, "headers": {"Idempotency-Key": "invite"}}
    problem(ada.post(f"/api/workspaces/{place}/invitations", **invitation), 404, "NOT_FOUND")  # type: ignore[arg-type]
    enter("carl")
    assert ada.post(f"/api/workspaces/{place}/invitations", **invitation).status_code == 201  # type: ignore[arg-type]


def test_a_key_holds_when_its_requests_come_at_once(ada: httpx.Client) -> None:
    def post(_number: int) -> httpx.Response:
        return ada.post("/api/workspaces", json={"name": "shop"}, headers={"Idempotency-Key": "at-once"})

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(post, range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert names(ada) == ["shop"]


@pytest.mark.parametrize(
    "name", ["名前", "<script>alert(1)</script>", "'; DROP TABLE users; --", "می\u200cخواهم", "%00", "\u00a0x"]
)
def test_names_come_back_as_they_were_given(ada: httpx.Client, name: str) -> None:
    assert ada.post("/api/workspaces", json={"name": name}).json()["name"] == name.strip()
