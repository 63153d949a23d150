"""What all use cases of projects stand on: finding a project for somebody, and recording a change of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from json import dumps
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from designer_kernel.design.design import Design
from designer_kernel.design.edits import Edit
from designer_kernel.design.identity import new_id
from designer_kernel.store import design_json, design_tables
from designer_kernel.store.design_rows import Patch, difference, head_of, rows_of
from designer_kernel.store.design_tables import Stored
from designer_kernel.store.tables.projects import Change, Project
from designer_kernel.store.tables.workspaces import Workspace
from designer_kernel.studio.team.designs import DESIGNS, current
from designer_kernel.studio.team.refusals import AlreadyThere, NotFound
from designer_kernel.studio.team.requests import Asked
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Entry, Unit

Origin = Literal["create", "edit", "undo", "restore"]

KIND: Final = "project"
"""What notifications about projects are called."""

_LONGEST: Final = 65_536
"""Bytes of an edit as JSON. A longer one, such as an import, is told by its kind and its hash: rows hold the rest."""


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project without what its design holds; ``state`` is another one after every change."""

    id: UUID
    workspace: UUID
    owner: UUID
    name: str
    description: str
    target_database_type: str
    revision: int
    state: UUID
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of a project: who made it, when, and what it was; ``edit`` as JSON-ready values, if it was one."""

    project: UUID
    revision: int
    state: UUID
    user: UUID | None
    who: str
    when: datetime
    origin: Origin
    label: str
    base_revision: int | None
    undoes: int | None
    edit: dict[str, Any] | None


def views() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads projects as they are shown."""
    return select(
        Project.id,
        Project.workspace_id,
        Project.user_id,
        Project.name,
        Project.description,
        Project.target_database_type,
        Project.revision,
        Project.state,
        Project.created_at,
        Project.updated_at,
    )


def changes() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads changes as they are shown."""
    return select(
        Change.project_id,
        Change.revision,
        Change.state,
        Change.user_id,
        Change.who,
        Change.made_at,
        Change.origin,
        Change.label,
        Change.base_revision,
        Change.undoes,
        Change.edit,
    )


def shown(row: Row[*tuple[Any, ...]]) -> ChangeView:
    """Return a change of a row of `changes`, with its edit as it was given."""
    told = ChangeView(*row)
    return replace(told, edit=design_json.restored(told.edit))


def found(unit: Unit, right: Right, project: UUID, *, lock: bool = False) -> ProjectView:
    """Return a project that the actor may do something with.

    Parameters
    ----------
    lock
        Whether nobody else may change it until this is committed.

    Raises
    ------
    NotLoggedIn, NotFound, NotAllowed
        As `Unit.authorise`.
    """
    wanted = views().where(Project.id == project)
    row = unit.session.execute(wanted).one_or_none()
    unit.authorise(right, None if row is None else row.workspace_id, "project")
    if lock:
        row = unit.session.execute(wanted.with_for_update(key_share=True)).one_or_none()
    if row is None:  # it was removed just now
        raise NotFound("there is no project", mend="look at what there is: it may have been removed")
    view = ProjectView(*row)
    if lock:  # once more: they may have lost the right while they waited for it
        unit.authorise(right, view.workspace, "project")
    return view


def hold(unit: Unit, workspace: UUID) -> None:
    """Let nobody remove a workspace until this is committed; whatever else is done in it goes on.

    Who was faster has removed it: what is in it is not found afterwards.
    """
    wanted = select(Workspace.id).where(Workspace.id == workspace)
    unit.session.execute(wanted.with_for_update(read=True, key_share=True))


def design_of(unit: Unit, project: ProjectView) -> Design:
    """Return the design of a project at the revision that it shows."""
    return current(unit.session, project.id, project.revision, project.state)


def make(unit: Unit, workspace: UUID, design: Design) -> ProjectView:
    """Make a project of a design.

    Raises
    ------
    AlreadyThere
        If the workspace has a project of this name.
    """
    project, state = new_id(), new_id()
    columns = design_tables.project_columns(design)
    _write_own_row(
        unit,
        insert(Project).values(
            id=project, workspace_id=workspace, user_id=unit.actor.user, revision=1, state=state, **columns
        ),
        design.name,
    )
    design_tables.write(unit.session, project, Patch(head_of(design), tuple(rows_of(design))))
    _log(unit, project, 1, state, {"origin": "create", "label": f"create {design.name}"})
    view = ProjectView(*unit.session.execute(views().where(Project.id == project)).one())
    DESIGNS.put(project, Stored(1, state, design))
    unit.tell(KIND, project, revision=1, workspace=workspace, label=f"create {design.name}"[:200])
    return view


def record(
    unit: Unit,
    project: ProjectView,
    before: Design,
    after: Design,
    *,
    origin: Origin,
    label: str,
    edit: Edit | None = None,
    base_revision: int | None = None,
    undoes: int | None = None,
    asked: Asked | None = None,
) -> ChangeView:
    """Write what differs between two designs as the next revision of a project, which must be locked.

    Raises
    ------
    AlreadyThere
        If the design has a name now that another project of the workspace has.
    """
    forth, back = difference(before, after)
    revision, state = project.revision + 1, new_id()
    own: dict[str, Any] = {"revision": revision, "state": state, "updated_at": func.clock_timestamp()}
    if forth.head is not None:
        own |= design_tables.project_columns(after)
    _write_own_row(unit, update(Project).where(Project.id == project.id).values(**own), after.name)
    design_tables.write(unit.session, project.id, forth)
    said: dict[str, Any] = {
        "origin": origin,
        "label": label,
        "edit": None if edit is None else as_json(edit),
        "base_revision": base_revision,
        "undoes": undoes,
        "request": None if asked is None else asked.request,
        "request_digest": None if asked is None else asked.digest,
        "delta": forth.to_json(),
        "inverse": back.to_json(),
    }
    _log(unit, project.id, revision, state, said)
    DESIGNS.put(project.id, Stored(revision, state, after))
    unit.tell(KIND, project.id, revision=revision, workspace=project.workspace, label=label[:200])
    details = {"revision": revision, "kind": edit.kind if edit is not None else None, "undoes": undoes}
    told = {name: value for name, value in details.items() if value is not None}
    unit.entries.append(Entry(f"project.{origin}", str(project.id), workspace=project.workspace, details=told))
    made = changes().where(Change.project_id == project.id, Change.revision == revision)
    return shown(unit.session.execute(made).one())


def as_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as a change keeps it: all of it, or its kind and its hash if it is long."""
    kept: dict[str, Any] = design_json.keep(edit.model_dump(mode="json"))
    text = dumps(kept, ensure_ascii=False).encode()
    if len(text) <= _LONGEST:
        return kept
    return {"kind": edit.kind, "length": len(text), "sha256": sha256(text).hexdigest()}


def _write_own_row(unit: Unit, statement: Any, name: str) -> None:
    try:
        unit.session.execute(statement)
    except IntegrityError as error:
        if "uq_projects_workspace_id_name" not in str(error.orig):
            raise
        raise AlreadyThere(
            f"the workspace has a project named {name!r}", where="name", mend="choose another name"
        ) from error


def _log(unit: Unit, project: UUID, revision: int, state: UUID, said: dict[str, Any]) -> None:
    who = {"user_id": unit.actor.user, "who": unit.actor.name[:255]}
    unit.session.execute(insert(Change).values(project_id=project, revision=revision, state=state, **who, **said))
