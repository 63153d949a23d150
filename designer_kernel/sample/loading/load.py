"""A plan's rows into a database, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.sample.loading import compiled, finishing, preparing, room
from designer_kernel.sample.loading.distribution import Keys
from designer_kernel.sample.loading.encoding import CHUNK
from designer_kernel.sample.loading.filling import ConstraintFilling, Filling, TableFilling
from designer_kernel.sample.loading.pipeline import Ahead
from designer_kernel.sample.loading.preparing import Mode
from designer_kernel.sample.loading.refusals import refused
from designer_kernel.sample.loading.shipping import Load, receive, shipments
from designer_kernel.sample.loading.suspension import Suspended, Suspension, suspend
from designer_kernel.sample.loading.target import TargetTable, refuse_rows, targets, truncate
from designer_kernel.sample.loading.telling import Teller
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName


@dataclass(frozen=True, slots=True)
class Wishes:
    """How rows are to be loaded.

    Attributes
    ----------
    mode
        What is done with rows that are there.
    running
        Tables whose triggers run.
    unlogged
        Whether large tables are not logged until their rows are there.
    keep_old
        Whether rows that are replaced are kept until the end, so that they can come back; where one transaction does
        everything, they do so anyway.
    check_room
        Whether to refuse what does not fit on the server's disk.
    along
        A table of tenants, or the like, by whose rows the target is divided: parts of the rows follow it.
    distributed
        Tables that the target itself says it distributes by a column.
    """

    mode: Mode = "refuse"
    running: frozenset[TableName] = frozenset()
    unlogged: bool = False
    keep_old: bool | None = None
    check_room: bool = True
    along: TableName | None = None
    distributed: Keys = ()


@dataclass(slots=True)
class Loading:
    """One run: the connection with its open transaction, and who wants to know."""

    connection: psycopg.Connection[Any]
    catalog: Catalog
    plan: Plan
    teller: Teller
    wishes: Wishes = Wishes()
    chunk: int = CHUNK
    _restored: list[ConstraintFilling] = field(default_factory=list)

    def run(self, started: float) -> Filling:
        """Load everything; the caller commits, or rolls back if this raises."""
        connection, plan, wishes = self.connection, self.plan, self.wishes
        preparing.session_of(connection).apply(connection, local=True)
        found = targets(connection, plan)
        if wishes.mode == "replace":
            truncate(connection, plan)
        elif wishes.mode == "refuse":
            refuse_rows(connection, plan)
        notes = list(plan.notes)
        if wishes.check_room:
            notes += room.check(connection, self.catalog, plan, found)
        extent = preparing.extent_of(connection, plan, found, wishes.mode, wishes.running)
        suspension = suspend(connection, found, extent)
        preparing.waits(connection, plan, found, suspension)
        fresh = preparing.emptied(connection, plan, found, wishes.mode)
        unlogged = preparing.unlog(connection, plan, found) if wishes.unlogged else []
        self.teller.begin(len(suspension.indexes) + len(suspension.foreign_keys) + 1)
        compiled.prepare(plan, self.teller.loop)
        before = time.perf_counter()
        filled = self._send(fresh - set(unlogged), preparing.direct(connection, found))
        after = time.perf_counter()
        self._constrain(suspension, unlogged)
        constrained = time.perf_counter()
        notes += said(plan, suspension, found, wishes)
        notes += finishing.refresh(connection, self.catalog, plan, self.teller)
        finishing.advance_sequences(connection, plan, adds=wishes.mode in preparing.ADDING)
        self.teller.finish()
        return Filling(
            tuple(filled),
            plan.seed,
            time.perf_counter() - started,
            after - before,
            constrained - after,
            tuple(notes),
            plan,
            tuple(self._restored),
        )

    def _send(self, fresh: frozenset[TableName], direct: frozenset[TableName]) -> list[TableFilling]:
        filled = []
        with Ahead(self._loads(direct)) as loads:
            for name in self.plan.order:
                table = self.plan.tables[name]
                if table.rows:
                    started = time.perf_counter()
                    self.teller.table(table)
                    receive(self.connection, self.plan, loads, table.rows, self._told(table), fresh)
                    filled.append(TableFilling(table.label, table.rows, time.perf_counter() - started))
        return filled

    def _told(self, table: TablePlan) -> Any:
        return lambda rows: self.teller.rows(table, rows)

    def _loads(self, direct: frozenset[TableName]) -> Iterator[Load]:
        """Yield the rows of all tables, one after the other."""
        for name in self.plan.order:
            table = self.plan.tables[name]
            if table.rows:
                yield from shipments(self.plan, name, 0, table.rows, direct, self.chunk)

    def _constrain(self, suspension: Suspension, unlogged: list[TableName]) -> None:
        """Put back keys and indexes, count statistics, then add foreign keys: their check is a join and needs those."""
        try:  # what is still waiting to be checked would keep tables from being altered
            self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            raise refused(error, "") from error
        for name in unlogged:
            preparing.log_again(self.connection, name)
        for item in suspension.indexes:
            self.teller.step("indexes", item.label, f"building {item.label}")
            self._restore(item)
        self.teller.step("statistics", "", "statistics")
        for table in self.plan.tables.values():
            if table.rows:
                finishing.analyze(self.connection, table)
        for item in suspension.foreign_keys:
            self.teller.step("foreign keys", item.label, f"checking {item.label}")
            self._restore(item)
        suspension.enable_triggers(self.connection)

    def _restore(self, item: Suspended) -> None:
        started = time.perf_counter()
        try:
            item.restore(self.connection)
        except psycopg.Error as error:
            raise refused(error, item.label) from error
        self._restored.append(ConstraintFilling(item.label, item.kind, time.perf_counter() - started))


def said(plan: Plan, suspension: Suspension, found: dict[TableName, TargetTable], wishes: Wishes) -> list[str]:
    """Return what a fill did otherwise than inserting rows one by one would have."""
    notes = []
    if suspension.triggers:
        number = len(suspension.triggers)
        notes.append(
            f"{number} {'trigger' if number == 1 else 'triggers'} did not run, and what triggers write or change is "
            "missing; triggers='run' (--run-triggers) lets them"
        )
    ran = sorted(".".join(name) for name in wishes.running if name in plan.tables and plan.tables[name].rows)
    if ran:
        notes.append(
            f"the triggers of {', '.join(ran)} ran for each row: what they wrote or changed is theirs, "
            "and differs from the plan"
        )
    above = sorted(".".join(t.name) for t in found.values() if t.has_foreign and plan.tables[t.name].rows)
    if above:
        notes.append(
            f"foreign tables inherit from {', '.join(above)}: statistics stay as they were, "
            "since ANALYZE would read them"
        )
    others = [t for t in found.values() if not t.is_owned and plan.tables[t.name].rows]
    if others:
        notes.append(f"{len(others)} tables are not yours: their keys were checked row by row and their triggers ran")
    return notes
