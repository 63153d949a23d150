"""Queries: one connection each, in a read-only transaction that is always rolled back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog import sqltext
from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.postgres.connection import connect

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS: Final = 100_000
"""Rows that a query returns at most; more do not help a reader and can exhaust the kernel's memory."""


def query(url: str, text: str, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Return the rows of one query, at most `MAX_ROWS`.

    The transaction is READ ONLY and rolled back. That keeps a slip of the hand from writing; against intent, give
    ``url`` a role that may only read.

    Parameters
    ----------
    url
        The database.
    text
        One statement. ``%s`` and ``%(name)s`` are placeholders if ``parameters`` are given; otherwise ``%`` is itself.
    parameters
        Values to bind.

    Raises
    ------
    StatementFailed
        If PostgreSQL refuses it.
    InvalidSql
        If it is not exactly one query that only reads.
    """
    if parameters is None:
        sqltext.query(text, where="query")
    with connect(url, read_only=True) as connection:
        try:
            with connection.cursor() as cursor:
                # prepared: the extended protocol takes exactly one statement, so no COMMIT can hide in the text
                cursor.execute(text.encode(), parameters, prepare=True)
                return _frame(cursor)
        except psycopg.Error as error:
            raise _failed(error, text) from error
        finally:
            connection.rollback()


def preview(url: str, schema: str, table: str, *, limit: int = 20) -> pd.DataFrame:
    """Return the first rows of a table.

    Raises
    ------
    StatementFailed
        If the table is not there.
    """
    statement = sql.SQL("SELECT * FROM {} LIMIT {}").format(sql.Identifier(schema, table), sql.Literal(limit))
    with connect(url, read_only=True) as connection:
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return _frame(cursor)
        except psycopg.Error as error:
            raise _failed(error, statement.as_string(connection)) from error
        finally:
            connection.rollback()


def _frame(cursor: psycopg.Cursor[Any]) -> pd.DataFrame:
    import pandas as pd

    if cursor.description is None:
        raise DesignerError("the statement returns no rows", mend="give a query: SELECT, VALUES, TABLE or WITH")
    names = [column.name for column in cursor.description]
    rows = cursor.fetchmany(MAX_ROWS)
    # object columns where values are not plain numbers: pandas would guess from the first rows
    frame = pd.DataFrame.from_records(rows, columns=range(len(names)), coerce_float=False)
    frame.columns = pd.Index(_distinct(names))
    frame.attrs["is_cut"] = len(rows) == MAX_ROWS and cursor.fetchone() is not None
    return frame


def _distinct(names: list[str]) -> list[str]:
    """Number names that a query returns more than once, since a frame's columns are found by name."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return result


def _failed(error: psycopg.Error, text: str) -> StatementFailed:
    position = error.diag.statement_position
    where = ""
    if position:
        before = text[: int(position) - 1]
        where = f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"
    message = error.diag.message_primary or str(error)
    mend = error.diag.message_hint or (
        "deploy the design first: project.deploy()" if error.sqlstate in {"42P01", "3D000"} else "correct the query"
    )
    return StatementFailed(message, where=where, mend=mend, statement=text, sqlstate=error.sqlstate or "")
