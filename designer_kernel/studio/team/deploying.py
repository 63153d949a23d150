"""Deploying stored projects into their rooms: at first all of a design, later what changed since, all of it or nothing.

What is meant is asked of the server itself: it is made in an empty room that takes the place of the true one for a
moment, read, and undone. So plans are made in the server's own words, with the rights of the workspace and no others,
and no second database is needed. What came to be is read and compared with what was meant before anything is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import psycopg
from pydantic import Field
from sqlalchemy import func, select

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import Difference, differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.render import SETTINGS, Statement, create
from designer_kernel.design.design import Design
from designer_kernel.errors import DeployRefused
from designer_kernel.migrate import gate, identity
from designer_kernel.migrate.losses import losses_of
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.steps import Plan, statements_of
from designer_kernel.postgres.introspect import read
from designer_kernel.postgres.judgement import unlike
from designer_kernel.postgres.script import explained
from designer_kernel.store.design_tables import Stored
from designer_kernel.store.tables.projects import Migration
from designer_kernel.studio.team import designs, isolation, stored
from designer_kernel.studio.team.isolation import Room
from designer_kernel.studio.team.placing import homed, inside, meant
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit, use_case

TARGET: Final = "team"
"""What records of migrations call the team's own database."""

_PATIENCE: Final = 60.0
"""Seconds for one statement."""

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """What a deployment did, or would do.

    Attributes
    ----------
    schema
        Where it lives.
    revision
        The revision of the project that is deployed.
    statements
        What was run.
    losses
        What loses rows or values, by the names that allow it.
    left_out
        What a room cannot hold, and what needs that.
    id
        Of its record; ``None`` if there was nothing to do, or nothing was done.
    """

    project: UUID
    schema: str
    revision: int
    statements: tuple[str, ...]
    losses: tuple[str, ...]
    left_out: tuple[str, ...]
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RecordView:
    """A deployment of before."""

    id: UUID
    from_revision: int | None
    to_revision: int
    status: Annotated[str, Field(json_schema_extra={"enum": ["running", "applied", "failed", "undone"]})]
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FoundView:
    """One difference between what a room holds and what was deployed there.

    Attributes
    ----------
    change
        What the room has: the object is ``missing`` there, ``extra``, or ``changed`` in a ``field``.
    meant, found
        What the field was deployed as, and what it is.
    """

    object: str
    change: str
    field: str
    meant: str
    found: str


@dataclass(frozen=True, slots=True)
class RoomDriftView:
    """How the team's database differs from what was last deployed of a project.

    Attributes
    ----------
    revision
        The revision that was deployed; nothing, if the project is not.
    now
        The revision of the project.
    """

    project: UUID
    schema: str
    revision: int | None
    now: int
    differences: tuple[FoundView, ...]


@use_case(Right.deploy)
def deploy(unit: Unit, project: UUID, *, allow: Collection[str] = (), leave_out: bool = False) -> DeploymentView:
    """Take the team's database to what a project is now.

    Parameters
    ----------
    allow
        Names of what may lose rows or values by it: ``column items.qty`` or ``items.qty``.
    leave_out
        Whether to leave out what a room cannot hold (roles and privileges, extensions), with all that needs it.

    Raises
    ------
    DeployRefused
        If the design cannot live in a room of its own, or what came to be is not what was meant.
    LossRefused
        If a loss is not allowed.
    StatementFailed
        If PostgreSQL refuses a part of it.
    """
    found = _held(unit, Right.deploy, project)
    room = room_of(found)
    before, design = _states(unit, found)
    isolation.prepare(unit, room)
    way = _way(unit, room, before, design, leave_out=leave_out)
    if way.plan is not None:
        gate.check_allowed(way.plan, _full_names(allow, way.plan, room))
    _run(unit, room, way.statements)
    _verify(unit, room, way)
    made = _record(unit, found, way)
    unit.audit(
        "project.deploy", str(project), workspace=found.workspace, revision=found.revision,
        statements=len(way.statements), allowed=sorted(allow),
    )  # fmt: skip
    unit.tell("deployment", project, revision=found.revision)
    return _view(found, way, made)


@use_case(Right.deploy, changes=False)
def preview(unit: Unit, project: UUID, *, leave_out: bool = False) -> DeploymentView:
    """Return what deploying a project would do, and what would be lost by it.

    Of the trial no more stays than the role and the gate that a first one makes.

    Raises
    ------
    DeployRefused, StatementFailed
        As `deploy`.
    """
    found = _held(unit, Right.deploy, project)
    room = room_of(found)
    before, design = _states(unit, found)
    with isolation.driver(unit).transaction(force_rollback=True):
        isolation.prepare(unit, room)
        way = _way(unit, room, before, design, leave_out=leave_out)
    return _view(found, way, None)


@use_case(Right.deploy, changes=False)
def drift(unit: Unit, project: UUID) -> RoomDriftView:
    """Return what was changed in the team's database since a project was last deployed there, behind its back.

    What was deployed is asked of the server anew, so that both are in its words. Nothing stays of that.

    Raises
    ------
    DeployRefused, StatementFailed
        If the server does not take any more what was deployed, or there is something that no catalog tells of.
    """
    found = _held(unit, Right.deploy, project)
    room, last = room_of(found), _last(unit, project)
    if last is None:
        return RoomDriftView(project, room.schema, None, found.revision, ())
    before, _ = _states(unit, found)
    assert before is not None
    version = isolation.driver(unit).info.server_version // 10000
    with isolation.driver(unit).transaction(force_rollback=True):
        isolation.prepare(unit, room)
        wanted, _ = meant(homed(before, room.schema), room.schema, version, leave_out=True)  # as what is there
        goal, there = _tried(unit, room, wanted), _read(unit, room)
    told = tuple(_found_view(one) for one in differences(goal, there))
    return RoomDriftView(project, room.schema, last.to_revision, found.revision, told)


@use_case(Right.see, changes=False)
def deployments(unit: Unit, project: UUID) -> list[RecordView]:
    """Return the deployments of a project, the newest first."""
    stored.found(unit, Right.see, project)
    rows = unit.session.scalars(
        select(Migration)
        .where(Migration.project_id == project, Migration.target == TARGET)
        .order_by(Migration.started_at.desc(), Migration.id.desc())
    )
    return [RecordView(r.id, r.from_revision, r.to_revision, r.status, r.who, r.started_at) for r in rows]


@use_case(Right.administer)
def undeploy(unit: Unit, project: UUID) -> None:
    """Take away what is deployed of a project, with all its rows."""
    found = _held(unit, Right.administer, project)
    isolation.drop(unit, room_of(found))
    for record in unit.session.scalars(
        select(Migration).where(
            Migration.project_id == project, Migration.target == TARGET, Migration.status == "applied"
        )
    ):
        record.status = "undone"
    unit.audit("project.undeploy", str(project), workspace=found.workspace)
    unit.tell("deployment", project, revision=0)


@dataclass(frozen=True, slots=True)
class _Way:
    """From what is there to what is meant: the statements, and the plan unless all is new."""

    goal: Catalog
    statements: tuple[Statement, ...]
    left_out: tuple[ObjectId, ...]
    plan: Plan | None = None


def _held(unit: Unit, right: Right, project: UUID) -> ProjectView:
    """Return a project that is locked, in a workspace that stays: who removes that waits, or has done it already."""
    stored.hold(unit, stored.found(unit, right, project).workspace)
    return stored.found(unit, right, project, lock=True)


def _states(unit: Unit, project: ProjectView) -> tuple[Design | None, Design]:
    """Return the design that is deployed and the one that is to be."""
    now = stored.design_of(unit, project)
    last = _last(unit, project.id)
    if last is None:
        return None, now
    state = Stored(project.revision, project.state, now)
    return designs.at_revision(unit.session, project.id, state, last.to_revision), now


def _last(unit: Unit, project: UUID) -> Migration | None:
    return unit.session.scalar(
        select(Migration)
        .where(Migration.project_id == project, Migration.target == TARGET, Migration.status == "applied")
        .order_by(Migration.started_at.desc(), Migration.id.desc())
        .limit(1)
    )


def _found_view(one: Difference) -> FoundView:
    values = (str(one.ours), str(one.theirs)) if one.change == "changed" else ("", "")
    return FoundView(str(one.id), one.change, one.field, *values)


def room_of(project: ProjectView) -> Room:
    """Return where a project is deployed."""
    return Room(project.workspace, project.id)


def _way(unit: Unit, room: Room, before: Design | None, design: Design, *, leave_out: bool) -> _Way:
    here = homed(design, room.schema)
    version = isolation.driver(unit).info.server_version // 10000
    wanted, left_out = meant(here, room.schema, version, leave_out=leave_out)
    there = _read(unit, room)
    if not there:
        return _Way(inside(wanted), tuple(create(wanted, inside(wanted))), left_out)
    goal = _tried(unit, room, wanted)
    renames = identity.renames(homed(before, room.schema), here) if before is not None else {}
    made = plan(
        there, goal, version=version, hints=Hints(renames=renames),
        shadow=lambda catalog, statements: _tried(unit, room, catalog, statements),
    )  # fmt: skip
    return _Way(goal, tuple(Statement(text) for text in statements_of(made.up)), left_out, made)


def _tried(unit: Unit, room: Room, catalog: Catalog, statements: Iterable[str] = ()) -> Catalog:
    """Return what the server makes of a catalog, and of statements after it, in an empty room that is undone."""
    with isolation.aside(unit, room):
        _run(unit, room, [*create(catalog, inside(catalog)), *map(Statement, statements)])
        return _read(unit, room)


def _read(unit: Unit, room: Room) -> Catalog:
    """Return what is in a room.

    Raises
    ------
    DeployRefused
        If there is something that no catalog tells of.
    """
    found = read(isolation.driver(unit), [room.schema], privileges=False, labels=False)
    if found.unclaimed:
        raise DeployRefused(
            f"there are objects that the design does not speak of: {', '.join(map(str, found.unclaimed))}",
            mend="take what makes them out of the design",
        )
    return inside(found.catalog)


def _run(unit: Unit, room: Room, statements: Iterable[Statement]) -> None:
    settings = {**SETTINGS, "check_function_bodies": "off", "TimeZone": "UTC"}
    with isolation.visit(unit, room, settings=settings, seconds=_PATIENCE) as visit:
        for statement in statements:
            try:
                visit.run(statement.sql)
            except psycopg.Error as error:
                raise explained(error, statement.sql, statement.objects) from error


def _verify(unit: Unit, room: Room, way: _Way) -> None:
    """Refuse unless what came to be is what was meant: SQL that does more than it says is caught here."""
    there = _read(unit, room)
    found = unlike(way.goal, there, there, with_sql=False) if way.plan is None else differences(way.goal, there)
    if found:
        lines = "".join(f"\n  - {difference}" for difference in found[:_SHOWN])
        raise DeployRefused(
            f"what came to be is not what was meant, so it was rolled back:{lines}",
            mend="correct the SQL of these objects in the design",
        )


def _record(unit: Unit, project: ProjectView, way: _Way) -> UUID | None:
    last = _last(unit, project.id)
    if last is not None and last.to_revision == project.revision:
        return None
    made = Migration(
        project_id=project.id,
        target=TARGET,
        from_revision=None if last is None else last.to_revision,
        to_revision=project.revision,
        plan_hash="" if way.plan is None else way.plan.hash,
        status="applied",
        who=unit.actor.name,
        finished_at=func.clock_timestamp(),
        definition={"schema": room_of(project).schema, "statements": len(way.statements)},
    )
    unit.session.add(made)
    unit.session.flush()
    return made.id


def _full_names(names: Collection[str], made: Plan, room: Room) -> list[str]:
    """Return names of losses as the plan has them; errors tell them without the schema, and so do people."""
    told = {name.replace(f"{room.schema}.", "", 1): name for loss in losses_of(made) for name in loss.names}
    return [told.get(name, name) for name in names]


def _view(project: ProjectView, way: _Way, made: UUID | None) -> DeploymentView:
    losses = () if way.plan is None else tuple(str(loss.on) for loss in losses_of(way.plan))
    statements = tuple(one.sql for one in way.statements)
    left_out = tuple(map(str, way.left_out))
    return DeploymentView(project.id, room_of(project).schema, project.revision, statements, losses, left_out, made)
