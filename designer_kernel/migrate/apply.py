"""The door through which every migration goes into a target: proved, allowed, alone, checked, recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg

from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.migrate import likeness, record_tables, records
from designer_kernel.migrate.gate import check_allowed
from designer_kernel.migrate.in_one import apply_in_one
from designer_kernel.migrate.in_stages import apply_in_stages
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.patience import Patience, limit
from designer_kernel.migrate.records import Direction
from designer_kernel.migrate.run import Run, TargetChanged
from designer_kernel.migrate.under_way import UnderWay, under_way
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect, redact
from designer_kernel.postgres.deploy import alone
from designer_kernel.postgres.script import explained
from designer_kernel.postgres.server import Progress


class MigrationUnderWay(DesignerError):
    """A target that is in the middle of another migration."""

    code = "migration_under_way"


class OtherVersion(DesignerError):
    """A plan for servers of another major version."""

    code = "other_version"


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did.

    Attributes
    ----------
    record
        The number of its record on the target.
    retries
        How often something was tried again, since a lock was not to be had.
    resumed
        How many steps had been done before, if it went on with what was interrupted.
    """

    migration: str
    name: str
    url: str
    record: int
    steps: int
    seconds: float
    retries: int = 0
    resumed: int = 0

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        again = f", {self.retries} attempts again" if self.retries else ""
        before = f", {self.resumed} of them before" if self.resumed else ""
        steps = f"{self.steps} step{'' if self.steps == 1 else 's'} applied{before}"
        return f"{self.name}: {steps} in {self.seconds:.1f} s{again}; record {self.record}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "migration": self.migration,
            "name": self.name,
            "url": self.url,
            "record": self.record,
            "steps": self.steps,
            "seconds": round(self.seconds, 3),
            "retries": self.retries,
            "resumed": self.resumed,
        }


def apply(
    migration: Migration,
    url: str,
    *,
    proof: str,
    allow: Iterable[str] = (),
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    by: str = "",
    patience: Patience | None = None,
    undoes: int | None = None,
) -> Applied:
    """Apply a migration to a database, or go on with it where it stopped, and record that there.

    In one transaction it is done completely or not at all. In online mode what was done stays when it is interrupted,
    and applying the same migration again goes on.

    Parameters
    ----------
    url
        The database: a URL, or a name, see `designer_kernel.postgres.target.resolve`.
    proof
        The hash of the migration's proof.
    allow
        What may lose rows or values, one by one, see `designer_kernel.migrate.gate.check_allowed`.
    progress
        Told before each step what it is about: ``3 of 12: alter column shop.items.qty``.
    cancel
        Set by another thread to stop, also while a statement runs.
    by
        Who does it, for the record; the server's role if not given.
    patience
        How long to wait for locks, and how often to try again.
    undoes
        The number of the record that it undoes.

    Raises
    ------
    NotProved
        If it has not been proved, or by another proof.
    DesignerError
        If it would lose what is not allowed, see `designer_kernel.migrate.gate.check_allowed`.
    OtherVersion, TargetChanged
        If the target's version or contents are not those that were planned against.
    MigrationUnderWay, DeployRefused
        If another migration is under way, or being applied now.
    StatementFailed, NotAsMeant, Cancelled
        If a step failed, the result is not what was meant, or ``cancel`` was set.
    OutcomeUnknown
        If the connection was lost while it committed, and the server cannot be asked what became of it.
    RecordsUnusable
        If the target cannot remember it.
    """
    migration.check_proof(proof)
    check_allowed(migration.plan, tuple(allow))
    return _applied(migration, url, proof, progress, cancel, by, patience, undoes)


def resume(
    url: str,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    by: str = "",
    patience: Patience | None = None,
) -> Applied:
    """Go on with the migration that a database is in the middle of, as it remembers it; see `apply`.

    What may be lost was allowed when it began.

    Raises
    ------
    UnknownObject
        If there is none.
    """
    with connect(target.resolve(url, create=False), autocommit=True) as connection:
        begun = under_way(connection)
    if begun is None:
        raise UnknownObject(
            "no migration is under way", where=redact(url), mend="there is nothing to resume: look at the history"
        )
    return _applied(begun.migration, url, begun.proof, progress, cancel, by, patience, begun.undoes)


def note(migration: Migration, url: str, *, by: str = "") -> int:
    """Record a change that somebody else made, as if it had been applied, and return the number of its record.

    Raises
    ------
    TargetChanged
        If the target is not what the migration leads to.
    RecordsUnusable
        If the target cannot remember it.
    """
    address = target.resolve(url, create=False)
    with ready(address) as connection:
        refuse_other(under_way(connection), None, address)
        found, _ = likeness.unlike(migration.after, connection, records.ignored(connection))
        if found:
            raise TargetChanged(
                f"the target is not what is to be noted:{likeness.listed(found)}",
                where=target.describe(address),
                mend="look at the target again, and note what it holds now",
            )
        with connection.transaction():
            return records.add(connection, migration, uuid4(), duration=timedelta(), by=by, direction="noted")


def _applied(
    migration: Migration,
    url: str,
    proof: str,
    progress: Progress | None,
    cancel: threading.Event | None,
    by: str,
    patience: Patience | None,
    undoes: int | None,
) -> Applied:
    began = time.monotonic()
    address = target.resolve(url, create=False, progress=progress)
    waiting = patience or Patience()
    with ready(address) as connection:
        _refuse_version(migration, connection, address)
        begun = under_way(connection)
        refuse_other(begun, migration, address)
        limit(connection, waiting.lock_timeout)
        direction: Direction = "up" if undoes is None else "down"
        run = Run(migration, connection, address, waiting, progress, cancel, by, direction, undoes)
        try:
            number = apply_in_stages(run, proof, begun) if migration.plan.mode == "online" else apply_in_one(run)
        except psycopg.Error as error:
            raise explained(error, "", ()) from error
        run.tell(run.total, "done")
    return Applied(
        migration=migration.id,
        name=migration.name,
        url=redact(address),
        record=number,
        steps=len(migration.plan.up),
        seconds=time.monotonic() - began,
        retries=run.retries,
        resumed=0 if begun is None else begun.step,
    )


@contextmanager
def ready(address: str) -> Iterator[psycopg.Connection[Any]]:
    """Give a connection that is alone, without limits of time, to a target that has the tables of records."""
    with connect(address, autocommit=True) as connection, alone(connection, address):
        try:
            # what is kept of rows has to be what is there once the lock is had, not what was when it all began
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            connection.execute(_LIMITLESS)
            with suppress(psycopg.Error):  # not every platform can look; a killed process then stops with its statement
                connection.execute("SET client_connection_check_interval = '2s'")
            record_tables.ensure(connection)
        except psycopg.Error as error:
            raise explained(error, "", ()) from error
        yield connection


_LIMITLESS = """
    SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
    WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout',
                   'idle_session_timeout')
"""
"""A database or a role has its limits for the sake of applications; a migration takes as long as it takes."""


def _refuse_version(migration: Migration, connection: psycopg.Connection[Any], address: str) -> None:
    there = connection.info.server_version // 10000
    if there != migration.plan.version:
        raise OtherVersion(
            f"the plan is for PostgreSQL {migration.plan.version}, and the target has {there}",
            where=target.describe(address),
            mend="plan again against the target",
        )


def refuse_other(begun: UnderWay | None, migration: Migration | None, address: str) -> None:
    """Refuse to begin while another migration is under way.

    Raises
    ------
    MigrationUnderWay
        If there is one, and it is not ``migration``.
    """
    if begun is not None and (migration is None or begun.migration.plan.hash != migration.plan.hash):
        raise MigrationUnderWay(
            f"another migration is under way: {begun}",
            where=target.describe(address),
            mend="go on with that one (resume), or give it up (abandon)",
        )
