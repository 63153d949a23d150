"""Who sends the parts of a fill: this process, some others beside it, or those of a cluster."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeAlias

import psycopg

from designer_kernel.errors import Cancelled, SamplePlanError
from designer_kernel.sample.loading.cancelling import cancelled
from designer_kernel.sample.loading.parts import Part
from designer_kernel.sample.loading.telling import Teller
from designer_kernel.sample.loading.worker import READY, Outcome, Work, attempt

_PATIENCE: Final = 0.1
_STILLBORN: Final = 3
_START: Final = (
    "import pickle, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"  # Ctrl-C is for who started it
    "sys.path[:] = pickle.load(sys.stdin.buffer);"
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


class Workers:
    """Processes that have nothing to do yet; they load what they need meanwhile. Its ``with`` block ends them."""

    def __init__(self, count: int) -> None:
        self.answers: Answers = SimpleQueue()
        self.processes = [_Process(self.answers) for _ in range(count)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.processes:
            process.end()

    def replace(self, gone: _Process) -> _Process:
        """Put another process in the place of one that is gone."""
        gone.end()
        fresh = _Process(self.answers)
        self.processes[self.processes.index(gone)] = fresh
        return fresh


class Together:
    """The process that runs already over one connection, and others over one each; one that dies is replaced.

    Parameters
    ----------
    work, teller
        What is to be done, and who wants to know.
    workers
        The others.
    """

    def __init__(self, work: Work, teller: Teller, workers: Workers) -> None:
        self._teller = teller
        self._plan = work.plan
        self._workers = workers
        self._stillborn = 0
        self._here = _Here(work, workers.answers)
        self._work = _packed(work)

    def __enter__(self) -> Self:
        for process in self._workers.processes:
            process.write(self._work)
        self._here.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._workers.processes:
            process.end()
        self._here.close()

    @property
    def is_free(self) -> bool:
        """Whether somebody is ready and has nothing to do."""
        return any(one.is_ready and one.part is None for one in self._all)

    @property
    def _all(self) -> list[_Process | _Here]:
        return [self._here, *self._workers.processes]

    def start(self, part: Part) -> None:
        """Let somebody who has nothing to do send a part."""
        self._teller.table(self._plan.tables[part.table])
        next(one for one in self._all if one.is_ready and one.part is None).send(part)

    def finished(self) -> list[Outcome]:
        """Return what has ended meanwhile."""
        ended: list[Outcome] = []
        try:
            one, message = self._workers.answers.get(timeout=_PATIENCE)
            while True:
                ended += self._heard(one, message)
                one, message = self._workers.answers.get_nowait()
        except Empty:
            return ended

    def _heard(self, one: _Process | _Here, message: Any) -> list[Outcome]:
        if message == READY:
            one.is_ready = True
            return []
        if isinstance(message, Outcome):
            one.part = None
            if message.failure:
                self._unsay(one, message.part)
            one.told = 0
            return [message]
        if message is None:
            return self._replaced(one) if isinstance(one, _Process) else []
        part, rows = message
        one.told += rows
        self._teller.rows(self._plan.tables[part.table], rows)
        return []

    def _replaced(self, gone: _Process) -> list[Outcome]:
        """Put another process in the place of one that is gone; if they do not even begin, go on with fewer."""
        gone.is_ready = False
        self._stillborn += gone.part is None
        if self._stillborn <= _STILLBORN:
            self._workers.replace(gone).write(self._work)
        if gone.part is None:
            return []
        self._unsay(gone, gone.part)
        return [Outcome(gone.part, is_sent=False)]

    def _unsay(self, one: _Process | _Here, part: Part) -> None:
        self._teller.rows(self._plan.tables[part.table], -one.told)


def _packed(work: Work) -> bytes:
    """Return what other processes are given.

    Raises
    ------
    SamplePlanError
        If it holds a function that they cannot find: one of a cell, of a script, or of another function.
    """
    try:
        data = pickle.dumps(replace(work, plan=replace(work.plan)))
        why = "a function of the main module" if b"__main__" in data else ""
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        why = str(error)
    if not why:
        return data
    whole = _by_value(work)
    if whole is None:
        raise SamplePlanError(
            f"the plan holds something that other processes cannot be given: {why}",
            where="connections",
            mend="define functions for sample data in a module instead of in a cell, or use connections=1",
        )
    return whole


def _by_value(work: Work) -> bytes | None:
    """Return what other processes are given with functions of cells in it, if there is a package that can."""
    try:
        import distributed.protocol.pickle  # the extra for clusters has a way to send functions
    except ImportError:
        return None
    dumps: Any = distributed.protocol.pickle.dumps  # it has no types
    try:
        data: bytes = dumps(replace(work, plan=replace(work.plan)))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return data


class _Here:
    """A thread of this process that sends parts; it answers as other processes do."""

    def __init__(self, work: Work, answers: Answers) -> None:
        self.part: Part | None = None
        self.told = 0
        self.is_ready = True
        self._work = work
        self._answers = answers
        self._orders: SimpleQueue[Part | None] = SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sample-sender", daemon=True)

    def open(self) -> None:
        """Connect, and begin to wait for parts."""
        self._connection = self._work.connect()
        self._thread.start()

    def send(self, part: Part) -> None:
        """Give it a part."""
        self.part = part
        self._orders.put(part)

    def close(self) -> None:
        """End it; what it is sending is undone."""
        self._stop.set()
        self._orders.put(None)
        if self.part is not None:
            with suppress(psycopg.Error):
                self._connection.cancel_safe(timeout=5)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (part := self._orders.get()) is not None and not self._stop.is_set():
            try:
                outcome = attempt(self._work, self._connection, part, self._tell(part))
            except Cancelled:
                return
            except BaseException as error:  # nobody else would hear of it
                outcome = Outcome(part, 0.0, False, (f"{type(error).__name__}: {error}", ".".join(part.table), ""))
            self._answers.put((self, outcome))

    def _tell(self, part: Part) -> Callable[[int], None]:
        def told(rows: int) -> None:
            if self._stop.is_set():
                raise cancelled()
            self._answers.put((self, (part, rows)))

        return told


class _Process:
    """Another process, with threads that hear it and speak to it."""

    def __init__(self, answers: Answers) -> None:
        self.part: Part | None = None
        self.told = 0
        self.is_ready = False
        self._orders: SimpleQueue[bytes | None] = SimpleQueue()
        # -P: no module is taken from the directory that happens to be the current one
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ}
        )
        for target in (self._hear, self._speak):
            arguments = (answers,) if target == self._hear else ()
            threading.Thread(target=target, args=arguments, name="sample-worker", daemon=True).start()
        self.write(pickle.dumps(list(sys.path)))

    def send(self, part: Part) -> None:
        """Give it a part."""
        self.part = part
        self.write(pickle.dumps(part))

    def write(self, data: bytes) -> None:
        """Write to it as soon as it reads."""
        self._orders.put(data)

    def end(self) -> None:
        """End it, whatever it does."""
        self._orders.put(None)
        self._popen.kill()
        self._popen.wait()

    def _speak(self) -> None:
        assert self._popen.stdin is not None
        with suppress(OSError), self._popen.stdin as pipe:  # if it is gone, that is heard
            while (data := self._orders.get()) is not None:
                pipe.write(data)
                pipe.flush()

    def _hear(self, answers: Answers) -> None:
        assert self._popen.stdout is not None
        with self._popen.stdout as pipe:
            try:
                while True:
                    answers.put((self, pickle.load(pipe)))  # noqa: S301 a process that we started
            except (EOFError, OSError, ValueError, pickle.UnpicklingError):
                answers.put((self, None))


Answers: TypeAlias = "SimpleQueue[tuple[_Process | _Here, Any]]"
"""What those who send parts say: that they are ready, rows that were sent, how a part ended, or nothing any more."""
