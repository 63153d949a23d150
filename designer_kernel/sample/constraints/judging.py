"""What the server says of a check: its own evaluation of the check's text over rows that exist nowhere.

Candidates are sent as arrays of text and cast; nothing is written, and the transaction is read-only meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.arrays import (
    BinaryArray,
    BinaryArrayDumper,
    array,
    images,
    is_built_in,
    is_sendable,
)
from designer_kernel.sample.constraints.nodes import Expr
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.spelled import spelled
from designer_kernel.sample.rows.values import Values

_STATEMENTS: Final = 128
"""How many times a batch may be divided because a row in it makes the check fail with an error."""
_FRAGILE: Final = 256
"""Rows that are judged of a batch in which some make the check fail with an error."""

_SETTINGS: Final = (
    "SET LOCAL transaction_read_only = on",
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL statement_timeout = '20s'",
    "SET LOCAL jit = off",
)
_TEXT: Final = "pg_catalog.text[]"
_PLAIN: Final = Form("text", "text")
_OF_THE_ROW: Final = ("22", "23", "P0", "38", "39", "2F")
"""Classes of errors that are about the values; others are about the check or the user."""


@dataclass(frozen=True, slots=True)
class Question:
    """A check as the server spells it; with ``value_of``, one of that column's domain, which speaks of ``VALUE``.

    ``each`` says that it is about every element of a list, and ``field`` that it is about that of a composite value.
    """

    constraint: str
    text: str
    value_of: str = ""
    each: bool = False
    field: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A check: its text for the server, its tree if we can read it, and the columns that it speaks of."""

    question: Question
    expr: Expr | None
    columns: frozenset[str]


class Judge(Protocol):
    """Who evaluates checks over rows."""

    def passes(
        self, table: TableFacts, questions: Sequence[Question], rows: Mapping[str, Values], size: int
    ) -> NDArray[np.bool_]:
        """Return, for each question and each of ``size`` rows, whether the row passes; other columns are NULL."""
        ...


@dataclass(slots=True)
class ServerJudge:
    """A connection to a server that has the tables' types and functions."""

    connection: psycopg.Connection[Any]

    def passes(
        self, table: TableFacts, questions: Sequence[Question], rows: Mapping[str, Values], size: int
    ) -> NDArray[np.bool_]:
        """Return, for each question and each row, whether the row passes.

        Raises
        ------
        SamplePlanError
            If the server cannot evaluate a check for reasons that are not the row's.
        """
        columns = {name: _Sent.of(table, name, values) for name, values in rows.items()}
        return self._judged(table, questions, columns, size)

    def passes_text(
        self, table: TableFacts, questions: Sequence[Question], rows: Mapping[str, list[str | None]], size: int
    ) -> NDArray[np.bool_]:
        """Return the same of rows that are given as text."""
        columns = {name: _Sent(table.columns[name].form, _TEXT, items, is_base=False) for name, items in rows.items()}
        return self._judged(table, questions, columns, size)

    def _judged(
        self, table: TableFacts, questions: Sequence[Question], columns: Mapping[str, _Sent], size: int
    ) -> NDArray[np.bool_]:
        with self.connection.transaction(force_rollback=True):
            for setting in _SETTINGS:
                self.connection.execute(setting)
            return np.stack([self._one(table, question, columns, size) for question in questions])

    def _one(self, table: TableFacts, question: Question, rows: Mapping[str, _Sent], size: int) -> NDArray[np.bool_]:
        """Evaluate one check; where a row makes it fail with an error, halve until the row is alone."""
        statement = _statement(table, question, rows)
        result = np.zeros(size, dtype=np.bool_)
        waiting = [(0, size)]
        budget = _STATEMENTS
        while waiting and budget:
            start, stop = waiting.pop()
            budget -= 1
            try:
                result[start:stop] = self._asked(statement, rows, start, stop)
            except psycopg.Error as error:
                self._refuse_hopeless(table, question, error)
                if stop - start > _FRAGILE:
                    waiting = [(start, start + _FRAGILE)]  # the rest counts as refused: the next batch is better
                elif stop - start > 1:
                    middle = (start + stop) // 2
                    waiting += [(middle, stop), (start, middle)]
        return result

    def _asked(self, statement: sql.Composed, rows: Mapping[str, _Sent], start: int, stop: int) -> list[bool]:
        arrays = {f"c{place}": column.part(start, stop) for place, column in enumerate(rows.values())}
        arrays["rows"] = array(_PLAIN, [None] * (stop - start))
        with self.connection.transaction(force_rollback=True), self.connection.cursor() as cursor:
            cursor.adapters.register_dumper(BinaryArray, BinaryArrayDumper)
            return [bool(row[0]) for row in cursor.execute(statement, arrays).fetchall()]

    def _refuse_hopeless(self, table: TableFacts, question: Question, error: psycopg.Error) -> None:
        state = error.sqlstate or ""
        if state.startswith(_OF_THE_ROW):
            return
        raise SamplePlanError(
            f"the server cannot evaluate the check: {error.diag.message_primary or error}",
            where=f"{table.label}.{question.constraint}",
            mend="see that you may execute its functions, and that they only read",
        ) from error


@dataclass(frozen=True, slots=True)
class _Sent:
    """A column of candidates as it is sent: images of its type, or text for lists, since no array holds arrays."""

    form: Form
    type: str
    items: list[Any]
    is_base: bool

    @classmethod
    def of(cls, table: TableFacts, name: str, values: Values) -> _Sent:
        column = table.columns[name]
        if not is_sendable(column.form):
            return cls(column.form, _TEXT, spelled(column.form, values), is_base=False)
        kind = cast_of(column)
        return cls(column.form, f"{kind}[]", images(column.form, values), is_base=kind != column.type)

    def part(self, start: int, stop: int) -> Any:
        """Return some of the values as one parameter."""
        items = self.items[start:stop]
        if self.type == _TEXT:
            return array(_PLAIN, [None if item is None else item.encode() for item in items])
        return array(self.form, items, is_base=self.is_base)


def _statement(table: TableFacts, question: Question, sent: Mapping[str, _Sent]) -> sql.Composed:
    """Return a query with one array parameter for each given column, that tells of each row whether it passes.

    An array of composite values is read element by element: in FROM it would fall apart into the fields.
    """
    alias = sql.Identifier(table.name[1])
    place: dict[str, sql.Composable] = {}
    arrays = [sql.SQL("{}::pg_catalog.text[]").format(sql.Placeholder("rows"))]
    names = [sql.Identifier("nothing")]
    for index, (name, one) in enumerate(sent.items()):
        parameter = sql.SQL("{}::{}").format(sql.Placeholder(f"c{index}"), sql.SQL(one.type))
        if one.form.kind == "composite":
            place[name] = sql.SQL("({})[u.i]").format(parameter)
            continue
        arrays.append(parameter)
        names.append(sql.Identifier(f"c{index}"))
        place[name] = names[-1]
    columns = sql.SQL(", ").join(
        sql.SQL("{}::{} AS {}").format(place.get(c.name, sql.SQL("NULL")), sql.SQL(cast_of(c)), sql.Identifier(c.name))
        for c in table.sent
    )
    inner = sql.SQL("SELECT u.i AS {}, {} FROM unnest({}) WITH ORDINALITY AS u ({}, i)").format(
        sql.Identifier("sample row"), columns, sql.SQL(", ").join(arrays), sql.SQL(", ").join(names)
    )
    generated = [c for c in table.columns.values() if c.generated]
    if generated:
        more = sql.SQL(", ").join(
            sql.SQL("({})::{} AS {}").format(
                sql.SQL(c.expression.replace("%", "%%")), sql.SQL(cast_of(c)), sql.Identifier(c.name)
            )
            for c in generated
        )
        inner = sql.SQL("SELECT {0}.*, {1} FROM ({2}) AS {0}").format(alias, more, inner)
    return sql.SQL("SELECT {} FROM ({}) AS {} ORDER BY {}").format(
        _condition(table, question, alias), inner, alias, sql.Identifier("sample row")
    )


def _whole_row(table: TableFacts, text: str) -> str:
    """Return a check with ``t.*`` as a row of the table's type: here it would be one of no type."""
    mention = re.compile(rf'(?<![\w"$.]){re.escape(quote(table.name[1]))}\.\*')
    if mention.search(text) is None:
        return text
    columns = ", ".join(f"{quote(table.name[1])}.{quote(c)}" for c in table.columns)
    whole = f"ROW({columns})::{quote_path(*table.name)}"
    return mention.sub(lambda _: whole, text)


def _condition(table: TableFacts, question: Question, alias: sql.Identifier) -> sql.Composed:
    text = question.text if question.value_of else _whole_row(table, question.text)
    check = sql.SQL("(({}) IS NOT FALSE)").format(sql.SQL(text.replace("%", "%%")))
    if not question.value_of:
        return check
    column = sql.SQL("{}.{}").format(alias, sql.Identifier(question.value_of))
    for part in question.field:
        column = sql.SQL("({}).{}").format(column, sql.Identifier(part))
    if question.each:
        return sql.SQL("(SELECT coalesce(bool_and({}), true) FROM unnest({}) AS v (value))").format(check, column)
    return sql.SQL("(SELECT {} FROM (SELECT {} AS value) AS v)").format(check, column)


def cast_of(column: ColumnFacts) -> str:
    """Return the type that a candidate is cast to: under a domain its base, so that the domain's check is asked."""
    form = column.form
    element = form.element
    if form.kind == "list" and element is not None and element.checks and _has_plain_base(element):
        return _base(element.base) + "[]"
    if form.checks and _has_plain_base(form):
        return _base(form.base)
    return column.type


def _base(name: str) -> str:
    return "bpchar" if name == "character" else name


def _has_plain_base(form: Form) -> bool:
    """Whether the type under a domain is one of the server's own, which can be named without its schema."""
    return form.kind not in ("enum", "raw", "list", "composite", "range", "multirange") and is_built_in(form)
