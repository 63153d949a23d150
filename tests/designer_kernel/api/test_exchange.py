"""Designs that come in as scripts and tables: read for who may make projects, with what was lost, within limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from designer_kernel.studio.team import bringing_in
from tests.designer_kernel.api.conftest import Service, let_in, problem
from tests.designer_kernel.api.things import done

SCRIPT = """
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers);
CREATE TABLE broken (id nothing_like_that);
INSERT INTO customers (mood) VALUES ('good');
"""

HOSTILE = {
    "role": "CREATE TABLE t (id int); ALTER ROLE schema_designer_app SUPERUSER; CREATE ROLE sd_evil SUPERUSER;",
    "file": "CREATE TABLE t AS SELECT pg_read_file('/etc/passwd') AS stolen;",
    "program": "CREATE TABLE t (id text); COPY t FROM PROGRAM 'id';",
    "database": "CREATE TABLE t (id int); CREATE DATABASE sd_evil; DROP SCHEMA designer CASCADE;",
    "commit": "CREATE TABLE t (id int); COMMIT; RESET ROLE; CREATE ROLE sd_evil;",
}


@pytest.fixture
def home(ada: httpx.Client) -> str:
    return str(done(ada.post("/api/workspaces", json={"name": "shop"}), 201)["id"])


def bring(client: httpx.Client, text: str, notation: str = "sql", **more: Any) -> httpx.Response:
    return client.post("/api/projects/import", json={"format": notation, "text": text, **more})


def test_a_script_becomes_a_project_and_its_losses_are_told(ada: httpx.Client, home: str) -> None:
    made = done(bring(ada, SCRIPT, name="shop"), 201)
    assert (made["name"], made["workspace_id"]) == ("shop", home)
    assert [(one["kind"], one["outcome"]) for one in made["losses"] if "broken" in one["object"]] == [
        ("statement", "refused")
    ]
    whole = done(ada.get(f"/api/projects/{made['id']}"))
    assert sorted(entity["name"] for entity in whole["entities"]) == ["customers", "orders"]
    assert len(whole["relationships"]) == 1
    again = done(bring(ada, SCRIPT, name="mended", mends=["all"]), 201)
    assert len(again["losses"]) >= 1
    key = {"Idempotency-Key": "once"}
    body = {"format": "sql", "text": "CREATE TABLE one (id int PRIMARY KEY)", "name": "one"}
    ids = {done(ada.post("/api/projects/import", json=body, headers=key), 201)["id"] for _ in range(2)}
    assert len(ids) == 1


def test_a_table_becomes_a_project(ada: httpx.Client, home: str) -> None:
    made = done(bring(ada, "id,name\n1,one\n2,two\n", "csv", name="people"), 201)
    (entity,) = done(ada.get(f"/api/projects/{made['id']}"))["entities"]
    assert [one["name"] for one in entity["attributes"]] == ["id", "name"]


def test_only_who_may_make_projects_has_anything_read(
    ada: httpx.Client, bob: httpx.Client, enter: Callable[[str], httpx.Client], home: str
) -> None:
    let_in(ada, bob, home, "viewer")
    slow = "SELECT pg_sleep(60);"
    began = time.perf_counter()
    problem(bring(bob, slow, workspace_id=home), 403, "NOT_ALLOWED")
    problem(bring(enter("eve"), slow, workspace_id=home), 404, "NOT_FOUND")
    problem(bring(enter("eva"), "[" * 5000, "json", workspace_id=home), 404, "NOT_FOUND")  # nor looked at
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_script_reaches_nothing(service: Service, ada: httpx.Client, home: str, kind: str) -> None:
    answer = bring(ada, HOSTILE[kind])
    assert answer.status_code in (201, 400), answer.text
    assert "root:" not in answer.text
    if answer.status_code == 201:
        place = f"/api/projects/{answer.json()['id']}"
        assert [entity["name"] for entity in done(ada.get(place))["entities"]] == ["t"]
        assert "root:" not in ada.get(f"{place}/generate-schema").text
    with service.team.store.engine.connect() as connection:
        made = text("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'sd\\_evil%'")
        assert connection.scalar(made) == 0
        assert connection.scalar(text("SELECT count(*) FROM pg_database WHERE datname = 'sd_evil'")) == 0
    assert done(ada.get("/api/workspaces"))["items"]


def test_a_turn_is_waited_for_and_no_longer(ada: httpx.Client, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing_in, "_PATIENCE", 0.01)
    taken = [bringing_in._turns.acquire() for _ in range(bringing_in._AT_ONCE)]
    try:
        refused = bring(ada, "CREATE TABLE t (id int)")
        problem(refused, 429, "TOO_MANY_ATTEMPTS")
        assert int(refused.headers["retry-after"]) >= 1
        done(bring(ada, "Table t {\n  id int\n}\n", "dbml"), 201)  # what runs nothing waits for nobody
    finally:
        for _ in taken:
            bringing_in._turns.release()


def test_one_person_has_one_script_read_at_a_time(ada: httpx.Client, home: str) -> None:
    person = UUID(done(ada.get("/api/auth/me"))["id"])
    with bringing_in._turn("script", person):
        refused = bring(ada, "CREATE TABLE t (id int)")
        problem(refused, 429, "TOO_MANY_ATTEMPTS")
        assert "a script of yours" in refused.text
        with bringing_in._turn("script", None):  # somebody else has a turn
            pass
    done(bring(ada, "CREATE TABLE t (id int)"), 201)


ALIASES = "a: &a [1,1,1,1]\n" + "".join(
    f"{name}: &{name} [*{before},*{before},*{before},*{before}]\n"
    for before, name in zip("abcdefghijk", "bcdefghijkl", strict=True)
)
"""Few bytes that would be millions of items."""

NOT_READ = {
    "nothing": ("sql", " "),
    "a picture": ("sql", "erDiagram"),
    "deep JSON": ("json", "[" * 5000),
    "deep YAML": ("yaml", "[" * 5000),
    "twice": ("json", '{"format": 1, "name": "a", "name": "b"}'),
    "an object": ("yaml", "!!python/object/apply:os.system ['id']"),
    "aliases": ("yaml", ALIASES),
    "a table without lines": ("csv", "\n"),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_cannot_be_read_is_refused_soon(ada: httpx.Client, home: str, name: str) -> None:
    notation, text = NOT_READ[name]
    took = []
    while not took or (took[-1] >= 0.2 and len(took) < 5):  # the machine may be busy with something else
        began = time.perf_counter()
        answer = bring(ada, text, notation)
        took.append(time.perf_counter() - began)
        assert answer.status_code == 400, answer.text
    assert min(took) < 0.2 or notation == "sql"


def test_versions_come_along_with_a_design(ada: httpx.Client, home: str) -> None:
    def version(number: int, **more: Any) -> dict[str, Any]:
        made = {"number": number, "message": "m", "author": "eve", "created_at": "2025-03-01T12:00:00+02:00"}
        return {**made, "text": "name: s\nentities:\n- name: before\n", **more}

    now = "name: s\nentities:\n- name: now\n"
    made = done(bring(ada, now, "yaml", versions=[version(1), version(4)]), 201)
    kept = done(ada.get(f"/api/projects/{made['id']}/versions"))["items"]
    assert [(one["number"], one["author"], one["brought_by"]) for one in kept] == [(1, "eve", "ada"), (4, "eve", "ada")]
    assert kept[0]["created_at"].startswith("2025-03-01T10:00:00")
    opened = done(ada.get(f"/api/projects/{made['id']}/versions/4/design"))
    assert [entity["name"] for entity in opened["definition"]["entities"]] == ["before"]
    for wrong, code in (
        ({"versions": [version(1), version(1)]}, "BAD_INPUT"),
        ({"versions": [version(1, created_at="0001-01-01T00:00:00+14:00")]}, "BAD_INPUT"),
        ({"versions": [version(1, created_at="2025-03-01T12:00:00")]}, "BAD_INPUT"),
        ({"versions": [version(1, text="entities: {")]}, "INVALID_DOCUMENT"),
    ):
        answer = bring(ada, now, "yaml", name="wrong", **wrong)
        assert answer.status_code == 400, answer.text
        assert answer.json()["code"] == code
        assert "versions" in answer.json()["details"][0]["where"], answer.text
    problem(bring(ada, SCRIPT, name="script", versions=[version(1)]), 400, "BAD_INPUT")
    assert [one["name"] for one in done(ada.get("/api/projects"))["items"]] == ["s"]
