"""A fill in parts: ranges of rows that are each one transaction, in the order in which they may be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from designer_kernel.sample.constraints.nodes import Name
from designer_kernel.sample.loading.distribution import Keys
from designer_kernel.sample.plan import Owner, Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.rows.referring import first_row

PART: Final = 500_000
"""Rows of one part: a second or two of work, which is lost at most when a process is killed."""

_SMALLEST: Final = 100_000
_PER_CONNECTION: Final = 8
_CUTS_UP_TO: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """Rows ``start`` to ``stop`` of a table."""

    table: TableName
    start: int
    stop: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from all other parts of a fill."""
        return (*self.table, self.start)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.stop - self.start


def size_for(plan: Plan, connections: int) -> int:
    """Return how many rows a part has best: several parts for each connection, so that all end at the same time."""
    return max(_SMALLEST, min(PART, plan.rows // (connections * _PER_CONNECTION)))


def parts_of(plan: Plan, size: int = PART, along: TableName | None = None, distributed: Keys = ()) -> list[Part]:
    """Return all parts of a plan, those of the largest tables first.

    Parameters
    ----------
    size
        Rows of one part.
    along
        A table (of tenants, say): rows that lie under one of its rows stay in one part if they fit, so that a part
        goes to few nodes or partitions of a target that is divided by it. Tables whose own partitions are by lists or
        hashes of the key of another are cut along that one by themselves.
    distributed
        Tables that the target distributes by a column: where that is a copy of another table's key, they are cut along
        that one.
    """
    columns = dict(distributed)
    tables = [t for t in plan.tables.values() if t.rows]
    tables.sort(key=lambda t: (-t.rows * (len(t.columns) + 1), t.name))
    parts = []
    for table in tables:
        by = columns.get(table.name)
        found = along or (_copied_from(plan, table, by) if by is not None else None) or divided_along(plan, table)
        cuts = _cuts(plan, table, size, found)
        parts += [Part(table.name, a, b) for a, b in pairwise(cuts)]
    return parts


def divided_along(plan: Plan, table: TablePlan) -> TableName | None:
    """Return the table whose key a table's partitions are by, as of tenants, if they are lists or hashes of one."""
    division = table.division
    if division is None or division.strategy not in ("LIST", "HASH") or len(division.keys) != 1:
        return None
    (key,) = division.keys
    return _copied_from(plan, table, key.column) if isinstance(key, Name) else None


def _copied_from(plan: Plan, table: TablePlan, column: str) -> TableName | None:
    """Return the table that a column is a copy of the key of, by way of references."""
    current = table
    while (copied := current.columns[column].reference if column in current.columns else None) is not None:
        reference, column = copied
        current = plan.tables[current.references[reference].parent]
        if current is table:  # partitions by the key of its own kind
            return None
    return None if current is table else current.name


def _cuts(plan: Plan, table: TablePlan, size: int, along: TableName | None) -> list[int]:
    """Return where the parts of a table begin, and its end."""
    bounds = _bounds(plan, table, along) if along is not None else []
    cuts = [0]
    for bound in [*bounds, table.rows]:
        if bound - cuts[-1] > size and bounds:
            before = max((b for b in bounds if cuts[-1] < b < bound and b - cuts[-1] <= size), default=None)
            if before is not None:
                cuts.append(before)
        while bound - cuts[-1] > size:
            cuts.append(cuts[-1] + size)
    return [*cuts, table.rows] if cuts[-1] < table.rows else cuts


def _bounds(plan: Plan, table: TablePlan, along: TableName) -> list[int]:
    """Return the first rows under each row of a table far above; nothing if this one does not lie under it."""
    import numpy as np

    chain: list[TableName] = []
    current = table
    while current.name != along:
        rule = current.references[current.owner].rule if current.owner else None
        if not isinstance(rule, Owner) or current.name in chain:
            return []
        chain.append(current.name)
        current = plan.tables[current.references[current.owner].parent]
    if not chain or current.rows > _CUTS_UP_TO:
        return []
    return [int(row) for row in first_row(plan, tuple(chain), np.arange(1, current.rows, dtype=np.int64))]


class Schedule:
    """Which part comes next.

    Parameters
    ----------
    parts
        All parts, in the order in which they are wanted.
    waits
        Tables that come after others, since a foreign key between them stays in place. One that refers to itself is
        sent part by part, in order.
    done
        Keys of the parts that were sent by an earlier run.
    """

    def __init__(
        self,
        parts: Iterable[Part],
        waits: Mapping[TableName, Collection[TableName]],
        done: Collection[tuple[str, str, int]] = (),
    ) -> None:
        self._left = [part for part in parts if part.key not in done]
        self._sending: dict[TableName, int] = {}
        self._open: dict[TableName, int] = {}
        for part in self._left:
            self._open[part.table] = self._open.get(part.table, 0) + 1
        self._waits = waits

    @property
    def is_done(self) -> bool:
        """Whether every part was sent."""
        return not any(self._open.values())

    def take(self) -> Part | None:
        """Return a part that can be sent now, if there is one."""
        for index, part in enumerate(self._left):
            if not any(self._blocks(name, part.table) for name in self._waits.get(part.table, ())):
                self._sending[part.table] = self._sending.get(part.table, 0) + 1
                return self._left.pop(index)
        return None

    def _blocks(self, name: TableName, table: TableName) -> bool:
        """Whether a table waits for another, or for its own earlier parts."""
        return bool(self._sending.get(name) if name == table else self._open.get(name))

    def give_back(self, part: Part) -> None:
        """Say that a part was not sent after all."""
        self._left.insert(0, part)
        self._sending[part.table] -= 1

    def done(self, part: Part) -> None:
        """Say that a part was sent."""
        self._open[part.table] -= 1
        self._sending[part.table] -= 1
