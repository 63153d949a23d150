"""A way to a server that sees every statement pass, and strikes at one place: before it is sent, or before the answer
is heard."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

SOCKET: Final = ".s.PGSQL.5432"
_LONG: Final = 1 << 16

Strike = Callable[[int], None]
"""Told the number of the server's process that the statement is of."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something can be struck: before a statement, or after one that ends a transaction."""

    number: int
    side: Literal["before", "after"]
    statement: str
    backend: int = 0
    """The server's process; others may say something in between."""


At = Callable[[list[Place]], bool]
"""Told the places that were passed, the last one too; whether that is where to strike."""


def nowhere(_: list[Place]) -> bool:
    """Strike nowhere: places are counted only."""
    return False


def place(number: int) -> At:
    """Strike at the place of this number."""
    return lambda places: places[-1].number == number


def before_end(places: list[Place]) -> bool:
    """Strike before a transaction that told the audit is committed."""
    last, own = places[-1], [one for one in places if one.backend == places[-1].backend]
    return (last.side, last.statement) == ("before", "COMMIT") and any(
        one.statement.startswith("INSERT INTO designer.audits") for one in own[-4:]
    )


def after_end(places: list[Place]) -> bool:
    """Strike when a transaction that told the audit has been committed, and nobody has heard of it."""
    own = [one for one in places if one.backend == places[-1].backend]
    return len(own) > 1 and own[-1].side == "after" and before_end(own[:-1])


def second(at: At) -> At:
    """Strike where one would strike another time, if one did not the first time."""
    return lambda places: at(places) and any(at(places[:number]) for number in range(1, len(places)))


class Middle:
    """Listens on a socket, and hands on what is said to that of a server.

    Parameters
    ----------
    directory
        Where its socket is made.
    server
        The directory of the server's socket; the server may come and go.
    """

    def __init__(self, directory: Path, server: Path) -> None:
        self.directory = directory
        self.server = server
        self._lock = threading.Lock()
        self._aim: tuple[At, Strike] | None = None
        self._places: list[Place] = []
        self._struck: Place | None = None
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(directory / SOCKET))
        self._listening.listen(100)
        threading.Thread(target=self._accept, daemon=True).start()

    def aim(self, at: At, strike: Strike) -> None:
        """Begin to count places anew; at one of them strike, and cut the connection there."""
        with self._lock:
            self._places, self._struck, self._aim = [], None, (at, strike)

    def rest(self) -> tuple[list[Place], Place | None]:
        """Count no more; return the places that were passed, and the one where it struck."""
        with self._lock:
            self._aim, struck, self._struck = None, self._struck, None
            return self._places, struck

    @property
    def is_aimed(self) -> bool:
        """Whether it counts places, and has not struck yet."""
        return self._aim is not None

    @property
    def has_struck(self) -> bool:
        """Whether it has struck since it was aimed, and does not rest yet."""
        return self._struck is not None

    @property
    def passed(self) -> int:
        """How many places were passed since it was aimed."""
        return len(self._places)

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def passes(self, pair: _Pair, side: Literal["before", "after"], statement: str) -> bool:
        """Whether a message goes on; nothing else passes while this strikes."""
        with self._lock:
            if self._aim is None:
                return True
            self._places.append(Place(len(self._places), side, statement, pair.backend))
            at, strike = self._aim
            if not at(self._places):
                return True
            self._struck = self._places[-1]
            strike(pair.backend)
            self._aim = None
            return False

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self.server / SOCKET))
            except OSError:  # the server is away, and so is this
                client.close()
                continue
            pair = _Pair(self, client, server)
            threading.Thread(target=pair.ask, daemon=True).start()
            threading.Thread(target=pair.answer, daemon=True).start()


@dataclass(slots=True)
class _Pair:
    """One connection: what a client says, and what the server answers."""

    middle: Middle
    client: socket.socket
    server: socket.socket
    backend: int = 0
    statement: str = ""
    waiting: int = 0
    prepared: dict[bytes, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self) -> None:
        """Hand on what the client says, a whole request at a time."""
        with suppress(OSError):
            first = _exactly(self.client, 4)
            self.server.sendall(first + _exactly(self.client, int.from_bytes(first) - 4))
            batch = b""
            for kind, message in _messages(self.client):
                batch += message
                self._read(kind, message)
                if kind in b"QS":
                    if not self.middle.passes(self, "before", self.statement):
                        break
                    with self.lock:
                        self.waiting += 1
                if kind in b"QSHXdcf":
                    self.server.sendall(batch)
                    batch = b""
        self.close()

    def answer(self) -> None:
        """Hand on what the server says: an answer when it is whole."""
        held, is_ready = b"", False
        with suppress(OSError):
            for kind, message in _messages(self.server):
                held += message
                if kind == b"K":
                    self.backend = int.from_bytes(message[5:9])
                if kind == b"Z":
                    is_over = message[5:6] == b"I"
                    if is_ready and is_over and not self.middle.passes(self, "after", self.statement):
                        held = b""
                        break
                    is_ready = True
                    with self.lock:
                        self.waiting = max(0, self.waiting - 1)
                if kind in b"ZGW" or (is_ready and not self.waiting) or len(held) > _LONG:
                    self.client.sendall(held)
                    held = b""
        with suppress(OSError):
            self.client.sendall(held)
        self.close()

    def close(self) -> None:
        """End both sides, so that whoever waits for one of them goes on."""
        for side in (self.client, self.server):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _read(self, kind: bytes, message: bytes) -> None:
        if kind == b"Q":
            self.statement = _shown(message[5:])
        elif kind == b"P":
            name, _, rest = message[5:].partition(b"\x00")
            self.prepared[name] = self.statement = _shown(rest.partition(b"\x00")[0])
        elif kind == b"B":
            name = message[5:].split(b"\x00", 2)[1]
            self.statement = self.prepared.get(name, "")


def _messages(side: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    while True:
        head = _exactly(side, 5)
        yield head[:1], head + _exactly(side, int.from_bytes(head[1:]) - 4)


def _exactly(side: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = side.recv(size - len(parts))
        if not part:
            raise ConnectionResetError
        parts += part
    return bytes(parts)


def _shown(text: bytes) -> str:
    return " ".join(text.rstrip(b"\x00").decode("utf-8", "replace").split())[:100]
