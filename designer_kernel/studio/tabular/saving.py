"""Several changes of the rows of a table at once: all of them or none, and of each that fails why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

import psycopg
from psycopg import sql

from designer_kernel.errors import DesignerError
from designer_kernel.studio.refusals import BadInput
from designer_kernel.studio.tabular import answers, statements, values
from designer_kernel.studio.tabular.asking import ANY, MOST_ROWS, changes_of, key_of, revision_of
from designer_kernel.studio.tabular.shape import Shape
from designer_kernel.studio.tabular.statements import Filter
from designer_kernel.studio.tabular.views import RowView, row_view

MOST_FAILURES: Final = 50
"""Changes that fail of which is told; after that no others are tried."""


class Runner(Protocol):
    """Where statements about rows run: a connection, or a room of a team."""

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The connection, whose transaction is open."""
        ...

    def rows(self, statement: sql.Composable, document: str | None = None) -> list[str]:
        """Return what a statement gives: one column of jsonb, as text. Its document, JSON, is ``$1`` in it."""
        ...


@dataclass(frozen=True, slots=True)
class RowChange:
    """A change of one row.

    Attributes
    ----------
    kind
        A row is added with ``values``, those of its ``key`` are changed to ``values``, or it is removed.
    revision
        That of the row as its editor saw it, or `asking.ANY`.
    """

    kind: Literal["insert", "update", "delete"]
    key: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a change was not made.

    Attributes
    ----------
    number
        Which of the changes; ``None`` if it is about all of them.
    where
        The columns that it is about, between commas, if that is known.
    kind
        ``refused`` by the server, a ``conflict`` with what somebody else did, or the row has ``gone``.
    now
        In a conflict, the row as it is.
    """

    number: int | None
    what: str
    where: str = ""
    mend: str = ""
    kind: Literal["refused", "conflict", "gone"] = "refused"
    now: RowView | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of changes: the rows as they are now (``None`` for one that was removed), or why nothing was done."""

    rows: tuple[RowView | None, ...] = ()
    failures: tuple[Failure, ...] = ()


class Attempt:
    """Makes changes one after the other, each in a savepoint, and keeps what comes of them.

    Parameters
    ----------
    held
        The table.
    changes
        In the order in which they are to be made.

    Raises
    ------
    BadInput
        If there are too many, or the table is a view.
    """

    def __init__(self, held: Shape, changes: Sequence[RowChange]) -> None:
        if not held.is_table:
            raise BadInput(f"{held.name} is a view", where="table", mend="change the tables that it shows")
        if not 1 <= len(changes) <= MOST_ROWS:
            raise BadInput("this is no number of changes", where="changes", mend=f"save 1 to {MOST_ROWS} at once")
        self._held = held
        self._changes = changes
        self._rows: list[RowView | None] = []
        self._refused: list[tuple[int, psycopg.Error | DesignerError, str]] = []
        self._lost: list[Failure] = []

    @property
    def has_failed(self) -> bool:
        """Whether any change could not be made: then none may stay."""
        return bool(self._refused or self._lost)

    def run(self, runner: Runner) -> None:
        """Make the changes as far as they can be made."""
        for number, change in enumerate(self._changes):
            if len(self._refused) + len(self._lost) >= MOST_FAILURES:
                return
            try:
                with runner.connection.transaction():
                    self._one(runner, number, change)
            except DesignerError as error:
                self._refused.append((number, error, error.where))
            except psycopg.Error as error:
                if runner.connection.broken:
                    raise
                where = culprit(runner, self._held, change.values, exact=True) if _has_culprit(error) else ""
                self._refused.append((number, error, where))

    def told(self, connection: psycopg.Connection[Any]) -> Saved:
        """Return what came of it, in words; the connection can be used again by now."""
        if not self.has_failed:
            return Saved(tuple(self._rows))
        failures = [*self._lost]
        for number, error, where in self._refused:
            said = error if isinstance(error, DesignerError) else answers.refusal(error, connection, where)
            failures.append(Failure(number, said.what, said.where, said.mend))
        return Saved(failures=tuple(sorted(failures, key=lambda one: one.number or 0)))

    def _one(self, runner: Runner, number: int, change: RowChange) -> None:
        held = self._held
        if change.kind == "insert":
            given = changes_of(held, change.values)
            columns = [held.column(name) for name in given]
            sent = [{f"p{n}": value for n, value in enumerate(given.values())}] if columns else None
            document = None if sent is None else values.document(sent)
            made = runner.rows(statements.inserting(held, columns, statements.MOST_BYTES, exact=True), document)
            self._rows.append(row_view(held, values.read(made[0])) if made else None)
            return
        key, revision = key_of(held, change.key), revision_of(change.revision)
        if change.kind == "delete":
            statement, named = statements.deleting(held, key, revision)
        else:
            plain = changes_of(held, change.values)
            if not plain:
                raise BadInput("nothing is to be changed", where="values", mend="name the columns to change")
            statement, named = statements.updating(held, key, plain, revision, exact=True)
        done = runner.rows(statement, values.document(named))
        if len(done) > 1:
            raise BadInput("several rows have this key", where="key", mend="look for tables that inherit from it")
        if done:
            self._rows.append(row_view(held, values.read(done[0])) if change.kind == "update" else None)
        else:
            self._lost.append(self._meanwhile(runner, number, key, revision))

    def _meanwhile(self, runner: Runner, number: int, key: Mapping[str, Any], revision: str) -> Failure:
        """Return what somebody else has done to a row."""
        same = [Filter(name, "eq", value) for name, value in key.items()]
        statement, given = statements.selecting(self._held, same, (), None, 1, exact=True)
        there = runner.rows(statement, values.document(given))
        if not there:
            mend = "discard this change, or add the row again"
            return Failure(number, "somebody has removed this row meanwhile", mend=mend, kind="gone")
        now = row_view(self._held, values.read(there[0]))
        if revision in (ANY, now.revision):
            mend = "look at the triggers and policies of the table"
            return Failure(number, "the server left the row as it is", mend=mend)
        return Failure(
            number,
            "somebody has changed this row meanwhile",
            mend="keep what you wrote, or take what is there now",
            kind="conflict",
            now=now,
        )


def culprit(runner: Runner, held: Shape, row: Mapping[str, Any], *, exact: bool = False) -> str:
    """Return the column whose value the server cannot read, found by reading each alone; else nothing."""
    for name, value in row.items():
        document = values.document({"p0": values.plain(value, name)})
        try:
            with runner.connection.transaction():
                runner.rows(statements.trying(held.column(name), exact=exact), document)
        except psycopg.Error:
            return name
    return ""


def _has_culprit(error: psycopg.Error) -> bool:
    return answers.is_about_a_value(error) and not error.diag.column_name
