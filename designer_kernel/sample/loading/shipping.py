"""Rows on their way: streams of COPY BINARY with their destinations, which are leaf partitions where these are known.

A row that is sent to a partitioned table is looked at by the server to find its partition; that cost a third of the
rate where we measured it. We know the partition from the row's number, so each leaf gets a stream of its own, and
several connections fill several leaves at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import psycopg

from designer_kernel.sample.loading.encoding import CHUNK, stream, stream_rows
from designer_kernel.sample.loading.sending import Piece, send
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.routing import leaf_of

_WINDOW: Final = 500_000
"""Rows that are divided among leaves together; their numbers and leaves are all that is kept of them."""


@dataclass(frozen=True, slots=True)
class Shipment:
    """A stream that follows: rows of a table that go into it, or into a leaf of it."""

    table: TableName
    into: TableName
    rows: int


Load: TypeAlias = Shipment | Piece


def shipments(
    plan: Plan, table: TableName, start: int, stop: int, direct: Collection[TableName], chunk: int = CHUNK
) -> Iterator[Load]:
    """Yield a range of a table's rows: each shipment is followed by its stream.

    Parameters
    ----------
    direct
        Partitioned tables whose leaves may be addressed.
    """
    if table not in direct or plan.tables[table].division is None:
        yield from _whole(plan, table, start, stop, chunk)
        return
    for low in range(start, stop, _WINDOW):
        high = min(low + _WINDOW, stop)
        routed = _routed(plan, table, low, high, chunk)
        if routed is None:
            yield from _whole(plan, table, low, high, chunk)
            continue
        found, leaves = routed
        for index in np.unique(found):
            rows = (low + np.flatnonzero(found == index)).astype(np.int64)
            yield Shipment(table, leaves[index], len(rows))
            yield from stream_rows(plan, table, rows, chunk=chunk)


def _whole(plan: Plan, table: TableName, start: int, stop: int, chunk: int) -> Iterator[Load]:
    yield Shipment(table, table, stop - start)
    if plan.tables[table].columns:
        yield from stream(plan, table, start, stop, chunk=chunk)


def _routed(plan: Plan, table: TableName, low: int, high: int, chunk: int) -> tuple[Rows, tuple[TableName, ...]] | None:
    """Return the leaf of each row of a window, and the leaves; nothing if only the server can tell."""
    parts = []
    leaves: tuple[TableName, ...] = ()
    for start in range(low, high, chunk):
        frame = Frame(plan, table, np.arange(start, min(start + chunk, high), dtype=np.int64))
        found = leaf_of(plan, table, frame)
        if found is None:
            return None
        parts.append(found[0])
        leaves = found[1]
    return np.concatenate(parts), leaves


def receive(
    connection: psycopg.Connection[Any],
    plan: Plan,
    loads: Iterator[Load],
    rows: int,
    told: Callable[[int], None],
    fresh: Collection[TableName] = (),
) -> None:
    """Send so many rows of what comes, which belong to one table.

    Parameters
    ----------
    loads
        Shipments and their streams; more may follow, which are left alone.
    fresh
        Tables and leaves that the open transaction has emptied.

    Raises
    ------
    StatementFailed
        If the server refuses something, or some rows did not arrive.
    """
    while rows > 0:
        shipment = next(loads)
        assert isinstance(shipment, Shipment)
        table = plan.tables[shipment.table]
        freeze = shipment.into in fresh
        rows -= send(connection, table, shipment.rows, _pieces(loads), told, into=shipment.into, freeze=freeze)


def _pieces(loads: Iterator[Load]) -> Iterator[Piece]:
    """Yield the stream that comes next, without what follows it."""
    for load in loads:
        assert not isinstance(load, Shipment)
        yield load
        if not load[1]:
            return
