"""Which projects there are: where each is, who changed it last, and what of it is deployed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import select

from designer_kernel.store.tables.projects import Change, Migration, Project, SchemaVersion
from designer_kernel.studio.locations import SHARED
from designer_kernel.studio.team import projects, workspaces
from designer_kernel.studio.team.deploying import TARGET
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit, use_case

if TYPE_CHECKING:
    from designer_kernel.studio.team.session import Sessions

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class ListedView:
    """A project with what became of it last.

    Attributes
    ----------
    changed_by
        Who made the change that led to its revision.
    deployed_revision
        What of it the team's database holds; nothing, if it is not deployed there.
    deployed_version
        The number of the version that was kept of just that revision, if one was.
    """

    project: ProjectView
    changed_by: str = ""
    deployed_revision: int | None = None
    deployed_version: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A project as its list tells it.

    Attributes
    ----------
    place
        What opens it: ``team:workspace/project``.
    owner
        Whose the workspace is.
    """

    place: str
    name: str
    workspace: str
    owner: str
    revision: int
    changed_at: datetime
    changed_by: str
    deployed_revision: int | None
    deployed_version: int | None


@use_case(Right.person, changes=False)
def listed(
    unit: Unit, *, workspace: UUID | None = None, after: UUID | None = None, limit: int = 100
) -> list[ListedView]:
    """Return the projects as `designer_kernel.studio.team.projects.accessible` does, with what became of them last."""
    found = projects.accessible(unit, workspace=workspace, after=after, limit=limit)
    ids = [view.id for view in found]
    last = (
        select(Project.id, Change.who)
        .join(Change, (Change.project_id == Project.id) & (Change.revision == Project.revision))
        .where(Project.id.in_(ids))
    )
    who = {row.id: row.who for row in unit.session.execute(last)}
    done = (
        select(Migration.to_revision)
        .where(Migration.project_id == Project.id, Migration.target == TARGET, Migration.status == "applied")
        .order_by(Migration.started_at.desc(), Migration.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    deployed = {row.id: row.revision for row in unit.session.execute(
        select(Project.id, done.label("revision")).where(Project.id.in_(ids))
    )}  # fmt: skip
    kept = (
        select(SchemaVersion.project_id, SchemaVersion.revision, SchemaVersion.number)
        .where(SchemaVersion.project_id.in_(ids), SchemaVersion.brought_by == "")  # those brought say no revision
        .where(SchemaVersion.revision.in_({revision for revision in deployed.values() if revision is not None}))
        .order_by(SchemaVersion.number)
    )
    numbers = {(row.project_id, row.revision): row.number for row in unit.session.execute(kept)}
    return [
        ListedView(
            view, who.get(view.id, ""), deployed.get(view.id), numbers.get((view.id, deployed.get(view.id, 0)))
        )
        for view in found
    ]  # fmt: skip


def projects_here(workspace: str | None = None, *, sessions: Sessions | None = None) -> list[Listed]:
    """Return the projects of whoever acts here, of all their workspaces or of one, by workspace and name.

    Raises
    ------
    NotFound, BadInput
        If there is no such workspace, or several.
    """
    from designer_kernel.studio.team.opening import sessions_here, workspace_named

    at = sessions or sessions_here()
    only = None if workspace is None else workspace_named(workspace, sessions=at)
    there = at.team.do(at.actor, workspaces.mine)
    rooms = {one.id: (workspaces.spelled(one, there), one) for one in there}
    found: list[ListedView] = []
    while more := at.team.do(
        at.actor, listed, workspace=only, after=found[-1].project.id if found else None, limit=_AT_ONCE
    ):
        found += more
    told = []
    for one in found:
        if one.project.workspace not in rooms:  # let in just now, or not any more
            continue
        way, room = rooms[one.project.workspace]
        view = one.project
        told.append(
            Listed(
                f"{SHARED}{way}/{view.name}", view.name, room.name, room.owner, view.revision, view.updated_at,
                one.changed_by, one.deployed_revision, one.deployed_version,
            )
        )  # fmt: skip
    return sorted(told, key=lambda one: (one.workspace, one.owner, one.name))
