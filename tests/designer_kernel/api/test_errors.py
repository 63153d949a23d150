"""Every error has one body, and tells nothing of what is inside."""

from __future__ import annotations

import importlib
import json
import logging
import pkgutil

import httpx
import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from designer_kernel import errors as kernel_errors
from designer_kernel.api import errors
from designer_kernel.api.logs import Lines
from designer_kernel.studio import team as team_package
from designer_kernel.studio.team.refusals import TooManyAttempts
from tests.designer_kernel.api.conftest import Service, problem

SECRET = "hunter2 at db.internal.example, SELECT secret FROM designer.users"


def told(error: Exception) -> tuple[int, dict[str, object], dict[str, str]]:
    answer = errors.answer(error, path="/x", request_id="1")
    return answer.status_code, json.loads(answer.body), dict(answer.headers)


def test_paths_and_methods_that_are_not_there(ada: httpx.Client) -> None:
    problem(ada.get("/api/nothing"), 404, "NOT_FOUND")
    problem(ada.get("/api/workspaces/"), 404, "NOT_FOUND")
    refused = ada.patch("/api/workspaces")
    problem(refused, 405, "METHOD_NOT_ALLOWED")
    assert refused.headers["allow"] == "GET, POST"
    for method in ("TRACE", "HEAD", "PROPFIND"):
        refused = ada.request(method, "/api/workspaces/01990d5e-3a7c-7c4e-9d0e-2f6f9f1f6b1a")
        assert refused.status_code == 405
        assert refused.headers["allow"] == "DELETE, GET, PUT"
    assert ada.put("/healthz").headers["allow"] == "GET"


def test_fields_are_named(ada: httpx.Client) -> None:
    body = problem(ada.post("/api/workspaces", json={"name": 7, "color": "red"}), 400, "BAD_INPUT")
    assert {detail["where"] for detail in body["details"]} == {"body.name", "body.color"}  # type: ignore[attr-defined]
    problem(ada.put("/api/workspaces/7", json={"name": "x"}), 400, "BAD_INPUT")
    problem(ada.get("/api/workspaces?limit=0"), 400, "BAD_INPUT")
    problem(ada.post("/api/workspaces"), 400, "BAD_INPUT")


def test_what_nobody_foresaw_is_told_to_the_log_alone(
    service: Service, ada: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(service.app.state.team, "do", broken)
    caplog.set_level(logging.INFO, "designer_kernel.api")
    body = problem(ada.get("/api/workspaces"), 500, "INTERNAL_ERROR")
    crash = next(record for record in caplog.records if record.getMessage() == "crash")
    assert crash.fields["request"] == body["request_id"]  # type: ignore[attr-defined]
    assert any("broken" in frame for frame in crash.fields["frames"])  # type: ignore[attr-defined]
    assert "hunter2" not in caplog.text + str([vars(record) for record in caplog.records])


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError(SECRET, {"p": SECRET}, Exception(SECRET)), 503),
        (IntegrityError(SECRET, {"p": SECRET}, Exception(SECRET)), 409),
        (DataError(SECRET, {"p": SECRET}, Exception(SECRET)), 400),
        (kernel_errors.ServerUnavailable(SECRET, where=SECRET, mend=SECRET), 503),
        (kernel_errors.StatementFailed(SECRET, where="", statement=SECRET, sqlstate="23505"), 400),
        (kernel_errors.StatementFailed(f'type "{SECRET}" is not there', statement="CREATE x", sqlstate="42704"), 400),
        (kernel_errors.DesignerError(SECRET, where=SECRET), 500),
        (ValueError(SECRET), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_words_of_the_inside_stay_there(error: Exception, status: int) -> None:
    found, body, headers = told(error)
    assert found == status
    assert not [word for word in ("hunter2", "internal.example", "SELECT") if word in json.dumps(body)]
    assert ("retry-after" in headers) == (status == 503)


def test_who_tries_too_often_hears_when_to_come_back() -> None:
    status, body, headers = told(TooManyAttempts("too often", seconds=4.2))
    assert (status, body["code"], headers["retry-after"]) == (429, "TOO_MANY_ATTEMPTS", "5")


def test_lone_surrogates_and_long_words_can_be_told() -> None:
    status, body, _headers = told(kernel_errors.InvalidDesign("\ud800" + "x" * 5000))
    assert status == 400
    assert len(str(body["message"])) < 2100


def test_every_refusal_of_the_team_has_a_status() -> None:
    for module in pkgutil.walk_packages(team_package.__path__, f"{team_package.__name__}."):
        importlib.import_module(module.name)
    waiting, found = [kernel_errors.DesignerError], set()
    while waiting:
        waiting += (error := waiting.pop()).__subclasses__()
        is_here = ".team.remote." not in error.__module__  # what is asked of a service elsewhere
        if is_here and error.__module__.startswith((team_package.__name__, "designer_kernel.store")):
            found.add(error.code)
    assert {"bad_input", "store_unavailable"} <= found
    assert found - errors.STATUS.keys() - errors.INSIDE == set()


def test_requests_are_told_in_the_log(ada: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "designer_kernel.api")
    answer = ada.get("/api/workspaces?cursor=WyJhIl0", headers={"X-Request-Id": "my-request-1"})
    assert answer.headers["x-request-id"] == "my-request-1"
    assert ada.get("/healthz", headers={"X-Request-Id": "a b\x7f"}).headers["x-request-id"] != "a b\x7f"
    record = next(one for one in caplog.records if getattr(one, "fields", {}).get("request") == "my-request-1")
    line = json.loads(Lines().format(record))
    assert (line["event"], line["route"], line["status"]) == ("request", "/api/workspaces", 200)
    assert "token of ada" not in caplog.text + str([vars(one) for one in caplog.records])
