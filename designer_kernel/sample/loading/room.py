"""Whether the rows fit on the server's disk: asked before anything is sent, in figures."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.loading.encoding import stream
from designer_kernel.sample.loading.target import TargetTable
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName

_SAMPLE: Final = 200
_ROW: Final = 28
"""Bytes of a row's head and of the pointer to it."""
_ENTRY: Final = 16
"""Bytes of the head of an entry of an index and of the pointer to it."""
_PAGES: Final = 1.1
"""What is lost at the ends of pages and to alignment."""
_LEAVES: Final = 1.15
"""Pages of an index are filled to nine tenths, and there are some above them."""
_SPARE: Final = 0.05
"""The share of the free space that is left alone."""
_MANY: Final = 100_000
"""Rows from which on a size is worth an estimate."""
_LOCAL: Final = ("", "localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a fill takes: of tables, of their indexes, and of the log and of sorting for as long as it runs."""

    tables: int
    indexes: int
    log: int
    sorting: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.tables + self.indexes + self.log + self.sorting

    def __str__(self) -> str:
        return (
            f"{size(self.total)} ({size(self.tables)} of rows, {size(self.indexes)} of indexes, {size(self.log)} of "
            f"write-ahead log, {size(self.sorting)} for sorting)"
        )


def size(count: float) -> str:
    """Return a number of bytes in words."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def check(
    connection: psycopg.Connection[Any], catalog: Catalog, plan: Plan, targets: Mapping[TableName, TargetTable]
) -> list[str]:
    """Refuse a fill that does not fit; return notes if nobody can know.

    Raises
    ------
    SamplePlanError
        With what is needed and what there is.
    """
    if plan.rows < _MANY:
        return []
    need = needed(connection, catalog, plan)
    directory = directory_of(connection)
    if directory is None:
        return [f"about {need} are needed; the room on the server's disk cannot be known from here"]
    free = shutil.disk_usage(directory).free
    refuse(need, free, connection.info.host)
    if any(t.is_elsewhere for t in targets.values()):
        return [f"about {need} are needed; some of it in tablespaces whose room was not looked at"]
    return []


def refuse(need: Need, free: int, host: str) -> None:
    """Refuse if what is needed is more than what there is.

    Raises
    ------
    SamplePlanError
        With both.
    """
    if need.total > free * (1 - _SPARE):
        raise SamplePlanError(
            f"about {need} are needed, and the server's disk has {size(free)}",
            where="the server's data directory" if host else "the disk",
            mend="ask for fewer rows (scale=…, rows=…), make room, or say check_room=False if you know better",
        )


def directory_of(connection: psycopg.Connection[Any]) -> Path | None:
    """Return the server's data directory if it is on this machine and may be known, else nothing."""
    host = connection.info.host
    if not (host in _LOCAL or host.startswith("/")):
        return None
    try:
        with connection.transaction():
            row = connection.execute("SHOW data_directory").fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return None
    if row is None or not os.path.exists(row[0]):  # noqa: PTH110 it may be forbidden to look inside, not at it
        return None
    return Path(row[0])


def needed(connection: psycopg.Connection[Any], catalog: Catalog, plan: Plan) -> Need:
    """Return what a plan's rows take, from the bytes of a few rows of each table."""
    tables = indexes = sorting = 0
    for table in plan.tables.values():
        if not table.rows:
            continue
        widths = _widths(plan, table)
        tables += int(table.rows * (_ROW + sum(widths.values()) + len(widths)) * _PAGES)
        for keys in _indexes(catalog, table):
            known = [widths[key] for key in keys if key in widths]
            width = sum(known) + 16 * (len(keys) - len(known))
            entries = int(table.rows * (_ENTRY + width) * _LEAVES)
            indexes += entries
            sorting = max(sorting, entries)
    row = connection.execute(
        """
        SELECT current_setting('wal_level'), pg_size_bytes(current_setting('max_wal_size')),
               current_setting('archive_mode') <> 'off' OR EXISTS (SELECT FROM pg_replication_slots)
        """
    ).fetchone()
    assert row is not None
    level, most, is_kept = row
    written = indexes + (0 if level == "minimal" else tables)
    return Need(tables, indexes, written if is_kept else min(written, 2 * most), sorting)


def _widths(plan: Plan, table: TablePlan) -> dict[str, float]:
    """Return the mean bytes of each column, in the middle of the table."""
    rows = min(table.rows, _SAMPLE)
    start = (table.rows - rows) // 2
    total = sum(len(data) for data, _ in stream(plan, table.name, start, start + rows)) if table.columns else 0
    # what a stream holds beside the values: its head and end, a count for each row and a length for each value
    mean = max((total - 21) / rows - 2 - 4 * len(table.columns), 0.0)
    return _shared(table, mean)


def _shared(table: TablePlan, mean: float) -> dict[str, float]:
    """Divide the bytes of a row among its columns: what types fix, and the rest evenly."""
    fixed = {n: _FIXED.get(c.facts.form.base, 0.0) for n, c in table.columns.items()}
    free = [name for name, width in fixed.items() if not width]
    rest = max(mean - sum(fixed.values()), 0.0) / len(free) if free else 0.0
    return {name: width or rest for name, width in fixed.items()}


_FIXED: Final = {
    "boolean": 1.0, "smallint": 2.0, "integer": 4.0, "real": 4.0, "date": 4.0, "bigint": 8.0, "double precision": 8.0,
    "timestamp with time zone": 8.0, "timestamp without time zone": 8.0, "uuid": 16.0, "interval": 16.0,
}  # fmt: skip


def _indexes(catalog: Catalog, table: TablePlan) -> Iterable[tuple[str, ...]]:
    """Yield the keys of each index of a table."""
    own = table_id(*table.name)
    for kind in (PrimaryKey, Unique):
        yield from (key.columns for key in catalog.parts(own, kind))
    yield from (index.keys for index in catalog.parts(own, Index))
