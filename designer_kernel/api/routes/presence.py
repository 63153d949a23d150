"""Who is looking at a project just now: of some seconds only, and kept nowhere."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from designer_kernel.api.door import Door
from designer_kernel.api.shapes import Body
from designer_kernel.studio.team import presence
from designer_kernel.studio.team.presence import PresentView

router = APIRouter(tags=["projects"])

Id = Annotated[UUID, Field(strict=False)]


class PresenceBody(Body):
    """That somebody looks, from where, and what they have chosen there."""

    place: Id
    """A UUID that is the same each time, and nobody else's."""
    chosen: Annotated[list[Id], Field(max_length=presence.MOST_CHOSEN, default_factory=list)]
    is_leaving: bool = False


@router.post("/api/projects/{project_id}/presence")
def attend_project(project_id: UUID, body: PresenceBody, door: Door) -> list[PresentView]:
    """Tell that one looks at a project, or does not any more; return who else does.

    After ten seconds of silence one is gone.
    """
    if body.is_leaving:
        door.do(presence.leave, project_id, body.place)
        return []
    return door.do(presence.attend, project_id, body.place, tuple(body.chosen))
