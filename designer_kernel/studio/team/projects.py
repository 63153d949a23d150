"""Projects that a team shares: making, finding, naming and removing them, and taking them in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import delete, select

from designer_kernel.design import integrity
from designer_kernel.design.design import Design
from designer_kernel.design.edits import ChangeDesign
from designer_kernel.design.edits import apply as edited
from designer_kernel.design.problems import invalid
from designer_kernel.errors import InvalidIdentifier
from designer_kernel.store.design_tables import Stored
from designer_kernel.store.tables.projects import Project
from designer_kernel.store.tables.workspaces import Membership
from designer_kernel.studio.team import isolation, stored
from designer_kernel.studio.team.designs import DESIGNS, at_revision
from designer_kernel.studio.team.refusals import BadInput, NotFound
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit, use_case

if TYPE_CHECKING:
    from designer_kernel.exchange.transfer import Exported
    from designer_kernel.studio.exports import Notation

MOST: Final = 500
"""Projects of one answer."""


@dataclass(frozen=True, slots=True)
class OpenedProject:
    """A project with its design at one revision."""

    view: ProjectView
    design: Design


@use_case(Right.edit)
def create(
    unit: Unit,
    workspace: UUID,
    name: str = "",
    description: str = "",
    *,
    design: Design | None = None,
    template: str = "blank",
) -> ProjectView:
    """Make a project in a workspace.

    Parameters
    ----------
    name
        What it and its design are called; a given design may have one.
    design
        What it holds: nothing is lost of it, so it can come from a file and go to one again.
    template
        What it begins as if there is no design.

    Raises
    ------
    BadInput
        If it cannot be called so.
    AlreadyThere
        If the workspace has a project of this name.
    InvalidDesign, UnknownObject
        If the design contradicts itself.
    """
    unit.authorise(Right.edit, workspace, "workspace")
    begun = _begun(name, description, design, template)
    integrity.check(begun)
    stored.hold(unit, workspace)
    unit.authorise(Right.edit, workspace, "workspace")  # once more: it may have been removed meanwhile
    made = stored.make(unit, workspace, begun)
    unit.audit("project.create", str(made.id), workspace=workspace, name=made.name)
    return made


@use_case(Right.person, changes=False)
def accessible(
    unit: Unit, *, workspace: UUID | None = None, after: UUID | None = None, limit: int = 100
) -> list[ProjectView]:
    """Return the projects of the workspaces that the actor belongs to, or of one of them, the oldest first.

    Parameters
    ----------
    after
        The last project of the answer before.
    """
    unit.authorise(Right.person, None)
    if workspace is not None:
        unit.authorise(Right.see, workspace, "workspace")
    own = select(Membership.workspace_id).where(Membership.user_id == unit.actor.user)
    wanted = stored.views().where(Project.workspace_id.in_(own))
    if workspace is not None:
        wanted = wanted.where(Project.workspace_id == workspace)
    if after is not None:
        wanted = wanted.where(Project.id > after)
    rows = unit.session.execute(wanted.order_by(Project.id).limit(max(1, min(limit, MOST))))
    return [ProjectView(*row) for row in rows]


@use_case(Right.see, changes=False)
def named(unit: Unit, workspace: UUID, name: str) -> ProjectView:
    """Return the project of a name.

    Raises
    ------
    NotFound
        If there is none.
    """
    unit.authorise(Right.see, workspace, "workspace")
    wanted = select(Project.id).where(Project.workspace_id == workspace, Project.name == name)
    project = unit.session.scalar(wanted)
    if project is None:
        raise NotFound("there is no project", mend="look at what there is: it may have been removed")
    return stored.found(unit, Right.see, project)


@use_case(Right.see, changes=False)
def show(unit: Unit, project: UUID) -> ProjectView:
    """Return a project without what its design holds."""
    return stored.found(unit, Right.see, project)


@use_case(Right.see, changes=False)
def read(unit: Unit, project: UUID, revision: int | None = None) -> OpenedProject:
    """Return a project with its design, as it is now or as it was at a revision.

    Raises
    ------
    EditConflict
        If there is no such revision.
    """
    view = stored.found(unit, Right.see, project)
    design = stored.design_of(unit, view)
    if revision is not None:
        design = at_revision(unit.session, project, Stored(view.revision, view.state, design), revision)
    return OpenedProject(view, design)


@use_case(Right.edit)
def describe(unit: Unit, project: UUID, *, name: str | None = None, description: str | None = None) -> ProjectView:
    """Give a project, which is its design, another name or description; this is a change like others.

    Raises
    ------
    BadInput
        If it cannot be called so.
    AlreadyThere
        If the workspace has a project of this name.
    """
    view = stored.found(unit, Right.edit, project, lock=True)
    before = stored.design_of(unit, view)
    given = {"name": name, "description": description}
    changes = {field: value for field, value in given.items() if value not in (None, getattr(before, field))}
    if not changes:
        return view
    edit = ChangeDesign(changes=changes)
    try:
        after = edited(before, edit)
    except ValueError as error:
        told = str(getattr(error, "what", error))
        raise BadInput(told, where=min(changes), mend="a name has 1 to 63 bytes") from error
    stored.record(unit, view, before, after, origin="edit", label=edit.describe(before), edit=edit)
    return stored.found(unit, Right.edit, project)


@use_case(Right.administer)
def remove(unit: Unit, project: UUID) -> None:
    """Remove a project with its design, its changes and its versions, and all that is deployed of it."""
    stored.hold(unit, stored.found(unit, Right.administer, project).workspace)  # as who deploys it: workspace, project
    view = stored.found(unit, Right.administer, project, lock=True)
    isolation.drop(unit, isolation.Room(view.workspace, project))
    unit.session.execute(delete(Project).where(Project.id == project))
    DESIGNS.forget(project)
    unit.tell(stored.KIND, project, revision=view.revision + 1, workspace=view.workspace, removed=True)
    unit.audit("project.remove", str(project), workspace=view.workspace, name=view.name)


@dataclass(frozen=True, slots=True)
class Export:
    """A design that is to be written in a notation, see `designer_kernel.studio.exports.NOTATIONS`.

    That may take long, and is done when the transaction is over in which the design was read.
    """

    project: UUID
    design: Design
    notation: Notation

    def written(self) -> Exported:
        """Return the design in the notation; what takes long to make for that is kept.

        Raises
        ------
        DesignerError
            If the design cannot be lowered.
        """
        from designer_kernel.studio import exports
        from designer_kernel.studio.team.caching import derived

        if self.notation.name == "sql":
            return exports.script_of(derived.lowered(self.design, self.project), self.design.name)
        if self.notation.name == "svg":
            return exports.svg_of(self.design, derived.drawn(self.design, self.project))
        return self.notation.write(self.design)


@use_case(Right.see)
def export(unit: Unit, project: UUID, to: str, revision: int | None = None) -> Export:
    """Return the design of a project, to be written in a notation; this is audited.

    Raises
    ------
    DesignerError
        If there is no such notation.
    """
    from designer_kernel.studio import exports

    wanted = exports.notation(to)
    opened = read(unit, project, revision)
    of = opened.view.revision if revision is None else revision
    unit.audit("project.export", str(project), workspace=opened.view.workspace, revision=of, format=to)
    return Export(project, opened.design, wanted)


def _begun(name: str, description: str, design: Design | None, template: str) -> Design:
    from designer_kernel.studio.templates import from_template

    try:
        if design is None:
            made = from_template(template, name)
            return made.replace(description=description) if description else made
        said = {"name": name or design.name, "description": description or design.description}
        changed = {field: value for field, value in said.items() if value != getattr(design, field)}
        return design.replace(**changed) if changed else design
    except InvalidIdentifier as error:
        raise BadInput(error.what, where=error.where or "name", mend=error.mend) from error
    except ValidationError as error:
        told = invalid(error, "")
        raise BadInput(told.what, where=told.where, mend=told.mend) from error
