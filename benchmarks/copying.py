"""The server's own COPY BINARY of files that it reads itself: the ceiling of any loader."""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

Steps = Mapping[str, Callable[[], float]]


@contextmanager
def readable_folder() -> Iterator[Path]:
    """Yield a temporary folder whose files the server may read, whoever it runs as."""
    with tempfile.TemporaryDirectory(prefix="designer-files-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def copy_out(connection: psycopg.Connection[Any], query: sql.Composable, file: Path) -> None:
    """Write the rows of a query to a file that the server may read, as COPY BINARY."""
    statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(query)
    with file.open("wb") as out, connection.cursor().copy(statement) as rows:
        for block in rows:
            out.write(block)
    file.chmod(0o644)


def copy_in(
    connection: psycopg.Connection[Any],
    table: sql.Composable,
    columns: sql.Composable,
    file: Path,
    *,
    freeze: bool = False,
) -> float:
    """Let the server read a file of COPY BINARY into a table; returns the seconds."""
    options = sql.SQL("FORMAT binary, FREEZE" if freeze else "FORMAT binary")
    statement = sql.SQL("COPY {} ({}) FROM {} ({})").format(table, columns, sql.Literal(str(file)), options)
    return timed(lambda: connection.execute(statement))


def columns_of(connection: psycopg.Connection[Any], table: str) -> sql.Composable:
    """Return the columns of a table that can be written."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        [table],
    )
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)


def timed(step: Callable[[], object]) -> float:
    """Return how many seconds a step takes."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def side_by_side(steps: Sequence[Callable[[], object]]) -> float:
    """Return how many seconds several steps take, each in a thread that does nothing but wait for the server."""
    errors: list[BaseException] = []

    def run(step: Callable[[], object]) -> None:
        try:
            step()
        except BaseException as error:  # raised again below, where it is seen
            errors.append(error)

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - started


def in_turns(steps: Steps, rounds: int, before: Callable[[], object]) -> dict[str, float]:
    """Return the median seconds of each step; they take turns, so that a busy machine is busy for all."""
    found: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            before()
            found[name].append(step())
    return {name: statistics.median(times) for name, times in found.items()}


def megabytes(most: float) -> float:
    """Return what the system tells of a process's memory as megabytes."""
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
