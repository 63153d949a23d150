"""`Cache`: the one interface to both levels, and the cache of this process."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.caching import weights
from designer_kernel.studio.team.caching.memory import Memory

if TYPE_CHECKING:
    from designer_kernel.studio.team.caching.remote import Remote

T = TypeVar("T")

REDIS: Final = "DESIGNER_REDIS_URL"
SIZE: Final = "DESIGNER_CACHE_MIB"
"""Environment variable: how many MiB the values of a process may have."""

_MIB: Final = 256
_PATIENCE: Final = 30.0
"""Seconds to wait for another thread that makes the same value."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of value.

    Attributes
    ----------
    write, read
        A value as bytes and back, for the second level.
    own
        The bytes of a value in memory, without its parts.
    parts, weigh
        What it shares with other values, and the bytes of such a part.
    """

    name: str
    write: Callable[[T], bytes]
    read: Callable[[bytes], T]
    own: Callable[[T], int] = weights.of_anything
    parts: Callable[[T], Sequence[object]] | None = None
    weigh: Callable[[Any], int] | None = None


class Cache:
    """Values by what they are made of.

    Parameters
    ----------
    memory
        The first level.
    remote
        The second, if there is one.
    """

    def __init__(self, memory: Memory, remote: Remote | None = None) -> None:
        self.memory = memory
        self.remote = remote
        self._lock = threading.Lock()
        self._making: dict[tuple[str, ...], tuple[threading.Lock, int]] = {}

    def get(self, kind: Kind[T], *key: object) -> T | None:
        """Return a value of this process; ``None`` if it is not known."""
        found: T | None = self.memory.get(_key(kind, key))
        return found

    def put(self, kind: Kind[T], *key: object, value: T, about: UUID | None = None) -> None:
        """Keep a value in this process."""
        parts = kind.parts(value) if kind.parts is not None else ()
        self.memory.put(_key(kind, key), value, kind.own(value), parts, kind.weigh, about)

    def drop(self, kind: Kind[Any], *key: object) -> None:
        """Forget a value of this process."""
        self.memory.drop(_key(kind, key))

    def fetch(self, kind: Kind[T], *key: object) -> T | None:
        """Return a value that some process has published; ``None`` if there is none that can be read."""
        if self.remote is None:
            return None
        found = self.remote.get(":".join(_key(kind, key)))
        if found is None:
            return None
        try:
            return kind.read(found)
        except (DesignerError, ValueError, TypeError, LookupError):  # of another version of this program
            return None

    def publish(self, kind: Kind[T], *key: object, value: T) -> None:
        """Let other processes have a value."""
        if self.remote is not None:
            self.remote.put(":".join(_key(kind, key)), kind.write(value))

    def withdraw(self, kind: Kind[T], *key: object) -> None:
        """Let no other process have a value any more."""
        if self.remote is not None:
            self.remote.drop(":".join(_key(kind, key)))

    def made(self, kind: Kind[T], *key: object, make: Callable[[], T], about: UUID | None = None) -> T:
        """Return a value of either level, or make it; while one thread makes it, others wait for that."""
        found = self.get(kind, *key)
        if found is not None:
            return found
        with self._one_maker(_key(kind, key)):
            found = self.get(kind, *key)
            if found is not None:
                return found
            found = self.fetch(kind, *key)
            if found is None:
                found = make()
                self.publish(kind, *key, value=found)
            self.put(kind, *key, value=found, about=about)
            return found

    @contextmanager
    def _one_maker(self, key: tuple[str, ...]) -> Iterator[None]:
        with self._lock:
            lock, waiting = self._making.get(key) or (threading.Lock(), 0)
            self._making[key] = (lock, waiting + 1)
        is_mine = lock.acquire(timeout=_PATIENCE)
        try:
            yield
        finally:
            if is_mine:
                lock.release()
            with self._lock:
                _, waiting = self._making[key]
                if waiting == 1:
                    del self._making[key]
                else:
                    self._making[key] = (lock, waiting - 1)


def _key(kind: Kind[Any], key: tuple[object, ...]) -> tuple[str, ...]:
    return (kind.name, *map(str, key))


_here: list[Cache] = []
_here_lock = threading.Lock()


def here() -> Cache:
    """Return the cache of this process; made when it is first asked, as the environment says.

    Raises
    ------
    DesignerError
        If a variable of the environment is not what it should be.
    """
    if not _here:
        with _here_lock:
            if not _here:
                _here.append(of_environment())
    return _here[0]


def of_environment() -> Cache:
    """Return a new cache as the environment says.

    Raises
    ------
    DesignerError
        If it is not what it should be, or Redis is asked for and its client is not installed.
    """
    given = os.environ.get(SIZE, "")
    if given and not (given.isascii() and given.isdigit() and 0 < int(given[:9]) <= 1 << 20):
        raise DesignerError(f"{given!r} is no size", where=SIZE, mend="write how many MiB, such as 256")
    memory = Memory((int(given) if given else _MIB) << 20)
    url = os.environ.get(REDIS, "")
    return Cache(memory, _remote(url) if url else None)


def _remote(url: str) -> Remote:
    from designer_kernel.studio.team.people.keys import signing_key

    try:
        from designer_kernel.studio.team.caching.remote import Remote
    except ImportError as error:
        raise DesignerError(
            f"{error.name} is not installed", where=REDIS, mend="pip install 'schema-designer[team]'"
        ) from error
    return Remote(url, signing_key().secret, f"schema-designer:{program()}")


def program() -> str:
    """Return what tells programs apart that make different values of the same design."""
    digest = hashlib.sha256(version("postgast").encode())
    root = Path(__file__).parents[3]
    for room in ("catalog", "design", "diagram"):
        for path in sorted((root / room).rglob("*.py")):
            digest.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    digest.update((root / "store" / "design_json.py").read_bytes())  # reads and writes designs for the second level
    return digest.hexdigest()[:16]
