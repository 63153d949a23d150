"""Taking a project into the team's database, in a schema of its own."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.shapes import Body
from designer_kernel.studio.team import deploying
from designer_kernel.studio.team.deploying import DeploymentView, RecordView, RoomDriftView

router = APIRouter(tags=["deployments"])

DEPLOYMENTS = "/api/projects/{project_id}/deployments"

LeaveOut = Annotated[bool, Query(description="Whether to leave out what a schema of its own cannot hold.")]


class DeployBody(Body):
    """What may be lost by it, named as the plan names it."""

    allow: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=1000, default_factory=list)]
    leave_out: bool = False


@router.get("/api/projects/{project_id}/plan")
def plan_deployment(project_id: UUID, door: Door, leave_out: LeaveOut = False) -> DeploymentView:
    """Return what deploying a project would do now, and what would be lost by it. Nothing is changed."""
    return door.do(deploying.preview, project_id, leave_out=leave_out)


@router.get("/api/projects/{project_id}/drift")
def show_drift(project_id: UUID, door: Door) -> RoomDriftView:
    """Return what was changed in the team's database since a project was last deployed there. Nothing is changed."""
    return door.do(deploying.drift, project_id)


@router.post(DEPLOYMENTS, status_code=201)
def deploy_project(project_id: UUID, body: DeployBody, door: DoorOnce) -> DeploymentView:
    """Take the team's database to what a project is now: all of it, or nothing."""
    return door.once(DeploymentView, deploying.deploy, project_id, allow=tuple(body.allow), leave_out=body.leave_out)


@router.get(DEPLOYMENTS)
def list_deployments(project_id: UUID, door: Door) -> list[RecordView]:
    """Return the deployments of a project, the newest first."""
    return door.do(deploying.deployments, project_id)


@router.delete(DEPLOYMENTS, status_code=204)
def undeploy_project(project_id: UUID, door: Door) -> None:
    """Take away what is deployed of a project, with all its rows."""
    door.do(deploying.undeploy, project_id)
