"""Connections to servers of strangers, while they are opened: they end when that takes too long, or too much comes.

libpq takes messages of a gigabyte and any number of settings as soon as a log-in went well, and keeps them in memory.
No option of it bounds that, so what a socket has received is looked at beside it, and the socket is ended.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import psycopg

MOST_BYTES: Final = 1 << 20
"""What a server may send until a session is settled: some kilobytes are needed."""

FLOODED: Final = "the server sent more than a log-in takes"
"""What an error says then."""

_LOOK: Final = 0.02
"""Seconds between two looks at what has come."""

_TCP_INFO: Final = 11
_RECEIVED: Final = slice(128, 136)
"""Where Linux tells in ``tcp_info`` how many bytes have come."""


class Watch:
    """A context that ends a socket that has taken too long, or has received too much.

    Parameters
    ----------
    seconds
        How long it may take; without it, as long as it likes.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._until = None if seconds is None else time.monotonic() + seconds
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._inode = 0
        self._is_flooded = False
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="designer-watch", daemon=True)

    def on(self, number: int) -> None:
        """Watch a socket by its number, which may be another one than before."""
        inode = os.fstat(number).st_ino
        if inode == self._inode:
            return
        with self._lock:
            self._close()
            self._line, self._inode = socket.socket(fileno=os.dup(number)), inode

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()
        with self._lock:
            self._close()
        if self._is_flooded and isinstance(error, psycopg.Error):
            raise psycopg.OperationalError(FLOODED) from None

    def _run(self) -> None:
        while not self._is_over.wait(_LOOK):
            with self._lock:
                is_late = self._until is not None and time.monotonic() >= self._until
                self._is_flooded = self._is_flooded or self._received() > MOST_BYTES
                if self._line is not None and (is_late or self._is_flooded):
                    with suppress(OSError):
                        self._line.shutdown(socket.SHUT_RDWR)

    def _received(self) -> int:
        """Return how many bytes have come; none where the system does not tell, or over a socket of this machine."""
        if self._line is None or self._line.family == socket.AF_UNIX or not sys.platform.startswith("linux"):
            return 0
        with suppress(OSError, struct.error):
            told = self._line.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, _RECEIVED.stop)
            return int(struct.unpack("=Q", told[_RECEIVED])[0])
        return 0

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class Watched(psycopg.Connection[Any]):
    """A connection that is watched while it is opened."""

    @classmethod
    def _connect_gen(cls, *arguments: Any, **options: Any) -> Generator[Any, Any, Self]:
        """Do what the driver does, which tells the socket whenever it waits for it."""
        opening = super()._connect_gen(*arguments, **options)
        with Watch() as watch:
            try:
                waits = next(opening)
                while True:
                    watch.on(waits[0])
                    waits = opening.send((yield waits))
            except StopIteration as end:
                made: Self = end.value
                return made
