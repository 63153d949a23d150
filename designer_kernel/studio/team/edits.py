"""Edits of stored projects: made on the revision that their author saw, merged with what others did, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from designer_kernel.design import edits as of_designs
from designer_kernel.design.design import Design
from designer_kernel.design.edits import Edit
from designer_kernel.errors import DesignerError
from designer_kernel.store import design_json
from designer_kernel.store.design_tables import Stored
from designer_kernel.store.tables.projects import Change
from designer_kernel.studio.merging import MergeConflict, merge, refuse_contradiction
from designer_kernel.studio.team import stored
from designer_kernel.studio.team.conflicts import explained
from designer_kernel.studio.team.designs import at_revision
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.requests import Asked, asked
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.stored import ChangeView, Origin, ProjectView
from designer_kernel.studio.team.taking_back import taken_back
from designer_kernel.studio.team.unit import Unit, use_case

MOST: Final = 500
"""Changes of one answer."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that was made, and the design after it.

    Attributes
    ----------
    is_repeated
        Whether it had been made before, under the same request, and nothing was done now.
    """

    change: ChangeView
    design: Design
    is_repeated: bool = False


@use_case(Right.edit)
def apply(
    unit: Unit,
    project: UUID,
    edit: Edit | dict[str, Any],
    base_revision: int | None = None,
    *,
    request: str | None = None,
) -> Applied:
    """Change a project.

    Parameters
    ----------
    edit
        The edit, or its JSON-like data.
    base_revision
        The revision that its author was looking at; without one, it is made on whatever there is.
    request
        A text by which the author knows the edit: the same edit sent again is not made again, whatever ids are drawn
        anew for it.

    Raises
    ------
    Conflict
        If it touches what has changed since; it has both sides, and the choices.
    InvalidDesign, UnknownObject
        If it does not fit.
    AlreadyThere
        If the request was another edit.
    """
    view = stored.found(unit, Right.edit, project, lock=True)
    wanted = edit if isinstance(edit, Edit) else of_designs.parse_edit(edit)
    known = asked(request, edit)
    if known is not None and (repeated := _made_before(unit, view, known, wanted)) is not None:
        return repeated
    return _made(unit, view, wanted, base_revision, "edit", known)


@use_case(Right.edit)
def undo(unit: Unit, project: UUID, revision: int | None = None, *, request: str | None = None) -> Applied | None:
    """Take a change back by a new one: that of a revision, or the actor's last that is not taken back yet.

    What others did since stays; an undo can be undone. Returns ``None`` if there is nothing to take back.

    Raises
    ------
    MergeConflict
        If others have changed the same since.
    BadInput
        If there is no such change.
    """
    view = stored.found(unit, Right.edit, project, lock=True)
    known = asked(request, {"undo": revision})
    if known is not None and (repeated := _made_before(unit, view, known, None)) is not None:
        return repeated
    number = _last_of(unit, view) if revision is None else revision
    if number is None:
        return None
    change = unit.session.execute(
        select(Change.label, Change.origin, Change.delta, Change.inverse).where(
            Change.project_id == project, Change.revision == number
        )
    ).one_or_none()
    if change is None or change.origin == "create":
        raise BadInput(f"there is no change {number} to take back", where="revision", mend="look at the changes")
    before = stored.design_of(unit, view)
    now = Stored(view.revision, view.state, before)
    after = taken_back(
        before, change.delta, change.inverse, change.label, lambda: at_revision(unit.session, project, now, number - 1)
    )
    label = change.label.removeprefix("undo ") if change.label.startswith("undo ") else f"undo {change.label}"
    made = stored.record(
        unit, view, before, after, origin="undo", label=label, undoes=number, base_revision=number, asked=known
    )
    return Applied(made, after)


@use_case(Right.see, changes=False)
def changes(unit: Unit, project: UUID, *, after: int = 0, limit: int = 100) -> list[ChangeView]:
    """Return the changes of a project after a revision, the oldest first."""
    stored.found(unit, Right.see, project)
    wanted = stored.changes().where(Change.project_id == project, Change.revision > after)
    rows = unit.session.execute(wanted.order_by(Change.revision).limit(max(1, min(limit, MOST))))
    return [stored.shown(row) for row in rows]


def replaced(
    unit: Unit, view: ProjectView, design: Design, origin: Origin, label: str, base_revision: int | None = None
) -> Applied:
    """Put another design in the place of a locked project's, in one change."""
    return _made(unit, view, of_designs.ReplaceDesign(design=design, label=label), base_revision, origin, None)


def _made(
    unit: Unit, view: ProjectView, edit: Edit, base_revision: int | None, origin: Origin, known: Asked | None
) -> Applied:
    before = stored.design_of(unit, view)
    if base_revision is None or base_revision == view.revision:
        after = of_designs.apply(before, edit)
    else:
        now = Stored(view.revision, view.state, before)
        base = at_revision(unit.session, view.id, now, base_revision)
        try:
            after = merge(base, before, edit)
        except MergeConflict as error:
            raise explained(unit, view, base_revision, base, before, edit, error) from error
    refuse_contradiction(before, after)
    made = stored.record(
        unit,
        view,
        before,
        after,
        origin=origin,
        label=_label(edit, before),
        edit=edit,
        base_revision=base_revision,
        asked=known,
    )
    return Applied(made, after)


def _made_before(unit: Unit, view: ProjectView, known: Asked, edit: Edit | None) -> Applied | None:
    """Return the change that was made under a request already; nobody else can make it now, the project is locked."""
    own = (Change.project_id == view.id, Change.user_id == unit.actor.user, Change.request == known.request)
    row = unit.session.execute(stored.changes().where(*own)).one_or_none()
    if row is None:
        return None
    change, digest = stored.shown(row), unit.session.scalar(select(Change.request_digest).where(*own))
    if digest is None:  # of before digests were kept
        is_same = change.edit == (None if edit is None else design_json.restored(stored.as_json(edit)))
    else:
        is_same = digest == known.digest
    if not is_same:
        known.refuse_other()
    now = Stored(view.revision, view.state, stored.design_of(unit, view))
    return Applied(change, at_revision(unit.session, view.id, now, change.revision), is_repeated=True)


def _last_of(unit: Unit, view: ProjectView) -> int | None:
    """Return the actor's last change that is not taken back; an undo that was itself undone takes nothing back."""
    made = unit.session.execute(
        select(Change.revision, Change.undoes, Change.user_id, Change.origin)
        .where(Change.project_id == view.id)
        .order_by(Change.revision.desc())
    )
    back: set[int] = set()
    for one in made:
        if one.revision in back:
            continue
        if one.undoes is not None:
            back.add(one.undoes)
        elif one.user_id == unit.actor.user and one.origin in ("edit", "restore"):
            return int(one.revision)
    return None


def _label(edit: Edit, design: Design) -> str:
    try:
        return edit.describe(design)
    except DesignerError:  # it is about something that came to be only when it was merged
        return edit.kind
