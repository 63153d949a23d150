"""`Access`: the way into a database that a connection leads to. What a session may do is settled when it is opened."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeVar

import psycopg
from psycopg.rows import TupleRow

from designer_kernel.errors import DesignerError
from designer_kernel.postgres.connection import APPLICATION
from designer_kernel.postgres.places import place
from designer_kernel.postgres.query import query_on
from designer_kernel.studio.team.addresses import Address
from designer_kernel.studio.team.reach import Reach, pinned
from designer_kernel.studio.team.watching import FLOODED, Watch, Watched

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Mode = Literal["read-only", "read-write"]

STATEMENT_MS: Final = 30_000
"""How long a statement may take."""

LOCK_MS: Final = 5_000
IDLE_MS: Final = 60_000
_SETTLING_SECONDS: Final = 10.0
_TRIAL_SECONDS: Final = 15.0
_SHORTEST_SECONDS: Final = 2
"""libpq takes no shorter time for a log-in."""

_MOST_WORDS: Final = 30_000
"""Characters of an error that are looked at."""

_FAILURES: Final = (
    (FLOODED, "the server sends more than PostgreSQL does", "check that PostgreSQL listens there"),
    (r"password authentication failed|no password supplied|role \"[^\"]*\" does not exist|authentication",
     "the server refuses the log-in", "correct user and password"),
    (r"database \"[^\"]*\" does not exist", "the server has no such database", "correct the database's name"),
    (r"no pg_hba.conf entry", "the server takes no such connection from here", "allow it in pg_hba.conf, or try TLS"),
    (r"could not translate host name|failed to resolve host", "the host has no address that can be found",
     "correct the host"),
    (r"too many clients|remaining connection slots|too many connections", "the server has too many connections",
     "close others, or try again later"),
    (r"timeout expired|timed out|timeout", "the server did not answer in time", "check host, port and firewall"),
    (r"SSL|certificate|TLS", "the connection cannot be encrypted as asked", "check sslmode and sslrootcert"),
    (r"refused|No such file|unreachable", "no server listens there", "correct host and port, or start the server"),
    (r"starting up|shutting down|recovery", "the server is starting or stopping", "try again in a moment"),
)  # fmt: skip
"""What libpq says, and what is told of it: its own words hold the host, its address, the user and more."""

_STRENGTHS: Final = """
SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication,
       pg_has_role(oid, 'pg_write_server_files', 'MEMBER'),
       pg_has_role(oid, 'pg_execute_server_program', 'MEMBER'),
       pg_has_role(oid, 'pg_signal_backend', 'MEMBER'),
       EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p')
               AND relnamespace <> 'pg_toast'::regnamespace)
  FROM pg_roles WHERE rolname = current_user
"""
_STRENGTH_WORDS: Final = (
    "is a superuser", "passes row security by", "may make roles", "may replicate", "may write files of the server",
    "may run programs on the server", "may end other sessions", "owns tables",
)  # fmt: skip


class ConnectionFailed(DesignerError):
    """A database that cannot be reached; nothing of where it is or who logs in is told."""

    code = "connection_failed"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying a connection.

    Attributes
    ----------
    error, mend
        Why there is none; empty if there is.
    warnings
        What its role may do that a role for reading should not.
    """

    is_ok: bool
    milliseconds: int
    version: str = ""
    warnings: tuple[str, ...] = ()
    error: str = ""
    mend: str = ""


class Access:
    """The way into a database, in one mode, which nothing that is sent over it changes.

    Attributes
    ----------
    mode
        What its sessions may do.
    """

    __slots__ = ("_address", "_reach", "mode")

    def __init__(self, address: Address, reach: Reach, mode: Mode) -> None:
        self._address = address
        self._reach = reach
        self.mode = mode

    def __repr__(self) -> str:
        return f"Access({self.mode})"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("the way into a database is not pickled or copied")

    @contextmanager
    def session(
        self, *, statement_ms: int = STATEMENT_MS, until: float | None = None
    ) -> Iterator[psycopg.Connection[TupleRow]]:
        """Yield a connection of the designer's own code; what is not committed is rolled back.

        One for reading starts every transaction READ ONLY, and takes one statement a time. SQL that people write goes
        through `query`, which knows the ways around that.

        Parameters
        ----------
        until
            When it must be open at the latest, by `time.monotonic`, whatever the connection string says.

        Raises
        ------
        ConnectionFailed
            If there is none.
        NotReachable
            If it leads where it may not.
        """
        connection = self._connected(until)
        try:
            _told(lambda: self._settle(connection, statement_ms, until))
            yield connection
        finally:
            connection.close()

    @contextmanager
    def place(self, name: str) -> Iterator[str]:
        """Yield a URL that stands for the database while the block runs: for work that takes URLs, by our own code.

        What is sent over it may be anything that the mode allows, so SQL that people write does not go there.

        Parameters
        ----------
        name
            What it is called where it is shown.

        Raises
        ------
        NotReachable
            If it leads where it may not.
        """
        mode = "on" if self.mode == "read-only" else "off"
        parameters = {"application_name": APPLICATION, **pinned(self._address, self._reach)}
        options = f"-c default_transaction_read_only={mode} -c lock_timeout={LOCK_MS}"
        password = self._address.password
        reveal = (lambda: None) if password is None else password.reveal
        with place(name, parameters | {"options": options}, reveal) as url:
            yield url

    def query(self, sql: str, *, limit: int = 10_000, timeout_ms: int = STATEMENT_MS) -> pd.DataFrame:
        """Return the rows of one query that somebody wrote, whatever the mode is: it only reads.

        Raises
        ------
        InvalidSql
            If it is not exactly one query that only reads.
        StatementFailed
            If PostgreSQL refuses it, or it takes too long.
        """
        reading = Access(self._address, self._reach, "read-only")
        with reading.session(statement_ms=timeout_ms) as connection:
            return query_on(connection, sql, limit=limit, timeout_ms=timeout_ms)

    def tried(self) -> Trial:
        """Connect, ask who we are, and tell what came of it; all of it within `_TRIAL_SECONDS`."""
        began = time.monotonic()
        until = began + _TRIAL_SECONDS
        try:
            with self.session(statement_ms=5_000, until=until) as connection, _deadline(connection, _left(until)):
                row = _told(lambda: connection.execute(_STRENGTHS).fetchone())
                version = connection.info.parameter_status("server_version") or ""
        except DesignerError as error:
            return Trial(False, _since(began), error=error.what, mend=error.mend)
        found = [word for word, is_so in zip(_STRENGTH_WORDS, row or (), strict=False) if is_so]
        warnings = tuple(f"its role {word}" for word in found) if self.mode == "read-only" else ()
        return Trial(True, _since(began), re.sub(r"[^0-9A-Za-z. ]", "", version)[:40], warnings)

    def _connected(self, until: float | None) -> psycopg.Connection[TupleRow]:
        seconds: dict[str, float] = {} if until is None else {"seconds": _left(until)}
        parameters = {"application_name": APPLICATION, **pinned(self._address, self._reach, **seconds)}
        if until is not None:  # each address of a host gets its part of what is left
            part = int(_left(until) / (parameters.get("hostaddr", "").count(",") + 1))
            parameters["connect_timeout"] = str(max(_SHORTEST_SECONDS, min(int(parameters["connect_timeout"]), part)))
        return _told(lambda: Watched.connect("", autocommit=True, client_encoding="UTF8", **self._secret(parameters)))

    def _secret(self, parameters: dict[str, str]) -> Any:
        """Return all that libpq is told; no frame but psycopg's own keeps it."""
        password = self._address.password
        return parameters if password is None else parameters | {"password": password.reveal()}

    def _settle(self, connection: psycopg.Connection[TupleRow], statement_ms: int, until: float | None) -> None:
        """Give a session its limits and its mode, while nobody else has sent anything over it."""
        limits = {
            "statement_timeout": str(statement_ms),
            "lock_timeout": str(LOCK_MS),
            "idle_in_transaction_session_timeout": str(IDLE_MS),
            "default_transaction_read_only": "on" if self.mode == "read-only" else "off",
        }
        with _deadline(connection, _SETTLING_SECONDS if until is None else _left(until)):
            for name, value in limits.items():
                connection.execute("SELECT set_config(%s, %s, false)", [name, value])
            if self.mode == "read-only":
                connection.prepare_threshold = 0  # the extended protocol: one statement a time
                _check_single(connection)
        connection.autocommit = False
        connection.read_only = self.mode == "read-only"


def _check_single(connection: psycopg.Connection[TupleRow]) -> None:
    """Make sure that two statements in one text are refused, which a proxy on the way might undo."""
    try:
        connection.execute("SELECT 1; SELECT 2")
    except psycopg.errors.SyntaxError:
        return
    raise ConnectionFailed(
        "this server takes several statements at once", mend="connect to PostgreSQL itself, without a proxy"
    )


def _told(work: Callable[[], T]) -> T:
    """Do something; errors of the driver become ours, which say nothing of the address and do not hold theirs."""
    try:
        return work()
    except (psycopg.Error, OSError, ValueError) as error:
        failure = _explained(str(error)[:_MOST_WORDS])
    raise failure  # here, so that it has no context


def _explained(text: str) -> ConnectionFailed:
    for pattern, what, mend in _FAILURES:
        if re.search(pattern, text):
            return ConnectionFailed(what, mend=mend)
    return ConnectionFailed("there is no connection", mend="check that the server runs, and what it logs")


@contextmanager
def _deadline(connection: psycopg.Connection[TupleRow], seconds: float) -> Iterator[None]:
    """End a connection whose server does not go on or sends too much: its own limits are only as good as it is."""
    with Watch(seconds) as watch:
        with suppress(psycopg.Error):  # it is lost already, which is told by what comes next
            watch.on(connection.fileno())
        yield


def _left(until: float) -> float:
    return max(0.1, until - time.monotonic())


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
