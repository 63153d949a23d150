"""Raw scripts go through the gate, too: what they take away has to be named, and is kept first."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import psycopg

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.render import Statement
from designer_kernel.errors import InvalidSql
from designer_kernel.migrate import records
from designer_kernel.migrate.all_rows import EVERYTHING
from designer_kernel.migrate.apply import MigrationUnderWay, ready
from designer_kernel.migrate.gate import check
from designer_kernel.migrate.losses import Loss, losses_of_script, pieces
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.salvage.choosing import Choice
from designer_kernel.migrate.salvage.copies import PREPARATION, Copy
from designer_kernel.migrate.salvage.touching import Names
from designer_kernel.migrate.salvage.weaving import kept
from designer_kernel.migrate.steps import Plan, Step
from designer_kernel.migrate.taking import holding, taken
from designer_kernel.migrate.under_way import under_way
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect, redact
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.script import cancelling, explained, run
from designer_kernel.postgres.server import Progress

_FRAME: Final = frozenset({"TRANS_STMT_BEGIN", "TRANS_STMT_START", "TRANS_STMT_COMMIT"})
"""Statements about transactions that say no more than what is done anyway."""


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """What running a script did.

    Attributes
    ----------
    losses
        What it took away, each allowed by its name.
    salvaged
        The names of the copies that were made first.
    record
        The number of its record on the target.
    """

    url: str
    statements: int
    losses: tuple[Loss, ...]
    salvaged: tuple[str, ...]
    record: int
    seconds: float

    def __str__(self) -> str:
        kept = f", {len(self.salvaged)} salvaged first" if self.salvaged else ""
        return f"{self.statements} statements run in {self.seconds:.1f} s{kept}; record {self.record}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "url": self.url,
            "statements": self.statements,
            "losses": [str(loss.on) for loss in self.losses],
            "salvaged": list(self.salvaged),
            "record": self.record,
            "seconds": round(self.seconds, 3),
        }


def losses_on(url: str, text: str) -> tuple[Loss, ...]:
    """Return what a script would take away from a database, as its server tells: it is run there, and undone.

    Raises
    ------
    InvalidSql
        If it cannot be read, or is about transactions.
    StatementFailed
        If PostgreSQL refuses a statement.
    """
    statements = _statements(text)
    address = target.resolve(url, create=False)
    with connect(address, autocommit=True) as connection, connection.transaction(force_rollback=True):
        return _tried(connection, statements, text, None)[0]


def run_script(
    url: str,
    text: str,
    *,
    allow: Collection[str] = (),
    salvage: bool = True,
    name: str = "script",
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    by: str = "",
) -> ScriptRun:
    """Run a script in one transaction, and record that on the target.

    It is run twice: what it takes away, with all that cascades, blocks and functions take along, is seen first and
    undone. Tables and columns that go, and tables that lose all their rows, have to be named; then they are salvaged,
    and the script is run for good. It brings nothing back by itself: what was salvaged is restored by hand.

    Parameters
    ----------
    url
        The database: a URL, or a name, see `designer_kernel.postgres.target.resolve`.
    allow
        What may be lost, one by one, see `designer_kernel.migrate.gate.check_allowed`.
    salvage
        Whether to keep what goes.
    name, by
        What is recorded.

    Raises
    ------
    LossRefused
        If it would take away what is not allowed; nothing was changed.
    InvalidSql
        If it cannot be read, or is about transactions.
    StatementFailed, Cancelled
        If PostgreSQL refuses a statement, or ``cancel`` was set; nothing was changed.
    MigrationUnderWay, DeployRefused
        If a migration is under way, or being applied now.
    """
    began = time.monotonic()
    statements = _statements(text)
    address = target.resolve(url, create=False)
    with ready(address) as connection:
        if under_way(connection) is not None:
            raise MigrationUnderWay(
                "a migration is under way", where=target.describe(address), mend="resume or abandon it first"
            )
        try:
            with connection.transaction(), cancelling(connection, cancel):
                before = introspect(connection)
                losses, after = _tried(connection, statements, text, cancel)
                said = {n for loss in losses_of_script(text) for n in loss.names}
                real = {n for loss in losses for n in loss.names}
                check(losses, [n for n in allow if n in real or n not in said], where=name)
                copies = tuple(_copies(losses, before, after)) if salvage else ()
                run(connection, [Statement(sql) for sql in _keeping(copies, before)], cancel=cancel)
                count = run(connection, statements, progress=progress, cancel=cancel)
                migration = _migration(name, connection, statements, before, after)
                took = timedelta(seconds=time.monotonic() - began)
                record = records.add(connection, migration, uuid4(), duration=took, by=by, direction="noted")
        except psycopg.Error as error:
            raise explained(error, "", ()) from error
    names = tuple(copy.name for copy in copies)
    return ScriptRun(redact(address), count, losses, names, record, time.monotonic() - began)


def _statements(text: str) -> list[Statement]:
    """Return the statements of a script without those that begin and end its transaction."""
    found = []
    for piece in pieces(text):
        if piece.node.WhichOneof("node") != "transaction_stmt":
            found.append(Statement(piece.sql))
            continue
        kind = piece.node.transaction_stmt
        word = kind.DESCRIPTOR.fields_by_name["kind"].enum_type.values_by_number[kind.kind].name
        if word not in _FRAME:
            raise InvalidSql(
                "the script is about its own transaction",
                where=f"line {piece.line}",
                mend="leave out ROLLBACK, SAVEPOINT and the like: it is run in one transaction, all of it or nothing",
            )
    return found


def _tried(
    connection: psycopg.Connection[Any], statements: Sequence[Statement], text: str, cancel: threading.Event | None
) -> tuple[tuple[Loss, ...], Catalog]:
    """Run the statements and undo them; return what they take away, and the catalog that they lead to."""
    connection.execute(EVERYTHING)
    first = holding(connection)
    lines = {name: loss.line for loss in losses_of_script(text) for name in loss.names}
    openly = [loss for loss in losses_of_script(text) if loss.on.kind == "database"]
    with connection.transaction(force_rollback=True):
        run(connection, statements, cancel=cancel)
        found = list(taken(first, holding(connection)))
        after = introspect(connection)
    told = [Loss(loss.on, loss.reason, loss.rows, lines.get(str(loss.on), 0)) for loss in found]
    return (*openly, *told), after


def _copies(losses: Sequence[Loss], before: Catalog, after: Catalog) -> Iterator[Copy]:
    hashes = canonical.content_hash(before), canonical.content_hash(after)
    choice = Choice(before, after, hashes, Names(before))
    for loss in losses:
        path = loss.on.path
        relation = (path[0], path[1])
        copy = choice.table(relation) if loss.on.kind == "relation" else choice.column(relation, path[2])
        if copy is not None:
            yield copy


def _keeping(copies: Sequence[Copy], before: Catalog) -> Iterator[str]:
    if copies:
        yield from PREPARATION
    for copy in copies:
        yield from kept(copy, Names(before), before)


def _migration(
    name: str, connection: psycopg.Connection[Any], statements: Sequence[Statement], before: Catalog, after: Catalog
) -> Migration:
    """Return the script as a migration without a way back, for the record."""
    plan = Plan(
        connection.info.server_version // 10000,
        canonical.content_hash(before),
        canonical.content_hash(after),
        tuple(Step("alter", (), (statement.sql,)) for statement in statements),
        (),
    )
    return Migration(name, plan, before, after)
