"""What was taken off comes back after the rows, over several connections where nothing waits for something else."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

import psycopg

from designer_kernel.postgres.connection import connect
from designer_kernel.sample.loading import finishing, journal
from designer_kernel.sample.loading.cancelling import Watch
from designer_kernel.sample.loading.filling import ConstraintFilling
from designer_kernel.sample.loading.journal import Entry
from designer_kernel.sample.loading.preparing import session_of
from designer_kernel.sample.loading.refusals import refused
from designer_kernel.sample.loading.suspension import FOREIGN_KEY
from designer_kernel.sample.loading.telling import Teller
from designer_kernel.sample.loading.worker import APPLICATION
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName

Step = Callable[[psycopg.Connection[Any]], None]


class Restoring:
    """Brings back keys and indexes, then statistics, then foreign keys; each in a transaction with its note.

    Parameters
    ----------
    url
        The target.
    plan
        What was loaded.
    teller
        Who wants to know.
    connections
        How many connections may work at a time.
    """

    def __init__(self, url: str, plan: Plan, teller: Teller, connections: int) -> None:
        self._url = url
        self._plan = plan
        self._teller = teller
        self._connections = connections

    def run(self, entries: Sequence[Entry]) -> None:
        """Bring everything back that is not back yet.

        Raises
        ------
        StatementFailed
            If a row breaks a constraint; ``where`` names it.
        """
        open_entries = [entry for entry in entries if entry.state != "back"]
        keys = [entry for entry in open_entries if entry.item.kind != FOREIGN_KEY]
        single = _by_table(entry for entry in keys if not entry.item.is_whole)
        single.sort(key=lambda group: -self._rows_of(group[0].item.table))
        self._together([self._keys(group) for group in single])
        self._together([self._keys([entry for entry in keys if entry.item.is_whole])])
        self._teller.step("statistics", "", "statistics")
        tables = sorted((t for t in self._plan.tables.values() if t.rows), key=lambda t: -t.rows)
        self._together([lambda connection, t=table: finishing.analyze(connection, t) for table in tables])  # type: ignore[misc]
        self._foreign_keys([entry for entry in open_entries if entry.item.kind == FOREIGN_KEY])

    def _rows_of(self, name: TableName) -> int:
        """Return the rows of a table; those of a partition are not known, and it may be any."""
        table = self._plan.tables.get(name)
        return self._plan.rows if table is None else table.rows

    def _foreign_keys(self, entries: list[Entry]) -> None:
        """Bring foreign keys back: first without a look at the rows, which locks both tables, but for a moment only.

        Then each is validated, which locks no more than its own table against changes of its form.
        """
        at_once = [entry for entry in entries if not entry.item.in_steps]
        in_steps = [entry for entry in entries if entry.item.in_steps]
        self._together([self._unchecked([e for e in in_steps if e.state == "off"])])
        groups = sorted(_by_table(in_steps), key=lambda group: -self._rows_of(group[0].item.table))
        self._together([self._validated(group) for group in groups])
        self._together([self._keys(at_once)])

    def _keys(self, entries: list[Entry]) -> Step:
        def step(connection: psycopg.Connection[Any]) -> None:
            for entry in entries:
                is_reference = entry.item.kind == FOREIGN_KEY
                stage, verb = ("foreign keys", "checking") if is_reference else ("indexes", "building")
                self._teller.step(stage, entry.item.label, f"{verb} {entry.item.label}")
                self._noted(connection, entry, "back", entry.item.restore)

        return step

    def _unchecked(self, entries: list[Entry]) -> Step:
        def step(connection: psycopg.Connection[Any]) -> None:
            for entry in entries:
                self._noted(connection, entry, "unchecked", lambda c, e=entry: e.item.restore(c, later=True))  # type: ignore[misc]

        return step

    def _validated(self, entries: list[Entry]) -> Step:
        def step(connection: psycopg.Connection[Any]) -> None:
            for entry in entries:
                self._teller.step("foreign keys", entry.item.label, f"checking {entry.item.label}")
                self._noted(connection, entry, "back", entry.item.validate)

        return step

    def _noted(self, connection: psycopg.Connection[Any], entry: Entry, state: str, work: Step) -> None:
        started = time.perf_counter()
        try:
            with connection.transaction():
                work(connection)
                journal.mark(connection, entry.place, state, time.perf_counter() - started)
        except psycopg.errors.QueryCanceled:
            raise
        except psycopg.Error as error:
            raise refused(error, entry.item.label) from error

    def _together(self, steps: list[Step]) -> None:
        """Run steps over some connections, each taking the next one when it is free; the first error ends all."""
        waiting: SimpleQueue[Step] = SimpleQueue()
        for step in steps:
            waiting.put(step)
        builders = min(self._connections, len(steps))
        failed = threading.Event()
        with ThreadPoolExecutor(max(builders, 1), thread_name_prefix="sample-build") as pool:
            running = [pool.submit(self._over_connection, waiting, builders, failed) for _ in range(builders)]
            try:
                for one in running:
                    one.result()
            except KeyboardInterrupt:
                self._teller.stop()  # what the server is busy with, too
                raise

    def _over_connection(self, waiting: SimpleQueue[Step], builders: int, failed: threading.Event) -> None:
        with connect(self._url, autocommit=True, application_name=APPLICATION) as connection:
            session_of(connection, builders).apply(connection)
            connection.execute("SET synchronous_commit = off")
            try:
                with Watch(connection, self._teller.cancel):
                    while not failed.is_set():
                        waiting.get_nowait()(connection)
            except Empty:
                return
            except BaseException:
                failed.set()
                raise


def _by_table(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return what belongs to one table together: two builders of one table would wait for each other."""
    groups: dict[Any, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.item.table].append(entry)
    return list(groups.values())


def told_of(entries: Iterable[Entry]) -> tuple[ConstraintFilling, ...]:
    """Return what came back, and how long each took."""
    return tuple(ConstraintFilling(e.item.label, e.item.kind, e.seconds) for e in entries)
