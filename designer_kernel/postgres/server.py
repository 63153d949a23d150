"""`EmbeddedServer`: PostgreSQL from a wheel, shared by every process of a user, gone when the last one leaves.

Who uses a server is kept by the operating system, not in a list: each process holds a shared ``flock`` on the file
``users``, which the kernel takes back even from a killed process. Who gets the exclusive lock is the last, and stops
the server. Starting and stopping happen one at a time under the file ``lock``.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self
from urllib.parse import quote as percent

import psycopg

from designer_kernel.catalog import identifiers
from designer_kernel.errors import ServerUnavailable
from designer_kernel.postgres import cluster, scratch
from designer_kernel.postgres.cluster import Cluster

Progress = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and what is done next."""

APPLICATION: Final = "schema-designer"
"""How our connections name themselves; others on the server are somebody else's."""

_LOCK_SECONDS: Final = 150


def data_directory() -> Path:
    """Return where the embedded server keeps its data unless told otherwise.

    ``$DESIGNER_DATA_DIR/postgres-18``, or the user's data directory of the platform:
    ``~/.local/share/schema-designer/postgres-18``.
    """
    import platformdirs

    base = os.environ.get("DESIGNER_DATA_DIR") or platformdirs.user_data_dir("schema-designer", appauthor=False)
    return Path(base).expanduser() / f"postgres-{cluster.major_version()}"


def embedded(
    data_directory: Path | str | None = None,
    *,
    settings: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> EmbeddedServer:
    """Return the embedded server, started if it does not run.

    Use it in a ``with`` block, or keep it: it is released when the process ends.

    Parameters
    ----------
    data_directory
        Where its data lives; `data_directory` if not given.
    settings
        Server settings beside those of `designer_kernel.postgres.cluster.SETTINGS`; they count only if this call
        starts the server.
    progress
        Told what start-up is doing.

    Raises
    ------
    ServerUnavailable
        If it cannot be started; the message holds what the server said.
    """
    if sys.platform == "win32":
        raise ServerUnavailable(
            "the embedded server needs Unix sockets", mend="use WSL, or set DESIGNER_DATABASE_URL to a server that runs"
        )
    home = Path(data_directory).expanduser() if data_directory is not None else globals()["data_directory"]()
    return EmbeddedServer(home.absolute(), settings=settings or {}, progress=progress or _silent)


class EmbeddedServer:
    """A handle on the embedded server; see `embedded`.

    Handles are cheap. The server stops when the last handle of the last process is released, and never while any
    other program is connected to it.
    """

    def __init__(self, home: Path, *, settings: Mapping[str, str], progress: Progress) -> None:
        self._use: _Use | None = _Use.enter(home, settings, progress)
        self._url = self._use.url

    @property
    def data_directory(self) -> Path:
        """The directory that holds the server's data, its socket and its log."""
        return self._held().home

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database, which need not exist yet."""
        self._held()
        return self._url.replace("/postgres?", f"/{percent(database, safe='')}?", 1)

    def ensure_database(self, name: str) -> str:
        """Create a database unless it exists, and return its URL.

        Raises
        ------
        InvalidIdentifier
            If PostgreSQL could not keep the name.
        """
        identifiers.check(name)
        with self._administer() as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                # another process may be faster, which is as good
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    scratch.create(connection, name)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, if it exists, whoever is connected to it."""
        identifiers.check(name)
        with self._administer() as connection:
            scratch.drop(connection, name)

    def stop(self, *, force: bool = False) -> bool:
        """Release this handle, and return whether that stopped the server. A second call does nothing.

        Parameters
        ----------
        force
            Stop the server even while other programs are connected; never while other processes hold a handle.
        """
        use, self._use = self._use, None
        return use.leave(force=force) if use is not None else False

    @contextmanager
    def _administer(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(self.url("postgres"), autocommit=True, application_name=APPLICATION) as connection:
            yield connection

    def _held(self) -> _Use:
        if self._use is None:
            raise ServerUnavailable("this handle on the embedded server was released", mend="call embedded() again")
        return self._use

    def __enter__(self) -> Self:
        self._held()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"EmbeddedServer({str(self._use.home) if self._use else 'released'!r})"


class _Use:
    """What one process uses of one home directory: counted handles over one shared lock."""

    _all: ClassVar[dict[Path, _Use]] = {}
    _guard = threading.RLock()

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = ""
        self._cluster = Cluster(home)
        self._handles = 0
        self._users = -1
        self.process = os.getpid()

    @classmethod
    def enter(cls, home: Path, settings: Mapping[str, str], progress: Progress) -> _Use:
        with cls._guard:
            home = _make_home(home)
            use = cls._all.get(home)
            if use is None or use.process != os.getpid():  # a forked child has its parent's table, not its lock
                use = cls(home)
            use._open(settings, progress)
            use._handles += 1
            cls._all[home] = use
            return use

    def leave(self, *, force: bool) -> bool:
        with self._guard:
            if self.process != os.getpid():
                return False
            self._handles -= 1
            if self._handles > 0:
                return False
            self._all.pop(self.home, None)
            return self._close(force=force)

    def _open(self, settings: Mapping[str, str], progress: Progress) -> None:
        import fcntl

        with _exclusive(self.home / "lock"):
            if self._users < 0:
                self._users = os.open(self.home / "users", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                progress(0, 3, "preparing the data directory")
                self._cluster.initialise()
                progress(1, 3, "starting PostgreSQL")
                found = self._cluster.start(settings)
                progress(2, 3, "connecting")
                self.url = f"postgresql://{cluster.USER}@/postgres?host={percent(found.socket_directory, safe='')}"
                self.url += f"&port={cluster.PORT}"
                self._wait_until_ready()
                progress(3, 3, "PostgreSQL is ready")
            except BaseException:
                if self._handles == 0:
                    self._unlock()
                raise

    def _wait_until_ready(self) -> None:
        """Connect once. A server that another process began to start may still replay its log."""
        deadline = time.monotonic() + 120
        while True:
            try:
                psycopg.connect(self.url, application_name=APPLICATION, connect_timeout=10).close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline or self._cluster.running() is None:
                    raise ServerUnavailable(
                        f"the embedded server does not answer: {error}",
                        where=str(self.home),
                        mend=f"see {self._cluster.data / 'server.log'}",
                    ) from error
                time.sleep(0.1)

    def _close(self, *, force: bool) -> bool:
        """Give up the lock; stop the server if nobody else has it and nobody else is connected."""
        import fcntl

        if not self.home.exists():
            self._unlock()
            return False
        with _exclusive(self.home / "lock"):
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            else:
                if self._cluster.running() is None or (not force and self._others_connected()):
                    return False
                self._cluster.stop()
                return True
            finally:
                self._unlock()

    def _others_connected(self) -> bool:
        query = (
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND NOT starts_with(application_name, %s)"
        )
        try:
            with psycopg.connect(self.url, application_name=APPLICATION, connect_timeout=5) as connection:
                row = connection.execute(query, [APPLICATION]).fetchone()
                return row is not None and row[0] > 0
        except psycopg.OperationalError:
            return False

    def _unlock(self) -> None:
        if self._users >= 0:
            os.close(self._users)
            self._users = -1


def _make_home(home: Path) -> Path:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return home.resolve(strict=True)
    except OSError as error:
        raise ServerUnavailable(
            f"the data directory cannot be made: {error.strerror or error}",
            where=str(home),
            mend="set DESIGNER_DATA_DIR to a directory that you can write",
        ) from error


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold the lock under which servers start and stop."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServerUnavailable(
                        "another process has been starting or stopping the embedded server for minutes",
                        where=str(path),
                        mend="end that process, then try again",
                    ) from None
                time.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


@atexit.register
def _release_all() -> None:
    """Release what this process still holds when it ends."""
    for use in list(_Use._all.values()):  # noqa: SLF001
        use._handles = 1  # noqa: SLF001
        use.leave(force=False)


def _silent(done: int, total: int, label: str) -> None:
    """Show nothing."""
