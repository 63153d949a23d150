"""Giving up an online migration in the middle: the target stays as it is, and the ways on and back are planned anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import UnknownObject
from designer_kernel.migrate import records
from designer_kernel.migrate import under_way as progress
from designer_kernel.migrate.apply import ready
from designer_kernel.migrate.in_stages import clear
from designer_kernel.migrate.likeness import observed
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.patience import Patience, limit
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.renames import Shadow
from designer_kernel.migrate.under_way import UnderWay
from designer_kernel.postgres import target
from designer_kernel.postgres.script import explained


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A migration that was given up, how far it had come, and what the target holds now."""

    begun: UnderWay
    now: Catalog
    version: int

    def __str__(self) -> str:
        return f"given up: {self.begun}"

    def back(self, shadow: Shadow) -> Migration:
        """Return the migration from what is there to where it began; it has to be proved."""
        return self._to(f"back from {self.begun.migration.name}", self.begun.migration.before, shadow)

    def onward(self, shadow: Shadow) -> Migration:
        """Return the migration from what is there to where it was to lead; it has to be proved."""
        return self._to(self.begun.migration.name, self.begun.migration.after, shadow)

    def _to(self, name: str, goal: Catalog, shadow: Shadow) -> Migration:
        return Migration(name, plan(self.now, goal, version=self.version, shadow=shadow), self.now, goal)


def abandon(url: str, *, by: str = "") -> Abandoned:
    """Give up the online migration that a database is in the middle of, and return what is there.

    What was done stays, and what an interrupted step left half done is cleared away. The history tells of it as of an
    attempt that failed.

    Raises
    ------
    UnknownObject
        If none is under way.
    DeployRefused
        If somebody works on it now.
    StatementFailed
        If what was left cannot be cleared away; it stays under way then.
    RecordsUnusable
        If the role may not write the records.
    """
    address = target.resolve(url, create=False)
    with ready(address) as connection:
        begun = progress.under_way(connection)
        if begun is None:
            raise UnknownObject(
                "no migration is under way", where=target.describe(address), mend="there is nothing to do"
            )
        try:
            _clear(connection, begun)
            with connection.transaction():
                _record(connection, begun, by)
                progress.forget(connection)
        except psycopg.Error as error:
            raise explained(error, "", ()) from error
        now = observed(connection, begun.migration.before)
    return Abandoned(begun, now, begun.migration.plan.version)


def _clear(connection: psycopg.Connection[Any], begun: UnderWay) -> None:
    steps = begun.migration.plan.up
    if begun.step < len(steps) and begun.attempts:
        limit(connection, Patience().lock_timeout)
        clear(connection, steps[begun.step])


def _record(connection: psycopg.Connection[Any], begun: UnderWay, by: str) -> None:
    steps = len(begun.migration.plan.up)
    why = f": {begun.last_error}" if begun.last_error else ""
    records.add_failure(
        connection,
        begun.migration,
        begun.run,
        duration=begun.worked,
        by=by or begun.by,
        error=f"given up after {begun.step} of {steps} steps{why}",
        direction="up" if begun.undoes is None else "down",
    )
