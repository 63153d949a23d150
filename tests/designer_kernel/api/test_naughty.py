"""Naughty texts through every field, and out through every notation: as they were, or a 400 that says why."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import httpx
import pytest

from designer_kernel.design import document
from designer_kernel.studio.team.designs import DESIGNS
from designer_kernel.studio.team.people import offer_code
from tests.designer_kernel.api.conftest import Service, problem
from tests.designer_kernel.api.things import done
from tests.naughty import ALL, LETTERS, NOTATIONS, SCRIPTS, SQL

KEY = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}


def taken(answer: httpx.Response) -> Any:
    """Return what was made; nothing if it was refused, which has to be a clear 400."""
    if answer.status_code == 400:
        body = problem(answer, 400, answer.json()["code"])
        assert body["code"] in ("BAD_INPUT", "INVALID_DESIGN", "INVALID_IDENTIFIER", "BAD_REQUEST"), body
        assert body["message"]
        return None
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest.fixture
def home(ada: httpx.Client) -> str:
    return str(done(ada.post("/api/workspaces", json={"name": "shop"}), 201)["id"])


@pytest.fixture
def project(ada: httpx.Client, home: str) -> str:
    return str(done(ada.post("/api/projects", json={"name": "core"}), 201)["id"])


def fits(text: str) -> bool:
    """Whether PostgreSQL can keep a text as a name, and people can see that it is one."""
    return 0 < len(text.encode()) <= 63 and not any(ord(letter) < 32 or ord(letter) == 127 for letter in text)


def test_names_of_people_workspaces_and_connections(service: Service, ada: httpx.Client, home: str) -> None:
    for number, text in enumerate(ALL[::15]):
        made = taken(ada.post("/api/workspaces", json={"name": text}))
        if made is not None:
            assert made["name"] == text.strip()
        uri = "postgresql://reader@8.8.8.8/shop"
        body = {"name": f"{number} {text}", "connection_uri": uri}
        made = taken(ada.post(f"/api/workspaces/{home}/connections", json=body))
        assert made is None or made["name"] == body["name"].strip()
        assert "hacked" not in taken_header(ada.get("/api/workspaces", headers={"X-Request-Id": header(text)}))


def test_names_of_people(service: Service) -> None:
    with service.client() as nobody:
        first = {"username": "first", "email": "first@example.org", "password": "nine violet otters"}
        done(nobody.post("/api/auth/register", json=first | {"code": offer_code(service.team)}), 201)
        for number, text in enumerate(ALL[::60]):  # each of them is a hash of a password
            body = {"username": f"user{number}", "email": f"u{number}@example.org", "password": "nine violet otters"}
            made = taken(nobody.post("/api/auth/register", json=body | {"full_name": text}))
            assert made is None or made["full_name"] == text.strip()
            for field in ("username", "email"):
                problem(nobody.post("/api/auth/register", json=body | {field: f"<{text}>"}), 400, "BAD_INPUT")
            refused = nobody.post("/api/auth/login", json={"username": text, "password": text})
            assert refused.status_code in (400, 401, 429), refused.text


def header(text: str) -> str:
    return "".join(letter for letter in text if 32 <= ord(letter) < 127).strip() or "x"


def taken_header(answer: httpx.Response) -> str:
    return answer.headers["x-request-id"] if answer.status_code == 200 else ""


def test_texts_of_a_project_and_its_changes(ada: httpx.Client, project: str) -> None:
    place = f"/api/projects/{project}"
    for text in ALL[::15]:
        shown = taken(ada.put(place, json={"description": text}))
        assert shown is not None
        assert shown["description"] == text
        made = taken(ada.put(place, json={"name": text}))
        assert (made is not None) == fits(text), text
        assert made is None or made["name"] == text
    for text in ALL[::30]:
        version = done(ada.post(f"{place}/versions", json={"message": text}), 201)
        assert version["message"] == text
    told = done(ada.get(f"{place}/changes", params={"limit": 200}))
    assert told["items"]


def test_names_and_comments_come_out_of_each_notation_as_they_went_in(ada: httpx.Client, home: str) -> None:
    names = [text for text in dict.fromkeys(ALL) if fits(text)]
    assert len(names) > 150
    attributes = [{"name": text, "data_type": "text", "description": text} for text in names]
    entities = [
        {"name": text, "description": text, "attributes": [KEY | {"name": "a key"}, *attributes[place : place + 3]]}
        for place, text in enumerate(names)
    ]
    asked = json.dumps({"format": 1, "name": "naughty", "entities": entities})
    made = done(ada.post("/api/projects/import", json={"format": "json", "text": asked}), 201)
    place = f"/api/projects/{made['id']}"
    DESIGNS.forget(UUID(made["id"]))  # what is kept in memory would hide what the store makes of it
    whole = done(ada.get(place))
    assert {one["name"]: one["description"] for one in whole["entities"]} == {name: name for name in names}
    for notation in ("json", "yaml"):
        text = done(ada.post(f"{place}/export", json={"format": notation}))["text"]
        told = document.read(text)
        assert {one.name: one.description for one in told.entities} == {name: name for name in names}
        again = {"format": notation, "text": text, "name": f"again {notation}"}
        copy = done(ada.post("/api/projects/import", json=again), 201)["id"]
        assert names_of(done(ada.get(f"/api/projects/{copy}"))) == names_of(whole)
    for notation in ("dbml", "mermaid", "sqlalchemy"):
        assert done(ada.post(f"{place}/export", json={"format": notation}))["text"]
    drawn = ET.fromstring(done(ada.post(f"{place}/export", json={"format": "svg"}))["text"])
    kinds = {element.tag.rsplit("}", 1)[-1] for element in drawn.iter()}
    assert not kinds & {"script", "foreignObject", "iframe", "img", "a", "image"}
    assert not [key for element in drawn.iter() for key in element.attrib if key.lower().startswith("on")]
    script = ada.get(f"{place}/generate-schema").text
    read = done(ada.post("/api/projects/import", json={"format": "sql", "text": script, "name": "read"}), 201)
    assert [one for one in read["losses"] if one["kind"] == "statement"] == []
    back = done(ada.get(f"/api/projects/{read['id']}"))
    assert {one["name"]: one["description"] for one in back["entities"]} == {name: name for name in names}


def names_of(project: Any) -> list[Any]:
    found = [[one["name"], *((a["name"], a["description"]) for a in one["attributes"])] for one in project["entities"]]
    return sorted(found)


def test_values_of_rows_and_names_of_tables(ada: httpx.Client, home: str) -> None:
    names = [text for text in (*SQL, *SCRIPTS[:4], *NOTATIONS[-8:], *LETTERS[:4]) if fits(text)][::4]
    columns = [{"name": "id", "type": "bigint", "primaryKey": True}, {"name": "a 'b\" <c>", "type": "text"}]
    tables = [{"name": name, "description": name, "columns": columns} for name in names]
    made = done(ada.post("/api/schemas", json={"name": "rows", "definition": {"tables": tables}}), 201)
    done(ada.post(f"/api/projects/{made['id']}/deployments", json={}), 201)
    listed = done(ada.get(f"/api/schemas/{made['id']}/tables"))
    assert sorted(one["name"] for one in listed) == sorted(names)
    data = f"/api/schemas/{made['id']}/tables/{{}}/data"
    first = httpx.URL("http://x/").copy_with(path=data.format(names[0])).raw_path.decode()
    rows = [{"id": number, "a 'b\" <c>": text} for number, text in enumerate(ALL)]
    done(ada.post(first, json={"rows": rows}), 201)
    told = done(ada.get(first, params={"limit": 1000}))["rows"]
    assert [one["values"]["a 'b\" <c>"] for one in told] == list(ALL)
    for text in ALL[::10]:
        asked = {"filter": f"a 'b\" <c>:eq:{text}"}
        assert ALL.index(text) in [one["values"]["id"] for one in done(ada.get(first, params=asked))["rows"]]
