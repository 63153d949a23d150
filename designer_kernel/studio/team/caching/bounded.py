"""Connections to a Redis server that end a question in time, however slowly it is answered, and however much comes.

The client bounds the time of each read alone: a server that sends a byte now and then would keep whoever asks for as
long as it likes.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import ConnectionPool


class Bounds(threading.local):
    """What one question may still take, in the thread that asks it.

    Attributes
    ----------
    until
        When it must be answered, by `time.monotonic`.
    left
        How many bytes of an answer are still taken.
    """

    until = float("inf")
    left = 1 << 16

    @contextmanager
    def question(self, seconds: float, size: int) -> Iterator[None]:
        """Bound all that is sent and read while the block runs."""
        self.until, self.left = time.monotonic() + seconds, size
        try:
            yield
        finally:
            del self.until, self.left

    def timeout(self, own: float | None) -> float | None:
        """Return how long the next read or write may take.

        Raises
        ------
        TimeoutError
            If there is no time left.
        """
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if own is None:
            return None if left == float("inf") else left
        return min(own, left)


def pool_of(url: str, bounds: Bounds, seconds: float, **options: Any) -> ConnectionPool:
    """Return connections to a server, which keep to the bounds of the question that they are used for.

    Parameters
    ----------
    seconds
        How long the server may say nothing.
    options
        Whatever else the client's connections take.
    """
    pool = ConnectionPool.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, **options)

    class Connection(pool.connection_class):  # type: ignore[misc, name-defined] # of a socket, TCP or TLS
        def _connect(self) -> Any:
            return _Line(super()._connect(), bounds)

    pool.connection_class = Connection
    return pool


class _Line:
    """A socket within bounds; all but sending and reading is the socket's own."""

    def __init__(self, line: socket.socket, bounds: Bounds) -> None:
        self._line = line
        self._bounds = bounds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)

    def recv(self, size: int) -> bytes:
        with self._in_time():
            return self._counted(self._line.recv(size))

    def recv_into(self, buffer: Any, *arguments: Any) -> int:
        with self._in_time():
            count = self._line.recv_into(buffer, *arguments)
        self._count(count)
        return count

    def sendall(self, data: Any) -> None:
        rest = memoryview(data)
        while rest:  # one piece after the other: over TLS sendall would have the time for each
            with self._in_time():
                rest = rest[self._line.send(rest) :]

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        own = self._line.gettimeout()
        self._line.settimeout(self._bounds.timeout(own))
        try:
            yield
        finally:
            self._line.settimeout(own)

    def _counted(self, data: bytes) -> bytes:
        self._count(len(data))
        return data

    def _count(self, count: int) -> None:
        self._bounds.left -= count
        if self._bounds.left < 0:
            raise OSError("the answer is too long")
