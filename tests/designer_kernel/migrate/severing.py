"""A line to a server that can be cut: when a word goes over it, before or after the server has heard it."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

import psycopg


@dataclass
class Line:
    """What goes over it, and when it is cut.

    Attributes
    ----------
    word
        What cuts it, sent to the server in a message that holds ``word`` after ``since`` went over it.
    cut
        Whether the server hears the word: it does and its answer is lost, or it does not.
    is_open
        Whether others may connect after it was cut.
    """

    url: str
    word: bytes = b"COMMIT\0"
    since: bytes = b"pg_current_xact_id"
    cut: Literal["answer", "question"] = "answer"
    is_open: bool = True
    is_cut: threading.Event = field(default_factory=threading.Event)


@contextmanager
def severed(url: str, cut: Literal["answer", "question"], *, is_open: bool = True) -> Iterator[Line]:
    """Give a line to a database that is cut at the commit that records a migration."""
    parameters = psycopg.conninfo.conninfo_to_dict(url)
    path = os.path.join(str(parameters["host"]), f".s.PGSQL.{parameters.get('port', 5432)}")  # noqa: PTH118
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        line = Line(
            f"postgresql://{parameters['user']}@127.0.0.1:{port}/{parameters['dbname']}", cut=cut, is_open=is_open
        )
        threading.Thread(target=_listen, args=(listener, path, line), daemon=True).start()
        yield line


def _listen(listener: socket.socket, path: str, line: Line) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            if line.is_cut.is_set() and not line.is_open:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(path)
            gone = threading.Event()
            threading.Thread(target=_ask, args=(client, server, line, gone), daemon=True).start()
            threading.Thread(target=_answer, args=(server, client, gone), daemon=True).start()


def _ask(client: socket.socket, server: socket.socket, line: Line, gone: threading.Event) -> None:
    has_begun = False
    with suppress(OSError):
        while data := client.recv(65536):
            has_begun |= line.since in data
            if has_begun and line.word in data:
                gone.set()
                line.is_cut.set()
                if line.cut == "answer":
                    server.sendall(data)
                    time.sleep(0.3)  # the server commits; what it answers goes nowhere
                break
            server.sendall(data)
    for end in (client, server):
        with suppress(OSError):  # the other side was faster
            end.shutdown(socket.SHUT_RDWR)


def _answer(server: socket.socket, client: socket.socket, gone: threading.Event) -> None:
    with suppress(OSError):
        while (data := server.recv(65536)) and not gone.is_set():
            client.sendall(data)
        client.shutdown(socket.SHUT_RDWR)
