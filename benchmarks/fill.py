"""How fast sample data is loaded, beside a plain COPY of the very same rows, in one run on one server.

``make bench``, or ``python -m benchmarks.fill --rows 100000 --json``. The server is a fresh embedded one in a temporary
directory with its usual settings (fsync on), so the figures are those a user gets on this machine.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from tqdm import tqdm

from designer_kernel import sample
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.server import embedded
from designer_kernel.studio.progress import ProgressBar
from designer_kernel.templates import load

TABLE = "order_items"
BLOCK = 1 << 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Load sample data, and copy the same rows plainly.")
    parser.add_argument("--rows", type=int, default=1_000_000, help=f"rows of {TABLE} (default: 1,000,000)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the rows (default: 7)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    figures = measure(options.rows, options.seed)
    print(json.dumps(figures) if options.json else _told(figures))


def measure(rows: int, seed: int) -> dict[str, Any]:
    """Return seconds and rows a second of the fill, and of plain copies of its largest table."""
    with tempfile.TemporaryDirectory(prefix="designer-") as folder, embedded(folder) as server:
        url = server.ensure_database("bench")
        deploy(load("marketplace"), url, allow_missing=True)
        with ProgressBar("filling", tqdm, unit=" rows", unit_scale=True) as progress:
            filling = sample.fill(url, rows={TABLE: rows}, seed=seed, progress=progress)
        made = next(table for table in filling.tables if table.table.endswith(TABLE))
        file = Path(folder) / "rows"
        with psycopg.connect(url, autocommit=True) as connection:
            columns = _columns(connection)
            _copy_out(connection, columns, file)
            bare = _copy_bare(connection, columns, file)
            alike = _copy_alike(connection, columns, file)
            keyed = _copy_keyed(connection, columns, file)
    return {
        "rows": made.rows,
        "bytes": bare["bytes"],
        "all_rows": filling.rows,
        "fill": _rate(made.rows, made.seconds),
        "fill_of_everything": _rate(filling.rows, filling.seconds),
        "plain_copy_without_keys": _rate(made.rows, bare["seconds"]),
        "plain_copy_into_an_identical_table": _rate(made.rows, alike),
        "plain_copy_with_keys": _rate(made.rows, keyed),
        "ratio_to_plain_copy": round(alike / made.seconds, 2),
    }


def _rate(rows: int, seconds: float) -> dict[str, float]:
    return {"seconds": round(seconds, 2), "rows_per_second": round(rows / seconds)}


def _columns(connection: psycopg.Connection[Any]) -> sql.Composable:
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        [TABLE],
    )
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)


def _copy_out(connection: psycopg.Connection[Any], columns: sql.Composable, file: Path) -> None:
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT binary)").format(columns, sql.Identifier(TABLE))
    with file.open("wb") as out, connection.cursor().copy(statement) as rows:
        for block in rows:
            out.write(block)


def _copy_bare(connection: psycopg.Connection[Any], columns: sql.Composable, file: Path) -> dict[str, float]:
    """Copy into a table of the same columns without key, index or check: the ceiling of the server."""
    connection.execute(sql.SQL("CREATE TABLE bare AS SELECT {} FROM {} LIMIT 0").format(columns, sql.Identifier(TABLE)))
    return {"seconds": _copy_in(connection, "bare", columns, file), "bytes": file.stat().st_size}


def _copy_alike(connection: psycopg.Connection[Any], columns: sql.Composable, file: Path) -> float:
    """Copy into a table with the same domains, checks and generated columns, whose keys come later, as in a fill."""
    statement = sql.SQL("CREATE TABLE alike (LIKE {} INCLUDING ALL EXCLUDING INDEXES)")
    connection.execute(statement.format(sql.Identifier(TABLE)))
    return _copy_in(connection, "alike", columns, file)


def _copy_keyed(connection: psycopg.Connection[Any], columns: sql.Composable, file: Path) -> float:
    """Copy into the table as it is deployed, with its keys, foreign keys and indexes in place, as a script would."""
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(TABLE)))
    return _copy_in(connection, TABLE, columns, file)


def _copy_in(connection: psycopg.Connection[Any], table: str, columns: sql.Composable, file: Path) -> float:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(sql.Identifier(table), columns)
    started = time.perf_counter()
    with connection.cursor().copy(statement) as rows:
        for block in _blocks(file):
            rows.write(block)
    return time.perf_counter() - started


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def _told(figures: dict[str, Any]) -> str:
    lines = [f"{figures['rows']:,} rows of {TABLE}, {figures['bytes'] / 1e6:,.0f} MB as binary COPY", ""]
    for title, key in (
        (f"made and loaded ({TABLE})", "fill"),
        (f"everything: {figures['all_rows']:,} rows, keys and indexes checked", "fill_of_everything"),
        ("plain COPY of the same rows, no keys", "plain_copy_without_keys"),
        ("plain COPY of the same rows, identical table, keys later", "plain_copy_into_an_identical_table"),
        ("plain COPY of the same rows, keys in place", "plain_copy_with_keys"),
    ):
        lines.append(f"{title:<58} {figures[key]['seconds']:>8.1f} s {figures[key]['rows_per_second']:>10,} rows/s")
    lines.append(
        f"{'made and loaded, beside a plain COPY into an identical table':<58} {figures['ratio_to_plain_copy']:>8.2f}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
