"""What was done in a workspace, for its admins."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from designer_kernel.api.door import Door
from designer_kernel.api.paging import Cursor, Limit, Page, packed, unpacked_number
from designer_kernel.studio.team.audit import reading
from designer_kernel.studio.team.audit.reading import AuditView

router = APIRouter(tags=["audits"])

Word = Annotated[str, Query(max_length=100, pattern=r"^[a-z_.]*$")]


@router.get("/api/workspaces/{workspace_id}/audits")
def list_audits(
    workspace_id: UUID,
    door: Door,
    limit: Limit = 50,
    cursor: Cursor = None,
    action: Word = "",
    result: Word = "",
    actor_id: UUID | None = None,
) -> Page[AuditView]:
    """Return what was done in a workspace, the newest first; of an action, of a person, of a result."""
    found = door.do(
        reading.entries,
        workspace_id,
        before=unpacked_number(cursor) or None,
        limit=limit,
        action=action,
        actor=actor_id,
        result=result,
    )
    return Page(items=list(found.rows), next=None if found.before is None else packed((str(found.before),)))
