"""One fill at a time: an advisory lock on the target, which goes with the connection that holds it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg

from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.deploy import LOCK as DEPLOYING

LOCK: Final = 0x5C_4E_3A_F1_11_ED  # an arbitrary number that all versions share
"""Key of the lock of fills."""

PATIENCE: Final = 5.0
"""Seconds: the server takes a moment to notice that a client was killed while it computes for it."""

_PAUSE: Final = 0.1

_HOLDER: Final = """
    SELECT a.pid, a.usename, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ')
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND l.granted AND ((l.classid::bigint << 32) | l.objid::bigint) = %s AND l.pid <> pg_backend_pid()
"""


@contextmanager
def alone(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Hold the lock of fills, and keep deployments and migrations away, while the block runs.

    Raises
    ------
    SamplePlanError
        If another fill, or a deployment, is at work; nothing was changed.
    """
    _take(connection, "SELECT pg_try_advisory_lock(%s)", LOCK, "another fill of this database is running")
    try:
        _take(
            connection,
            "SELECT pg_try_advisory_lock_shared(%s)",
            DEPLOYING,
            "a deployment to this database is running",
        )
        try:
            yield
        finally:
            _give(connection, "SELECT pg_advisory_unlock_shared(%s)", DEPLOYING)
    finally:
        _give(connection, "SELECT pg_advisory_unlock(%s)", LOCK)


def _take(connection: psycopg.Connection[Any], query: str, key: int, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        row = connection.execute(query.encode(), [key]).fetchone()
        if row is not None and row[0]:
            return
        if time.monotonic() >= until:
            break
        time.sleep(_PAUSE)
    holder = connection.execute(_HOLDER, [key]).fetchone()
    who = "" if holder is None else f" (process {holder[0]} of the server, user {holder[1]}, since {holder[2]})"
    raise SamplePlanError(f"{what}{who}", where=connection.info.dbname, mend="wait until it has ended")


def _give(connection: psycopg.Connection[Any], query: str, key: int) -> None:
    with suppress(psycopg.Error):  # the connection is gone or its transaction failed: the lock goes with it
        connection.execute(query.encode(), [key])
