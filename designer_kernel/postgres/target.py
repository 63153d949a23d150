"""What a target means: a URL is itself; a bare name is a database of that name on the default server.

The default server is the one that ``DESIGNER_DATABASE_URL`` names, or else the embedded one.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

import psycopg
from psycopg import conninfo

from designer_kernel.catalog import identifiers
from designer_kernel.errors import InvalidIdentifier, StatementFailed
from designer_kernel.postgres import connection as connections
from designer_kernel.postgres import places, scratch
from designer_kernel.postgres.cluster import Cluster
from designer_kernel.postgres.server import EmbeddedServer, Progress, data_directory, embedded

ENVIRONMENT: Final = "DESIGNER_DATABASE_URL"
"""Environment variable with the URL of the server to use instead of the embedded one."""

_NAME: Final = re.compile(r"\w[\w$-]*")
_NO_NAME: Final = re.compile(r"[^\w$-]+")


class MalformedTarget(InvalidIdentifier):
    """A target that is no URL, and no name that a database is meant to have: a slip in a URL, most likely."""

    code = "malformed_target"


class Server(Protocol):
    """A server on which databases are made and dropped."""

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database, which need not exist yet."""

    def ensure_database(self, name: str) -> str:
        """Create a database unless it exists, and return its URL."""

    def drop_database(self, name: str) -> None:
        """Drop a database, if it exists, whoever is connected to it."""


class OtherServer:
    """A server that runs without us, known by the URL of one of its databases."""

    def __init__(self, url: str) -> None:
        self._parameters = connections.parse(url)
        self._url = connections.normalise(url)

    def url(self, database: str | None = None) -> str:
        """Return the URL of a database on this server; of the one it is known by, if not named."""
        if database is None or database == self._parameters.get("dbname"):
            return self._url
        identifiers.check(database)
        return _with_database(self._url, database)

    def ensure_database(self, name: str) -> str:
        """Create a database unless it exists, and return its URL.

        Raises
        ------
        StatementFailed
            If the role of the URL may not create databases.
        """
        identifiers.check(name)
        with connections.connect(self._url, autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                # another process may be faster, which is as good
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation), _permitted("CREATE"):
                    scratch.create(connection, name)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, if it exists, whoever is connected to it."""
        identifiers.check(name)
        with connections.connect(self._url, autocommit=True) as connection, _permitted("DROP"):
            scratch.drop(connection, name)

    def __repr__(self) -> str:
        return f"OtherServer({connections.redact(self._url)!r})"


_guard = threading.Lock()
_embedded: EmbeddedServer | None = None


def default_server(*, progress: Progress | None = None) -> Server:
    """Return the server that bare names speak of; the embedded one is started, and kept until the process ends.

    Raises
    ------
    ServerUnavailable
        If the embedded server cannot be started, or ``DESIGNER_DATABASE_URL`` is no URL that we take.
    """
    url = os.environ.get(ENVIRONMENT)
    return OtherServer(url) if url else embedded_server(progress=progress)


def embedded_server(*, progress: Progress | None = None) -> EmbeddedServer:
    """Return the embedded server, started once and kept until the process ends or `release` is called."""
    global _embedded  # noqa: PLW0603 - one handle per process
    with _guard:
        if _embedded is None:
            _embedded = embedded(progress=progress)
        return _embedded


def is_at_hand() -> bool:
    """Whether the embedded server runs for this process, or was made on this machine before: it starts in a second."""
    return _embedded is not None or (Cluster(data_directory()).data / "PG_VERSION").exists()


def release() -> bool:
    """Release the embedded server if this process keeps it, and return whether that stopped it."""
    global _embedded
    with _guard:
        handle, _embedded = _embedded, None
    return handle.stop() if handle is not None else False


def is_url(target: str) -> bool:
    """Whether a target is a URL rather than the name of a database."""
    return "://" in target


def resolve(target: str, *, create: bool = True, progress: Progress | None = None) -> str:
    """Return the URL of a target: of a URL itself, of a bare name the database of that name on the default server.

    Parameters
    ----------
    create
        Whether the database of a bare name is created if it does not exist.
    progress
        Told of the embedded server's start.

    Raises
    ------
    ServerUnavailable
        If the URL is refused, or the server cannot be started.
    MalformedTarget
        If it is neither a URL nor a plain name.
    InvalidIdentifier
        If the name is none that a database can have.
    """
    if is_url(target):
        connections.parse(target)
        return connections.normalise(target)
    if target and not _NAME.fullmatch(target):  # a URL with a slip in it must not become the name of a database
        raise MalformedTarget(
            f"{connections.redact(target)!r} is neither the URL nor the plain name of a database",
            mend="write postgresql://user@host:port/database, or a name of letters, digits, _ and -",
        )
    identifiers.check(target)
    server = default_server(progress=progress)
    return server.ensure_database(target) if create else server.url(target)


def exists(name: str) -> bool:
    """Whether the default server has a database of this plain name."""
    if not _NAME.fullmatch(name):
        return False
    with connections.connect(default_server().url(), autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_catalog.pg_database WHERE datname = %s", [name]).fetchone()
    return found is not None


def database_name(target: str) -> str:
    """Return the name of a target's database: the bare name, or the one in its URL."""
    return str(connections.parse(target).get("dbname") or "postgres") if is_url(target) else target


def plain_name(text: str) -> str:
    """Return a name of a database made of a text such as the name of a design, which may hold spaces."""
    return identifiers.shorten(_NO_NAME.sub("_", text).lstrip("$-") or "_")


def describe(url: str) -> str:
    """Return a database in words: ``shop (embedded server)``, or its URL without the password."""
    named = places.name_of(url.partition("://")[2].partition("/")[0])
    if named:
        return named
    parameters = connections.parse(url)
    host = str(parameters.get("host", ""))
    found = Cluster(data_directory()).running() if host.startswith("/") else None
    if found is not None and host == found.socket_directory:
        return f"{parameters.get('dbname')} (embedded server)"
    return connections.redact(url)


def _with_database(url: str, database: str) -> str:
    parameters = conninfo.conninfo_to_dict(url) | {"dbname": database}
    return connections.to_url(parameters)


@contextmanager
def _permitted(verb: str) -> Iterator[None]:
    """Say what to do where the role has no right to make or to drop databases."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise StatementFailed(
            str(error.diag.message_primary),
            mend="use a role that may create databases, or the URL of a database that exists",
            statement=f"{verb} DATABASE",
            sqlstate=error.sqlstate or "",
        ) from error
