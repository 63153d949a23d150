"""`fill`: sample data into a database, from its own catalog."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final, Literal
from uuid import UUID

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.identity import new_id
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample.constraints.judging import ServerJudge
from designer_kernel.sample.document.reading import read
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.loading import calibration, distribution, journal
from designer_kernel.sample.loading.cancelling import Watch
from designer_kernel.sample.loading.crews import Workers
from designer_kernel.sample.loading.filling import Filling
from designer_kernel.sample.loading.load import Loading, Wishes
from designer_kernel.sample.loading.locking import alone
from designer_kernel.sample.loading.preparing import MODES, Mode
from designer_kernel.sample.loading.refusals import refused
from designer_kernel.sample.loading.running import Running, abandon, under_way
from designer_kernel.sample.loading.scattered import Scattered, require_workers
from designer_kernel.sample.loading.telling import Events, Progress, Teller
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning import abilities, planner
from designer_kernel.sample.planning.chosen_tables import named
from designer_kernel.sample.planning.facts import TableName, table_facts
from designer_kernel.sample.planning.request import Request

__all__ = ["abandon", "fill", "plan", "under_way"]

LARGE: Final = 50_000_000
"""Rows from which on a fill works in parts without being asked to."""


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
    mode: Mode = "refuse",
    triggers: Literal["skip", "run"] | Iterable[str] = "skip",
    unlogged: bool = False,
    keep_old: bool | None = None,
    check_room: bool = True,
    connections: int = 1,
    resumable: bool | None = None,
    resume: bool = False,
    along: str | None = None,
    part: int | None = None,
    client: Any = None,
    job: UUID | None = None,
    progress: Progress | None = None,
    events: Events | None = None,
    cancel: threading.Event | None = None,
) -> Filling:
    """Fill a database with believable rows that keep every constraint, and return what was done.

    Over one connection everything happens in one transaction: if anything fails, or ``cancel`` is set, the database is
    as it was. While rows are sent, foreign keys (and the indexes of large tables) of tables that the user owns are
    dropped and made again from the server's own definitions, which checks every row; users' triggers do not run.

    Over several connections, or if it is to be ``resumable``, each part of the rows is a transaction of its own, noted
    in a journal in the target. If it is cancelled, or the rows do not fit, what it wrote is removed and what it took
    off comes back. If it is killed, or the server goes, the same call goes on from the last part that was committed,
    and ends with the same rows; `abandon` brings back the state before instead.

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
        The same as ``mode="replace"``.
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
        A plan for this database, from `plan` or read from its document: nothing else is asked then. Beside rows that
        are there, what it was made from is planned anew.
    mode
        What is done with rows that are there: "refuse" makes them an error, "replace" empties the tables that are
        filled, "append" adds rows to them, "top up" adds as many as lack to what was asked for.
    triggers
        "skip" keeps users' triggers from running, since an audit log of generated rows would be about nothing that
        happened; "run", or the names of tables, lets them run for each row, which is slow, and what they change differs
        from the plan.
    unlogged
        Let large tables not be logged until their rows are there. They are written anew when they are logged again, so
        it pays where indexes take longer than rows, or where the log is slow.
    keep_old
        Whether rows that are replaced are kept until the end of a fill over several connections, so that they come
        back if it is cancelled. By default if there are few of them; one transaction brings them back anyway.
    check_room
        Refuse what does not fit on the server's disk, where that can be known.
    connections
        How many processes make rows and send them, each over a connection of its own, and how many connections build
        keys.
    resumable
        Whether to work in parts over one connection too; by default from 50 million rows on.
    resume
        Go on with the fill that is under way, whatever is asked for beside it.
    along
        A table of tenants, or the like, by whose rows the target is distributed or partitioned: parts follow it.
    part
        Rows of one part; by default so many that there are several for each connection, at most half a million.
    client
        A client of dask.distributed, whose workers make rows and send them instead of processes of this machine. They
        are told the URL, its password included.
    job
        The number that the journal has for it; a new one by default.
    progress
        Called with rows done, rows in all and what is being done.
    events
        Called with a `FillEvent` for each batch, key and view.
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
    wanted = _mode(mode, replace=replace)
    if plan is not None and wanted == "refuse":
        wanted = _mode(plan.mode, replace=False)
    request = Request.of(rows, scale, seed, tables, until, hints)
    if (
        plan is not None and wanted in planner.ADDING
    ):  # its keys are taken: the same is planned anew, beside what is there
        request, plan = Request.of(None, None, None, plan.only, None, plan.asked), None
    if client is not None:
        require_workers(client)
    others = Workers(connections - 1 if client is None else 0)  # they load their modules while we plan
    with others, connect(url, autocommit=True) as connection, alone(connection):
        try:
            begun = journal.under_way(connection)
            catalog = introspect(connection)
            if begun is not None or resume:
                chosen = plan
            else:
                with Watch(connection, cancel):
                    chosen = plan or request.plan(url, connection, catalog, wanted)
            wishes = Wishes(
                wanted, _running(catalog, triggers), unlogged, keep_old, check_room, _along(catalog, along),
                distribution.keys_of(connection),
            )  # fmt: skip
            in_parts = connections > 1 or client is not None or begun is not None or resume or resumable
            if chosen is not None and not in_parts and (resumable is False or chosen.rows < LARGE):
                teller = Teller(chosen, progress, events, cancel)
                with Watch(connection, cancel), connection.transaction():
                    done = Loading(connection, catalog, chosen, teller, wishes).run(started)
                if not wishes.running:  # what triggers take says nothing of the server
                    calibration.learn(connection, done)
                return done
            running = Running(
                url, connection, request, plan, wishes, connections, part, job or new_id(),
                others if others.processes else None, progress, events, cancel,
                None if client is None else partial(Scattered, client),
            )  # fmt: skip
            if begun is not None:
                return running.resume(begun, started, is_told=resume)
            if chosen is None:
                raise SamplePlanError("no fill is under way here", where=connection.info.dbname, mend="begin one")
            return running.begin(catalog, chosen, started)
        except psycopg.Error as error:
            raise refused(error, "") from error


def _mode(mode: str, *, replace: bool) -> Mode:
    for known in MODES:
        if mode == known:
            return "replace" if replace else known
    raise SamplePlanError(f"there is no mode {mode!r}", where="mode", mend="use one of " + ", ".join(MODES))


def _running(catalog: Catalog, triggers: str | Iterable[str]) -> frozenset[TableName]:
    """Return the tables whose triggers run."""
    if triggers == "skip":
        return frozenset()
    facts = table_facts(catalog)
    if triggers == "run":
        return frozenset(facts)
    names = [triggers] if isinstance(triggers, str) else list(triggers)
    return frozenset(named(facts, name) for name in names)


def _along(catalog: Catalog, name: str | None) -> TableName | None:
    return None if name is None else named(table_facts(catalog), name)


def plan(
    url: str,
    *,
    rows: Mapping[str, int] | None = None,
    scale: float | None = None,
    seed: int | None = None,
    tables: Iterable[str] | None = None,
    until: date | None = None,
    hints: SampleHints | Mapping[str, Any] | str | None = None,
    document: str | Mapping[str, Any] | None = None,
    mode: Mode = "refuse",
) -> Plan:
    """Return what `fill` would do, without changing anything; parameters and errors are those of `fill`.

    With a ``document``, a plan's YAML text or data, return the plan that it describes; nothing else counts then.
    """
    with connect(url, read_only=True) as connection:
        if document is not None:
            with Reader(url) as reader:
                made = read(document, introspect(connection), reader=reader, judge=ServerJudge(connection))
                return calibration.with_rates(abilities.within(connection, made), url)
        request = Request.of(rows, scale, seed, tables, until, hints)
        return calibration.with_rates(request.plan(url, connection, introspect(connection), mode), url)
