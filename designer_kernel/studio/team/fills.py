"""Fills of deployed projects as jobs: asked for at once, done by whoever takes them, and looked at meanwhile.

A job changes hands by its row: whoever takes it calls it running, gives a sign of life now and then, and completes it
in the transaction that adds the rows. So there are all rows and a job that says so, or neither; a process that is
killed leaves a job that is silent, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from uuid import UUID

from sqlalchemy import func, select, update

from designer_kernel.design.identity import new_id
from designer_kernel.design.sample_hints import RowsPer, RowsShare, SampleHints, TableHints
from designer_kernel.errors import Cancelled
from designer_kernel.store.tables.projects import Project
from designer_kernel.store.tables.sample_jobs import SampleJob
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.team import fill_limits, isolation, room_filling, stored
from designer_kernel.studio.team.deploying import room_of
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotFound
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.room_filling import Heard
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit, use_case

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.sample.planning.request import Request

Status = Literal["pending", "running", "completed", "failed", "cancelled"]

SILENCE: Final = timedelta(seconds=60)
"""After so long without a sign of life nobody works on a job any more."""

MOST: Final = 50
"""Jobs of one answer."""

_OPEN: Final = ("pending", "running")
_GONE: Final = "whoever worked on it has gone; none of its rows are there"
_MODES: Final = ("refuse", "replace")


@dataclass(frozen=True, slots=True)
class FillView:
    """A fill.

    Attributes
    ----------
    config
        What was asked for.
    counts
        Rows by table, as far as they were sent; they are there only if it is ``completed``.
    rows, rows_total
        How many those are, and how many there will be, once that is known.
    notes
        What is worth knowing of it.
    error
        Why it failed.
    """

    id: UUID
    project: UUID
    status: Status
    config: dict[str, Any]
    counts: dict[str, int]
    rows: int
    rows_total: int | None
    notes: tuple[str, ...]
    error: str
    who: str
    created_at: datetime
    completed_at: datetime | None


@use_case(Right.edit)
def begin(unit: Unit, project: UUID, config: Mapping[str, Any]) -> FillView:
    """Ask for sample data in what is deployed of a project; somebody has to `take` it.

    Parameters
    ----------
    config
        ``rows`` by table, ``scale``, ``seed``, ``tables``, ``until`` and ``hints`` as
        `designer_kernel.sample.fill` takes them; ``mode``: ``refuse`` (rows that are there) or ``replace`` them;
        ``run_triggers``.

    Raises
    ------
    NotDeployed
        If nothing is deployed.
    BadInput, SamplePlanError
        If it cannot be read.
    AlreadyThere
        If a fill of this project is under way.
    """
    found = stored.found(unit, Right.edit, project, lock=True)  # two who ask at once take turns
    if not isolation.is_there(unit, room_of(found)):
        raise NotDeployed(f"nothing of {found.name} is deployed", where=found.name, mend="deploy it first")
    _check(config)
    silent = func.clock_timestamp() - SampleJob.beat_at > SILENCE
    mine = (SampleJob.project_id == project, SampleJob.status.in_(_OPEN))
    unit.session.execute(
        update(SampleJob).where(*mine, silent).values(status="failed", error=_GONE, completed_at=func.clock_timestamp())
    )
    if unit.session.scalar(select(SampleJob.id).where(*mine).limit(1)) is not None:
        raise AlreadyThere("a fill of this project is under way", where=found.name, mend="wait for it, or cancel it")
    made = SampleJob(
        id=new_id(), project_id=project, user_id=unit.actor.user, who=unit.actor.name[:255], config=dict(config)
    )
    unit.session.add(made)
    unit.session.flush()
    unit.audit("fill.begin", str(made.id), workspace=found.workspace, project=str(project))
    return _view(unit, made.id)


@use_case(Right.see, changes=False)
def of_project(unit: Unit, project: UUID) -> list[FillView]:
    """Return the newest fills of a project, the newest first."""
    stored.found(unit, Right.see, project)
    keys = select(SampleJob.id).where(SampleJob.project_id == project).order_by(SampleJob.id.desc()).limit(MOST)
    return [_view(unit, key) for key in unit.session.scalars(keys).all()]


@use_case(Right.see, changes=False)
def show(unit: Unit, fill: UUID) -> FillView:
    """Return a fill."""
    _found(unit, Right.see, fill)
    return _view(unit, fill)


@use_case(Right.edit)
def cancel(unit: Unit, fill: UUID) -> FillView:
    """Ask for the end of a fill. One that is completed stays; of one that is not, no row will be there."""
    found = _found(unit, Right.edit, fill)
    pending = {"status": "cancelled", "is_cancelled": True, "completed_at": func.clock_timestamp()}
    job = SampleJob.id == fill
    unit.session.execute(update(SampleJob).where(job, SampleJob.status == "pending").values(**pending))
    unit.session.execute(update(SampleJob).where(job, SampleJob.status == "running").values(is_cancelled=True))
    unit.audit("fill.cancel", str(fill), workspace=found.workspace, project=str(found.id))
    return _view(unit, fill)


@use_case(Right.edit, changes=False)
def take(unit: Unit, fill: UUID) -> bool:
    """Begin to work on a fill; say whether it is the asker's to do: nobody else's, and not cancelled."""
    _found(unit, Right.edit, fill)
    taken = (
        update(SampleJob)
        .where(SampleJob.id == fill, SampleJob.status == "pending")
        .values(status="running", beat_at=func.clock_timestamp())
        .returning(SampleJob.id)
    )
    return unit.session.scalar(taken) is not None


@use_case(Right.edit, changes=False)
def beat(unit: Unit, fill: UUID, counts: Mapping[str, int], rows_total: int | None) -> bool:
    """Give a sign of life; say whether to go on."""
    _found(unit, Right.edit, fill)
    going_on = (
        update(SampleJob)
        .where(SampleJob.id == fill, SampleJob.status == "running")
        .values(counts=dict(counts), rows_total=rows_total, beat_at=func.clock_timestamp())
        .returning(SampleJob.is_cancelled)
    )
    return unit.session.scalar(going_on) is False


@use_case(Right.edit)
def run(unit: Unit, fill: UUID, heard: Heard | None = None, planned: Heard | None = None) -> FillView:
    """Do a fill that was taken: all of its rows and its end, in one transaction.

    Parameters
    ----------
    heard
        Told of each batch: the table, and how many rows it has got.
    planned
        Told once, with an empty name, how many rows there will be.

    Raises
    ------
    SamplePlanError
        If the rows cannot be made.
    BadInput, AlreadyThere, StatementFailed
        If the server refuses them.
    Cancelled
        If it was cancelled, or is nobody's to do.
    """
    found = _found(unit, Right.edit, fill)
    room = room_of(found)
    if not isolation.is_there(unit, room):
        raise NotDeployed(f"nothing of {found.name} is deployed", where=found.name, mend="deploy it first")
    config = unit.session.scalars(select(SampleJob.config).where(SampleJob.id == fill)).one()
    way = room_filling.way(unit, room, _request(config, stored.design_of(unit, found)))
    counts: dict[str, int] = {}

    def told(table: str, rows: int) -> None:
        counts[table] = rows
        if heard is not None:
            heard(table, rows)

    if planned is not None:
        planned("", way.rows)
    notes = room_filling.fill(
        unit,
        room,
        way,
        replace=config.get("mode") == "replace",
        run_triggers=bool(config.get("run_triggers")),
        heard=told,
    )
    _complete(unit, fill, counts, notes)
    unit.audit("project.fill", str(found.id), workspace=found.workspace, fill=str(fill), rows=sum(counts.values()))
    for table in counts:
        unit.tell("rows", found.id, table=table)
    return _view(unit, fill)


@use_case(Right.edit)
def fail(unit: Unit, fill: UUID, error: str, *, is_cancelled: bool = False) -> FillView:
    """Say why a fill that was taken came to nothing. One that is over stays as it is."""
    found = _found(unit, Right.edit, fill)
    status = "cancelled" if is_cancelled else "failed"
    ended = (
        update(SampleJob)
        .where(SampleJob.id == fill, SampleJob.status == "running")
        .values(status=status, error="" if is_cancelled else error[:2000], completed_at=func.clock_timestamp())
        .returning(SampleJob.id)
    )
    if unit.session.scalar(ended) is not None:  # it may be completed, and only its end was not heard
        unit.audit(
            "project.fill", str(found.id), workspace=found.workspace, result="failed", fill=str(fill), why=status
        )
    return _view(unit, fill)


def _complete(unit: Unit, fill: UUID, counts: Mapping[str, int], notes: tuple[str, ...]) -> None:
    done = (
        update(SampleJob)
        .where(SampleJob.id == fill, SampleJob.status == "running", SampleJob.is_cancelled.is_(False))
        .values(
            status="completed",
            counts=dict(counts),
            rows_total=sum(counts.values()),
            notes=list(notes),
            completed_at=func.clock_timestamp(),
        )
        .returning(SampleJob.id)
    )
    if unit.session.scalar(done) is None:
        raise Cancelled("the fill was cancelled; nothing was changed", mend="ask for it again when you like")


def _found(unit: Unit, right: Right, fill: UUID) -> ProjectView:
    """Return the project of a fill that the actor may do something with."""
    project = unit.session.scalar(select(SampleJob.project_id).where(SampleJob.id == fill))
    workspace = unit.session.scalar(select(Project.workspace_id).where(Project.id == project))
    unit.authorise(right, workspace, "fill")
    if project is None:
        raise NotFound("there is no fill", mend="look at what there is: it may have been removed")
    return stored.found(unit, right, project)


def _view(unit: Unit, fill: UUID) -> FillView:
    is_silent = (func.clock_timestamp() - SampleJob.beat_at > SILENCE).label("is_silent")
    job, silent = unit.session.execute(
        select(SampleJob, is_silent).where(SampleJob.id == fill).execution_options(populate_existing=True)
    ).one()
    is_gone = silent and job.status in _OPEN
    status = cast("Status", "failed" if is_gone else job.status)
    counts = {str(table): int(rows) for table, rows in job.counts.items()}
    return FillView(
        job.id,
        job.project_id,
        status,
        job.config,
        counts,
        sum(counts.values()),
        job.rows_total,
        tuple(job.notes),
        _GONE if is_gone else job.error,
        job.who,
        job.created_at,
        job.completed_at,
    )


def _check(config: Mapping[str, Any]) -> None:
    if config.get("mode", "refuse") not in _MODES:
        raise BadInput("there is no such mode", where="mode", mend=f"use one of {', '.join(_MODES)}")
    if any(rows > fill_limits.ROWS for rows in (config.get("rows") or {}).values()):
        raise BadInput("these are too many rows", where="rows", mend=f"ask for {fill_limits.ROWS:,} at most")
    _request(config, None)


def _request(config: Mapping[str, Any], design: Design | None) -> Request:
    """Return what is asked of the rows; where no hints are given, those of the design count."""
    from designer_kernel.sample.document import hints as hinting
    from designer_kernel.sample.planning.request import Request

    until = config.get("until")
    try:
        day = None if until is None else date.fromisoformat(until)
    except (TypeError, ValueError):
        raise BadInput("this is no day", where="until", mend="write it as 2026-01-31") from None
    said = hinting.read(config.get("hints"))
    if design is not None:
        own = design.sample if config.get("hints") is None else said
        said = _in_the_room(own or said, design.default_schema)
    fill_limits.check_hints(said)
    return Request.of(config.get("rows"), config.get("scale"), config.get("seed"), config.get("tables"), day, said)


def _in_the_room(hints: SampleHints, schema: str) -> SampleHints:
    """Return hints that name tables without the schema, which is another one in the room."""

    def plain(name: str) -> str:
        return name.removeprefix(f"{schema}.")

    def resolved(table: TableHints) -> TableHints:
        match table.rows:
            case RowsPer(per=per):
                return table.model_copy(update={"rows": table.rows.model_copy(update={"per": plain(per)})})
            case RowsShare(of=of):
                return table.model_copy(update={"rows": table.rows.model_copy(update={"of": plain(of)})})
        return table

    tables = {plain(name): resolved(table) for name, table in hints.tables.items()}
    return hints.model_copy(update={"tables": tables})
