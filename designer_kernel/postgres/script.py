"""Running scripts: statement by statement in one transaction, with progress, cancelling, and errors that help."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.render import Script, Statement
from designer_kernel.errors import Cancelled, StatementFailed
from designer_kernel.postgres.server import Progress

MENDS: Final = {
    "22P02": "mend the value that the message quotes",
    "23502": "give the column a default, or make it nullable, fill it, and make it NOT NULL later",
    "23503": "mend or remove the rows that point at nothing, or deploy without this foreign key",
    "23505": "remove the duplicate rows, or deploy without this key",
    "23514": "mend the rows that break the check, or deploy without it",
    "25006": "use a connection that may write",
    "42501": "use a role that owns the object or has the privilege, or ask its owner to grant it",
    "42704": "define the type or role first, or correct its name",
    "42883": "correct the function's name and arguments, or add the extension that has it",
    "42P01": "define the table or view first, or correct its name",
    "42P07": "rename one of the two, or remove the one in the database",
    "42710": "rename one of the two, or remove the one in the database",
    "42703": "correct the column's name",
    "53100": "free space on the server's disk",
    "53200": "raise max_locks_per_transaction on the server, or deploy fewer tables at once",
    "55P03": "another session holds a lock on the object: wait until it ends, then try again",
    "57014": "raise the statement timeout, or try when the server is idle",
}
"""Mends by SQLSTATE, for errors to which PostgreSQL gives no hint of its own."""

COMMIT: Final = "COMMIT"
"""What failed when it was no statement of the script."""

_POLL_SECONDS: Final = 0.05


def run(
    connection: psycopg.Connection[Any],
    script: Script | Sequence[Statement],
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> int:
    """Run a script in one transaction and return the number of its statements.

    Inside a transaction that is already open it is a savepoint: all of the script or none of it.

    Parameters
    ----------
    progress
        Told before each statement what it is about.
    cancel
        Set by another thread to stop; the statement that runs is cancelled on the server.

    Raises
    ------
    StatementFailed
        If PostgreSQL refuses a statement, with the object that it is about; everything was rolled back.
    Cancelled
        If ``cancel`` was set; everything was rolled back.
    """
    statements = script.statements if isinstance(script, Script) else tuple(script)
    try:
        with connection.transaction(), cancelling(connection, cancel):
            for number, statement in enumerate(statements):
                if progress is not None:
                    progress(number, len(statements), label(statement.objects))
                if cancel is not None and cancel.is_set():
                    break  # `cancelling` raises
                execute(connection, statement)
    except psycopg.Error as error:
        raise explained(error, COMMIT, ()) from error
    if progress is not None:
        progress(len(statements), len(statements), "done")
    return len(statements)


def execute(connection: psycopg.Connection[Any], statement: Statement) -> None:
    """Run one statement.

    Raises
    ------
    StatementFailed
        If PostgreSQL refuses it; rolling back is left to the caller.
    """
    try:
        # binary, since that makes psycopg use the extended protocol, which takes exactly one statement
        connection.execute(statement.sql.encode(), binary=True)
    except psycopg.Error as error:
        raise explained(error, statement.sql, statement.objects) from error


@contextmanager
def cancelling(connection: psycopg.Connection[Any], cancel: threading.Event | None) -> Iterator[None]:
    """Cancel what the connection runs in this block when the event is set, and raise `Cancelled` then.

    Raises
    ------
    Cancelled
        If the event is set, before, during or at the end of the block.
    """
    if cancel is None:
        yield
        return
    if cancel.is_set():
        raise _cancelled()
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(connection, cancel, over), name="designer-cancel", daemon=True)
    watch.start()
    try:
        yield
    except (psycopg.Error, StatementFailed) as error:
        if cancel.is_set():
            raise _cancelled() from error
        raise
    finally:
        over.set()
        watch.join()
    if cancel.is_set():
        raise _cancelled()


def _watch(connection: psycopg.Connection[Any], cancel: threading.Event, over: threading.Event) -> None:
    """Send a cancel request, again and again: one that arrives between two statements is lost."""
    while not over.wait(_POLL_SECONDS):
        if cancel.is_set():
            try:
                connection.cancel_safe(timeout=5)
            except psycopg.Error:  # the connection is gone; its owner sees that by himself
                return


def explained(error: psycopg.Error, statement: str, objects: Sequence[ObjectId], *, offset: int = 0) -> StatementFailed:
    """Return an error of the server as ours: which object, where in the statement, and what to do.

    ``offset`` is how many characters were sent before the statement.
    """
    diagnosis = error.diag
    place = diagnosis.statement_position
    if diagnosis.internal_query == statement:  # a function has run it for us
        place = diagnosis.internal_position
    line, column = line_and_column(statement, int(place or 0) - offset)
    what = diagnosis.message_primary or (
        "the connection to the server broke while it committed, so it is not known whether it did"
        if statement == COMMIT
        else "the connection to the server broke; nothing was changed"
    )
    if diagnosis.message_detail:
        what = f"{what}: {diagnosis.message_detail}"
    if line:
        what = f"{what} (line {line}, column {column} of the statement)"
    mend = diagnosis.message_hint or MENDS.get(error.sqlstate or "", "")
    if not diagnosis.message_primary or (error.sqlstate or "").startswith("57P"):
        mend = "see that the server runs, then try again"
    return StatementFailed(
        what,
        where=".".join(objects[0].path) if objects else "",
        mend=mend or "correct what the message names",
        statement=statement,
        sqlstate=error.sqlstate or "",
        position=(line, column),
    )


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Return line and column, from 1, of a character position from 1; ``(0, 0)`` for position 0."""
    if position <= 0:
        return 0, 0
    before = text[: position - 1]
    return before.count("\n") + 1, position - 1 - before.rfind("\n")


def label(objects: Sequence[ObjectId]) -> str:
    """Return what a statement is about, for people: ``relation shop.orders``."""
    return str(objects[0]) if objects else "statement"


def _cancelled() -> Cancelled:
    return Cancelled("cancelled; nothing was changed")
