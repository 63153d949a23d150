"""Who sends the parts of a fill: this process, some others beside it, or those of a cluster."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, Protocol, Self

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.loading.parts import Part
from designer_kernel.sample.loading.telling import Teller
from designer_kernel.sample.loading.worker import Outcome, Work, attempt

_PATIENCE: Final = 0.1
_START: Final = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer);"
    "from designer_kernel.sample.loading.worker import main; main()"
)


class Crew(Protocol):
    """Sends parts, several at a time."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End at once; what is being sent is undone by the server."""

    @property
    def is_free(self) -> bool:
        """Whether one more part can be begun."""

    def start(self, part: Part) -> None:
        """Begin a part."""

    def finished(self) -> list[Outcome]:
        """Return what has ended meanwhile; waits a little if nothing has."""


class Alone:
    """The process that runs already, over one connection."""

    def __init__(self, work: Work, teller: Teller) -> None:
        self._work = work
        self._teller = teller
        self._ended: list[Outcome] = []

    def __enter__(self) -> Self:
        self._connection = self._work.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    @property
    def is_free(self) -> bool:
        """Whether nothing waits to be fetched."""
        return not self._ended

    def start(self, part: Part) -> None:
        """Send a part; it has ended when this returns."""
        table = self._work.plan.tables[part.table]
        self._teller.table(table)
        self._ended.append(attempt(self._work, self._connection, part, lambda rows: self._teller.rows(table, rows)))

    def finished(self) -> list[Outcome]:
        """Return what has ended."""
        ended, self._ended = self._ended, []
        return ended


class Processes:
    """Some processes, each with a connection of its own; one that dies is replaced, and its part sent again."""

    def __init__(self, work: Work, teller: Teller, count: int) -> None:
        self._teller = teller
        self._plan = work.plan
        self._count = count
        try:
            self._first = pickle.dumps(list(sys.path)) + pickle.dumps(replace(work, plan=replace(work.plan)))
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise SamplePlanError(
                f"the plan holds something that other processes cannot be given: {error}",
                where="connections",
                mend="define functions for sample data in a module instead of in a cell, or use connections=1",
            ) from error
        self._answers: SimpleQueue[tuple[_Process, Any]] = SimpleQueue()
        self._processes: list[_Process] = []

    def __enter__(self) -> Self:
        for _ in range(self._count):
            self._processes.append(_Process(self._first, self._answers))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.end()

    @property
    def is_free(self) -> bool:
        """Whether a process has nothing to do."""
        return any(process.part is None for process in self._processes)

    @property
    def pids(self) -> list[int]:
        """The numbers of the processes."""
        return [process.pid for process in self._processes]

    def start(self, part: Part) -> None:
        """Let a process that has nothing to do send a part."""
        self._teller.table(self._plan.tables[part.table])
        next(p for p in self._processes if p.part is None).send(part)

    def finished(self) -> list[Outcome]:
        """Return what has ended meanwhile."""
        ended: list[Outcome] = []
        try:
            process, message = self._answers.get(timeout=_PATIENCE)
            while True:
                ended += self._heard(process, message)
                process, message = self._answers.get_nowait()
        except Empty:
            return ended

    def _heard(self, process: _Process, message: Any) -> list[Outcome]:
        if isinstance(message, Outcome):
            process.part = None
            if message.failure:
                self._unsay(process, message.part)
            process.told = 0
            return [message]
        if message is None:
            return self._replaced(process)
        part, rows = message
        process.told += rows
        self._teller.rows(self._plan.tables[part.table], rows)
        return []

    def _replaced(self, process: _Process) -> list[Outcome]:
        """Put another process in the place of one that is gone."""
        part = process.part
        process.end()
        self._processes[self._processes.index(process)] = _Process(self._first, self._answers)
        if part is None:
            return [Outcome(Part(("", ""), 0, 0), is_sent=False)]
        self._unsay(process, part)
        return [Outcome(part, is_sent=False)]

    def _unsay(self, process: _Process, part: Part) -> None:
        self._teller.rows(self._plan.tables[part.table], -process.told)


class _Process:
    """One process, with a thread that hears it."""

    def __init__(self, first: bytes, answers: SimpleQueue[tuple[_Process, Any]]) -> None:
        self.part: Part | None = None
        self.told = 0
        # -P: no module is taken from the directory that happens to be the current one
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ}
        )
        self.pid = self._popen.pid
        self._thread = threading.Thread(target=self._hear, args=(answers,), name="sample-worker", daemon=True)
        self._thread.start()
        self._write(first)

    def send(self, part: Part) -> None:
        """Give it a part."""
        self.part = part
        self._write(pickle.dumps(part))

    def end(self) -> None:
        """End it, whatever it does."""
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _write(self, data: bytes) -> None:
        assert self._popen.stdin is not None
        with suppress(OSError):  # it is gone, which is heard
            self._popen.stdin.write(data)
            self._popen.stdin.flush()

    def _hear(self, answers: SimpleQueue[tuple[_Process, Any]]) -> None:
        assert self._popen.stdout is not None
        try:
            while True:
                answers.put((self, pickle.load(self._popen.stdout)))  # noqa: S301 a process that we started
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            answers.put((self, None))
