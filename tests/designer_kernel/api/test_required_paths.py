"""Every path that was asked for is there, with the fields that were named, from the first request to the last."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from designer_kernel.studio.team.people import offer_code
from tests.designer_kernel.api.conftest import Service, problem
from tests.designer_kernel.api.things import done

PASSWORD = "nine violet otters"

OF_PROJECTS = [
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/register"),
    ("POST", "/api/auth/refresh-token"),
    ("POST", "/api/projects"),
    ("GET", "/api/projects"),
    ("GET", "/api/projects/{projectId}"),
    ("PUT", "/api/projects/{projectId}"),
    ("DELETE", "/api/projects/{projectId}"),
    ("POST", "/api/projects/{projectId}/entities"),
    ("GET", "/api/projects/{projectId}/entities/{entityId}"),
    ("PUT", "/api/projects/{projectId}/entities/{entityId}"),
    ("DELETE", "/api/projects/{projectId}/entities/{entityId}"),
    ("POST", "/api/projects/{projectId}/entities/{entityId}/attributes"),
    ("PUT", "/api/projects/{projectId}/entities/{entityId}/attributes/{attributeId}"),
    ("DELETE", "/api/projects/{projectId}/entities/{entityId}/attributes/{attributeId}"),
    ("POST", "/api/projects/{projectId}/relationships"),
    ("PUT", "/api/projects/{projectId}/relationships/{relationshipId}"),
    ("DELETE", "/api/projects/{projectId}/relationships/{relationshipId}"),
    ("GET", "/api/projects/{projectId}/generate-schema"),
    ("POST", "/api/projects/{projectId}/export"),
    ("POST", "/api/projects/import"),
]
OF_SCHEMAS = [
    ("POST", "/api/schemas"),
    ("GET", "/api/schemas"),
    ("GET", "/api/schemas/{id}"),
    ("PUT", "/api/schemas/{id}"),
    ("DELETE", "/api/schemas/{id}"),
    ("GET", "/api/schemas/{id}/versions"),
    ("POST", "/api/schemas/{id}/rollback/{version}"),
    ("POST", "/api/schemas/{schemaId}/tables/{tableName}/data"),
    ("GET", "/api/schemas/{schemaId}/tables/{tableName}/data"),
    ("PUT", "/api/schemas/{schemaId}/tables/{tableName}/data/{id}"),
    ("DELETE", "/api/schemas/{schemaId}/tables/{tableName}/data/{id}"),
]
OPEN = {path for _method, path in OF_PROJECTS if path.startswith("/api/auth/")}


@pytest.mark.parametrize(("method", "path"), OF_PROJECTS + OF_SCHEMAS, ids=" ".join)
def test_a_path_is_there_and_only_for_who_is_logged_in(
    service: Service, ada: httpx.Client, method: str, path: str
) -> None:
    place = path.replace("{version}", "1").replace("{tableName}", "orders")
    while "{" in place:
        begin, end = place.index("{"), place.index("}") + 1
        place = place[:begin] + str(uuid4()) + place[end:]
    if path not in OPEN:
        with service.client() as nobody:
            problem(nobody.request(method, place), 401, "NOT_LOGGED_IN")
    answer = ada.request(method, place)
    assert answer.status_code != 405
    is_told = (answer.json() if answer.content else {}).get("message")
    assert is_told != "there is no such path"


class Walk:
    """Requests one after the other, each as the document writes it; remembers which paths were asked."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.seen: list[tuple[str, str]] = []

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200, **ids: object) -> Any:
        self.seen.append((method, path))
        place = path.format(**ids)
        return done(self.client.request(method, place, **({} if body is None else {"json": body})), status)


def test_what_the_first_document_asks_for(service: Service) -> None:
    with service.client() as client:
        ask = Walk(client)
        person = {"username": "ada", "email": "ada@example.org", "password": PASSWORD}
        ask("POST", "/api/auth/register", person | {"code": offer_code(service.team)}, 201)
        pair = ask("POST", "/api/auth/login", {"username": "ada", "password": PASSWORD})
        pair = ask("POST", "/api/auth/refresh-token", {"refresh_token": pair["refresh_token"]})
        client.headers["Authorization"] = f"Bearer {pair['access_token']}"
        asked = {"name": "E-commerce Core", "description": "Core entities", "target_db_type": "PostgreSQL"}
        project = ask("POST", "/api/projects", asked, 201)
        fields = {"id", "name", "description", "user_id", "target_database_type", "created_at", "updated_at"}
        assert fields <= set(project)
        p = project["id"]
        assert [one["id"] for one in ask("GET", "/api/projects")["items"]] == [p]
        whole = "/api/projects/{projectId}"
        changed = ask("PUT", whole, {"description": "more"}, projectId=p)
        assert (changed["name"], changed["description"]) == ("E-commerce Core", "more")
        people = {"name": "Users", "description": "Customer and admin users", "is_abstract": False}
        users = ask("POST", whole + "/entities", people, 201, projectId=p)["id"]
        orders = ask("POST", whole + "/entities", {"name": "Orders"}, 201, projectId=p)["id"]
        entity = whole + "/entities/{entityId}"
        assert ask("PUT", entity, {"name": "People"}, projectId=p, entityId=users)["name"] == "People"
        key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
        ask("POST", entity + "/attributes", key, 201, projectId=p, entityId=users)
        email = {"name": "email", "data_type": "VARCHAR", "length": 255, "is_nullable": False, "is_unique": True}
        made = ask("POST", entity + "/attributes", email, 201, projectId=p, entityId=users)
        assert {name: made[name] for name in email} == email
        attribute = entity + "/attributes/{attributeId}"
        of_users = {"projectId": p, "entityId": users, "attributeId": made["id"]}
        assert ask("PUT", attribute, {"default_value": "'none'"}, **of_users)["default_value"] == "'none'"
        shown = ask("GET", entity, projectId=p, entityId=users)
        assert [one["name"] for one in shown["attributes"]] == ["id", "email"]
        ends = {
            "source_entity_id": users, "target_entity_id": orders, "relationship_type": "ONE_TO_MANY",
            "source_cardinality": "1", "target_cardinality": "N", "on_delete_action": "CASCADE",
        }  # fmt: skip
        between = ask("POST", whole + "/relationships", ends, 201, projectId=p)
        assert {name: between[name] for name in ends} == ends
        relationship = whole + "/relationships/{relationshipId}"
        of_both = {"projectId": p, "relationshipId": between["id"]}
        assert ask("PUT", relationship, {"on_update_action": "CASCADE"}, **of_both)["on_update_action"] == "CASCADE"
        opened = ask("GET", whole, projectId=p)
        assert [len(opened["entities"]), len(opened["relationships"])] == [2, 1]
        script = client.get(f"/api/projects/{p}/generate-schema")
        ask.seen.append(("GET", whole + "/generate-schema"))
        assert 'CREATE TABLE public."People"' in script.text
        text = ask("POST", whole + "/export", {"format": "yaml"}, projectId=p)["text"]
        body = {"format": "yaml", "text": text, "name": "copy"}
        copy = ask("POST", "/api/projects/import", body, 201)["id"]
        assert len(ask("GET", whole, projectId=copy)["entities"]) == 2
        ask("DELETE", relationship, None, 204, **of_both)
        ask("DELETE", attribute, None, 204, **of_users)
        ask("DELETE", entity, None, 204, projectId=p, entityId=users)
        ask("DELETE", whole, None, 204, projectId=p)
        problem(client.get(f"/api/projects/{p}"), 404, "NOT_FOUND")
    assert set(ask.seen) == set(OF_PROJECTS)


def test_what_the_second_document_asks_for(ada: httpx.Client) -> None:
    ask = Walk(ada)
    done(ada.post("/api/workspaces", json={"name": "shop"}), 201)
    columns = [
        {"name": "id", "type": "UUID", "primaryKey": True, "default": "uuid_generate_v4()"},
        {"name": "name", "type": "VARCHAR(255)", "notNull": True},
        {"name": "created_at", "type": "TIMESTAMP", "default": "NOW()"},
    ]
    definition = {"tables": [{"name": "custom_table", "columns": columns}]}
    body = {"name": "custom_schema", "description": "Custom schema for project data", "definition": definition}
    made = ask("POST", "/api/schemas", body, 201)
    assert {"id", "name", "description", "version", "definition", "is_active", "created_at", "updated_at"} <= set(made)
    s = made["id"]
    assert [one["name"] for one in ask("GET", "/api/schemas")["items"]] == ["custom_schema"]
    shown = ask("GET", "/api/schemas/{id}", id=s)
    assert [one["name"] for one in shown["definition"]["tables"][0]["columns"]] == ["id", "name", "created_at"]
    assert ask("PUT", "/api/schemas/{id}", {"description": "changed"}, id=s)["version"] == 2
    numbers = [one["number"] for one in ask("GET", "/api/schemas/{id}/versions", id=s)["items"]]
    assert numbers == [1, 2]
    ask("POST", "/api/schemas/{id}/rollback/{version}", id=s, version=1)
    assert ask("GET", "/api/schemas/{id}", id=s)["description"] == "Custom schema for project data"
    done(ada.post(f"/api/projects/{s}/deployments", json={}), 201)
    data = "/api/schemas/{schemaId}/tables/{tableName}/data"
    table = {"schemaId": s, "tableName": "custom_table"}
    (row,) = ask("POST", data, {"name": "one"}, 201, **table)["rows"]
    key = row["values"]["id"]
    assert [one["values"]["name"] for one in ask("GET", data, **table)["rows"]] == ["one"]
    assert ask("PUT", data + "/{id}", {"name": "two"}, **table, id=key)["values"]["name"] == "two"
    ask("DELETE", data + "/{id}", None, 204, **table, id=key)
    assert ask("GET", data, **table)["rows"] == []
    ask("DELETE", "/api/schemas/{id}", None, 204, id=s)
    problem(ada.get(f"/api/schemas/{s}"), 404, "NOT_FOUND")
    assert set(ask.seen) == set(OF_SCHEMAS)
