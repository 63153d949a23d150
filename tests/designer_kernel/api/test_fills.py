"""Sample data over HTTP: asked for, looked at, cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from designer_kernel.api import filling
from designer_kernel.design.identity import new_id
from designer_kernel.studio.team import fills
from tests.designer_kernel.api.conftest import Service, let_in, problem
from tests.designer_kernel.api.things import done

COLUMNS = [
    {"name": "id", "type": "bigint", "primaryKey": True},
    {"name": "name", "type": "text", "notNull": True},
]


@pytest.fixture
def home(ada: httpx.Client) -> str:
    return str(done(ada.post("/api/workspaces", json={"name": "shop"}), 201)["id"])


@pytest.fixture
def project(ada: httpx.Client, home: str) -> str:
    body = {"name": "s", "definition": {"tables": [{"name": "people", "columns": COLUMNS}]}}
    made = done(ada.post("/api/schemas", json=body), 201)["id"]
    done(ada.post(f"/api/projects/{made}/deployments", json={}), 201)
    return f"/api/projects/{made}"


def awaited(client: httpx.Client, fill: str) -> Any:
    """Return a fill once it is over."""
    until = time.monotonic() + 30
    while True:
        told = done(client.get(f"/api/fills/{fill}"))
        if told["status"] not in ("pending", "running"):
            return told
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_fill_is_done_in_its_own_time(ada: httpx.Client, project: str) -> None:
    asked = {"rows": {"people": 25}, "seed": 3}
    answer = ada.post(f"{project}/fills", json=asked, headers={"Idempotency-Key": "f"})
    made = done(answer, 202)
    assert answer.headers["location"] == f"/api/fills/{made['id']}"
    told = awaited(ada, made["id"])
    assert (told["status"], told["counts"], told["rows_total"], told["error"]) == ("completed", {"people": 25}, 25, "")
    assert told["config"] == asked
    assert len(done(ada.get(f"{project}/tables/people/data"))["rows"]) == 25
    again = done(ada.post(f"{project}/fills", json=asked, headers={"Idempotency-Key": "f"}), 202)
    assert again["id"] == made["id"]  # and nothing is filled anew
    assert [one["id"] for one in done(ada.get(f"{project}/fills"))] == [made["id"]]
    failed = awaited(ada, done(ada.post(f"{project}/fills", json=asked), 202)["id"])
    assert (failed["status"], "holds rows already" in failed["error"]) == ("failed", True)
    replaced = awaited(ada, done(ada.post(f"{project}/fills", json=asked | {"mode": "replace"}), 202)["id"])
    assert replaced["status"] == "completed"


def until_it_is_to_end(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let fills go on only when somebody wants them to end; return what tells that one has begun."""
    began, heard = threading.Event(), filling._Work.heard

    def waiting(work: Any, table: str, rows: int) -> None:
        began.set()
        assert work.wanted.wait(20)
        heard(work, table, rows)

    monkeypatch.setattr(filling._Work, "heard", waiting)
    return began


def test_a_fill_that_is_cancelled_leaves_nothing(
    ada: httpx.Client, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, goes_on = threading.Event(), threading.Event()
    heard = filling._Work.heard

    def waiting(work: Any, table: str, rows: int) -> None:
        began.set()
        assert goes_on.wait(20)
        heard(work, table, rows)

    monkeypatch.setattr(filling._Work, "heard", waiting)
    made = done(ada.post(f"{project}/fills", json={"rows": {"people": 5}}), 202)
    assert began.wait(20)
    assert done(ada.get(f"/api/fills/{made['id']}"))["status"] == "running"
    problem(ada.post(f"{project}/fills", json={}), 429, "TOO_MANY_ATTEMPTS")
    done(ada.post(f"/api/fills/{made['id']}/cancel"))
    goes_on.set()
    assert awaited(ada, made["id"])["status"] == "cancelled"
    assert done(ada.get(f"{project}/tables/people/data"))["rows"] == []


def test_who_loses_their_right_ends_their_fill(
    ada: httpx.Client, bob: httpx.Client, home: str, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = let_in(ada, bob, home, "editor")
    monkeypatch.setattr(filling, "_BEAT", 0.05)
    began = until_it_is_to_end(monkeypatch)
    made = done(bob.post(f"{project}/fills", json={"rows": {"people": 5}}), 202)
    assert began.wait(20)
    done(ada.delete(f"/api/workspaces/{home}/members/{who}"), 204)
    for thread in threading.enumerate():
        if thread.name == f"fill-{made['id']}":
            thread.join(20)
            assert not thread.is_alive()
    assert done(ada.get(f"{project}/tables/people/data"))["rows"] == []
    problem(bob.get(f"/api/fills/{made['id']}"), 404, "NOT_FOUND")


def test_who_may_fill(
    ada: httpx.Client, bob: httpx.Client, enter: Callable[[str], httpx.Client], home: str, project: str
) -> None:
    let_in(ada, bob, home, "viewer")
    problem(bob.post(f"{project}/fills", json={}), 403, "NOT_ALLOWED")
    problem(enter("eve").post(f"{project}/fills", json={}), 404, "NOT_FOUND")
    made = done(ada.post(f"{project}/fills", json={"rows": {"people": 3}}), 202)["id"]
    awaited(bob, made)  # who may see may look
    problem(bob.post(f"/api/fills/{made}/cancel"), 403, "NOT_ALLOWED")
    problem(enter("eva").get(f"/api/fills/{made}"), 404, "NOT_FOUND")
    for body in ({"rows": {"people": 10**9}}, {"mode": "append"}, {"hints": {"colour": "red"}}, {"until": "x"}):
        assert ada.post(f"{project}/fills", json=body).status_code == 400
    problem(ada.post(f"/api/projects/{made}/fills", json={}), 404, "NOT_FOUND")


def test_a_service_that_stops_ends_its_fills(
    service: Service, ada: httpx.Client, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = until_it_is_to_end(monkeypatch)
    made = done(ada.post(f"{project}/fills", json={"rows": {"people": 5}}), 202)
    assert began.wait(20)
    service.app.state.fills.close()
    told = done(ada.get(f"/api/fills/{made['id']}"))
    assert (told["status"], "the service was stopped" in told["error"]) == ("failed", True)
    assert done(ada.get(f"{project}/tables/people/data"))["rows"] == []


def test_a_watch_outlives_what_it_meets_and_says_why_a_fill_ends(
    ada: httpx.Client, project: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    beats, asked = [], filling.Fills._is_wanted

    def failing(at_work: filling.Fills, work: Any) -> bool:
        beats.append(work)
        if len(beats) <= 2:
            raise RuntimeError("hunter2")
        return asked(at_work, work)

    monkeypatch.setattr(filling, "_BEAT", 0.02)
    monkeypatch.setattr(filling, "_LONGEST", 0.1)
    monkeypatch.setattr(filling.Fills, "_is_wanted", failing)
    until_it_is_to_end(monkeypatch)
    made = done(ada.post(f"{project}/fills", json={"rows": {"people": 5}}, headers={"X-Request-Id": "my-fill-1"}), 202)
    told = awaited(ada, made["id"])
    assert told["status"] == "failed"
    assert told["error"].startswith("the fill took longer than 0.00166667 minutes; nothing was changed")
    crashes = [one.fields for one in caplog.records if one.getMessage() == "crash"]  # type: ignore[attr-defined]
    assert [(one["error"], one["request"]) for one in crashes] == [("RuntimeError", "my-fill-1")]  # once for two beats


def test_only_some_are_filled_at_a_time(service: Service, ada: httpx.Client, project: str) -> None:
    at_work: filling.Fills = service.app.state.fills
    with at_work.room(new_id()), at_work.room(new_id()):
        refused = ada.post(f"{project}/fills", json={})
        problem(refused, 429, "TOO_MANY_ATTEMPTS")
        assert int(refused.headers["retry-after"]) >= 1
    done(ada.get(f"{project}/fills"))


def test_one_person_has_one_fill_at_a_time(
    ada: httpx.Client, project: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(filling._Work, "heard", lambda _work, _table, _rows: goes_on.wait(20))
    monkeypatch.setattr(filling, "_PATIENCE", 0.01)
    made = done(ada.post(f"{project}/fills", json={"rows": {"people": 5}}), 202)
    try:
        refused = ada.post(f"{project}/fills", json={})
        problem(refused, 429, "TOO_MANY_ATTEMPTS")
        assert "you have a fill under way already" in refused.text
        with service.app.state.fills.room(new_id()):  # another person has room
            pass
    finally:
        goes_on.set()
    monkeypatch.undo()
    assert awaited(ada, made["id"])["status"] == "completed"
    again = done(ada.post(f"{project}/fills", json={"mode": "replace"}), 202)
    assert awaited(ada, again["id"])["status"] == "completed"


def test_what_nobody_foresaw_fails_the_fill_and_tells_nothing(
    ada: httpx.Client, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(fills.room_filling, "way", broken)
    told = awaited(ada, done(ada.post(f"{project}/fills", json={}), 202)["id"])
    assert told["status"] == "failed"
    assert "hunter2" not in told["error"]
