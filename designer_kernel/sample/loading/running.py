"""A job from its beginning to its end: begun, gone on with, cancelled or abandoned."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import psycopg

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import Cancelled, DesignerError, SamplePlanError, StatementFailed
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample.constraints.judging import ServerJudge
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.loading import journal, removing
from designer_kernel.sample.loading.cancelling import Watch
from designer_kernel.sample.loading.crews import Alone, Crew, Together, Workers
from designer_kernel.sample.loading.filling import Filling
from designer_kernel.sample.loading.fingerprint import fingerprint
from designer_kernel.sample.loading.journal import Job
from designer_kernel.sample.loading.load import Wishes
from designer_kernel.sample.loading.parts import size_for
from designer_kernel.sample.loading.preparing import ADDING, MODES
from designer_kernel.sample.loading.refusals import refused
from designer_kernel.sample.loading.staged import Staged, is_worth_keeping
from designer_kernel.sample.loading.telling import Events, Progress, Teller
from designer_kernel.sample.loading.worker import Work
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.request import Request

_GO_ON: Final = "ask for the same fill again, or say resume=True (--resume), to go on; abandon (--abandon) undoes it"


@dataclass(slots=True)
class Running:
    """Everything that one call of `fill` says of a job in parts.

    Attributes
    ----------
    connection
        In autocommit mode, with the lock of fills.
    given
        A plan that was given instead of a request.
    workers
        Processes of this machine that send parts too.
    crew
        Makes others who send the parts.
    """

    url: str
    connection: psycopg.Connection[Any]
    request: Request
    given: Plan | None
    wishes: Wishes
    connections: int
    part: int | None
    job: UUID
    workers: Workers | None = None
    progress: Progress | None = None
    events: Events | None = None
    cancel: threading.Event | None = None
    crew: Callable[[Work, Teller], Crew] | None = None

    def asked(self) -> dict[str, Any]:
        """Return what is asked for, as far as it decides what the target holds in the end."""
        wishes = self.wishes
        asked = self.request.to_data() | {
            "mode": wishes.mode,
            "triggers": sorted(wishes.running),
            "unlogged": wishes.unlogged,
            "along": wishes.along,
            "plan": "" if self.given is None else fingerprint(self.given),
        }
        if wishes.distributed:
            asked["distributed"] = wishes.distributed
        found: dict[str, Any] = json.loads(json.dumps(asked))
        return found

    def begin(self, catalog: Catalog, plan: Plan, started: float) -> Filling:
        """Begin a job, and bring it to its end.

        Raises
        ------
        SamplePlanError
            If triggers are to run: what they do elsewhere could not be undone.
        """
        if any(name in plan.tables and plan.tables[name].rows for name in self.wishes.running):
            raise SamplePlanError(
                "triggers run in one transaction only: what they write elsewhere could not be removed again",
                where="triggers",
                mend="leave triggers out, or use connections=1 and resumable=False",
            )
        document = "" if self.given is None else plan.to_yaml()
        part = self.part or size_for(plan, self.connections)
        job = Job(
            self.job, 1, journal.LOADING, self.wishes.mode, self.asked(), fingerprint(plan), plan.seed, plan.rows, part,
            document, canonical.to_json(catalog), "",
        )  # fmt: skip
        staged = self._staged(catalog, plan)
        with Watch(self.connection, self.cancel):
            notes = staged.begin(job)  # until it commits, nothing has changed
        return self._finished(staged, job, started, notes)

    def resume(self, job: Job, started: float, *, is_told: bool) -> Filling:
        """Go on with a job that an earlier process began.

        Parameters
        ----------
        is_told
            Whether it was said that it is to be gone on with, whatever it was asked for.

        Raises
        ------
        SamplePlanError
            If another fill is asked for, or the rows would be others.
        """
        if job.state == journal.REMOVING:
            removing.remove(self.connection, job)
            return self._anew(started)
        if not is_told and job.asked != self.asked():
            raise removing.refuse_to_lose(job)
        self.wishes = replace(
            self.wishes,
            mode=next(mode for mode in MODES if mode == job.mode),
            running=frozenset((a, b) for a, b in job.asked["triggers"]),
            along=None if job.asked["along"] is None else tuple(job.asked["along"]),
            distributed=tuple(((a, b), column) for (a, b), column in job.asked.get("distributed", ())),
        )
        catalog = canonical.from_json(job.catalog)
        self.request = Request.from_data(job.asked)
        plan = self.given or self._planned(job, catalog)
        if fingerprint(plan) != job.plan_hash:
            if job.mode in ADDING:  # somebody has changed the rows that it was planned beside
                removing.remove(self.connection, job)
                return self._anew(started)
            raise SamplePlanError(
                f"the rows would be others than those of {job}",
                where="the plan",
                mend="go on with the program, the plan and the functions that began it, or undo it with abandon()",
            )
        with self.connection.transaction():
            run = journal.take_over(self.connection, job, job.state)
        notes = [f"went on with the fill that was begun {job.started_at}"]
        return self._finished(self._staged(catalog, plan), replace(job, run=run), started, notes)

    def _anew(self, started: float) -> Filling:
        """Begin from the state before."""
        catalog = introspect(self.connection)
        return self.begin(
            catalog, self.given or self.request.plan(self.url, self.connection, catalog, self.wishes.mode), started
        )

    def _planned(self, job: Job, catalog: Catalog) -> Plan:
        """Return the plan of a job: of its document, if it was given as one, or of what was asked for."""
        if not job.document:
            adds = job.mode in ADDING
            return self._request(job).plan(self.url, self.connection, catalog, job.mode, is_under_way=adds)
        with Reader(self.url) as reader:
            return Plan.from_yaml(job.document, catalog, reader=reader, judge=ServerJudge(self.connection))

    def _request(self, job: Job) -> Request:
        """Return the request of a job; tables that it has begun to fill count as chosen, not as rows to refer to."""
        request = Request.from_data(job.asked)
        if request.tables is None or job.mode in ADDING:  # rows that it has brought beside others do not count
            return request
        rows = self.connection.execute('SELECT schema, "table" FROM schema_designer_fill.written ORDER BY 1, 2')
        written = [f"{schema}.{table}" for schema, table in rows.fetchall()]
        return replace(request, tables=tuple(dict.fromkeys([*request.tables, *written])))

    def _staged(self, catalog: Catalog, plan: Plan) -> Staged:
        self.cancel = self.cancel or threading.Event()  # Ctrl-C sets it, if nobody else does
        teller = Teller(plan, self.progress, self.events, self.cancel)

        def crew(work: Work, teller: Teller) -> Crew:
            if self.crew is not None:
                return self.crew(work, teller)
            return Alone(work, teller) if self.workers is None else Together(work, teller, self.workers)

        return Staged(self.url, self.connection, catalog, plan, teller, self.wishes, self.connections, crew)

    def _finished(self, staged: Staged, job: Job, started: float, notes: list[str]) -> Filling:
        """Bring a job to its end; or undo it, unless it can be gone on with."""
        try:
            with Watch(self.connection, self.cancel):
                return staged.run(job, started, notes)
        except journal.FillTakenOver:
            raise  # it is somebody else's now
        except BaseException as error:
            if isinstance(error, Exception) and is_worth_keeping(error):
                raise _kept(error) from error
            raise _undone(error, self._undo(job, error)) from error

    def _undo(self, job: Job, error: BaseException) -> tuple[str, ...]:
        """Undo a job over a connection that nothing has happened to; return the tables whose old rows are gone.

        Raises
        ------
        StatementFailed
            If that fails as well; the target remembers that it is to be undone.
        """
        try:
            with connect(self.url, autocommit=True) as connection:
                return removing.remove(connection, job)
        except (psycopg.Error, DesignerError) as problem:
            second = refused(problem, "") if isinstance(problem, psycopg.Error) else problem
            raise StatementFailed(
                f"the fill failed ({' '.join(str(error).split())}), and could not be undone: {second.what}",
                where=second.where,
                mend="mend that, then abandon() undoes it",
            ) from error


def abandon(url: str) -> Job | None:
    """Undo the fill that was begun on a database and is not done; returns what was undone, if anything."""
    from designer_kernel.sample.loading.locking import alone

    with connect(url, autocommit=True) as connection, alone(connection):
        job = journal.under_way(connection)
        if job is not None:
            try:
                return replace(job, lost=removing.remove(connection, job))
            except psycopg.Error as error:
                raise refused(error, "") from error
        return None


def under_way(url: str) -> Job | None:
    """Return the fill that was begun on a database and is not done, if there is one."""
    with connect(url, read_only=True) as connection:
        return journal.under_way(connection)


def _kept(error: Exception) -> DesignerError:
    if isinstance(error, psycopg.Error):
        error = refused(error, "")
    if isinstance(error, DesignerError):
        return StatementFailed(
            f"{error.what}; what is loaded stays, and constraints are off",
            where=error.where,
            mend=_GO_ON,
            sqlstate=getattr(error, "sqlstate", ""),
        )
    return StatementFailed(f"{error}; what is loaded stays, and constraints are off", mend=_GO_ON)


def _undone(error: BaseException, lost: tuple[str, ...]) -> BaseException:
    if isinstance(error, Cancelled):
        what = f"the fill was cancelled; what it had written was removed{removing.lost_words(lost)}"
        return Cancelled(what, mend="start it again when you like")
    if isinstance(error, psycopg.Error):
        return refused(error, "")
    return error
