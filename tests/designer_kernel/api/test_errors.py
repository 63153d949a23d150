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

ID = "01990d5e-3a7c-7c4e-9d0e-2f6f9f1f6b1a"
PLACES = (team_package.__name__, "designer_kernel.studio.refusals", "designer_kernel.store")
SECRET = "hunter2 at db.internal.example, SELECT secret FROM designer.users"


def told(error: Exception) -> tuple[int, dict[str, object], dict[str, str]]:
    answer = errors.answer(error, path="/x", request_id="1")
    return answer.status_code, json.loads(answer.body), dict(answer.headers)


def mends(answer: httpx.Response, status: int = 400, code: str = "BAD_INPUT") -> dict[str, str]:
    """Return how to mend a request, by where it is wrong: nothing is told without."""
    details = problem(answer, status, code)["details"]
    assert isinstance(details, list)
    assert details
    assert all(one["where"] and one["what"] and one["mend"] for one in details), details
    return {one["where"]: one["mend"] for one in details}


def test_paths_and_methods_that_are_not_there(service: Service, ada: httpx.Client) -> None:
    for asked, meant in {
        "/api/workspaces/": "/api/workspaces",
        "/projects": "/api/projects",
        f"/api/project/{ID}/entities": "/api/projects/{project_id}/entities",
    }.items():
        assert f"did you mean {meant}?" in mends(ada.get(asked), 404, "NOT_FOUND")["path"], asked
    for asked in ("/wp-login.php", "/api/" + "x" * 3000):
        lists = mends(ada.get(asked), 404, "NOT_FOUND")["path"]
        assert "mean" not in lists
        assert "/docs" in lists
    made, service.app.openapi_schema = service.app.openapi_schema, None
    refused = ada.patch("/api/workspaces")
    assert mends(refused, 405, "METHOD_NOT_ALLOWED")["method"] == "this path has GET, POST"
    assert refused.headers["allow"] == "GET, POST"
    assert service.app.openapi_schema is None  # it takes long to make
    service.app.openapi_schema = made
    for method in ("TRACE", "HEAD", "PROPFIND"):
        refused = ada.request(method, f"/api/workspaces/{ID}")
        assert refused.status_code == 405
        assert refused.headers["allow"] == "DELETE, GET, PUT"
    assert ada.put("/healthz").headers["allow"] == "GET"
    assert (
        "application/json"
        in mends(ada.post("/api/workspaces", content=b"{}"), 415, "UNSUPPORTED_MEDIA_TYPE")["Content-Type"]
    )


def test_fields_are_named_and_what_they_take(ada: httpx.Client) -> None:
    told = mends(ada.post("/api/workspaces", json={"name": 7, "color": "red"}))
    assert told == {
        "body.name": "give text of 1 to 255 characters, such as shop",
        "body.color": "leave it out; there is name",
    }
    assert mends(ada.put("/api/workspaces/7", json={"name": "x"})) == {"path.workspace_id": "give an id (a UUID)"}
    assert mends(ada.get("/api/workspaces?limit=0")) == {"query.limit": "give a whole number from 1 to 200"}
    assert mends(ada.post("/api/workspaces")) == {"body": "give an object (name)"}
    entities = f"/api/projects/{ID}/entities"
    told = mends(ada.post(f"{entities}/{ID}/attributes", json={"nmae": "id", "data_type": "", "is_nullable": "no"}))
    assert told["body.name"].startswith("give text of 1 to 63 characters")
    assert told["body.nmae"].startswith("did you mean name? there are name, data_type, ")
    assert told["body.data_type"] == "give text of 1 to 200 characters"
    assert told["body.is_nullable"] == "give true or false"
    assert "at least one of name, " in mends(ada.put(f"{entities}/{ID}", json={}))["body"]
    told = mends(ada.put(f"{entities}/{ID}", json={"name": "x"}, headers={"If-Match": "7"}))
    assert told["header.If-Match"].startswith('give text, such as "7": ')
    ends = {"source_entity_id": ID, "target_entity_id": 7, "on_delete_action": "cascade", "source_cardinality": "2"}
    told = mends(ada.post(f"/api/projects/{ID}/relationships", json=ends))
    assert told["body.target_entity_id"] == "give an id (a UUID)"
    assert told["body.on_delete_action"].endswith('"SET NULL", "SET DEFAULT"; did you mean CASCADE?')
    assert told["body.source_cardinality"] == 'give one of "1", "0..1", "N", "0..N", "1..N" or null'
    tables = [{"name": "a", "columns": [{"name": "id", "type": "bigint", "primary_key": True}]}]
    told = mends(ada.post("/api/schemas", json={"name": "s", "definition": {"tables": tables}}))
    assert told["body.definition.tables.0.columns.0.primary_key"].startswith("did you mean primaryKey? there are name,")
    told = mends(ada.post(f"/api/projects/{ID}/fills", json={"rows": {"a": -1}, "scale": 0, "until": "soon"}))
    assert told["body.rows.a"].startswith("give a whole number from 0 to ")
    assert told["body.scale"] == "give a number, more than 0 and 1,000 at most or null"
    assert told["body.until"] == "give a date such as 2024-01-31 or null"
    rows = ada.post(f"/api/projects/{ID}/tables/t/data", json=[7])
    assert all(one.startswith("give ") for one in mends(rows).values())


def test_no_parameter_is_left_aside(ada: httpx.Client) -> None:
    assert mends(ada.get("/api/workspaces?page=2&limits=3&limit=7")) == {
        "query.page": "leave it out; there are limit, cursor",
        "query.limits": "did you mean limit? there are limit, cursor",
    }
    assert mends(ada.get("/api/workspaces?limit=7&limit=8")) == {"query.limit": "give it once"}
    assert "nothing is taken" in mends(ada.post("/api/workspaces?x=1", json={"name": "x"}))["query.x"]
    for path in ("/", "/healthz", "/docs", "/openapi.json"):
        assert list(mends(ada.get(f"{path}?verbose=1"))) == ["query.verbose"]
    filters = ada.get(f"/api/projects/{ID}/tables/t/data?filter=a:eq:1&filter=b:eq:2")
    problem(filters, 404, "NOT_FOUND")  # these may come more than once


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
        if is_here and error.__module__.startswith(PLACES):
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
