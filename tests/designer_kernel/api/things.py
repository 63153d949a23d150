"""One of each thing that the API knows, for tests that ask about all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from designer_kernel.store.tables.sample_jobs import SampleJob
from tests.designer_kernel.api.conftest import Service, let_in


def done(answer: httpx.Response, status: int = 200) -> Any:
    """Return what an answer holds, which has to be the expected one."""
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def things(service: Service, ada: httpx.Client, bob: httpx.Client, role: str) -> dict[str, str]:
    """Make one of each thing as Ada, by the name that paths have for its id; Bob gets a role, or is a stranger."""
    place = done(ada.post("/api/workspaces", json={"name": "shop"}), 201)["id"]
    user = str(done(bob.get("/api/auth/me"))["id"]) if role == "stranger" else let_in(ada, bob, place, role)
    columns = [{"name": "id", "type": "integer", "primaryKey": True}]
    tables = [{"name": "orders", "columns": columns}, {"name": "items", "columns": columns}]
    schema = {"name": "s", "workspace_id": place, "definition": {"tables": tables}}
    project = done(ada.post("/api/schemas", json=schema), 201)["id"]
    entities = done(ada.get(f"/api/projects/{project}"))["entities"]
    ends = {"source_entity_id": entities[0]["id"], "target_entity_id": entities[1]["id"]}
    relationship = done(ada.post(f"/api/projects/{project}/relationships", json=ends), 201)["id"]
    uri = {"name": "c", "connection_uri": "postgresql://a@8.8.8.8/b"}
    connection = done(ada.post(f"/api/workspaces/{place}/connections", json=uri), 201)["id"]
    done(ada.post(f"/api/projects/{project}/deployments", json={}), 201)
    done(ada.post(f"/api/projects/{project}/tables/orders/data", json={"id": 1}), 201)
    job = SampleJob(project_id=UUID(project), who="ada", config={"rows": {"items": 1}}, status="completed")
    with service.team.store.transaction() as session:
        session.add(job)
    service.enter("carl").close()
    invited = {"username": "carl", "role": "viewer"}
    invitation = done(ada.post(f"/api/workspaces/{place}/invitations", json=invited), 201)["id"]
    return {
        "workspace_id": place, "project_id": project, "schema_id": project, "entity_id": entities[0]["id"],
        "attribute_id": entities[0]["attributes"][0]["id"], "relationship_id": relationship,
        "connection_id": connection, "user_id": user, "version": "1", "table": "orders", "row_id": "1",
        "fill_id": str(job.id), "invitation_id": invitation,
    }  # fmt: skip
