"""Applying a migration in stages, so that others work meanwhile; what was interrupted goes on where it stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, NoReturn

import psycopg

from designer_kernel.errors import Cancelled, DesignerError, StatementFailed
from designer_kernel.migrate import under_way as progress
from designer_kernel.migrate.patience import PASSING, limit, patiently
from designer_kernel.migrate.run import NotAsMeant, Run
from designer_kernel.migrate.running import is_settled, prepare, run_step
from designer_kernel.migrate.steps import Step, stages
from designer_kernel.migrate.under_way import UnderWay
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.script import COMMIT, explained

_MEND_END: Final = (
    "all steps are done and stay; bring in line by hand what differs, and apply again to end it; or give it up, and"
    " plan from what is there"
)


def apply_in_stages(run: Run, proof: str, begun: UnderWay | None) -> int:
    """Apply a migration stage by stage, or go on with it, and return the number of its record.

    Parameters
    ----------
    proof
        The hash of its proof, which is remembered.
    begun
        How far it came before.

    Raises
    ------
    TargetChanged
        If the target is not what was planned against, at the beginning.
    StatementFailed, Cancelled
        If a stage failed; what was done before stays, and is gone on with when it is applied again.
    NotAsMeant
        If the target is not what was meant after all steps, which stay.
    OutcomeUnknown
        If the answer to the last commit was lost, and the server cannot be asked.
    """
    prepare(run.connection, local=False)
    if begun is None:
        run.check_before()
        progress.begin(run.connection, run.migration, run.id, proof, run.by, run.undoes)
    else:
        run.id, run.worked, run.undoes = begun.run, begun.worked, begun.undoes
        run.by = run.by or begun.by
    done = 0 if begun is None else begun.step
    try:
        for first, steps in units(run.migration.plan.up):
            if first >= done:
                _through(run, first, steps)
                done = first + len(steps)
        return _end(run)
    except (StatementFailed, Cancelled, NotAsMeant) as error:
        _stopped(run, done, error)
    except psycopg.Error as error:
        _stopped(run, done, explained(error, "", ()))


def units(steps: tuple[Step, ...]) -> Iterator[tuple[int, tuple[Step, ...]]]:
    """Yield the steps that are done together, with the place of the first: a stage, or one step by itself."""
    place = 0
    for stage in stages(steps):
        waiting: list[Step] = []
        for step in stage:
            if stands_alone(step):
                if waiting:
                    yield place - len(waiting), tuple(waiting)
                yield place, (step,)
                waiting = []
            else:
                waiting.append(step)
            place += 1
        if waiting:
            yield place - len(waiting), tuple(waiting)


def stands_alone(step: Step) -> bool:
    """Whether a step cannot share a transaction with others."""
    return not step.is_transactional or step.batch is not None


def _through(run: Run, first: int, steps: tuple[Step, ...]) -> None:
    """Do one stage, with patience."""

    def told(why: str) -> None:
        run.retries += 1
        run.tell_step(first, f": {why}")

    def work() -> None:
        try:
            progress.attempt(run.connection)
            if stands_alone(steps[0]):
                _alone(run, first, steps[0])
            else:
                _together(run, first, steps)
        except psycopg.Error as error:
            raise explained(error, COMMIT, steps[0].facts) from error

    while True:
        begun_at = _position(run)
        try:
            return patiently(work, run.patience, told, run.cancel)
        except StatementFailed as error:
            if error.sqlstate not in PASSING or _position(run) == begun_at:
                raise  # batches that came further may be patient anew


def _position(run: Run) -> str | None:
    row = run.connection.execute("SELECT position FROM schema_designer.schema_progress").fetchone()
    return None if row is None else row[0]


def _together(run: Run, first: int, steps: tuple[Step, ...]) -> None:
    """Do steps in one transaction, which also remembers that they are done."""
    with run.connection.transaction():
        for place, step in enumerate(steps, first):
            run.tell_step(place)
            run_step(run.connection, step, cancel=run.cancel)
        progress.done(run.connection, first + len(steps), len(run.migration.plan.up))


def _alone(run: Run, place: int, step: Step) -> None:
    """Do a step by itself: what is not remembered after it was done is found out by the step's own query."""
    run.tell_step(place)
    if step.batch is None:
        # a concurrent statement blocks nobody while it waits for others, and to begin it anew would cost more
        limit(run.connection, 0)
    try:
        run_step(
            run.connection,
            step,
            position=_position(run),
            keep=progress.keep,
            cancel=run.cancel,
            progress=lambda done, total, _: (
                run.tell_step(place, f": {done:,} of {total:,} rows") if step.batch else None
            ),
        )
        run.tell_step(place, ": done")
        progress.done(run.connection, place + 1, len(run.migration.plan.up))
    except (DesignerError, psycopg.Error):
        with suppress(psycopg.Error, DesignerError):  # an index that is not valid still costs writes
            limit(run.connection, run.patience.lock_timeout)
            clear(run.connection, step)
        raise
    finally:
        with suppress(psycopg.Error):
            limit(run.connection, run.patience.lock_timeout)


def clear(connection: psycopg.Connection[Any], step: Step) -> None:
    """Clear away what an interrupted step outside of a transaction left, unless it is done."""
    if step.clearing and not is_settled(connection, step):
        for sql in step.clearing:
            connection.execute(sql.encode())


def _end(run: Run) -> int:
    """Compare, record, and forget what was under way, in one transaction."""
    number = 0

    def attempt() -> None:
        nonlocal number
        with run.ending() as ending:
            try:
                run.check_after(_MEND_END)
                number = run.record()
                progress.forget(run.connection)
            except psycopg.Error as error:
                raise explained(error, "", ()) from error
        if ending.record is not None:
            number = ending.record.id

    patiently(attempt, run.patience, lambda why: run.tell(run.total - 1, why), run.cancel)
    return number


def _stopped(run: Run, done: int, error: DesignerError) -> NoReturn:
    """Remember why the work stopped, if the target can be reached, and say how it goes on."""
    worked = timedelta(seconds=time.monotonic() - run.began)
    with suppress(DesignerError, psycopg.Error), connect(run.address, autocommit=True) as connection:
        progress.stop(connection, error.what, worked)
    if isinstance(error, NotAsMeant):
        raise error
    steps = len(run.migration.plan.up)
    if isinstance(error, StatementFailed) and not error.sqlstate and error.statement != COMMIT:
        error.what = "the connection to the server was lost"
    kept = f"{done} of {steps} steps are done and stay: apply it again to go on, or give it up"
    if isinstance(error, Cancelled):
        raise Cancelled("cancelled", where=run.where, mend=kept) from error
    error.mend = f"{error.mend}; {kept}" if error.mend else kept
    raise error
