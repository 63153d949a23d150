"""One run of a migration against a target: what both modes share (checks, words, the record, an uncertain end)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import Cancelled, DesignerError, ServerUnavailable, StatementFailed
from designer_kernel.migrate import likeness, records
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.patience import Patience
from designer_kernel.migrate.records import Direction, Record
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.script import COMMIT, cancelling, explained
from designer_kernel.postgres.server import Progress

_ASKING_SECONDS: Final = 15.0
"""How long the server is asked what became of a commit whose answer was lost."""

_PAUSE: Final = 0.2


class TargetChanged(DesignerError):
    """A target that is not what was planned against; nothing was done."""

    code = "target_changed"


class NotAsMeant(DesignerError):
    """A target that is not what was meant after all steps."""

    code = "not_as_meant"


class OutcomeUnknown(DesignerError):
    """A commit whose answer was lost, and nobody can be asked what became of it."""

    code = "outcome_unknown"


@dataclass(slots=True)
class Run:
    """A migration on its way into a target.

    Attributes
    ----------
    connection
        In autocommit mode; it has the lock on migrating.
    direction, undoes
        Whether it undoes another one, and which record tells of that.
    id
        What its record will be found by.
    retries
        How often something was tried again.
    """

    migration: Migration
    connection: psycopg.Connection[Any]
    address: str = field(repr=False)  # it may hold a password
    patience: Patience
    progress: Progress | None
    cancel: threading.Event | None
    by: str
    direction: Direction = "up"
    undoes: int | None = None
    id: UUID = field(default_factory=uuid4)
    retries: int = 0
    began: float = field(default_factory=time.monotonic)
    worked: timedelta = timedelta()

    @property
    def where(self) -> str:
        """The target in words."""
        return target.describe(self.address)

    @property
    def total(self) -> int:
        """Of how many parts is told: the steps, and the end."""
        return len(self.migration.plan.up) + 1

    def duration(self) -> timedelta:
        """Return how long the work took until now."""
        return self.worked + timedelta(seconds=time.monotonic() - self.began)

    def tell(self, done: int, what: str) -> None:
        """Tell what is done next."""
        if self.progress is not None:
            self.progress(done, self.total, what)

    def tell_step(self, number: int, more: str = "") -> None:
        """Tell that a step is done next, or what happens in it."""
        steps = self.migration.plan.up
        self.tell(number, f"{number + 1} of {len(steps)}: {steps[number].title}{more}")

    def ignored(self) -> frozenset[ObjectId]:
        """Return the objects whose differences do not count."""
        return likeness.untouched(records.ignored(self.connection), self.migration.plan.up)

    def check_before(self) -> None:
        """Refuse a target that is not what was planned against.

        Raises
        ------
        TargetChanged
            If it is not.
        """
        self.tell(0, "looking whether the target is what was planned against")
        with cancelling(self.connection, self.cancel):
            found, now = likeness.unlike(self.migration.before, self.connection, self.ignored())
        if not found:
            return
        if not differences(self.migration.after, now):
            raise TargetChanged(
                "the target is already what the migration leads to",
                where=self.where,
                mend="look at its history; there is nothing to do",
            )
        raise TargetChanged(
            f"the target is not what was planned against:{likeness.listed(found)}",
            where=self.where,
            mend="plan again from what the target holds now"
            if self.undoes is None
            else "look at its drift, and revert or adopt that first",
        )

    def check_after(self, mend: str) -> None:
        """Refuse to end unless the target is exactly what was meant.

        Raises
        ------
        NotAsMeant
            If it is not.
        """
        self.tell(self.total - 1, "comparing the target with what is meant")
        with cancelling(self.connection, self.cancel):
            found, _ = likeness.unlike(self.migration.after, self.connection, self.ignored())
        if found:
            raise NotAsMeant(f"the target is not what was meant:{likeness.listed(found)}", where=self.where, mend=mend)

    def record(self) -> int:
        """Remember the migration on the target, in the transaction that is open."""
        return records.add(
            self.connection,
            self.migration,
            self.id,
            duration=self.duration(),
            by=self.by,
            direction="revert" if self._reverts() else self.direction,
            undoes=self.undoes,
        )

    def _reverts(self) -> bool:
        """Whether the migration leads from a drift back to what the last record says, but for what is ignored."""
        before = records.last(self.connection)
        plan = self.migration.plan
        if self.undoes is not None or before is None or before.after_hash == plan.before:
            return False
        recorded, after = records.migration_of(self.connection, before).after, self.migration.after
        found = differences(recorded, after)
        return not likeness.counted(found, records.ignored(self.connection), recorded, after)

    def record_failure(self, error: str) -> None:
        """Remember that the run failed, if the target can be reached at all: the run's own connection may be gone."""
        with suppress(DesignerError, psycopg.Error), connect(self.address, autocommit=True) as connection:
            records.add_failure(
                connection,
                self.migration,
                self.id,
                duration=self.duration(),
                by=self.by,
                error=error,
                direction=self.direction,
            )

    @contextmanager
    def ending(self) -> Iterator[_Ending]:
        """Open the transaction that ends with the record, and find out what became of it if the answer is lost.

        Raises
        ------
        StatementFailed
            If PostgreSQL refuses to commit, or the connection was lost before it did.
        OutcomeUnknown
            If nobody can tell.
        """
        ending = _Ending()
        try:
            with self.connection.transaction():
                yield ending
                ending.transaction = self._transaction()
                if self.cancel is not None and self.cancel.is_set():
                    raise Cancelled("cancelled; nothing was changed")
                self.tell(self.total - 1, "committing")
                ending.is_committing = True
        except psycopg.Error as error:
            failure = explained(error, COMMIT, ())
            if not ending.is_committing or not _is_lost(error):
                raise failure from error
            ending.record = self._settled(ending.transaction, failure)

    def _transaction(self) -> str:
        row = self.connection.execute("SELECT pg_catalog.pg_current_xact_id()::text").fetchone()
        assert row is not None
        return str(row[0])

    def _settled(self, transaction: str, failure: StatementFailed) -> Record:
        """Return the record if the transaction was committed; ask until the server knows."""
        until = time.monotonic() + _ASKING_SECONDS
        while time.monotonic() < until:
            with suppress(ServerUnavailable, psycopg.OperationalError):
                is_over, record = self._asked(transaction)
                if record is not None:
                    return record
                if is_over:
                    raise StatementFailed(
                        "the connection was lost before the server committed, and it rolled everything back",
                        where=self.where,
                        mend="see that the server runs, then apply again",
                        statement=COMMIT,
                    ) from failure
            time.sleep(_PAUSE)
        raise OutcomeUnknown(
            "the connection was lost while the server committed, and it cannot be asked: it is not known whether the"
            " migration is applied",
            where=self.where,
            mend=f"when the server is back, look at the history of the target for run {self.id}: if it is there, all"
            " is done; if not, nothing was, and you can apply again",
        ) from failure

    def _asked(self, transaction: str) -> tuple[bool, Record | None]:
        with connect(self.address, autocommit=True) as connection:
            row = connection.execute("SELECT pg_catalog.pg_xact_status(%s::xid8)", [transaction]).fetchone()
            # asked for after the state: what is committed between the two is seen
            return row is not None and row[0] != "in progress", records.find(connection, self.id)


def _is_lost(error: psycopg.Error) -> bool:
    """Whether an error leaves open what the server did: the connection broke, or the server was told to end it."""
    return not error.sqlstate or error.sqlstate.startswith(("57P", "08"))


@dataclass(slots=True)
class _Ending:
    """How the transaction that records a migration ends; ``record`` is set if only that told that it did."""

    transaction: str = ""
    is_committing: bool = False
    record: Record | None = None
