"""Deadlines for what runs in rooms.

A time limit of the server is only as good as the code that it interrupts: a function that catches the interruption
goes on, and is not interrupted again. So the caller has a limit of its own, and ends the connection at the server by
way of another one, which nothing that runs there can catch.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import psycopg
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import STORE, Store

logger = logging.getLogger(__name__)


class Deadline:
    """A context that ends a connection of the store if it takes longer.

    Parameters
    ----------
    session
        Whose store it is.
    connection
        What is ended.
    seconds
        How long it may take.

    Attributes
    ----------
    has_passed
        Whether the connection was ended.
    """

    def __init__(self, session: Session, connection: psycopg.Connection[Any], seconds: float) -> None:
        self.has_passed = False
        self._store: Store = session.info[STORE]
        self._connection = connection
        self._pid = connection.info.backend_pid
        self._is_over = False
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:  # whoever is about to end it does so first: later the connection is somebody else's
            self._is_over = True

    def _pass(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self.has_passed = True
            logger.warning("a statement in a room did not end in time; its connection is ended")
            try:
                self._store.terminate(self._pid)
            except DesignerError:
                logger.warning("the server takes no other connection; who waits is freed, the statement may go on")
                self._hang_up()

    def _hang_up(self) -> None:
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
