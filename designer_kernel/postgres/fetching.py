"""Fetching the rows of many queries: over one connection or two that share a snapshot, a few queries at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any, Final, TypeAlias

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

Rows: TypeAlias = "list[tuple[Any, ...]]"

_BATCH: Final = 4
"""How many queries are sent at once: more save journeys to a server far away, fewer share the work better."""

_OPENING: Final = "pg_get_"
"""What the names of the functions begin with that write definitions."""

_LARGE: Final = 2000
"""Relations, indexes among them, from which a second connection is worth the time that it takes to open."""

_SNAPSHOT: Final = """
    SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() AND current_user = session_user AND session_user = %(user)s
                 AND (SELECT count(*) FROM pg_catalog.pg_class) > %(large)s
           THEN pg_catalog.pg_export_snapshot() END
"""


class Fetching:
    """The queries that are still to be sent, and the rows that have come; each connection takes the next few."""

    def __init__(
        self, connections: Sequence[psycopg.Connection[Any]], queries: Sequence[str], parameters: Mapping[str, Any]
    ) -> None:
        self._connections = connections
        self._queries = queries
        self._parameters = parameters
        numbers = range(len(queries))
        # To write a definition, a session opens its table, which is dear the first time: one session does all of them.
        opening = [number for number in numbers if _OPENING in queries[number]] if len(connections) > 1 else []
        self._opening = _batches(opening)
        self._waiting = _batches([number for number in numbers if number not in opening])
        self._found: list[Future[Rows]] = [Future() for _ in queries]

    def rows(self) -> Generator[Rows]:
        """Yield the rows of each query, in the order of the queries, as soon as they are there."""
        with ThreadPoolExecutor(len(self._connections), "designer-fetch") as fetchers:
            for connection in self._connections:
                fetchers.submit(self._fetch, connection)
            try:
                for found in self._found:
                    yield found.result()
            finally:
                self._clear()

    def _clear(self) -> None:
        self._opening.clear()
        self._waiting.clear()

    def _fetch(self, connection: psycopg.Connection[Any]) -> None:
        is_first = connection is self._connections[0]
        try:
            with pipeline(connection):
                while (batch := self._next(is_first=is_first)) is not None:
                    sent = [(number, send(connection, self._queries[number], self._parameters)) for number in batch]
                    for number, cursor in sent:
                        self._found[number].set_result(cursor.fetchall())
        except BaseException as error:  # who waits for rows must hear of it, whatever it is
            self._clear()
            for found in self._found:
                if not found.done():
                    with suppress(Exception):  # another connection may have been faster
                        found.set_exception(error)

    def _next(self, *, is_first: bool) -> Sequence[int] | None:
        for batches in (self._opening, self._waiting) if is_first else (self._waiting,):
            with suppress(IndexError):
                return batches.popleft()  # safe between threads
        return None


def _batches(numbers: Sequence[int]) -> deque[Sequence[int]]:
    return deque(numbers[begin : begin + _BATCH] for begin in range(0, len(numbers), _BATCH))


@contextmanager
def companion(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any] | None]:
    """Give a second connection that sees the snapshot of the first one's transaction, if that is worth it.

    There is none for a small database, on a standby, under another role than the one that logged in, if the server
    has no connection to spare, or if a pooler leads to another server, which does not know the snapshot.
    """
    ((snapshot,),) = rows_of(connection, _SNAPSHOT, {"user": connection.info.user, "large": _LARGE})
    second = _connected(connection) if snapshot else None
    if second is None:
        yield None
        return
    try:
        yield second if _shares(second, snapshot) else None
    finally:
        second.close()


def _shares(second: psycopg.Connection[Any], snapshot: str) -> bool:
    """Begin a transaction that sees a snapshot, and say whether that worked."""
    try:
        second.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        second.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
    except psycopg.Error:
        return False
    return True


def _connected(connection: psycopg.Connection[Any]) -> psycopg.Connection[Any] | None:
    info = connection.info
    try:
        return psycopg.connect(info.dsn, password=info.password or None, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        return None


def pipeline(connection: psycopg.Connection[Any]) -> AbstractContextManager[Any]:
    """Return a context in which queries are sent before the answers to those before have come, where that is known."""
    return connection.pipeline() if psycopg.Pipeline.is_supported() else nullcontext()


def send(
    connection: psycopg.Connection[Any], query: str, parameters: Mapping[str, Any] | None = None
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Send a query and return its cursor; rows come as tuples, in binary."""
    cursor = connection.cursor(row_factory=tuple_row, binary=True)
    return cursor.execute(query.encode(), parameters)


def rows_of(
    connection: psycopg.Connection[Any], query: str, parameters: Mapping[str, Any] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of one query."""
    with send(connection, query, parameters) as cursor:
        yield from cursor
