"""`fill`: sample data into a database, from its own catalog."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import psycopg

from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.constraints.judging import ServerJudge
from designer_kernel.sample.loading.cancelling import Watch
from designer_kernel.sample.loading.filling import Filling
from designer_kernel.sample.loading.load import Loading, Progress, refused
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning import planner


def fill(
    url: str,
    *,
    rows: Mapping[str, int] | None = None,
    scale: float | None = None,
    seed: int | None = None,
    replace: bool = False,
    tables: Iterable[str] | None = None,
    until: date | None = None,
    hints: SampleHints | Mapping[str, Any] | str | None = None,
    plan: Plan | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Filling:
    """Fill a database with believable rows that keep every constraint, and return what was done.

    Everything happens in one transaction: if anything fails, or ``cancel`` is set, the database is as it was. While
    rows are sent, foreign keys (and the indexes of large tables) of tables that the user owns are dropped and made
    again from the server's own definitions, which checks every row; users' triggers do not run.

    Parameters
    ----------
    url
        The database.
    rows
        Rows of some tables, by plain or qualified name; what they need is raised to believable proportions.
    scale
        Factor of the default row counts; 1 by default.
    seed
        The same seed gives the same rows; 0 by default.
    replace
        Empty the tables that are filled first. Without it, a table that holds rows is an error.
    tables
        Fill these tables, and what they refer to if that is empty; what holds rows keeps them, and new rows refer to
        those. All tables by default.
    until
        The day before which everything has happened. By default a year into the tables that are partitioned by time,
        or a fixed date: never today, since the same seed gives the same rows on every day.
    hints
        What is wanted of some tables and columns: a `SampleHints`, a mapping or YAML text. What is given beside them
        counts more.
    plan
        A plan for this database, from `plan` or read from its document: nothing else is asked then.
    progress
        Called with rows done, rows in all and what is being done.
    cancel
        Set it to stop between two chunks.

    Raises
    ------
    SamplePlanError
        If a constraint cannot be satisfied, or the database may not be filled; ``where`` names the constraint or table.
    StatementFailed
        If the server refuses something; ``where`` names the constraint.
    Cancelled
        If ``cancel`` was set.
    """
    started = time.perf_counter()
    with connect(url) as connection, Watch(connection, cancel), Reader(url) as reader:
        try:
            catalog = introspect(connection)
            chosen = plan or planner.plan(
                catalog,
                rows=rows,
                scale=scale,
                seed=seed,
                tables=tables,
                until=until,
                hints=hints,
                reader=reader,
                judge=ServerJudge(connection),
            )
            return Loading(connection, catalog, chosen, progress, cancel).run(replace=replace, started=started)
        except psycopg.Error as error:
            raise refused(error, "") from error


def plan(
    url: str,
    *,
    rows: Mapping[str, int] | None = None,
    scale: float | None = None,
    seed: int | None = None,
    tables: Iterable[str] | None = None,
    until: date | None = None,
    hints: SampleHints | Mapping[str, Any] | str | None = None,
) -> Plan:
    """Return what `fill` would do, without changing anything; parameters and errors are those of `fill`."""
    with connect(url, read_only=True) as connection, Reader(url) as reader:
        catalog = introspect(connection)
        return planner.plan(
            catalog,
            rows=rows,
            scale=scale,
            seed=seed,
            tables=tables,
            until=until,
            hints=hints,
            reader=reader,
            judge=ServerJudge(connection),
        )
