"""How fast a server is, for estimates: measured once by a small COPY, and corrected by what fills of it took.

Both are kept in this process, by server. Nothing stays on the server: the rows go to a temporary table, in a
transaction that is rolled back.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import numpy as np
import psycopg

from designer_kernel.errors import DesignerError
from designer_kernel.postgres.connection import connect
from designer_kernel.sample.document.estimates import Rates, estimated
from designer_kernel.sample.loading.filling import Filling
from designer_kernel.sample.plan import Plan

ROWS: Final = 20_000
USUAL: Final = 0.025
"""Seconds that the rows and their index take where the rates of estimates were measured."""

_ROUNDS: Final = 3
_BOUNDS: Final = (0.05, 50.0)
_WORTH_SECONDS: Final = 1.0
_WORTH_ROWS: Final = 100_000
"""Shorter fills say more of planning than of the server."""
_ROW: Final = np.dtype(
    [("fields", ">i2"), ("n", ">i4"), ("id", ">i8"), ("m", ">i4"), ("at", ">i8"), ("t", ">i4"), ("text", "S64")]
)
_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"

_Server = tuple[str, int, str]
_known: dict[_Server, Rates] = {}
_lock = threading.Lock()


def with_rates(plan: Plan, url: str) -> Plan:
    """Return a plan that knows how fast the server is; as it is, if that cannot be measured."""
    with suppress(psycopg.Error, DesignerError), connect(url, autocommit=True) as connection:
        server = _server(connection)
        with _lock:
            if server not in _known:
                _known[server] = _measured(connection)
            return replace(plan, rates=_known[server])
    return plan


def learn(connection: psycopg.Connection[Any], filling: Filling) -> None:
    """Remember how long a fill over one connection took, beside what its estimate says without any factor."""
    seconds = filling.loading + filling.constraining
    if seconds < _WORTH_SECONDS or filling.rows < _WORTH_ROWS:
        return
    expected = estimated(replace(filling.plan, rates=None)).seconds
    with suppress(psycopg.Error), _lock:  # the rows are there, whatever this may meet
        words = f"the last fill of this server sent {filling.rows:,} rows in {seconds:.1f} s, keys included"
        _known[_server(connection)] = Rates(_bounded(seconds / max(expected, 1e-6)), words)


def forget() -> None:
    """Forget what is known of all servers."""
    with _lock:
        _known.clear()


def _server(connection: psycopg.Connection[Any]) -> _Server:
    """Return what tells a server from others."""
    info = connection.info
    row = connection.execute("SELECT pg_catalog.pg_postmaster_start_time()::pg_catalog.text").fetchone()
    return info.host, info.port, str(row[0]) if row is not None else ""


def _measured(connection: psycopg.Connection[Any]) -> Rates:
    """Return the rates of a server by how long some rows and an index take; the best of a few rounds."""
    rows = _rows()
    best = min(_once(connection, rows) for _ in range(_ROUNDS))
    words = f"{ROWS:,} rows, sent to a temporary table of this server, took {1000 * best:.0f} ms with an index"
    return Rates(_bounded(best / USUAL), words)


def _once(connection: psycopg.Connection[Any], rows: bytes) -> float:
    with connection.transaction(force_rollback=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5s'")
        cursor.execute("SET LOCAL client_min_messages = error")
        cursor.execute("CREATE TEMPORARY TABLE schema_designer_rate (id int8, at timestamptz, words text)")
        started = time.perf_counter()
        with cursor.copy("COPY pg_temp.schema_designer_rate FROM STDIN (FORMAT binary)") as copy:
            copy.write(rows)
        cursor.execute("CREATE INDEX ON pg_temp.schema_designer_rate (id)")
        return time.perf_counter() - started


def _rows() -> bytes:
    """Return the rows as COPY BINARY: some 100 bytes each, with keys that are in no order."""
    rows = np.zeros(ROWS, dtype=_ROW)
    index = np.arange(ROWS, dtype=np.int64)
    rows["fields"], rows["n"], rows["m"], rows["t"] = 3, 8, 8, 64
    rows["id"] = index * 7919 % ROWS
    rows["at"] = index * 1_000_000
    rows["text"] = b"sixty-four bytes of text, as they are found in an average row ..."[:64]
    return _HEAD + rows.tobytes() + _END


def _bounded(factor: float) -> float:
    return min(max(factor, _BOUNDS[0]), _BOUNDS[1])
