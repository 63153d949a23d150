"""The shadow in which a script runs: a database and a role of its own, and a watch that ends what goes too far.

The role may make roles and, as the database's owner, objects; nothing else, unless the script is trusted. It is no
member of anything, so there is nobody to become. It has no right on files, programs or other databases. Its work is one
transaction that is undone, so that not even roles stay. The server's own limits come first; the watch is for what can
get around them.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from designer_kernel.catalog.identifiers import quote
from designer_kernel.errors import Cancelled, ServerUnavailable
from designer_kernel.exchange.sql.outcome import Limits
from designer_kernel.postgres.connection import connect, parse, redact, to_url
from designer_kernel.postgres.extensions import disarm_wrappers
from designer_kernel.postgres.shadow import PREFIX, shadow_database
from designer_kernel.postgres.target import Server

CURSOR: Final = "DECLARE designer_rows NO SCROLL CURSOR FOR "
_POLL_SECONDS: Final = 0.05
_GRACE_SECONDS: Final = 1.5
_NOTICES: Final = 20
_EXISTS: Final = frozenset({"42P07", "42710", "42701", "42723", "42P06"})
"""SQLSTATEs of notices that something exists, so that nothing was made."""


class ConnectionLost(Exception):
    """The server's process ended, by our hand or by the script's; what it had done is gone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Session:
    """A connection of the shadow's role, inside the one transaction."""

    connection: psycopg.Connection[Any]
    watch: Watch
    limits: Limits
    settings: Mapping[str, str] = field(default_factory=dict)
    notices: list[tuple[str, str]] = field(default_factory=list)
    has_savepoint: bool = False
    is_trusted: bool = False

    def begin(self) -> None:
        """Open the transaction."""
        self.connection.execute("BEGIN")
        self.connection.execute("SET check_function_bodies = off")
        self.connection.execute("SET max_parallel_workers_per_gather = 0")
        if self.is_trusted and self.connection.info.server_version >= 170000:
            self.connection.execute("SET event_triggers = off")  # those of the script are read, not obeyed
        if self.connection.info.server_version >= 160000:
            self.connection.execute("SET createrole_self_grant = 'set, inherit'")

    def run(self, text: str, *, reads: bool = False, settings: Mapping[str, str] | None = None) -> None:
        """Run one statement in a savepoint of its own.

        Parameters
        ----------
        reads
            Whether it is a query; its rows stay on the server.
        settings
            The settings that it expects.

        Raises
        ------
        psycopg.Error
            If the server refuses it; nothing of it stays.
        ConnectionLost
            If the server's process is gone.
        """
        self.notices.clear()
        wanted = dict(settings or {})
        try:
            self.connection.execute(self._preparation(wanted).encode())
            self.has_savepoint = True
            if self.is_trusted:
                disarm_wrappers(self.connection)  # whichever way the last statement has made or armed them
            with self.watch.statement():
                self._send(text, reads=reads)
            self._check_transaction()
            self.settings = wanted
        except psycopg.Error as error:
            self._recover(error)
            raise

    def _send(self, text: str, *, reads: bool) -> None:
        # binary, since that makes psycopg use the extended protocol, which takes exactly one statement
        if not reads:
            self.connection.execute(text.encode(), binary=True)
            return
        self.connection.execute((CURSOR + text).encode(), binary=True)
        self.connection.execute("MOVE ALL IN designer_rows")
        self.connection.execute("CLOSE designer_rows")

    def settle(self) -> None:
        """Take back what the last statement did to the session, before what the script has made is read."""
        milliseconds = max(1, int(self.limits.seconds * 1000))
        self.connection.execute("RESET ROLE")
        self.connection.execute(sql.SQL("SET statement_timeout = {}").format(sql.Literal(milliseconds)))
        self.connection.execute("SET lock_timeout = 0")

    def _preparation(self, wanted: Mapping[str, str]) -> str:
        """Return what goes before each statement: whatever the last one did to the session is taken back."""
        parts = ["RELEASE SAVEPOINT designer"] if self.has_savepoint else []
        parts.append("SAVEPOINT designer")  # what follows is taken back if the statement fails
        milliseconds = max(1, int(self.limits.statement_seconds * 1000))
        parts += ["RESET ROLE", "SET client_encoding = 'UTF8'", "SET client_min_messages = 'notice'"]
        parts += [f"SET statement_timeout = {milliseconds}", "SET check_function_bodies = off"]
        parts += [f"RESET {quote(name)}" for name in self.settings if name not in wanted]
        parts += [text for name, text in wanted.items() if self.settings.get(name) != text]
        return "\n;".join(parts)

    def _check_transaction(self) -> None:
        if self.connection.info.transaction_status != TransactionStatus.INTRANS:
            self.connection.close()
            raise ConnectionLost("it ended the transaction in which the script is read")

    def _recover(self, error: psycopg.Error) -> None:
        if self.connection.closed or self.connection.broken:
            self.watch.raise_if_over()
            raise ConnectionLost(self.watch.reason or "it ended the server's process") from error
        try:
            self.connection.execute("ROLLBACK TO SAVEPOINT designer")
        except psycopg.Error as lost:
            raise ConnectionLost(self.watch.reason or "it ended the transaction") from lost
        self.watch.raise_if_over()

    def existing(self) -> str:
        """Return what the last statement found to exist already, by its notice; empty if nothing."""
        return next((message for state, message in self.notices if state in _EXISTS), "")

    def noticed(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        """Keep a notice; a flood of them is cut."""
        if len(self.notices) < _NOTICES:
            self.notices.append((diagnostic.sqlstate or "", (diagnostic.message_primary or "")[:500]))


class Watch(threading.Thread):
    """Cancels a statement that takes too long, too much memory or disk, and ends the process if that does not help."""

    def __init__(
        self, connection: psycopg.Connection[Any], admin_url: str, limits: Limits, cancel: threading.Event | None
    ) -> None:
        super().__init__(name="designer-watch", daemon=True)
        self._connection = connection
        self._admin_url = admin_url
        self._limits = limits
        self._cancel = cancel
        self._deadline = time.monotonic() + limits.seconds
        self._over = threading.Event()
        self._began = 0.0
        self._asked = 0.0
        self._pid = connection.info.backend_pid
        self._database = connection.info.dbname
        self._is_local = (connection.info.host or "").startswith("/")
        self._disk_checked = 0.0
        self.reason = ""
        self.slow: Callable[[int], None] | None = None
        """Called from the watch's thread, once a second, with how long a statement has taken."""
        self._told = 0

    @contextmanager
    def statement(self) -> Iterator[None]:
        """Watch while one statement runs."""
        self.reason, self._asked, self._told, self._began = "", 0.0, 0, time.monotonic()
        try:
            yield
        finally:
            self._began = 0.0

    def raise_if_over(self) -> None:
        """Raise when no further statement may run.

        Raises
        ------
        Cancelled
            If the user cancelled, or the time for all is over.
        """
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled("cancelled; nothing was changed")
        if time.monotonic() > self._deadline:
            raise Cancelled(
                f"reading the script took longer than {self._limits.seconds:g} s; nothing was changed",
                mend="import it in parts, or give it more time: Limits(seconds=…)",
            )

    def run(self) -> None:
        while not self._over.wait(_POLL_SECONDS):
            started = self._began
            if not started:
                continue
            self._tell(int(time.monotonic() - started))
            self.reason = self.reason or self._why_not(time.monotonic() - started)
            if self.reason:
                self._stop()

    def _tell(self, seconds: int) -> None:
        if self.slow is not None and seconds > self._told:
            self._told = seconds
            with suppress(Exception):  # whoever is told must not end the watch
                self.slow(seconds)

    def end(self) -> None:
        """End the watch."""
        self._over.set()
        self.join()

    def _why_not(self, seconds: float) -> str:
        """Return why the statement that runs must end; empty if it may go on."""
        if self._cancel is not None and self._cancel.is_set():
            return "cancelled"
        if time.monotonic() > self._deadline or seconds > self._limits.statement_seconds + _GRACE_SECONDS:
            return f"it took longer than {self._limits.statement_seconds:g} s, and would not stop"
        if self._is_local and self._memory() > self._limits.memory:
            return f"it took more than {self._limits.memory >> 20} MB of memory"
        if seconds > 0.5 and time.monotonic() - self._disk_checked > 1 and self._disk() > self._limits.disk:
            return f"it filled more than {self._limits.disk >> 20} MB of disk"
        return ""

    def _memory(self) -> int:
        import psutil

        try:
            found = psutil.Process(self._pid).memory_info()
        except psutil.Error:
            return 0
        return int(found.rss - getattr(found, "shared", 0))

    def _disk(self) -> int:
        self._disk_checked = time.monotonic()
        row = self._administer("SELECT pg_database_size(oid) FROM pg_database WHERE datname = %s", [self._database])
        return int(row[0]) if row else 0

    def _stop(self) -> None:
        """Cancel; from some time later on, end the process."""
        now = time.monotonic()
        if not self._asked:
            self._asked = now
            with suppress(psycopg.Error):
                self._connection.cancel_safe(timeout=2)
        elif now - self._asked > _GRACE_SECONDS:
            self._administer("SELECT pg_terminate_backend(%s)", [self._pid])
            self._asked = now

    def _administer(self, query: str, parameters: list[Any]) -> tuple[Any, ...] | None:
        with suppress(psycopg.Error, ServerUnavailable), connect(self._admin_url, autocommit=True) as admin:
            return admin.execute(query.encode(), parameters).fetchone()
        return None


@dataclass(frozen=True, slots=True)
class Shadow:
    """A shadow for scripts: the URLs of its own role, powerless unless it is trusted, and of its administrator."""

    url: str = field(repr=False)
    admin_url: str = field(repr=False)
    is_trusted: bool = False

    @contextmanager
    def session(self, limits: Limits, cancel: threading.Event | None) -> Iterator[Session]:
        """Connect, open the transaction, and undo it at the end."""
        with connect(self.url, autocommit=True) as connection:
            watch = Watch(connection, self.admin_url, limits, cancel)
            session = Session(connection, watch, limits, is_trusted=self.is_trusted)
            connection.add_notice_handler(session.noticed)
            session.begin()
            watch.start()
            try:
                yield session
            finally:
                watch.end()
                if not connection.closed:
                    with suppress(psycopg.Error):
                        connection.execute("ROLLBACK")


@contextmanager
def script_shadow(server: Server | str | None, *, is_trusted: bool = False) -> Iterator[Shadow]:
    """Make a shadow with a role of its own, and remove both at the end, whatever happens.

    Parameters
    ----------
    is_trusted
        Whether that role is a superuser.

    Raises
    ------
    ServerUnavailable
        If that role cannot connect, or whoever asks may not make it.
    """
    with shadow_database(server) as shadow_url:
        parameters = parse(shadow_url)
        admin_url = _admin_url(server, str(parameters["dbname"]))
        with connect(admin_url, autocommit=True) as admin:
            row = admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        if row is None or not row[0]:
            # A stranger's script must not run with the rights of whoever asks for it.
            raise ServerUnavailable(
                "a script is run as a role of its own, which only a superuser can make on this server",
                where=redact(admin_url),
                mend="leave the server out, so that the embedded one is used, or connect as a superuser",
            )
        with _own_role(admin_url, str(parameters["dbname"]), is_superuser=is_trusted) as url:
            yield Shadow(url, admin_url, is_trusted)


def _admin_url(server: Server | str | None, database: str) -> str:
    from designer_kernel.postgres import target

    if isinstance(server, str):
        server = target.OtherServer(server)
    return (server or target.embedded_server()).url(database)


@contextmanager
def _own_role(admin_url: str, database: str, *, is_superuser: bool) -> Iterator[str]:
    """Make a role named like the shadow, which it then owns: what one script does cannot reach another's shadow."""
    password = secrets.token_urlsafe(24)
    role = sql.Identifier(database)
    with connect(admin_url, autocommit=True) as admin:
        _sweep(admin)
        rights = sql.SQL("SUPERUSER" if is_superuser else "CREATEROLE")
        made = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(role, rights, sql.Literal(password))
        admin.execute(made)
        for name, value in (("temp_file_limit", "512MB"), ("work_mem", "16MB"), ("idle_session_timeout", "0")):
            admin.execute(sql.SQL("ALTER ROLE {} SET {} = {}").format(role, sql.Identifier(name), sql.Literal(value)))
        admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(role, role))
    try:
        yield to_url(parse(admin_url) | {"user": database, "password": password})
    finally:
        with connect(admin_url, autocommit=True) as admin:
            admin.execute(sql.SQL("ALTER DATABASE {} OWNER TO CURRENT_USER").format(role))
            admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", [database])
            admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
            admin.execute(sql.SQL("DROP ROLE {}").format(role))


def _sweep(admin: psycopg.Connection[Any]) -> None:
    """Drop the roles of shadows that are gone, which a killed process left behind."""
    rows = admin.execute(
        "SELECT rolname FROM pg_roles r WHERE starts_with(rolname, %s)"
        " AND NOT EXISTS (SELECT FROM pg_database d WHERE d.datname = r.rolname OR d.datdba = r.oid)",
        [PREFIX],
    ).fetchall()
    for (name,) in rows:
        with suppress(psycopg.Error):
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
