"""Sample data for what is deployed of a project: asked for at once, done in its own time, looked at meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.filling import Fills
from designer_kernel.api.shapes import Body
from designer_kernel.studio.team import fills
from designer_kernel.studio.team.fill_limits import ROWS
from designer_kernel.studio.team.fills import FillView

router = APIRouter(tags=["fills"])

FILLS = "/api/projects/{project_id}/fills"
FILL = "/api/fills/{fill_id}"

Named = Annotated[str, Field(min_length=1, max_length=63)]
Rows = Annotated[int, Field(ge=0, le=ROWS)]


class FillBody(Body):
    """Which rows there are to be; what is left out is chosen in believable proportions."""

    rows: Annotated[dict[Named, Rows], Field(max_length=5000, default_factory=dict, examples=[{"orders": 100}])]
    tables: Annotated[list[Named] | None, Field(min_length=1, max_length=5000)] = None
    scale: Annotated[float | None, Field(gt=0, le=1000, allow_inf_nan=False)] = None
    seed: Annotated[int | None, Field(ge=0, lt=1 << 63)] = None
    until: Annotated[date | None, Field(strict=False)] = None
    hints: Annotated[
        dict[str, Any] | None,
        Field(examples=[None], description="What is wanted of tables and columns; by default what the design says."),
    ] = None
    mode: Literal["refuse", "replace"] = "refuse"
    """What is done with rows that are there: refuse to fill, or replace them."""
    run_triggers: bool = False
    """Whether triggers run for each row."""


@router.post(FILLS, status_code=202)
def begin_fill(project_id: UUID, body: FillBody, door: DoorOnce, request: Request, response: Response) -> FillView:
    """Begin to fill what is deployed of a project with believable rows, all of them or none. Ask for it later."""
    at_work: Fills = request.app.state.fills
    config = body.model_dump(mode="json", exclude_unset=True)
    with at_work.room(door.actor.user):
        made = door.once(FillView, fills.begin, project_id, config)
        at_work.start(door.actor, made)
    response.headers["Location"] = FILL.format(fill_id=made.id)
    return made


@router.get(FILLS)
def list_fills(project_id: UUID, door: Door) -> list[FillView]:
    """Return the newest fills of a project, the newest first."""
    return door.do(fills.of_project, project_id)


@router.get(FILL)
def show_fill(fill_id: UUID, door: Door) -> FillView:
    """Return a fill: whether it is done, and how many rows were sent so far."""
    return door.do(fills.show, fill_id)


@router.post(FILL + "/cancel")
def cancel_fill(fill_id: UUID, door: Door) -> FillView:
    """Ask for the end of a fill. If it was not completed before, none of its rows will be there."""
    return door.do(fills.cancel, fill_id)
