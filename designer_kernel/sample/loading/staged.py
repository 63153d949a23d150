"""A plan's rows into a database in many transactions: over several connections, and to be gone on with after a crash.

The first transaction takes constraints off and writes the journal. Then each part of the rows is a transaction of its
own, and so is each key that comes back. The last one enables triggers and removes the journal. So whatever happens, and
whenever, the target says by itself what is there and what is missing: the same fill goes on from there, or is undone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import Cancelled, DesignerError, SamplePlanError, StatementFailed
from designer_kernel.sample.loading import compiled, finishing, journal, preparing, removing, room
from designer_kernel.sample.loading.crews import Crew
from designer_kernel.sample.loading.filling import Filling, TableFilling
from designer_kernel.sample.loading.journal import Job
from designer_kernel.sample.loading.load import Wishes, said
from designer_kernel.sample.loading.parts import Part, Schedule, parts_of
from designer_kernel.sample.loading.refusals import is_lasting
from designer_kernel.sample.loading.restoring import Restoring, told_of
from designer_kernel.sample.loading.suspension import suspend
from designer_kernel.sample.loading.target import TargetTable, has_rows, identifier, refuse_rows, targets, truncate
from designer_kernel.sample.loading.telling import Teller
from designer_kernel.sample.loading.worker import Outcome, Work
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName

_ATTEMPTS: Final = 3
"""How often a part is sent again when the process that sent it is gone."""


@dataclass(slots=True)
class Staged:
    """One run of a job.

    Attributes
    ----------
    connection
        In autocommit mode, with the lock of fills.
    crew
        Makes who sends the parts.
    """

    url: str
    connection: psycopg.Connection[Any]
    catalog: Catalog
    plan: Plan
    teller: Teller
    wishes: Wishes
    connections: int
    crew: Callable[[Work, Teller], Crew]

    def begin(self, job: Job) -> list[str]:
        """Take constraints off, and write the journal: one transaction. Returns notes."""
        connection, plan, wishes = self.connection, self.plan, self.wishes
        with connection.transaction():
            preparing.session_of(connection).apply(connection, local=True)
            found = targets(connection, plan)
            if wishes.mode == "refuse":
                refuse_rows(connection, plan)
            notes = room.check(connection, self.catalog, plan, found) if wishes.check_room else []
            extent = preparing.extent_of(connection, plan, found, wishes.mode, wishes.running)
            suspension = suspend(connection, found, extent)
            preparing.waits(connection, plan, found, suspension, in_parts=True)
            journal.begin(connection, job, suspension)
            self._note_rows(found)
            removing.note_sequences(connection, plan)
            for table in preparing.unlog(connection, plan, found) if wishes.unlogged else ():
                connection.execute("INSERT INTO schema_designer_fill.unlogged VALUES (%s, %s)", table)
        return notes

    def _note_rows(self, found: Mapping[TableName, TargetTable]) -> None:
        """Note what tables hold, keep rows that can come back, and empty what is to be replaced."""
        connection, plan, wishes = self.connection, self.plan, self.wishes
        filled = [name for name in plan.order if plan.tables[name].rows]
        owned = [name for name in sorted(filled) if found[name].is_owned]
        if wishes.mode == "replace" and owned:  # rows that came between keeping and emptying would be lost
            names = sql.SQL(", ").join(identifier(name) for name in owned)
            connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
        holding = [name for name in filled if has_rows(connection, name)]
        kept: dict[TableName, str] = {}
        if wishes.mode == "replace" and holding:
            size = removing.size_of_old(connection, holding)
            if wishes.keep_old or (wishes.keep_old is None and size <= removing.KEPT_UP_TO):
                kept = {name: removing.keep(connection, name, i) for i, name in enumerate(holding)}
            else:
                self.teller.tell(
                    f"{room.size(size)} of rows in {len(holding)} tables are removed now, and do not come back if this "
                    "fill is cancelled"
                )
        for place, name in enumerate(filled):
            is_replaced = name in holding and wishes.mode == "replace"
            was_empty = name not in holding or is_replaced
            is_lost = is_replaced and name not in kept
            removing.note(connection, place, name, was_empty=was_empty, kept=kept.get(name), is_lost=is_lost)
        if wishes.mode == "replace":
            truncate(connection, plan)

    def run(self, job: Job, started: float, notes: list[str]) -> Filling:
        """Send what is missing, bring back what is off, and end the journal."""
        connection, plan = self.connection, self.plan
        with connection.transaction():
            found = targets(connection, plan)
        entries = journal.suspended(connection)
        suspension = journal.suspension_of(connection, entries)
        self.teller.begin(sum(entry.state != "back" for entry in entries) + 1)
        waits = preparing.waits(connection, plan, found, suspension, in_parts=True)
        before = time.perf_counter()
        self._send(job, waits, preparing.direct(connection, found))
        after = time.perf_counter()
        self._log_again()  # a crash of the server before that takes rows, which are sent again then
        journal.enter(connection, job.id, journal.CONSTRAINING)
        Restoring(self.url, plan, self.teller, self.connections).run(entries)
        constrained = time.perf_counter()
        parts = journal.sent(connection)
        entries = journal.suspended(connection)
        notes = [*plan.notes, *notes, *said(plan, suspension, found, self.wishes)]
        with connection.transaction():
            notes += finishing.refresh(connection, self.catalog, plan, self.teller)
        with connection.transaction():
            preparing.session_of(connection).apply(connection, local=True)
            suspension.enable_triggers(connection)
            finishing.advance_sequences(connection, plan, adds=self.wishes.mode in preparing.ADDING)
            self.teller.finish()  # while it can still be undone, since this is where it is cancelled
            journal.end(connection)
        return Filling(
            _tables(plan, parts),
            plan.seed,
            time.perf_counter() - started,
            after - before,
            constrained - after,
            tuple(notes),
            plan,
            told_of(entries),
        )

    def _send(self, job: Job, waits: Mapping[TableName, frozenset[TableName]], direct: frozenset[TableName]) -> None:
        connection, plan = self.connection, self.plan
        if job.state != journal.LOADING:
            for table in plan.tables.values():
                self.teller.earlier(table, table.rows)
            return
        self._forget_lost()
        done = journal.sent(connection)
        for schema, name, start in done:
            self.teller.earlier(plan.tables[schema, name], done[schema, name, start][0] - start)
        schedule = Schedule(parts_of(plan, job.part, self.wishes.along, self.wishes.distributed), waits, done)
        if not schedule.is_done:
            session = preparing.session_of(connection, self.connections)
            compiled.prepare(plan, self.teller.loop)
            with self.crew(Work(self.url, plan, job.id, job.run, session, direct), self.teller) as crew:
                send_all(schedule, crew, self.teller, job.id)

    def _forget_lost(self) -> None:
        """Send again what a crash of the server took: tables and partitions that were not logged are empty after one.

        Raises
        ------
        SamplePlanError
            If others have written there since, so that nobody can tell what is missing.
        """
        if not journal.unlogged(self.connection):
            return
        begun = {(schema, name) for schema, name, _ in journal.sent(self.connection)}
        for name in sorted(begun):
            if removing.is_ours(self.connection, name):
                continue
            removing.remove_ours(self.connection, name)
            if has_rows(self.connection, name):
                raise SamplePlanError(
                    "it holds other rows than those that were sent, after a crash of the server",
                    where=".".join(name),
                    mend="abandon() (--abandon) undoes the fill; begin it again then",
                )
            journal.forget(self.connection, name)

    def _log_again(self) -> None:
        for table in journal.unlogged(self.connection):
            self.teller.aside("logging", ".".join(table), f"logging {'.'.join(table)}")
            with self.connection.transaction():
                preparing.log_again(self.connection, table)
                self.connection.execute(
                    'DELETE FROM schema_designer_fill.unlogged WHERE (schema, "table") = (%s, %s)', table
                )


def send_all(schedule: Schedule, crew: Crew, teller: Teller, job: UUID) -> None:
    """Let a crew send all parts.

    Raises
    ------
    StatementFailed
        If the server refuses a part, or those who send it die again and again.
    FillTakenOver
        If another run goes on with the job.
    """
    lost: dict[Part, int] = {}
    while not schedule.is_done:
        while crew.is_free and (part := schedule.take()) is not None:
            crew.start(part)
        for outcome in crew.finished():
            if outcome.is_sent:
                schedule.done(outcome.part)
            elif outcome.is_over:
                raise journal.taken_over(job)
            elif outcome.failure is not None:
                raise _failed(outcome)
            else:
                _lose(outcome.part, lost)
                schedule.give_back(outcome.part)
        teller.check()


def _lose(part: Part, lost: dict[Part, int]) -> None:
    lost[part] = lost.get(part, 0) + 1
    if lost[part] > _ATTEMPTS:
        raise StatementFailed(
            f"the processes that send it have died {lost[part]} times",
            where=".".join(part.table),
            mend="look whether there is enough memory, and call the same fill again with fewer connections",
        )


def _failed(outcome: Outcome) -> DesignerError:
    assert outcome.failure is not None
    what, where, mend = outcome.failure
    return StatementFailed(what, where=where, mend=mend, sqlstate=outcome.sqlstate)


def _tables(plan: Plan, parts: Mapping[tuple[str, str, int], tuple[int, float]]) -> tuple[TableFilling, ...]:
    """Return the rows of each table, and the seconds that its parts took together."""
    found = []
    for name in plan.order:
        table = plan.tables[name]
        if table.rows:
            seconds = sum(s for (schema, relation, _), (_, s) in parts.items() if (schema, relation) == name)
            found.append(TableFilling(table.label, table.rows, seconds))
    return tuple(found)


def is_worth_keeping(error: BaseException) -> bool:
    """Whether a job that failed may be gone on with: the connection, the disk or a lock failed, and not the rows."""
    if isinstance(error, Cancelled | SamplePlanError | KeyboardInterrupt):
        return False
    if isinstance(error, StatementFailed):
        return not is_lasting(error.sqlstate)
    if isinstance(error, psycopg.Error):
        return not is_lasting(error.sqlstate or "")
    return True
