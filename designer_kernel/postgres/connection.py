"""Connections: which URLs are taken, and errors that help without ever telling a password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote as percent
from urllib.parse import unquote

import psycopg
from psycopg import conninfo
from psycopg.rows import TupleRow

from designer_kernel.errors import ServerUnavailable
from designer_kernel.postgres import places

APPLICATION: Final = "schema-designer"
"""How our connections name themselves on the server."""

ALLOWED: Final = frozenset(
    {"host", "port", "dbname", "user", "password", "sslmode", "channel_binding", "connect_timeout", "application_name"}
)
"""Parameters that a URL may hold. libpq knows many more; some read files (``service``, ``passfile``, ``sslkey``), one
writes a file (``sslkeylogfile``), and ``options`` sets anything."""

_SCHEMES: Final = ("postgresql+psycopg://", "postgresql://", "postgres://")
_MENDS: Final = (
    (r"database \"[^\"]*\" does not exist", "create the database, or give a name alone: the embedded server makes it"),
    (r"password authentication failed|no password supplied", "correct the user or password in the URL"),
    (r"role \"[^\"]*\" does not exist", "correct the user in the URL, or create the role"),
    (r"could not translate host name|failed to resolve host", "correct the host in the URL"),
    (r"no pg_hba.conf entry", "allow the connection in the server's pg_hba.conf, or add ?sslmode=require"),
    (r"too many clients|remaining connection slots", "close other connections, or raise max_connections"),
    (r"timeout expired|timed out", "check host, port and firewall"),
    (r"SSL|certificate", "check sslmode in the URL"),
    (r"refused|No such file", "start the server, or correct host and port in the URL"),
)  # fmt: skip

_MENDS_OF_READING: Final = (
    (r"database \"[^\"]*\" does not exist", "correct the database's name in the URL; psql -l lists those of a server"),
    (r"role \"[^\"]*\" does not exist", "correct the user in the URL"),
    *_MENDS,
)
"""What helps who only wants to read: nothing need be created for that."""


def connect(
    url: str,
    *,
    read_only: bool = False,
    statement_timeout_ms: int | None = None,
    application_name: str = APPLICATION,
    autocommit: bool = False,
) -> psycopg.Connection[TupleRow]:
    """Return a new connection.

    Parameters
    ----------
    url
        ``postgresql://``, ``postgres://`` or ``postgresql+psycopg://``, with the parameters of `ALLOWED`.
    read_only
        Whether its transactions start as READ ONLY. That keeps a slip of the hand from writing; against intent, use a
        role that may only read.
    statement_timeout_ms
        How long one statement may take.
    application_name
        What ``pg_stat_activity`` shows, unless the URL says something else.
    autocommit
        Whether each statement is its own transaction.

    Raises
    ------
    ServerUnavailable
        If the URL is refused or the server cannot be reached. Neither the message nor the traceback holds the
        password.
    """
    given = _read(url)
    parameters = places.parameters_of(given)
    parameters.setdefault("application_name", application_name)
    parameters.setdefault("connect_timeout", 10)
    try:
        connection = psycopg.connect(
            "", client_encoding="UTF8", autocommit=True, **(parameters | places.password_of(given))
        )
    except psycopg.Error as error:
        mends = _MENDS_OF_READING if read_only else _MENDS
        if places.is_place(given.get("host", "")):
            raise _unavailable_place(error, given, mends) from None  # nothing of where it is
        raise _unavailable(
            error, url, str(parameters.get("password") or ""), mends
        ) from None  # libpq may quote the URL
    if statement_timeout_ms is not None:
        connection.execute("SELECT set_config('statement_timeout', %s, false)", [str(statement_timeout_ms)])
    connection.autocommit = autocommit
    connection.read_only = read_only or None
    return connection


def parse(url: str) -> dict[str, Any]:
    """Return the connection parameters of a URL, as libpq itself reads it.

    Raises
    ------
    ServerUnavailable
        If it is no PostgreSQL URL, holds a parameter that is not in `ALLOWED`, or names several hosts. The rules are
        those for URLs that come from other people; Unix sockets are allowed, since the embedded server has no other.
        Or if it stands for a connection that is not open any more, see `designer_kernel.postgres.places`.
    """
    return places.parameters_of(_read(url))


def _read(url: str) -> dict[str, Any]:
    """Return the parameters of a URL as it is written."""
    text = normalise(url)
    try:
        parameters = conninfo.conninfo_to_dict(text)
        # user:pass/word@host, user:pass@word@host
        is_ambiguous = ("password" not in parameters and redact(text) != text) or "@" in str(parameters.get("host"))
    except (psycopg.Error, UnicodeError):  # their messages may quote the password
        is_ambiguous = True
    if is_ambiguous:
        raise ServerUnavailable(
            "the URL cannot be read",
            where=redact(url),
            mend="write postgresql://user:password@host:port/database; encode characters such as @ / % as %40 %2F %25",
        )
    for key, value in parameters.items():
        if key not in ALLOWED:
            raise ServerUnavailable(
                f"the URL parameter {key!r} is not allowed",
                where=redact(url),
                mend=f"leave it out; allowed are {', '.join(sorted(ALLOWED))}",
            )
        if key in {"host", "port"} and "," in str(value):
            raise ServerUnavailable("the URL names several hosts", where=redact(url), mend="name the one to work on")
    _check_plain(parameters, url)
    return dict(parameters)


def normalise(url: str) -> str:
    """Return a URL in the spelling of libpq: ``postgresql://…``.

    Raises
    ------
    ServerUnavailable
        If it is no PostgreSQL URL.
    """
    for scheme in _SCHEMES:
        if url.startswith(scheme):
            return "postgresql://" + url.removeprefix(scheme)
    raise ServerUnavailable(
        "this is no PostgreSQL URL", where=redact(url), mend="write postgresql://user:password@host:port/database"
    )


def to_url(parameters: Mapping[str, Any]) -> str:
    """Return the URL of connection parameters; the inverse of `parse`."""
    given = {key: str(value) for key, value in parameters.items() if value is not None}
    user, password = (percent(given.pop(key, ""), safe="") for key in ("user", "password"))
    host, port, database = (given.pop(key, "") for key in ("host", "port", "dbname"))
    if host.startswith("/"):
        given = {"host": host} | ({"port": port} if port else {}) | given
        host = port = ""
    authority = f"{user}:{password}@" if password else f"{user}@" if user else ""
    authority += (f"[{host}]" if ":" in host else percent(host, safe="")) + (f":{port}" if port else "")
    query = "&".join(f"{key}={percent(value, safe='')}" for key, value in given.items())
    return f"postgresql://{authority}/{percent(database, safe='')}" + (f"?{query}" if query else "")


def redact(url: str) -> str:
    """Return a URL without its password, fit to be shown. Of a broken URL too much is hidden rather than too little."""
    base, mark, query = url.partition("?")
    if "@" in query:  # a password with an unescaped question mark
        base, mark, query = url, "", ""
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    shown = "&".join(f"{key}{eq}{'***' if 'pass' in unquote(key).lower() else value}" for key, eq, value in pairs)
    head, at, tail = base.rpartition("@")
    scheme, slashes, user = head.partition("://")
    if at and not slashes:
        scheme, slashes, user = "", "", head
    if at and ":" in user:
        head = f"{scheme}{slashes}{user.partition(':')[0]}:***"
    return f"{head}{at}{tail}{mark}{shown}"


def _check_plain(parameters: Mapping[str, Any], url: str) -> None:
    """Refuse what libpq would expand or cut: a database named like a connection string, control characters."""
    if "=" in str(parameters.get("dbname") or "") or "://" in str(parameters.get("dbname") or ""):
        raise ServerUnavailable("the database name holds '='", where=redact(url), mend="use a plain database name")
    if any(re.search(r"[\x00-\x1f\x7f]", str(value)) for value in parameters.values() if value is not None):
        raise ServerUnavailable("the URL holds a control character", where=redact(url), mend="remove it")


def _unavailable_place(
    error: psycopg.Error, given: Mapping[str, Any], mends: tuple[tuple[str, str], ...]
) -> ServerUnavailable:
    mend = next((mend for pattern, mend in mends if re.search(pattern, str(error))), "check that the server runs")
    return ServerUnavailable(
        "no connection", where=places.name_of(given["host"]), mend=mend.replace("the URL", "the connection")
    )


def _unavailable(
    error: psycopg.Error, url: str, password: str, mends: tuple[tuple[str, str], ...]
) -> ServerUnavailable:
    text = " ".join(str(error).split())
    if password:
        text = text.replace(password, "***")
    mend = next((mend for pattern, mend in mends if re.search(pattern, text)), "check that the server runs")
    return ServerUnavailable(f"no connection: {text}", where=redact(url), mend=mend)
