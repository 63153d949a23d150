"""Applying a migration in one transaction: everything, or nothing."""

from __future__ import annotations

import psycopg

from designer_kernel.errors import Cancelled, StatementFailed
from designer_kernel.migrate.patience import patiently
from designer_kernel.migrate.run import NotAsMeant, Run
from designer_kernel.migrate.running import prepare, run_step
from designer_kernel.postgres.script import explained


def apply_in_one(run: Run) -> int:
    """Apply a migration in one transaction, and return the number of its record.

    Raises
    ------
    TargetChanged
        If the target is not what was planned against.
    StatementFailed
        If PostgreSQL refuses a statement, or a lock was not to be had.
    NotAsMeant
        If what came to be is not what was meant.
    Cancelled
        If ``cancel`` was set.
    OutcomeUnknown
        If the answer to the commit was lost, and the server cannot be asked.
    """

    def told(why: str) -> None:
        run.retries += 1
        run.tell(0, f"everything was rolled back: {why}")

    try:
        return patiently(lambda: _attempt(run), run.patience, told, run.cancel)
    except (StatementFailed, NotAsMeant, Cancelled) as error:
        run.record_failure(error.what)
        raise


def _attempt(run: Run) -> int:
    number = 0
    with run.ending() as ending:
        try:
            prepare(run.connection)
            run.check_before()
            for place, step in enumerate(run.migration.plan.up):
                run.tell_step(place)
                run_step(run.connection, step, cancel=run.cancel)
            run.check_after("it was rolled back; see what else works in the database, event triggers for instance")
            number = run.record()
        except psycopg.Error as error:
            raise explained(error, "", ()) from error
    return number if ending.record is None else ending.record.id
