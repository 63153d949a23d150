"""Rows of one table to the server: COPY BINARY, straight or by way of a temporary table, counted when they arrive."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.errors import StatementFailed
from designer_kernel.sample.loading.encoding import is_staged
from designer_kernel.sample.loading.refusals import AGAIN, refused
from designer_kernel.sample.loading.target import identifier
from designer_kernel.sample.plan import TablePlan
from designer_kernel.sample.planning.facts import TableName

Piece = tuple[bytes | memoryview, int]
"""Bytes of COPY BINARY and the rows that they hold; the piece that ends a stream holds none."""

_BLOCK: Final = 1 << 17
_WAITING: Final = 1 << 20
"""Bytes that may wait for the server on this machine, as far as the system allows: some milliseconds of its work, which
is how long the thread that sends may wait for its turn."""


def send(
    connection: psycopg.Connection[Any],
    table: TablePlan,
    rows: int,
    pieces: Iterator[Piece],
    told: Callable[[int], None],
    *,
    into: TableName | None = None,
    freeze: bool = False,
) -> int:
    """Send one whole stream of rows in the open transaction, and return how many came.

    Parameters
    ----------
    table, rows
        Whose rows they are, and how many there are.
    pieces
        The stream; more may follow it, which are left alone.
    told
        Called with the rows of each piece that was sent.
    into
        The partition that takes them; the table itself by default.
    freeze
        Write rows that never need to be frozen again; only if this transaction has emptied the table.

    Raises
    ------
    StatementFailed
        If the server refuses something, or some rows did not arrive.
    """
    place = into or table.name
    if not table.columns:
        sent = _defaults(connection, table, place, rows)
        told(rows)
    elif table.is_staged or any(is_staged(c.facts.form) for c in table.columns.values()):
        sent = _staged(connection, table, place, pieces, told)
    else:
        sent = _copy(connection, identifier(place), table, pieces, told, freeze=freeze)
    if sent != rows:
        raise StatementFailed(
            f"{sent:,} rows arrived instead of {rows:,}",
            where=table.label,
            mend="look for a rule or a trigger that swallows rows",
            sqlstate=AGAIN,
        )
    return sent


def _defaults(connection: psycopg.Connection[Any], table: TablePlan, place: TableName, rows: int) -> int:
    statement = sql.SQL("INSERT INTO {} SELECT FROM generate_series(1, {})")
    return _execute(connection, statement.format(identifier(place), sql.Literal(rows)), table.label).rowcount


def _copy(
    connection: psycopg.Connection[Any],
    into: sql.Composable,
    table: TablePlan,
    pieces: Iterator[Piece],
    told: Callable[[int], None],
    *,
    freeze: bool,
) -> int:
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in table.columns)
    options = sql.SQL("FORMAT BINARY, FREEZE" if freeze else "FORMAT BINARY")
    statement = sql.SQL("COPY {} ({}) FROM STDIN WITH ({})").format(into, columns, options)
    _widen(connection)
    with connection.cursor() as cursor:
        try:
            with cursor.copy(statement) as copy:
                for data, rows in pieces:
                    for block in _blocks(data):
                        copy.write(block)
                    told(rows)
                    if not rows:
                        break
        except psycopg.Error as error:
            raise refused(error, table.label) from error
        return cursor.rowcount


def _widen(connection: psycopg.Connection[Any]) -> None:
    """Let more bytes wait in a socket of this machine; the system finds the best size of others by itself."""
    with socket.socket(fileno=os.dup(connection.fileno())) as own:
        if own.family == getattr(socket, "AF_UNIX", None):
            own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _WAITING)


def _blocks(data: bytes | memoryview) -> Iterator[memoryview]:
    """Yield the bytes in turns: the server works on the first ones while libpq takes the next."""
    view = memoryview(data)
    for start in range(0, len(view), _BLOCK):
        yield view[start : start + _BLOCK]


def _staged(
    connection: psycopg.Connection[Any],
    table: TablePlan,
    place: TableName,
    pieces: Iterator[Piece],
    told: Callable[[int], None],
) -> int:
    """Send rows to a temporary table whose rarer types are text, and let the server cast them."""
    stage = sql.Identifier("pg_temp", "sample_stage")
    parts = []
    casts = []
    for column in table.columns.values():
        staged = is_staged(column.facts.form)
        plain = "text[]" if column.facts.form.kind == "list" else "text"
        kind = sql.SQL(plain if staged else column.facts.type)
        parts.append(sql.SQL("{} {}").format(sql.Identifier(column.facts.name), kind))
        casts.append(sql.SQL("{}::{}").format(sql.Identifier(column.facts.name), sql.SQL(column.facts.type)))
    create = sql.SQL("CREATE TEMPORARY TABLE sample_stage ({})").format(sql.SQL(", ").join(parts))
    _execute(connection, create, table.label)
    _copy(connection, stage, table, pieces, told, freeze=False)
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in table.columns)
    statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}")
    moved = statement.format(identifier(place), columns, sql.SQL(", ").join(casts), stage)
    sent = _execute(connection, moved, table.label).rowcount
    _execute(connection, sql.SQL("DROP TABLE {}").format(stage), table.label)
    return sent


def _execute(connection: psycopg.Connection[Any], statement: sql.SQL | sql.Composed, where: str) -> psycopg.Cursor[Any]:
    try:
        return connection.execute(statement)
    except psycopg.Error as error:
        raise refused(error, where) from error
