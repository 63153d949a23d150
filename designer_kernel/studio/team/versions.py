"""Versions of stored projects: numbered states of a design, written once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select

from designer_kernel.design.design import Design
from designer_kernel.design.identity import new_id
from designer_kernel.errors import DesignerError
from designer_kernel.store import design_json
from designer_kernel.store.design_tables import Stored
from designer_kernel.store.tables.projects import SchemaVersion
from designer_kernel.studio.team import stored
from designer_kernel.studio.team.designs import at_revision
from designer_kernel.studio.team.edits import Applied, replaced
from designer_kernel.studio.team.refusals import BadInput, NotFound
from designer_kernel.studio.team.requests import Asked, asked
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case
from designer_kernel.studio.versions import VersionDamaged, catalog_hash, hash_of


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version without what it holds.

    Attributes
    ----------
    author
        Who made it; if it was brought from elsewhere, who is said to have made it.
    brought_by
        Who brought it; empty if it was made here.
    """

    id: UUID
    project: UUID
    number: int
    revision: int
    message: str
    author: str
    design_hash: str
    catalog_hash: str
    created_at: datetime
    brought_by: str = ""


@dataclass(frozen=True, slots=True)
class OpenedVersion:
    """A version with its design."""

    view: VersionView
    design: Design


@use_case(Right.edit)
def save(
    unit: Unit, project: UUID, message: str = "", revision: int | None = None, *, request: str | None = None
) -> VersionView:
    """Keep the design as it is now, or as it was at a revision, as the next version.

    Parameters
    ----------
    request
        A text by which the author knows this version: asked for again, it is not made again.

    Raises
    ------
    BadInput
        If the message is too long.
    EditConflict
        If there is no such revision.
    AlreadyThere
        If the request was another version.
    """
    view = stored.found(unit, Right.edit, project, lock=True)
    known = asked(request, {"user": str(unit.actor.user), "request": request})
    if known is not None and (made := _made_before(unit, project, known)) is not None:
        if made.message != message or revision not in (None, made.revision):
            known.refuse_other()
        return made
    design, kept = stored.design_of(unit, view), view.revision if revision is None else revision
    design = at_revision(unit.session, project, Stored(view.revision, view.state, design), kept)
    number = _last_number(unit, project) + 1
    own = None if known is None else known.digest
    keep(unit, project, design, number=number, revision=kept, message=message, author=unit.actor.name, request=own)
    unit.audit("version.save", str(project), workspace=view.workspace, number=number, revision=kept)
    unit.tell("version", project, number=number, workspace=view.workspace)
    return _view(unit, project, number)


@use_case(Right.see, changes=False)
def versions(unit: Unit, project: UUID, *, after: int = 0, limit: int = 100) -> list[VersionView]:
    """Return the versions of a project after a number, the oldest first."""
    stored.found(unit, Right.see, project)
    wanted = _views().where(SchemaVersion.project_id == project, SchemaVersion.number > after)
    rows = unit.session.execute(wanted.order_by(SchemaVersion.number).limit(max(1, min(limit, 500))))
    return [VersionView(*row) for row in rows]


@use_case(Right.see, changes=False)
def read(unit: Unit, project: UUID, number: int) -> OpenedVersion:
    """Return a version with its design.

    Raises
    ------
    NotFound
        If there is none of this number.
    VersionDamaged
        If it is not as it was written.
    """
    stored.found(unit, Right.see, project)
    return OpenedVersion(_view(unit, project, number), _design(unit, project, number))


@use_case(Right.edit)
def restore(unit: Unit, project: UUID, number: int, base_revision: int | None = None) -> Applied | None:
    """Make the design of a version the design again, by a change that can be undone; ``None`` if it is already.

    Raises
    ------
    NotFound, VersionDamaged
        As `read`.
    Conflict
        If others have changed the project since the base revision.
    """
    view = stored.found(unit, Right.edit, project, lock=True)
    design = _design(unit, project, number)
    if design == stored.design_of(unit, view):
        return None
    return replaced(unit, view, design, "restore", f"back to version {number}", base_revision)


def keep(
    unit: Unit, project: UUID, design: Design, *, number: int, revision: int, message: str, author: str, **more: Any
) -> None:
    """Write a version of a project that is locked, or new.

    Raises
    ------
    BadInput
        If the message cannot be one.
    """
    if "\x00" in message or len(message) > 10_000:
        raise BadInput("this cannot be a message", where="message", mend="give at most 10,000 characters")
    unit.session.execute(
        insert(SchemaVersion).values(
            id=new_id(),
            project_id=project,
            number=number,
            revision=revision,
            message=message,
            author=author[:255],
            design_hash=hash_of(design),
            catalog_hash=catalog_hash(design),
            definition=design_json.plain(design),
            **more,
        )
    )


def _made_before(unit: Unit, project: UUID, known: Asked) -> VersionView | None:
    """Return the version that its author made under a request already."""
    wanted = _views().where(SchemaVersion.project_id == project, SchemaVersion.request == known.digest)
    row = unit.session.execute(wanted).one_or_none()
    return None if row is None else VersionView(*row)


def _last_number(unit: Unit, project: UUID) -> int:
    last = unit.session.scalar(select(func.max(SchemaVersion.number)).where(SchemaVersion.project_id == project))
    return last or 0


def _views() -> Select[*tuple[Any, ...]]:
    return select(
        SchemaVersion.id,
        SchemaVersion.project_id,
        SchemaVersion.number,
        SchemaVersion.revision,
        SchemaVersion.message,
        SchemaVersion.author,
        SchemaVersion.design_hash,
        SchemaVersion.catalog_hash,
        SchemaVersion.created_at,
        SchemaVersion.brought_by,
    )


def _view(unit: Unit, project: UUID, number: int) -> VersionView:
    wanted = _views().where(SchemaVersion.project_id == project, SchemaVersion.number == number)
    row = unit.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound(f"there is no version {number}", where="version", mend="look at the versions of the project")
    return VersionView(*row)


def _design(unit: Unit, project: UUID, number: int) -> Design:
    """Return the design of a version, if it is what was written."""
    view = _view(unit, project, number)
    data = unit.session.scalar(select(SchemaVersion.definition).where(SchemaVersion.id == view.id))
    try:
        design = Design.model_validate(design_json.restored(data))
        if hash_of(design) == view.design_hash:
            return design
    except (ValueError, TypeError, DesignerError):
        pass  # told below: it is not a design any more
    raise VersionDamaged(
        "this version is not as it was written: its hash is another one",
        where=f"version {number}",
        mend="take the store from a backup; other versions are not touched by it",
    )
