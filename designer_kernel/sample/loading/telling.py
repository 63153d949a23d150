"""Telling of a fill while it runs: steps for a progress bar, and events with the rate of a table and what is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from designer_kernel.sample.loading.cancelling import cancelled
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName

Progress = Callable[[int, int, str], None]
"""Told of long work: steps done, steps in all, and what is being done."""

_STEPS: Final = 100
"""One key, index or foreign key counts as much as the hundredth part of the rows."""


@dataclass(frozen=True, slots=True)
class FillEvent:
    """One thing that happened in a fill.

    Attributes
    ----------
    stage
        "rows", "indexes", "statistics", "foreign keys", "views", or "told" for what has to be known before.
    name
        The table, key, index or view; for "told" the words.
    done, total
        Rows of that table so far and in all; both 0 outside of "rows".
    rows_per_second
        How fast this table has been filled so far.
    seconds_left
        Until all rows of all tables are there, as fast as it went until now; none before anything is known.
    """

    stage: str
    name: str
    done: int = 0
    total: int = 0
    rows_per_second: float = 0.0
    seconds_left: float | None = None


Events = Callable[[FillEvent], None]


class Teller:
    """Counts what is done, tells it, and asks whether to stop. Several threads may use it.

    Parameters
    ----------
    plan
        What is filled.
    progress, events
        Who wants to know.
    cancel
        Set by who wants it to stop.
    """

    def __init__(
        self,
        plan: Plan,
        progress: Progress | None = None,
        events: Events | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        self.cancel = cancel
        self._progress = progress
        self._events = events
        self._rows = sum(table.rows for table in plan.tables.values())
        self._step = max(1, self._rows // _STEPS)
        self._total = self._rows
        self._done = 0
        self._sent: dict[TableName, int] = {}
        self._since: dict[TableName, float] = {}
        self._began = 0.0
        self._earlier = 0
        self._lock = threading.RLock()

    def begin(self, steps: int) -> None:
        """Say how many steps there are beside the rows."""
        self._total = self._rows + steps * self._step
        self._began = time.perf_counter()

    def check(self) -> None:
        """Stop if that was asked for.

        Raises
        ------
        Cancelled
            If it was.
        """
        if self.cancel is not None and self.cancel.is_set():
            raise cancelled()

    def stop(self) -> None:
        """Let everything stop that asks whether to."""
        if self.cancel is not None:
            self.cancel.set()

    def tell(self, what: str) -> None:
        """Tell a consequence before it comes."""
        self._say(0, what, FillEvent("told", what))

    def table(self, table: TablePlan) -> None:
        """Tell that a table is begun."""
        with self._lock:
            self._since.setdefault(table.name, time.perf_counter())
        self._say(0, table.label, None)

    def earlier(self, table: TablePlan, count: int) -> None:
        """Count rows that an earlier run has sent."""
        with self._lock:
            self._sent[table.name] = self._sent.get(table.name, 0) + count
            self._earlier += count
            self._done += count

    def rows(self, table: TablePlan, count: int) -> None:
        """Count rows that were sent, and tell of it."""
        with self._lock:
            now = time.perf_counter()
            done = self._sent[table.name] = self._sent.get(table.name, 0) + count
            taken = now - self._since.setdefault(table.name, self._began)
            all_done = sum(self._sent.values()) - self._earlier
            pace = all_done / (now - self._began) if now > self._began else 0.0
            left = (self._rows - self._earlier - all_done) / pace if pace else None
            event = FillEvent("rows", table.label, done, table.rows, done / taken if taken else 0.0, left)
        self._say(count, table.label, event)

    def step(self, stage: str, name: str, label: str) -> None:
        """Tell that one more step beside the rows is begun."""
        self._say(self._step, label, FillEvent(stage, name))

    def aside(self, stage: str, name: str, label: str) -> None:
        """Tell of something that is no step of its own."""
        self._say(0, label, FillEvent(stage, name))

    def loop(self) -> None:
        """Tell that the compiled loop is loaded, or on a machine's first time compiled."""
        self.aside("compiled loop", "", "loading the compiled loop")

    def finish(self) -> None:
        """Tell that all is done."""
        self._say(self._total, "done", None)

    def _say(self, amount: int, label: str, event: FillEvent | None) -> None:
        self.check()
        with self._lock:
            self._done = min(self._done + amount, self._total)
            if self._progress is not None:
                self._progress(self._done, self._total, label)
            if self._events is not None and event is not None:
                self._events(event)
