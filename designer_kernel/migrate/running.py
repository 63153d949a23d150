"""Running the steps of a plan: in a transaction that is open, by themselves, or batch by batch.

What is done around them (locks, records, tries, watching) is for those who call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import psycopg
from psycopg.rows import TupleRow

from designer_kernel.catalog.render import SEARCH_PATH, SETTINGS, Statement
from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.migrate.all_rows import EVERYTHING
from designer_kernel.migrate.steps import Batch, Step, stages
from designer_kernel.postgres.script import cancelling, execute, explained
from designer_kernel.postgres.server import Progress

Keep: TypeAlias = Callable[[psycopg.Connection[Any], str], None]
"""Remembers, inside the transaction of a batch, up to where the rows are done."""

_SETTINGS: Final = SETTINGS | {"search_path": ", ".join(SEARCH_PATH), "check_function_bodies": "off"}


_INTEGRITY: Final = "23"
"""How the SQLSTATEs of rows begin that constraints refuse."""

_UNFIT: Final = (
    "what was salvaged does not fit the rows that are there by now: mend these, or restore the salvaged into a new"
    " table, purge it from the salvage, and go back without it"
)


def prepare(connection: psycopg.Connection[Any], *, local: bool = True) -> None:
    """Give a transaction the settings under which statements are written.

    Parameters
    ----------
    local
        Whether they end with the transaction; otherwise the session has them, which steps outside of one need.
    """
    connection.execute(
        "SELECT set_config(name, value, %s) FROM unnest(%s::text[], %s::text[]) AS s (name, value)",
        [local, list(_SETTINGS), list(_SETTINGS.values())],
    )


def run_steps(
    connection: psycopg.Connection[Any],
    steps: Iterable[Step],
    *,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> None:
    """Run steps stage by stage, each stage in one transaction where it can be; see `run_step` for what is raised.

    Parameters
    ----------
    connection
        In autocommit mode, outside of a transaction. Its session gets the settings of `prepare`.
    """
    prepare(connection, local=False)
    for stage in stages(steps):
        if not stage[0].is_transactional:
            run_step(connection, stage[0], cancel=cancel, progress=progress)
            continue
        try:
            with connection.transaction():
                for step in stage:
                    run_step(connection, step, cancel=cancel, progress=progress)
        except psycopg.Error as error:  # what is deferred fails at the commit
            raise explained(error, "COMMIT", stage[0].facts) from error


def run_step(
    connection: psycopg.Connection[Any],
    step: Step,
    *,
    position: str | None = None,
    keep: Keep | None = None,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> None:
    """Run one step, or go on with it.

    Parameters
    ----------
    connection
        Inside of an open transaction for a step that is transactional; in autocommit mode, outside of one, for others.
        Its session or transaction has the settings of `prepare`.
    position
        Up to where the rows of a step in batches are done, as ``keep`` was told; ``None`` at first.
    keep
        Remembers that, in the transaction of each batch.
    cancel
        Set by another thread to stop; what runs is cancelled on the server.
    progress
        Told before each statement, or after each batch, what it is about.

    Raises
    ------
    StatementFailed
        If PostgreSQL refuses a statement. A transaction that was open is left to whoever opened it.
    Cancelled
        If ``cancel`` was set.
    """
    if step.batch is not None:
        _run_batches(connection, step, step.batch, position, keep, cancel, progress)
        return
    if not step.is_transactional:
        if is_settled(connection, step):
            return
        for sql in step.clearing:
            _run(connection, sql, step, cancel)
        if step.clearing and is_settled(connection, step):
            return  # to clear away was to bring it to its end
    for number, sql in enumerate(step.statements):
        if progress is not None:
            progress(number, len(step.statements), step.title)
        _run(connection, sql, step, cancel)


def is_settled(connection: psycopg.Connection[Any], step: Step) -> bool:
    """Whether a step outside of a transaction has been done already, as its own query tells."""
    if not step.settled:
        return False
    try:
        row = connection.execute(step.settled.encode(), binary=True).fetchone()
    except psycopg.Error as error:
        raise explained(error, step.settled, step.facts) from error
    return row is not None and row[0] is True


def _run(connection: psycopg.Connection[Any], sql: str, step: Step, cancel: threading.Event | None) -> None:
    try:
        with cancelling(connection, cancel):
            execute(connection, Statement(sql, step.facts))
    except StatementFailed as error:
        if step.action == "restore" and error.sqlstate.startswith(_INTEGRITY):
            error.mend = _UNFIT
        raise


def _run_batches(
    connection: psycopg.Connection[Any],
    step: Step,
    batch: Batch,
    position: str | None,
    keep: Keep | None,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> None:
    """Repeat the one statement of a step, each time in a transaction of its own, until no rows are left."""
    (sql,) = step.statements
    done, after = 0, position
    with psycopg.RawCursor[TupleRow](connection) as cursor:
        while True:
            with cancelling(connection, cancel):
                try:
                    with connection.transaction():
                        connection.execute(EVERYTHING)
                        last = _batch(cursor, sql, batch, after)
                        if last is not None and keep is not None:
                            keep(connection, last)
                except psycopg.Error as error:
                    raise explained(error, sql, step.facts) from error
            if last is None:
                return
            if last == after:
                raise DesignerError(f"the batches do not get beyond {after}", where=step.title, mend="plan again")
            done, after = done + max(cursor.rowcount, 0), last
            if progress is not None:
                progress(done, max(done, step.rows), step.title)


def _batch(cursor: psycopg.RawCursor[TupleRow], sql: str, batch: Batch, after: str | None) -> str | None:
    """Run the statement for the next keys and return the last one; ``None`` if there was none left.

    Statements are not prepared: a plan for any bounds would read the whole table each time.
    """
    row = cursor.execute(batch.bounds, [after, batch.size], prepare=False).fetchone()
    if row is None or row[1] is None:
        return None
    cursor.execute(sql, [row[0], row[1]], prepare=False)
    return str(row[1])
