"""Versions of a project, and its changes: what was, who did what, and the way back. Both spellings are one service."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self, get_args
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from designer_kernel.api.door import Door, DoorOnce, seen_as
from designer_kernel.api.paging import Cursor, Limit, Page, packed, unpacked_number
from designer_kernel.api.revisions import IfMatch, seen, tag
from designer_kernel.api.routes.projects import ProjectDetail, detail
from designer_kernel.api.shapes import Body, Text
from designer_kernel.design.edits import AnyEdit
from designer_kernel.studio.team import edits, projects, versions
from designer_kernel.studio.team.edits import Applied
from designer_kernel.studio.team.projects import OpenedProject
from designer_kernel.studio.team.stored import ChangeView
from designer_kernel.studio.team.versions import VersionView

router = APIRouter(tags=["versions"])

_KINDS: Final = [edit.model_fields["kind"].default for edit in get_args(get_args(AnyEdit)[0])]

Number = Annotated[int, Path(ge=1, le=1 << 30, description="The number of a version.")]


Request = Annotated[str | None, Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]


class VersionBody(Body):
    """What to say of a version."""

    message: Annotated[Text, Field(max_length=10_000)] = ""
    revision: Annotated[int | None, Field(ge=1, le=1 << 60)] = None
    """Of which revision; by default the design as it is now."""
    request: Request = None
    """What you call this version: asked for again, it is not made again."""


class EditBody(Body):
    """An edit of the design, whatever it is about; `kind` says what it does."""

    edit: dict[str, Any] = Field(
        json_schema_extra={"properties": {"kind": {"type": "string", "enum": _KINDS}}, "required": ["kind"]},
        examples=[{"kind": "rename_entity", "entity_id": "01990d5e-3a7c-7c4e-9d0e-2f6f9f1f6b1a", "name": "orders"}],
    )
    base_revision: Annotated[int | None, Field(ge=1, le=1 << 60)] = None
    """The revision that the edit is made on; what others did since is merged, or conflicts."""
    request: Request = None
    """What you call this edit: sent again, it is not made again, however much later."""


class UndoBody(Body):
    """Which change to take back: by default your last one."""

    revision: Annotated[int | None, Field(ge=1, le=1 << 60)] = None
    request: Request = None
    """What you call this: sent again, it does nothing anew."""


class ChangeOut(BaseModel):
    """A change of a project."""

    revision: int
    who: str
    user_id: UUID | None
    made_at: datetime
    origin: Literal["create", "edit", "undo", "restore"]
    label: str
    base_revision: int | None
    undoes: int | None
    state: UUID
    edit: dict[str, Any] | None

    @classmethod
    def of(cls, view: ChangeView) -> Self:
        """Return a change as the API shows it."""
        return cls(
            revision=view.revision,
            who=view.who,
            user_id=view.user,
            made_at=view.when,
            origin=view.origin,
            label=view.label,
            base_revision=view.base_revision,
            undoes=view.undoes,
            state=view.state,
            edit=view.edit,
        )


class ChangedOut(BaseModel):
    """What was done; nothing if there was nothing to do."""

    change: ChangeOut | None


@router.get("/api/projects/{project_id}/versions")
@router.get("/api/schemas/{project_id}/versions")
def list_versions(project_id: UUID, door: Door, limit: Limit = 50, cursor: Cursor = None) -> Page[VersionView]:
    """Return the versions of a project, the oldest first."""
    found = door.do(versions.versions, project_id, after=unpacked_number(cursor), limit=limit + 1)
    shown = found[:limit]
    return Page(items=shown, next=packed((str(shown[-1].number),)) if len(found) > limit else None)


@router.post("/api/projects/{project_id}/versions", status_code=201)
@router.post("/api/schemas/{project_id}/versions", status_code=201)
def save_version(project_id: UUID, body: VersionBody, door: DoorOnce) -> VersionView:
    """Keep the design as it is now as the next version."""
    return door.once(VersionView, versions.save, project_id, body.message, body.revision, request=body.request)


@router.get("/api/projects/{project_id}/versions/{version}")
@router.get("/api/schemas/{project_id}/versions/{version}")
def show_version(project_id: UUID, version: Number, door: Door) -> ProjectDetail:
    """Return what a project was in a version."""
    opened = door.do(versions.read, project_id, version)
    return detail(OpenedProject(door.do(projects.show, project_id), opened.design))


@router.post("/api/projects/{project_id}/rollback/{version}")
@router.post("/api/schemas/{project_id}/rollback/{version}")
def roll_back(
    project_id: UUID, version: Number, door: DoorOnce, response: Response, if_match: IfMatch = None
) -> ChangedOut:
    """Make the design of a version the design again. That is a change like others: it can be undone."""
    case = seen_as(versions.restore, _told)
    return _tagged(response, door.once(ChangedOut, case, project_id, version, seen(if_match)))


@router.get("/api/projects/{project_id}/changes")
@router.get("/api/schemas/{project_id}/changes")
def list_changes(
    project_id: UUID,
    door: Door,
    limit: Limit = 50,
    cursor: Cursor = None,
    after: Annotated[int, Query(ge=0, le=1 << 60, description="Only what was changed after this revision.")] = 0,
) -> Page[ChangeOut]:
    """Return the changes of a project, the oldest first: who did what, and when."""
    found = door.do(edits.changes, project_id, after=max(after, unpacked_number(cursor)), limit=limit + 1)
    shown = [ChangeOut.of(view) for view in found[:limit]]
    return Page(items=shown, next=packed((str(shown[-1].revision),)) if len(found) > limit else None)


@router.post("/api/projects/{project_id}/edits")
def make_edit(project_id: UUID, body: EditBody, door: DoorOnce, response: Response) -> ChangedOut:
    """Make any edit. A conflict is told with both sides and the choices."""
    case = seen_as(edits.apply, _told)
    done = door.once(ChangedOut, case, project_id, body.edit, body.base_revision, request=body.request)
    return _tagged(response, done)


@router.post("/api/projects/{project_id}/undo")
def undo(project_id: UUID, body: UndoBody, door: DoorOnce, response: Response) -> ChangedOut:
    """Take a change back; what others did since stays. An undo can be undone."""
    case = seen_as(edits.undo, _told)
    return _tagged(response, door.once(ChangedOut, case, project_id, body.revision, request=body.request))


def _told(applied: Applied | None) -> ChangedOut:
    return ChangedOut(change=None if applied is None else ChangeOut.of(applied.change))


def _tagged(response: Response, done: ChangedOut) -> ChangedOut:
    if done.change is not None:
        tag(response, done.change.revision)
    return done
