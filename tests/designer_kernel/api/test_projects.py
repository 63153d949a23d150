"""Projects over HTTP: what they hold, who may change it, what happens when two change it; both spellings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from designer_kernel.studio.team.designs import DESIGNS
from tests.designer_kernel.api.conftest import let_in, problem


@pytest.fixture
def home(ada: httpx.Client) -> str:
    return str(ada.post("/api/workspaces", json={"name": "shop"}).json()["id"])


@pytest.fixture
def project(ada: httpx.Client, home: str) -> str:
    made = ada.post("/api/projects", json={"name": "core", "description": "d", "target_db_type": "PostgreSQL"})
    assert made.status_code == 201, made.text
    assert made.headers["etag"] == '"1"'
    assert made.json()["workspace_id"] == home
    return f"/api/projects/{made.json()['id']}"


def done(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def add(client: httpx.Client, project: str, name: str, **more: object) -> dict[str, Any]:
    entity: dict[str, Any] = done(client.post(f"{project}/entities", json={"name": name, **more}), 201)
    place = f"{project}/entities/{entity['id']}/attributes"
    done(
        client.post(place, json={"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}),
        201,
    )
    return entity


def test_a_project_is_drawn_and_generated(ada: httpx.Client, project: str) -> None:
    users, orders = add(ada, project, "users", description="Customers"), add(ada, project, "orders")
    place = f"{project}/entities/{users['id']}"
    email = done(
        ada.post(
            f"{place}/attributes",
            json={"name": "email", "data_type": "VARCHAR", "length": 255, "is_nullable": False, "is_unique": True},
        ),
        201,
    )
    problem(ada.post(f"{place}/attributes", json={"name": "email", "data_type": "text"}), 409, "ALREADY_THERE")
    problem(ada.post(f"{project}/entities", json={"name": "users"}), 409, "ALREADY_THERE")
    problem(ada.post("/api/projects", json={"name": "core"}), 409, "ALREADY_THERE")
    problem(
        ada.post(f"{place}/attributes", json={"name": "x", "data_type": "int, drop table y"}), 400, "INVALID_DESIGN"
    )
    between = done(
        ada.post(
            f"{project}/relationships",
            json={
                "source_entity_id": users["id"],
                "target_entity_id": orders["id"],
                "relationship_type": "ONE_TO_MANY",
                "source_cardinality": "1",
                "target_cardinality": "N",
                "on_delete_action": "CASCADE",
            },
        ),
        201,
    )
    assert done(ada.put(f"{place}/attributes/{email['id']}", json={"name": "mail"}))["length"] == 255
    assert (
        done(ada.put(f"{project}/relationships/{between['id']}", json={"on_delete_action": "RESTRICT"}))[
            "on_delete_action"
        ]
        == "RESTRICT"
    )
    whole = done(ada.get(project))
    assert [[a["name"] for a in e["attributes"]] for e in whole["entities"]] == [["id", "mail"], ["id"]]
    assert [e["primary_key"] for e in whole["entities"]] == [["id"], ["id"]]
    assert (
        done(ada.get(place))["primary_key"] == done(ada.get(f"{project}/entities"))["items"][0]["primary_key"] == ["id"]
    )
    assert done(ada.put(place, json={"description": "Who buys"}))["primary_key"] == ["id"]
    assert done(ada.post(f"{project}/entities", json={"name": "keyless"}), 201)["primary_key"] == []
    assert len(whole["relationships"]) == 1
    script = ada.get(f"{project}/generate-schema")
    assert script.headers["content-type"].startswith("application/sql")
    assert "CREATE TABLE public.users" in script.text
    assert "ON DELETE RESTRICT" in script.text
    done(ada.delete(f"{project}/relationships/{between['id']}"), 204)
    done(ada.delete(f"{place}/attributes/{email['id']}"), 204)
    done(ada.delete(place), 204)
    problem(ada.get(place), 404, "NOT_FOUND")
    problem(ada.delete(place), 404, "UNKNOWN_OBJECT")
    assert done(ada.put(project, json={"name": "kernel"}))["name"] == "kernel"
    done(ada.delete(project), 204)
    problem(ada.get(project), 404, "NOT_FOUND")


def test_a_project_goes_out_and_comes_in(ada: httpx.Client, project: str) -> None:
    add(ada, project, "users")
    for notation in ("sql", "yaml", "json", "dbml", "mermaid", "svg", "sqlalchemy"):
        assert "users" in done(ada.post(f"{project}/export", json={"format": notation}))["text"]
    text = done(ada.post(f"{project}/export", json={"format": "yaml"}))["text"]
    made = done(ada.post("/api/projects/import", json={"format": "yaml", "text": text, "name": "copy"}), 201)
    assert [e["name"] for e in done(ada.get(f"/api/projects/{made['id']}"))["entities"]] == ["users"]
    problem(ada.post("/api/projects/import", json={"format": "json", "text": "[" * 5000}), 400, "INVALID_DOCUMENT")
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{c}: &{c} [*{p},*{p},*{p},*{p},*{p},*{p},*{p},*{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    problem(ada.post("/api/projects/import", json={"text": bomb}), 400, "INVALID_DOCUMENT")


def test_edits_of_two_are_merged_or_conflict(ada: httpx.Client, bob: httpx.Client, home: str, project: str) -> None:
    let_in(ada, bob, home, "editor")
    users = add(ada, project, "users")
    place = f"{project}/entities/{users['id']}"
    seen = ada.get(place).headers["etag"]
    done(bob.put(place, json={"description": "by Bob"}, headers={"If-Match": seen}))
    other = ada.post(
        f"{project}/entities", json={"name": "orders"}, headers={"If-Match": seen}
    )  # something else: merged
    assert other.status_code == 201
    assert "etag" not in other.headers  # it would say that she has seen what Bob did
    told = ada.put(place, json={"description": "by Ada"}, headers={"If-Match": seen})
    assert told.status_code == 409
    conflict = told.json()["conflict"]
    assert [one["who"] for one in conflict["theirs"]] == ["bob"]
    assert (conflict["clashes"][0]["theirs"], conflict["clashes"][0]["mine"]) == (
        {"description": "by Bob"},
        {"description": "by Ada"},
    )
    assert {one["choice"] for one in conflict["choices"]} == {"mine", "theirs"}
    for tag in ('"abc"', 'W/"1"'):
        problem(ada.put(place, json={"description": "x"}, headers={"If-Match": tag}), 412, "CHANGED_MEANWHILE")
    for tag in ("", "{}", "null", "7", '"a", "b"'):
        problem(ada.put(place, json={"description": "x"}, headers={"If-Match": tag}), 400, "BAD_INPUT")
    labels = [one["who"] for one in done(ada.get(f"{project}/changes"))["items"]]
    assert labels[-2:] == ["bob", "ada"]
    undone = done(bob.post(f"{project}/undo", json={}))
    assert undone["change"]["origin"] == "undo"
    assert done(ada.get(place))["description"] == ""


def test_strangers_see_nothing_and_viewers_change_nothing(
    ada: httpx.Client, bob: httpx.Client, home: str, project: str, enter: Callable[[str], httpx.Client]
) -> None:
    users = add(ada, project, "users")
    let_in(ada, bob, home, "viewer")
    eve = enter("eve")
    assert done(eve.get("/api/projects"))["items"] == []
    for client, status, code in ((bob, 403, "NOT_ALLOWED"), (eve, 404, "NOT_FOUND")):
        problem(client.put(f"{project}/entities/{users['id']}", json={"name": "x"}), status, code)
        problem(client.post(f"{project}/entities", json={"name": "x"}), status, code)
        problem(client.delete(project), status, code)
    assert done(bob.get(project))["name"] == "core"
    for path in ("", "/generate-schema", "/versions", "/changes", "/tables", "/plan", f"/entities/{users['id']}"):
        problem(eve.get(f"{project}{path}"), 404, "NOT_FOUND")


def test_schemas_are_projects_told_in_tables(ada: httpx.Client, home: str) -> None:
    columns = [
        {"name": "id", "type": "UUID", "primaryKey": True, "default": "uuid_generate_v4()"},
        {"name": "name", "type": "VARCHAR(255)", "notNull": True},
        {"name": "created_at", "type": "TIMESTAMP", "default": "NOW()"},
    ]
    body = {
        "name": "custom_schema",
        "description": "d",
        "definition": {"tables": [{"name": "custom_table", "columns": columns}]},
    }
    made = done(ada.post("/api/schemas", json=body), 201)
    schema, project = f"/api/schemas/{made['id']}", f"/api/projects/{made['id']}"
    assert made["version"] == 1
    first = done(ada.get(project))["entities"][0]
    assert [a["default_value"] for a in first["attributes"]] == ["gen_random_uuid()", None, "NOW()"]
    table = {"name": "custom_table", "columns": [*columns[:2], {"name": "price", "type": "numeric(10,2)"}]}
    changed = done(ada.put(schema, json={"definition": {"tables": [table, {"name": "more", "columns": columns[:1]}]}}))
    assert changed["version"] == 2
    again = done(ada.get(project))["entities"][0]
    assert again["id"] == first["id"]
    assert again["attributes"][0]["id"] == first["attributes"][0]["id"]
    assert [v["number"] for v in done(ada.get(f"{schema}/versions"))["items"]] == [1, 2]
    assert done(ada.get(f"{schema}/versions")) == done(ada.get(f"{project}/versions"))
    done(ada.post(f"{schema}/rollback/1"))
    assert [t["name"] for t in done(ada.get(schema))["definition"]["tables"]] == ["custom_table"]
    problem(ada.post(f"{project}/rollback/9"), 404, "NOT_FOUND")
    assert [one["id"] for one in done(ada.get("/api/schemas"))["items"]] == [made["id"]]
    done(ada.delete(schema), 204)
    problem(ada.get(project), 404, "NOT_FOUND")


def test_a_name_that_no_design_can_have_changes_nothing(ada: httpx.Client, home: str) -> None:
    text = "format: 1\nname: shop\nentities: []\n"
    made = done(ada.post("/api/projects/import", json={"format": "yaml", "text": text}), 201)
    assert made["name"] == "shop"
    long = "\u00e9" * 40  # 40 letters are 80 bytes
    problem(ada.put(f"/api/schemas/{made['id']}", json={"name": long}), 400, "INVALID_DESIGN")
    problem(
        ada.post("/api/projects/import", json={"format": "yaml", "text": text, "name": long}), 400, "INVALID_DESIGN"
    )
    DESIGNS.forget(UUID(made["id"]))  # what is kept in memory would hide what cannot be read
    assert done(ada.get(f"/api/schemas/{made['id']}"))["name"] == "shop"


def test_rows_of_a_deployed_schema(ada: httpx.Client, home: str) -> None:
    columns = [{"name": "id", "type": "integer", "primaryKey": True}, {"name": "name", "type": "text", "notNull": True}]
    made = done(
        ada.post("/api/schemas", json={"name": "s", "definition": {"tables": [{"name": "t", "columns": columns}]}}), 201
    )
    schema, project = f"/api/schemas/{made['id']}", f"/api/projects/{made['id']}"
    problem(ada.get(f"{schema}/tables/t/data"), 409, "NOT_DEPLOYED")
    assert any("CREATE TABLE" in one for one in done(ada.get(f"{project}/plan"))["statements"])
    done(ada.post(f"{project}/deployments", json={}), 201)
    data = f"{schema}/tables/t/data"
    done(ada.post(data, json={"id": 1, "name": "one"}), 201)
    done(ada.post(f"{project}/tables/t/data", json={"rows": [{"id": n, "name": f"n{n}"} for n in range(2, 6)]}), 201)
    problem(ada.post(data, json={"id": 1, "name": "again"}), 409, "ALREADY_THERE")
    problem(ada.post(data, json={"id": "x", "name": "n"}), 400, "BAD_INPUT")
    page = done(ada.get(data, params={"filter": ["id:ge:2", "name:ne:n3"], "sort": "-id", "limit": 2}))
    assert [row["values"]["id"] for row in page["rows"]] == [5, 4]
    rest = done(
        ada.get(data, params={"filter": ["id:ge:2", "name:ne:n3"], "sort": "-id", "limit": 2, "cursor": page["next"]})
    )
    assert [row["values"]["id"] for row in rest["rows"]] == [2]
    seen = ada.get(f"{data}/1").headers["etag"]
    done(ada.put(f"{data}/1", json={"name": "uno"}, headers={"If-Match": seen}))
    problem(ada.put(f"{data}/1", json={"name": "eins"}, headers={"If-Match": seen}), 409, "EDIT_CONFLICT")
    done(ada.delete(f"{data}/1"), 204)
    problem(ada.get(f"{data}/1"), 404, "NOT_FOUND")
    for hostile in ("t; drop table t", "../t", "pg_class", "designer.users"):
        problem(ada.get(f"{schema}/tables/{hostile.replace('/', '%2F')}/data"), 404, "NOT_FOUND")


def test_connections_tell_no_secret(ada: httpx.Client, bob: httpx.Client, home: str) -> None:
    let_in(ada, bob, home, "viewer")
    uri = "postgresql://ada:hunter2@8.8.8.8:5432/shop"
    made = ada.post(f"/api/workspaces/{home}/connections", json={"name": "prod", "connection_uri": uri})
    one = f"/api/connections/{done(made, 201)['id']}"
    told = [
        made,
        ada.get(one),
        bob.get(f"/api/workspaces/{home}/connections"),
        ada.get(f"/api/workspaces/{home}/audits"),
    ]
    assert not [answer.text for answer in told if "hunter2" in answer.text or "8.8.8.8" in answer.text]
    problem(bob.get(f"{one}/address"), 403, "NOT_ALLOWED")
    assert done(ada.get(f"{one}/address"))["host"] == "8.8.8.8"
    hostile = "postgresql://ada:hunter2@8.8.8.8/shop?passfile=/etc/passwd"
    refused = ada.put(f"{one}/uri", json={"connection_uri": hostile})
    problem(refused, 400, "BAD_INPUT")
    assert "hunter2" not in refused.text
    done(ada.delete(one), 204)
    problem(bob.get(f"/api/workspaces/{home}/audits"), 403, "NOT_ALLOWED")
    actions = [
        row["action"]
        for row in done(ada.get(f"/api/workspaces/{home}/audits", params={"action": "connection"}))["items"]
    ]
    assert actions == ["connection.remove", "connection.add"]
