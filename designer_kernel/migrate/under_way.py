"""The online migration that a target is in the middle of: what is done of it, so that any process can go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import psycopg

from designer_kernel.migrate import record_tables, records
from designer_kernel.migrate.migration import Migration

State: TypeAlias = Literal["running", "stopped", "done"]
"""Whether somebody works on it, it failed or was cancelled, or all steps are done and only the end is missing.

A process that was killed leaves ``running``; whoever has the lock on migrating knows better.
"""


@dataclass(frozen=True, slots=True)
class UnderWay:
    """How far an online migration has come.

    Attributes
    ----------
    step
        How many steps are done.
    position
        Up to which key the rows of the next step are done, if it works in batches.
    attempts
        How often the next step was begun.
    worked
        How long was worked on it, besides the pauses.
    undoes
        The number of the record that it undoes, if it is a rollback.
    """

    migration: Migration
    run: UUID
    proof: str
    step: int
    position: str | None
    attempts: int
    last_error: str
    state: State
    worked: timedelta
    by: str
    started_at: datetime
    updated_at: datetime
    undoes: int | None = None

    def __str__(self) -> str:
        steps = self.migration.plan.up
        at = f", at step {self.step + 1}, {steps[self.step].title}" if self.step < len(steps) else ""
        why = f": {self.last_error}" if self.last_error else ""
        return f"{self.migration.name}: {self.step} of {len(steps)} steps are done{at}; {self.state}{why}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "migration": self.migration.id,
            "name": self.migration.name,
            "run": str(self.run),
            "step": self.step,
            "steps": len(self.migration.plan.up),
            "position": self.position,
            "attempts": self.attempts,
            "last_error": self.last_error,
            "state": self.state,
            "worked": self.worked.total_seconds(),
            "by": self.by,
            "started_at": self.started_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
            "undoes": self.undoes,
        }


_READ: Final = """
    SELECT p.document, b.catalog::text, a.catalog::text, p.run, p.proof_hash, p.step, p.position, p.attempts,
           p.last_error, p.state, p.worked, p.by_whom, p.started_at, p.updated_at, p.undoes
    FROM schema_designer.schema_progress p
    JOIN schema_designer.schema_catalogs b ON b.hash = p.before_catalog
    JOIN schema_designer.schema_catalogs a ON a.hash = p.after_catalog
"""


def under_way(connection: psycopg.Connection[Any]) -> UnderWay | None:
    """Return the online migration that a target is in the middle of, if there is one.

    Raises
    ------
    RecordsUnusable
        If the role may not read that, or it is not ours.
    """
    if record_tables.version(connection) == 0:
        return None
    row = connection.execute(_READ, binary=True).fetchone()
    if row is None:
        return None
    return UnderWay(records.revived(*row[:3]), *row[3:])


def begin(
    connection: psycopg.Connection[Any], migration: Migration, run: UUID, proof: str, by: str, undoes: int | None
) -> None:
    """Remember that an online migration begins."""
    with connection.transaction():
        document, before, after = records.stored(connection, migration)
        connection.execute(
            "INSERT INTO schema_designer.schema_progress"
            " (run, undoes, proof_hash, plan_hash, document, before_catalog, after_catalog, by_whom)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, coalesce(nullif(%s, ''), session_user))",
            [run, undoes, proof, migration.plan.hash, document, before, after, by],
        )


def attempt(connection: psycopg.Connection[Any]) -> None:
    """Remember that the next step is begun, once more."""
    connection.execute(
        "UPDATE schema_designer.schema_progress"
        " SET attempts = attempts + 1, state = 'running', updated_at = clock_timestamp()"
    )


def keep(connection: psycopg.Connection[Any], position: str) -> None:
    """Remember up to where the rows of the step are done, in the transaction of the batch."""
    connection.execute(
        "UPDATE schema_designer.schema_progress SET position = %s, updated_at = clock_timestamp()", [position]
    )


def done(connection: psycopg.Connection[Any], steps: int, total: int) -> None:
    """Remember how many steps are done, in the transaction of the last of them where it has one."""
    connection.execute(
        "UPDATE schema_designer.schema_progress SET step = %s, position = NULL, attempts = 0, last_error = '',"
        " state = %s, updated_at = clock_timestamp()",
        [steps, "done" if steps == total else "running"],
    )


def stop(connection: psycopg.Connection[Any], error: str, worked: timedelta) -> None:
    """Remember why the work stopped, and how long it took."""
    connection.execute(
        "UPDATE schema_designer.schema_progress SET state = 'stopped', last_error = %s, worked = worked + %s,"
        " updated_at = clock_timestamp()",
        [error, worked],
    )


def forget(connection: psycopg.Connection[Any]) -> None:
    """Forget the migration under way: it is recorded, or given up."""
    connection.execute("DELETE FROM schema_designer.schema_progress")
