"""The whole marketplace, made and loaded, beside COPY BINARY of the same rows from files over as many connections.

The files go into a second marketplace without keys, indexes and triggers, by the server's own hand, as a fill's rows do
while those are taken off. What follows the rows (keys, indexes, foreign keys, statistics) is the same work for both, so
``ratio`` compares everything with that work counted on both sides, and ``ratio_of_sending`` the rows alone.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from benchmarks.copying import columns_of, copy_in, copy_out, megabytes, side_by_side
from designer_kernel import sample
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.templates import load

_BARE: Final[LiteralString] = """
DO $$ DECLARE item record; BEGIN
  FOR item IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint
              WHERE contype IN ('f', 'p', 'u', 'x') AND conparentid = 0 AND conrelid <> 0
                AND connamespace = 'public'::regnamespace ORDER BY contype <> 'f' LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', item.owner, item.conname);
  END LOOP;
  FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
              WHERE c.relkind IN ('i', 'I') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid
                                WHERE i.indexrelid = c.oid AND t.relkind = 'm') LOOP
    EXECUTE format('DROP INDEX %s', item.name);
  END LOOP;
  FOR item IN SELECT c.oid::regclass AS name FROM pg_class c
              WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', item.name);
  END LOOP;
END $$
"""


def measure(
    server: EmbeddedServer, folder: Path, rows: int, connections: tuple[int, ...], rounds: int, seed: int
) -> dict[str, Any]:
    """Return the seconds and ratios of one size, for each number of connections."""
    url = _deployed(server, "marketplace")
    scale = _scale(url, rows, seed)
    bare = _deployed(server, "bare")
    with psycopg.connect(bare, autocommit=True) as connection:
        connection.execute(_BARE)
    first = fill_apart(url, scale, seed, 1)  # what is in the files; it is not counted, since everything is new to it
    files = _files(url, folder)
    figures: dict[str, Any] = {"rows": first["rows"], "bytes": sum(file.stat().st_size for _, file in files)}
    for count in connections:
        found: list[tuple[float, dict[str, Any]]] = []
        for _ in range(rounds):
            copied = _copied(bare, files, count)
            found.append((copied, fill_apart(url, scale, seed, count)))
            _settle(url)
        figures[f"connections_{count}"] = _compared(found)
    for _, file in files:
        file.unlink()
    return figures


def grow(server: EmbeddedServer, sizes: tuple[int, ...], seed: int) -> list[dict[str, Any]]:
    """Return rows a second of sending and the client's peak memory for several sizes, the smallest first."""
    url = _deployed(server, "growing")
    found = []
    for rows in sizes:
        scale = _scale(url, rows, seed)
        figures = fill_apart(url, scale, seed, 1)
        found.append(
            {
                "rows": figures["rows"],
                "rows_per_second": round(figures["rows"] / figures["loading"]),
                "megabytes": figures["megabytes"],
                "client_cpu_per_million": round(figures["cpu"] / figures["rows"] * 1e6, 2),
            }
        )
        _settle(url)
    return found


def fill_apart(url: str, scale: float, seed: int, connections: int) -> dict[str, Any]:
    """Return what a fill took in a process of its own, so that its memory is its own as well; tables are emptied."""
    with psycopg.connect(url, autocommit=True) as connection:  # else rows of before would be kept meanwhile
        names = [sql.Identifier(name) for name in _tables(connection)]
        connection.execute("SET session_replication_role = replica")  # a trigger keeps the audit log from it
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
    _settle(url)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return dict(pool.apply(_fill, (url, scale, seed, connections)))


def _fill(url: str, scale: float, seed: int, connections: int) -> dict[str, Any]:
    before = time.process_time()
    filling = sample.fill(url, scale=scale, seed=seed, connections=connections)
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "rows": filling.rows,
        "seconds": filling.seconds,
        "loading": filling.loading,
        "cpu": time.process_time() - before + workers.ru_utime + workers.ru_stime,
        "megabytes": round(megabytes(own.ru_maxrss)),
        "worker_megabytes": round(megabytes(workers.ru_maxrss)),
    }


def _compared(found: list[tuple[float, dict[str, Any]]]) -> dict[str, Any]:
    def middle(value: Callable[[float, dict[str, Any]], float]) -> float:
        return statistics.median(value(files, fill) for files, fill in found)

    return {
        "files": round(middle(lambda files, _: files), 2),
        "sending": round(middle(lambda _, fill: fill["loading"]), 2),
        "everything": round(middle(lambda _, fill: fill["seconds"]), 2),
        "ratio_of_sending": round(middle(lambda files, fill: files / fill["loading"]), 2),
        "ratio": round(middle(lambda files, fill: (files + fill["seconds"] - fill["loading"]) / fill["seconds"]), 2),
        "client_cpu_per_million": round(middle(lambda _, fill: fill["cpu"] / fill["rows"] * 1e6), 2),
        "megabytes": max(fill["megabytes"] for _, fill in found),
        "worker_megabytes": max(fill["worker_megabytes"] for _, fill in found),
    }


def _deployed(server: EmbeddedServer, name: str) -> str:
    url = server.ensure_database(name)
    deploy(load("marketplace"), url, allow_missing=True)
    return url


def _scale(url: str, rows: int, seed: int) -> float:
    """Return the factor of the default counts that gives about so many rows."""
    return rows / sample.plan(url, seed=seed).rows


def _files(url: str, folder: Path) -> list[tuple[str, Path]]:
    """Write each table with rows to a file, and return names and files, the largest first."""
    found = []
    with psycopg.connect(url, autocommit=True) as connection:
        for name in _tables(connection):
            file = folder / name
            query = sql.SQL("SELECT {} FROM {}").format(columns_of(connection, name), sql.Identifier(name))
            copy_out(connection, query, file)
            found.append((name, file))
    return sorted(found, key=lambda item: -item[1].stat().st_size)


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
        "AND relnamespace = 'public'::regnamespace"
    )
    return [str(name) for (name,) in found]


def _copied(url: str, files: list[tuple[str, Path]], connections: int) -> float:
    """Return the seconds in which the server reads the files, over some connections, the largest first."""
    waiting: SimpleQueue[tuple[str, Path]] = SimpleQueue()
    with psycopg.connect(url, autocommit=True) as connection:
        names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in files)
        connection.execute(sql.SQL("TRUNCATE {}").format(names))
        columns = {name: columns_of(connection, name) for name, _ in files}
        partitioned = {
            name for (name,) in connection.execute("SELECT relname FROM pg_class WHERE relkind = 'p'").fetchall()
        }
        connection.execute("CHECKPOINT")
    for item in files:
        waiting.put(item)
    ready = threading.Barrier(connections)

    def work() -> None:
        with psycopg.connect(url) as connection:
            ready.wait()
            while True:
                try:
                    name, file = waiting.get_nowait()
                except Empty:
                    return
                is_alone = connections == 1
                if is_alone:  # as in a fill: emptied in the same transaction, which saves the log
                    connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
                copy_in(
                    connection, sql.Identifier(name), columns[name], file, freeze=is_alone and name not in partitioned
                )

    return side_by_side([work] * connections)


def _settle(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
