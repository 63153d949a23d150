"""Many rows into a table: what the server refuses is kept with its reason, the rest goes in."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from designer_kernel.errors import Cancelled, DesignerError
from designer_kernel.studio.refusals import BadInput
from designer_kernel.studio.tabular import answers, statements, values
from designer_kernel.studio.tabular.saving import Runner
from designer_kernel.studio.tabular.shape import Column, Shape

CHUNK: Final = 1_000
"""Rows that one statement adds; a chunk that is refused is halved until the rows are found that it is about."""

MOST_REJECTED: Final = 10_000

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its number in the file, counted from 1, and why."""

    number: int
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows went in, and those that did not."""

    rows: int
    rejected: tuple[Rejected, ...]


class Loader:
    """Adds rows to a table, within a transaction that is open.

    Parameters
    ----------
    runner
        Where statements run.
    held
        The table.
    names
        The columns that are given, in the order of the values of a row.
    """

    def __init__(self, runner: Runner, held: Shape, names: Sequence[str]) -> None:
        if not held.is_table:
            raise BadInput(f"{held.name} is a view", where="table", mend="change the tables that it shows")
        self._runner = runner
        self._held = held
        self._columns = [held.column(name) for name in names]
        self._rejected: list[Rejected] = []
        self._count = 0

    def load(
        self, rows: Sequence[Sequence[Any]], progress: Progress | None = None, cancel: threading.Event | None = None
    ) -> Loaded:
        """Add rows, as far as the server takes them.

        Raises
        ------
        BadInput
            If more rows are refused than anybody would look at.
        Cancelled
            If that was wanted meanwhile.
        """
        for start in range(0, len(rows), CHUNK):
            if cancel is not None and cancel.is_set():
                raise Cancelled("importing was cancelled")
            self._chunk([(start + n + 1, row) for n, row in enumerate(rows[start : start + CHUNK])])
            if progress is not None:
                progress(min(start + CHUNK, len(rows)), len(rows), f"{self._count:,} rows")
        return Loaded(self._count, tuple(self._rejected))

    def _chunk(self, rows: Sequence[tuple[int, Sequence[Any]]]) -> None:
        sent, taken = [], []
        for number, row in rows:
            try:
                sent.append(
                    {f"p{n}": sent_value(c, v) for n, (c, v) in enumerate(zip(self._columns, row, strict=True))}
                )
                taken.append((number, row))
            except DesignerError as error:
                self._reject(number, error)
        if sent:
            self._send(taken, sent)

    def _send(self, rows: Sequence[tuple[int, Sequence[Any]]], sent: Sequence[dict[str, Any]]) -> None:
        try:
            with self._runner.connection.transaction():
                told = self._runner.rows(statements.adding(self._held, self._columns), values.document(list(sent)))
            self._count += int(values.read(told[0])["n"])
        except psycopg.Error as error:
            if self._runner.connection.broken or (error.sqlstate or "")[:2] in ("08", "53", "57", "58", "XX"):
                raise answers.refusal(error, self._runner.connection) from None
            if len(rows) == 1:
                self._reject(rows[0][0], answers.refusal(error, self._runner.connection, self._culprit(error, sent[0])))
                return
            half = len(rows) // 2
            self._send(rows[:half], sent[:half])
            self._send(rows[half:], sent[half:])

    def _culprit(self, error: psycopg.Error, sent: dict[str, Any]) -> str:
        """Return the column whose value the server cannot read, found by reading each alone."""
        if not answers.is_about_a_value(error) or error.diag.column_name:
            return ""
        for number, column in enumerate(self._columns):
            try:
                with self._runner.connection.transaction():
                    document = values.document({"p0": sent[f"p{number}"]})
                    self._runner.rows(statements.trying(column, exact=True), document)
            except psycopg.Error:
                return column.name
        return ""

    def _reject(self, number: int, error: DesignerError) -> None:
        self._rejected.append(Rejected(number, error.where, error.what))
        if len(self._rejected) > MOST_REJECTED:
            raise BadInput(
                f"more than {MOST_REJECTED:,} rows are refused, the last since {error.what}",
                where=error.where,
                mend="look which column of the file goes where; nothing was added",
            )


def sent_value(column: Column, value: Any) -> Any:
    """Return a value of a file as it is sent: JSON as text, lists from text that is a JSON list.

    Raises
    ------
    BadInput
        If it cannot be stored.
    """
    if value is None:
        return None
    plain = values.plain(value, column.name)
    if column.is_json:
        return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    if (
        column.category in ("A", "C")
        and isinstance(plain, str)
        and plain[:1] == ("[" if column.category == "A" else "{")
    ):
        try:
            return json.loads(plain, parse_float=str)
        except (ValueError, RecursionError):
            return plain
    if column.category == "S" and isinstance(plain, list | dict):
        return json.dumps(plain, ensure_ascii=False)
    return plain
