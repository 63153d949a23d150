"""Queries that cannot write: one statement that the grammar knows to read, in a READ ONLY transaction.

No layer holds alone: the grammar keeps other statements out, the extended protocol a second one, READ ONLY a slip of
the hand; only a role without rights holds against a function that somebody made to write.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import postgast
import psycopg
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader

from designer_kernel.catalog import sqltext
from designer_kernel.errors import Cancelled, InvalidSql, StatementFailed
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.script import cancelling, explained

if TYPE_CHECKING:
    import pandas as pd

_INTEGERS: Final = {"int2": "Int16", "int4": "Int32", "int8": "Int64"}
_FLOATS: Final = {"float4": "float32", "float8": "float64"}
_STAMPS: Final = {"timestamptz": "datetime64[us, UTC]", "timestamp": "datetime64[us]"}
_WRITES: Final = {"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "IntoClause"}
_GRACE_SECONDS: Final = 1.0
_CURSOR: Final = "designer_query"
_DECLARED: Final = f'DECLARE "{_CURSOR}" CURSOR FOR '  # what psycopg puts before the query; positions count it


def query(
    url: str,
    sql: str,
    parameters: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    limit: int = 10_000,
    timeout_ms: int = 30_000,
    cancel: threading.Event | None = None,
) -> pd.DataFrame:
    """Return the rows of one query.

    Integers come as nullable integers, ``numeric`` as `decimal.Decimal` (money stays exact), times as UTC, JSON as
    lists and dicts. ``attrs`` of the frame tell: ``rows``, ``is_cut`` (there were more than ``limit``), ``seconds``.

    Parameters
    ----------
    sql
        SELECT, VALUES, TABLE, WITH, SHOW, or EXPLAIN of one of them. ``%s`` and ``%(name)s`` are placeholders if
        ``parameters`` are given; otherwise ``%`` is itself.
    limit
        Rows that are fetched at most.
    timeout_ms
        How long it may take, in all.
    cancel
        Set by another thread to stop.

    Raises
    ------
    InvalidSql
        If the text is not exactly one query that only reads.
    StatementFailed
        If PostgreSQL refuses it, or it takes too long.
    Cancelled
        If ``cancel`` was set.
    """
    with connect(url) as connection:
        return query_on(connection, sql, parameters, limit=limit, timeout_ms=timeout_ms, cancel=cancel)


def query_on(
    connection: psycopg.Connection[Any],
    sql: str,
    parameters: Sequence[Any] | Mapping[str, Any] | None = None,
    *,
    limit: int = 10_000,
    timeout_ms: int = 30_000,
    cancel: threading.Event | None = None,
) -> pd.DataFrame:
    """Return the rows of one query over a connection that does nothing else; it reads from now on. See `query`."""
    started = time.monotonic()
    connection.read_only = True
    is_select = _check(_bound(connection, sql, parameters))
    deadline = _Deadline(timeout_ms / 1000 + _GRACE_SECONDS, cancel)
    try:
        with deadline, cancelling(connection, deadline.event):
            _begin(connection, timeout_ms)
            rows, columns = _fetch(connection, sql, parameters, limit + 1, is_select=is_select)
    except psycopg.Error as error:
        raise explained(error, sql, (), offset=len(_DECLARED) if is_select else 0) from error
    except Cancelled as error:
        if cancel is not None and cancel.is_set():
            raise
        raise StatementFailed(
            f"the query took over {timeout_ms} ms", mend="narrow it, or give it more time", statement=sql,
            sqlstate="57014",
        ) from error  # fmt: skip
    finally:
        if not connection.broken:
            connection.rollback()
    frame = _frame(rows[:limit], columns)
    frame.attrs.update(rows=len(frame), is_cut=len(rows) > limit, seconds=round(time.monotonic() - started, 3))
    return frame


def explain(
    url: str,
    sql: str,
    *,
    analyze: bool = False,
    timeout_ms: int = 30_000,
    cancel: threading.Event | None = None,
) -> str:
    """Return PostgreSQL's plan for a query as it tells it: a tree, one step a line.

    Parameters
    ----------
    analyze
        Run the query as well, and tell what each step took.

    Raises
    ------
    InvalidSql, StatementFailed, Cancelled
        See `query`; places are those of the text that was given.
    """
    text = sql.strip().removesuffix(";")
    sqltext.settled_query(text, "query")
    before = "EXPLAIN (ANALYZE, BUFFERS) " if analyze else "EXPLAIN "
    try:
        frame = query(url, before + text, limit=100_000, timeout_ms=timeout_ms, cancel=cancel)
    except StatementFailed as error:
        line, column = error.position
        told = f" (line {line}, column {column} of the statement)"
        moved = (line, column - len(before)) if line == 1 else (line, column)
        raise StatementFailed(
            error.what.replace(told, f" (line {line}, column {moved[1]} of the statement)"),
            mend=error.mend, statement=text, sqlstate=error.sqlstate, position=moved,
        ) from error  # fmt: skip
    return "\n".join(map(str, frame.iloc[:, 0]))


class _Deadline:
    """An event that is set when the time is over or the caller cancels, whichever is first."""

    def __init__(self, seconds: float, cancel: threading.Event | None) -> None:
        self.event = threading.Event()
        self._cancel = cancel
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="designer-deadline", daemon=True)

    def _watch(self) -> None:
        end = time.monotonic() + self._seconds
        while not self._over.wait(0.05):
            if time.monotonic() > end or (self._cancel is not None and self._cancel.is_set()):
                self.event.set()
                return

    def __enter__(self) -> None:
        if self._cancel is not None and self._cancel.is_set():
            self.event.set()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def _bound(connection: psycopg.Connection[Any], sql: str, parameters: Sequence[Any] | Mapping[str, Any] | None) -> str:
    """Return the text with its parameters written in, for the grammar alone; the server gets them apart."""
    if parameters is None:
        return sql
    try:
        return psycopg.ClientCursor(connection).mogrify(sql.encode(), parameters)
    except (psycopg.Error, TypeError, ValueError) as error:
        raise InvalidSql(
            f"the parameters do not fit the query: {error}",
            where="query",
            mend="give one value for each %s or %(name)s, and write %% for a percent sign",
        ) from error


def _check(text: str) -> bool:
    """Refuse all but one statement that reads; return whether a cursor can be declared for it.

    Raises
    ------
    InvalidSql
        If it is something else.
    """
    try:
        sqltext.settled_query(text.rstrip().removesuffix(";"), "query")
    except InvalidSql as refused:
        try:
            shown = sqltext.statement(text, "explain_stmt", "variable_show_stmt", where="query")
        except InvalidSql:
            raise refused from None
        node = postgast.parse(shown).stmts[0].stmt
        writes = any(type(part).__name__ in _WRITES for part in sqltext.walk(node))
        explains_other = node.HasField("explain_stmt") and node.explain_stmt.query.WhichOneof("node") != "select_stmt"
        if writes or explains_other:
            raise InvalidSql(
                "EXPLAIN of a statement that writes runs it", where="query", mend="explain a SELECT instead"
            ) from None
        return False
    return True


def _begin(connection: psycopg.Connection[Any], timeout_ms: int) -> None:
    """Start the transaction. The first query takes its snapshot, and READ ONLY cannot be undone after that."""
    limits = {
        "statement_timeout": timeout_ms,
        "lock_timeout": timeout_ms,
        "idle_in_transaction_session_timeout": 60_000,
    }
    if connection.info.server_version >= 170000:
        limits["transaction_timeout"] = timeout_ms + 60_000
    for name, value in limits.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, str(value)])


def _fetch(
    connection: psycopg.Connection[Any], sql: str, parameters: Any, count: int, *, is_select: bool
) -> tuple[list[tuple[Any, ...]], list[tuple[str, str]]]:
    """Return at most so many rows, and the columns' names and types."""
    for kind, loader in (("date", _Date), ("timestamp", _Timestamp), ("timestamptz", _Timestamptz)):
        connection.adapters.register_loader(kind, loader)
    cursor = connection.cursor(_CURSOR) if is_select else connection.cursor()
    with cursor:
        if isinstance(cursor, psycopg.ServerCursor):  # declared by the extended protocol: one statement
            cursor.execute(sql.encode(), parameters)
        else:
            cursor.execute(sql.encode(), parameters, prepare=True)
        rows = cursor.fetchmany(count)
        described = cursor.description or []
        types = connection.adapters.types
        return rows, [(column.name, getattr(types.get(column.type_code), "name", "")) for column in described]


def _frame(rows: Sequence[tuple[Any, ...]], columns: Sequence[tuple[str, str]]) -> pd.DataFrame:
    import pandas as pd

    values = zip(*rows, strict=True) if rows else [() for _ in columns]
    series = {
        number: _series(list(column), kind)
        for number, (column, (_, kind)) in enumerate(zip(values, columns, strict=True))
    }
    frame = pd.DataFrame(series, index=range(len(rows)))
    frame.columns = pd.Index(_distinct([name for name, _ in columns]), dtype="object")
    return frame


def _series(values: list[Any], kind: str) -> pd.Series[Any]:
    import pandas as pd

    has_nulls = any(value is None for value in values)
    if kind in _INTEGERS:
        return pd.Series(values, dtype=_INTEGERS[kind] if has_nulls else _INTEGERS[kind].lower())
    if kind in _FLOATS:
        return pd.Series(values, dtype=_FLOATS[kind])
    if kind == "bool":
        return pd.Series(values, dtype="boolean" if has_nulls else "bool")
    if kind in _STAMPS and not any(isinstance(value, str) for value in values):
        return pd.Series(
            pd.to_datetime(pd.Series(values, dtype="object"), utc=kind == "timestamptz"), dtype=_STAMPS[kind]
        )
    if kind in {"text", "varchar", "bpchar", "name"}:
        return pd.Series(values, dtype="str")
    return pd.Series(values, dtype="object")


def _distinct(names: list[str]) -> list[str]:
    """Number names that a query returns more than once, since a frame's columns are found by name."""
    taken = set(names)
    result: list[str] = []
    for name in names:
        shown, number = name, 2
        while shown in result or (shown != name and shown in taken):
            shown, number = f"{name}_{number}", number + 1
        result.append(shown)
    return result


class _Date(DateLoader):
    """Dates that Python cannot hold (``infinity``, before Christ) come as text instead of an error."""

    def load(self, data: Any) -> Any:
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()


class _Timestamp(TimestampLoader):
    """See `_Date`."""

    def load(self, data: Any) -> Any:
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()


class _Timestamptz(TimestamptzLoader):
    """See `_Date`."""

    def load(self, data: Any) -> Any:
        try:
            return super().load(data)
        except psycopg.DataError:
            return bytes(data).decode()
