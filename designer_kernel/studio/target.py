"""The database that a project is deployed to, and the embedded server behind it."""

from __future__ import annotations

import os
import threading
from typing import Final

from designer_kernel.catalog import identifiers
from designer_kernel.postgres.server import EmbeddedServer, embedded

ENVIRONMENT: Final = "DESIGNER_DATABASE_URL"
"""Environment variable with the URL of another server's database, used instead of the embedded server."""

_lock = threading.Lock()
_server: EmbeddedServer | None = None


def default_target(design_name: str) -> str:
    """Return the URL in ``DESIGNER_DATABASE_URL``, or else the database named after the design."""
    return os.environ.get(ENVIRONMENT) or identifiers.shorten(design_name)


def is_url(target: str) -> bool:
    """Whether a target is a connection URL or string, rather than the name of a database on the embedded server."""
    return "://" in target or "=" in target


def url_of(target: str) -> str:
    """Return the URL of a target; the embedded server is started, and the database made, when they are needed.

    Raises
    ------
    InvalidIdentifier
        If the name of a database is none that PostgreSQL could keep.
    ServerUnavailable
        If the embedded server cannot start.
    """
    if is_url(target):
        return target
    return _running().ensure_database(target)


def release_server() -> bool:
    """Release the embedded server, and return whether that stopped it (not if others use it).

    A project takes it up again when it needs it; when the process ends it is released by itself.
    """
    global _server  # noqa: PLW0603 - one handle per process
    with _lock:
        server, _server = _server, None
        return server.stop() if server is not None else False


def _running() -> EmbeddedServer:
    global _server  # noqa: PLW0603 - see above
    with _lock:
        if _server is None:
            _server = embedded()
        return _server
