"""A process that makes ranges of rows and sends them over a connection of its own, as it is told.

It is started with the interpreter that runs already, reads a plan and then parts from its standard input, and answers
on its standard output. It knows nothing of who started it, and ends with its input: it does not work on for nobody. A
process that copied the one that starts it would copy its threads and connections; one that imports the main module
again, as `multiprocessing` does, would run a notebook or a script twice.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from queue import SimpleQueue
from typing import Any, BinaryIO
from uuid import UUID

import psycopg
import pyarrow as pa

from designer_kernel.errors import Cancelled, DesignerError, StatementFailed
from designer_kernel.postgres.connection import connect
from designer_kernel.sample.loading import journal
from designer_kernel.sample.loading.parts import Part
from designer_kernel.sample.loading.pipeline import Ahead
from designer_kernel.sample.loading.preparing import Session
from designer_kernel.sample.loading.refusals import AGAIN, refused
from designer_kernel.sample.loading.shipping import receive, shipments
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName

READY = "ready"
"""What a process says when it can take parts."""

APPLICATION = "schema-designer fill"
"""How the connections that send rows name themselves."""


@dataclass(frozen=True, slots=True)
class Work:
    """What all parts of a fill have in common: the target, the plan, and which run of which job it is.

    ``direct`` are partitioned tables whose leaves may be addressed.
    """

    url: str = field(repr=False)  # it may hold a password
    plan: Plan
    job: UUID
    run: int
    session: Session
    direct: frozenset[TableName] = frozenset()

    def connect(self) -> psycopg.Connection[Any]:
        """Return a connection that commits each part by itself."""
        connection = connect(self.url, autocommit=True, application_name=APPLICATION)
        self.session.apply(connection)
        # a part and its note are lost together, so nothing need wait for the disk
        connection.execute("SET synchronous_commit = off")
        return connection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a part: how long it took, or why it failed.

    ``failure`` are the words of an error, ``sqlstate`` its code. Without either, and if not ``is_sent``, the process is
    gone.
    """

    part: Part
    seconds: float = 0.0
    is_sent: bool = True
    failure: tuple[str, str, str] | None = None
    sqlstate: str = ""
    is_over: bool = False


def attempt(work: Work, connection: psycopg.Connection[Any], part: Part, told: Callable[[int], None]) -> Outcome:
    """Send a part, and say what became of it; nothing is raised but that it was cancelled."""
    try:
        return Outcome(part, transfer(work, connection, part, told))
    except psycopg.Error as error:
        problem: DesignerError = refused(error, ".".join(part.table))
        return Outcome(part, 0.0, False, (problem.what, problem.where, problem.mend), error.sqlstate or "")
    except Cancelled:
        raise
    except DesignerError as error:
        # rows that cannot be made fail again; a statement without a code had no connection any more
        sqlstate = error.sqlstate if isinstance(error, StatementFailed) else AGAIN
        is_over = isinstance(error, journal.FillTakenOver)
        return Outcome(part, 0.0, False, (error.what, error.where, error.mend), sqlstate, is_over)


def transfer(work: Work, connection: psycopg.Connection[Any], part: Part, told: Callable[[int], None]) -> float:
    """Send a part unless it is there, in one transaction with its note; return the seconds that it took.

    Raises
    ------
    StatementFailed
        If the server refuses it.
    FillTakenOver
        If another run goes on with the job.
    """
    started = time.perf_counter()
    with connection.transaction():
        connection.execute("SET CONSTRAINTS ALL DEFERRED")
        if not journal.claim(connection, work.job, work.run, part):
            told(part.rows)
            return 0.0
        with Ahead(shipments(work.plan, part.table, part.start, part.stop, work.direct)) as loads:
            receive(connection, work.plan, loads, part.rows, told)
        seconds = time.perf_counter() - started
        journal.timed(connection, part, seconds)
    return seconds


def main() -> None:
    """Work until the input ends."""
    orders: SimpleQueue[Any] = SimpleQueue()
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anybody prints must not come between the answers
    try:
        work: Work = pickle.load(source)  # noqa: S301 from who started this process
    except EOFError:  # nothing was to be done
        return
    except Exception as error:  # the others go on without this process
        print(f"a process beside this one cannot read the plan, so there is one less: {error}", file=sys.stderr)
        return
    _spare_pandas()
    threading.Thread(target=_read, args=(source, orders), daemon=True).start()
    answering = threading.Lock()

    def answer(message: Any) -> None:
        with answering:
            pickle.dump(message, answers)
            answers.flush()

    with work.connect() as connection:
        answer(READY)
        while True:
            part: Part = orders.get()

            def told(rows: int, part: Part = part) -> None:
                answer((part, rows))

            answer(attempt(work, connection, part, told))


class _Absent(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Say that pandas is not there; others may know other modules."""
        if fullname == "pandas":
            raise ImportError("pyarrow is to do without pandas here")


def _spare_pandas() -> None:
    """Let pyarrow do without pandas, which it would import for the first constant that it is given: 0.2 s.

    Functions of the plan may still import it: what they return is read as numpy's. If they have done so, it stays.
    """
    if "pandas" in sys.modules:
        return
    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        pa.scalar("")  # pyarrow looks for it once
    finally:
        sys.meta_path.remove(absent)


def _read(source: BinaryIO, orders: SimpleQueue[Any]) -> None:
    """Pass on what is read; at its end the process ends, whatever it does, and the server undoes what it had begun."""
    try:
        while True:
            orders.put(pickle.load(source))  # noqa: S301 from who started this process
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(0)
