"""`Frame`: any rows of any table of a plan, with each column computed when it is first asked for.

A frame reaches the rows that its rows refer to by `Frame.parent`; a parent's value is thus derived again from its row
number and never looked up. That makes children agree with parents (prices, names, times) without a store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Counter, Plan
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.providers import pooled
from designer_kernel.sample.rows import apart, hashing, redrawing, referring
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Mask, Values, combined

KEPT_UP_TO = 1 << 17
"""Tables of up to this many rows are kept while their children are made."""

WORTH_IT = 1024
"""Fewer rows are not looked through for repeats."""


class Frame:
    """Some rows of one table.

    Parameters
    ----------
    plan
        What to make.
    name
        The table.
    rows
        Row numbers, in any order and with repeats.
    attempt
        How often these rows have been drawn before.
    redrawn
        The columns that depend on ``attempt``; all others stay what they are at the first.
    """

    def __init__(
        self, plan: Plan, name: TableName, rows: Rows, attempt: int = 0, redrawn: frozenset[str] = frozenset()
    ) -> None:
        self.plan = plan
        self.name = name
        self.table = plan.tables[name]
        self.rows = rows
        self.attempt = attempt
        self.redrawn = redrawn
        self._columns: dict[str, Values] = {}
        self._parents: dict[str, tuple[Frame, Mask | None]] = {}
        self._shared: dict[str, Any] = {}
        self._pending: list[str] = []
        self._found: tuple[Frame | None, Rows] | None = None
        self.is_parent = False

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def whole(self) -> Frame | None:
        """Rows of the table among which these are, made once; ``places`` tells where each is. It only saves time.

        Either all rows, if this frame is a parent's and the table is small enough to keep: the same eight tenants for
        each of a million rows. Or these without repeats, where neighbours have the same parent.
        """
        return self._source()[0]

    @property
    def places(self) -> Rows:
        """Where each row is in `whole`."""
        return self._source()[1]

    def _source(self) -> tuple[Frame | None, Rows]:
        if self._found is None:
            is_derived = self.is_parent and self.table.existing is None
            self._found = (self._kept() or self._without_repeats()) if is_derived else (None, self.rows)
        return self._found

    def _kept(self) -> tuple[Frame, Rows] | None:
        if self.table.rows > KEPT_UP_TO:
            return None
        kept: dict[TableName, Frame | int] = self.plan.kept
        whole = kept.get(self.name, 0)
        if not isinstance(whole, Frame):
            asked = kept[self.name] = whole + len(self)
            if self.table.rows > 4 * asked:  # a few rows are made alone
                return None
            whole = kept[self.name] = Frame(self.plan, self.name, np.arange(self.table.rows, dtype=np.int64))
        return whole, self.rows

    def _without_repeats(self) -> tuple[Frame | None, Rows]:
        is_new = np.ones(len(self), dtype=np.bool_)
        np.not_equal(self.rows[1:], self.rows[:-1], out=is_new[1:])
        if len(self) < WORTH_IT or 2 * np.count_nonzero(is_new) > len(self):
            return None, self.rows
        return Frame(self.plan, self.name, self.rows[is_new]), np.cumsum(is_new) - 1

    def bits(self, *names: str) -> Bits:
        """Return 64 random bits for each row, from the stream of these names; a column's begin with its name."""
        if self.attempt and names[0] in self.redrawn:
            names = (*names, f"attempt {self.attempt}")
        return hashing.draw(hashing.stream(self.plan.seed, *self.name, *names), self.numbers)

    @property
    def numbers(self) -> Rows:
        """The numbers that values follow from: the rows', or those after the rows that were there before."""
        return self.rows if self.table.beside is None else self.table.beside.numbers(self.rows)

    def shared(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what ``make`` returned when ``key`` was first asked for: what several columns have in common."""
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]

    def column(self, name: str) -> Values:
        """Return the values of a column.

        Raises
        ------
        SamplePlanError
            If columns need each other in a circle.
        """
        if name not in self._columns and self.whole is not None:
            self._columns[name] = self.whole.column(name).take(self.places)
        if name not in self._columns:
            if name in self._pending:
                circle = " → ".join([*self._pending[self._pending.index(name) :], name])
                raise SamplePlanError(
                    f"these columns need each other: {circle}",
                    where=f"{self.table.label}.{name}",
                    mend="drop one of the checks or references that tie them together",
                )
            self._pending.append(name)
            try:
                self._columns[name] = self._computed(name)
            finally:
                self._pending.pop()
        return self._columns[name]

    def parent(self, reference: str) -> Frame:
        """Return the rows that a reference, or a path of references with slashes, leads to.

        Where a reference is NULL, some row stands in.
        """
        frame = self
        for step in reference.split("/"):
            frame = frame._parent(step)[0]
        return frame

    def at(self, rows: Rows) -> Frame:
        """Return other rows of the same table."""
        return Frame(self.plan, self.name, rows)

    def again(self, rows: Rows, attempt: int, columns: Iterable[str]) -> Frame:
        """Return rows of the same table with some columns as they are when drawn so many times more."""
        return Frame(self.plan, self.name, rows, attempt, frozenset(columns))

    def absent(self, reference: str) -> Mask | None:
        """Return where a reference is NULL."""
        return self._parent(reference)[1]

    def counted(self, counter: Counter, *, anew: bool = False) -> Rows:
        """Return the number of each row among its equals; ``anew`` as if there had been none before."""
        position = self.position(counter.among, anew=anew)
        if not counter.pieces:
            return position // counter.divisor
        number, scale = np.zeros_like(position), 1
        for divisor, size in counter.pieces:
            digit = position // divisor
            number += (digit % size if size else digit) * scale
            scale *= max(size, 1)
        return number

    def position(self, among: str, *, anew: bool = False) -> Rows:
        """Return how many rows of the same owner or ancestor (see `Counter`) lie before each row."""
        if among == "rows" or self.table.existing is not None:
            return self.rows if anew else self.numbers
        path = (self.table.owner,) if among == "owner" else tuple(among.split("/"))
        ancestor = self.ancestor(path)
        chain = self._chain(path)
        first = referring.first_row(self.plan, chain, ancestor)
        beside = self.table.beside
        if beside is None or anew:
            return self.rows - first
        size = referring.first_row(self.plan, chain, ancestor + 1) - first
        return self._before(path, ancestor) + beside.moved(self.rows, self.rows - first, size)

    def _before(self, path: tuple[str, ...], owners: Rows) -> Rows:
        """Return how many rows each owner has had before."""
        parent = self.plan.tables[self.table.references[path[0]].parent]
        if parent.existing is None or len(path) > 1:
            return np.zeros(len(owners), dtype=np.int64)
        return parent.existing.having(self.name, path[0], owners)

    def ancestor(self, path: tuple[str, ...]) -> Rows:
        """Return the row numbers reached by following references."""
        frame = self
        for step in path:
            frame = frame.parent(step)
        return frame.rows

    def _chain(self, path: tuple[str, ...]) -> tuple[TableName, ...]:
        chain = []
        name = self.name
        for step in path:
            chain.append(name)
            name = self.plan.tables[name].references[step].parent
        return tuple(chain)

    def _computed(self, name: str) -> Values:
        if self.table.existing is not None:
            return self.table.existing.column(name, self.rows)
        redraw = next((r for r in self.table.redraws if name in r.columns), None)
        if redraw is None or name in self.redrawn:
            return self.drawn(name)
        chosen = self.shared(f"redraw {redraw.constraint}", lambda: redrawing.redrawn(self, redraw.constraint))
        values: Values = chosen[name]
        return values

    def drawn(self, name: str) -> Values:
        """Return a column as its provider and adjustments make it, checks that need redrawing aside."""
        column = self.table.columns[name]
        if column.reference is not None:
            return self._referenced(*column.reference, name)
        assert column.provider is not None
        values = column.provider.draw(self, column.facts)
        if column.null_share:
            values = values.without(hashing.below(self.bits(name, "null"), 1000) < column.null_share)
        for adjustment in column.adjustments:
            values = adjustment.apply(self, column.facts, values)
        return values

    def _referenced(self, reference: str, parent_column: str, name: str) -> Values:
        plan = self.table.references[reference]
        values = self.parent(reference).column(parent_column)
        return values.without(self.absent(reference)) if name in plan.null_columns else values

    def _parent(self, reference: str) -> tuple[Frame, Mask | None]:
        if reference not in self._parents:
            plan = self.table.references[reference]
            existing = self.table.existing
            if existing is not None:
                rows, null = existing.parent(plan.name, self.rows)
            elif plan.apart is not None and plan.apart[1] in apart.SMALLER | apart.LARGER:
                rows, null = referring.in_order(self, plan)
            else:
                rows, null = referring.rows_of(self, plan)
            if plan.apart is not None and not apart.is_kept(plan) and existing is None:
                other = self.table.references[plan.apart[0]]
                key = apart.compared_column(plan, other)
                null = combined(null, apart.fails(self, plan, rows, self.parent(other.name).rows, key))
            if existing is not None:
                pass  # what is NULL is so already
            elif plan.portion is not None:
                null = combined(null, referring.in_portion(self, plan.portion) < 0)
            elif plan.turn is not None:
                name, index, size = plan.turn
                null = combined(null, hashing.below(self.bits(name), size) != index)
            elif plan.presence is not None:
                null = combined(null, ~pooled.presence(self, plan.presence))
            elif plan.null_share and plan.null_columns:
                null = combined(null, hashing.below(self.bits(plan.name, "null"), 1000) < plan.null_share)
            parent = Frame(self.plan, plan.parent, rows)
            parent.is_parent = True
            self._parents[reference] = (parent, null)
        return self._parents[reference]
