"""`Frame`: any rows of any table of a plan, with each column computed when it is first asked for.

A frame reaches the rows that its rows refer to by `Frame.parent`; a parent's value is thus derived again from its row
number and never looked up. That makes children agree with parents (prices, names, times) without a store.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.conditions import UNREADABLE_MEND, Unreadable
from designer_kernel.sample.plan import Counter, Owner, Pick, Plan, Redraw, ReferencePlan, Tree
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.providers import pooled
from designer_kernel.sample.rows import apart, hashing, trees
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Mask, Values, combined

KEPT_UP_TO = 1 << 17
"""Tables of up to this many rows are kept while their children are made."""

WORTH_IT = 1024
"""Fewer rows are not looked through for repeats."""

MOST_ATTEMPTS = 64
"""How often a row is drawn again for a check before the fill is given up."""


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
        first = first_row(self.plan, chain, ancestor)
        beside = self.table.beside
        if beside is None or anew:
            return self.rows - first
        size = first_row(self.plan, chain, ancestor + 1) - first
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
        chosen = self.shared(f"redraw {redraw.constraint}", lambda: self._redrawn(redraw.constraint))
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

    def _redrawn(self, constraint: str) -> dict[str, Values]:
        """Return the columns of a check with every row drawn again, up to a bound, until the check holds."""
        group = [r for r in self.table.redraws if r.constraint == constraint]
        columns = group[0].columns
        first = Frame(self.plan, self.name, self.rows, 0, frozenset(columns))
        current = {column: first.column(column) for column in columns}
        for attempt in range(1, MOST_ATTEMPTS + 1):
            view = _View(self, current)
            try:
                passes = [evaluating.holds(r.condition, view) for r in group]
            except Unreadable as error:
                raise SamplePlanError(
                    f"the check holds something that sample data cannot satisfy: {error}",
                    where=f"{self.table.label}.{constraint}",
                    mend=UNREADABLE_MEND,
                ) from error
            failing = np.flatnonzero(~np.logical_and.reduce(passes))
            if not len(failing):
                return current
            again = Frame(self.plan, self.name, self.rows[failing], attempt, frozenset(columns))
            where = np.zeros(len(self), dtype=np.bool_)
            where[failing] = True
            back = np.zeros(len(self), dtype=np.int64)
            back[failing] = np.arange(len(failing))
            current = {c: current[c].where(where, again.column(c).take(back)) for c in columns}
        if group[0].spare:
            return self._spared(group, current)
        raise SamplePlanError(
            f"after {MOST_ATTEMPTS} draws some rows still break the check",
            where=f"{self.table.label}.{constraint}",
            mend="simplify the check, or fill the other tables with tables=…",
        )

    def _spared(self, group: list[Redraw], current: dict[str, Values]) -> dict[str, Values]:
        """Return the columns of a check with the rows that fail all the same taken from its spare entries."""
        first = group[0]
        view = _View(self, current)
        failing = ~np.logical_and.reduce([evaluating.holds(r.condition, view) for r in group])
        place = hashing.below(self.bits(f"spare {first.constraint}"), len(first.spare[0]))
        forms = [self.table.columns[c].facts.form for c in first.columns]
        spare = [pooled.kept(form, items).take(place) for form, items in zip(forms, first.spare, strict=True)]
        return {c: current[c].where(failing, other) for c, other in zip(first.columns, spare, strict=True)}

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
            elif plan.apart is not None and plan.apart[1] in ("<", ">"):
                rows, null = self._in_order(plan)
            else:
                rows, null = self._rows_of(plan)
            if plan.apart is not None and not apart.is_kept(plan) and existing is None:
                other = self.table.references[plan.apart[0]]
                key = next(c for c in plan.parent_columns if c in other.parent_columns)
                null = combined(null, apart.fails(self, plan, rows, self.parent(other.name).rows, key))
            if existing is not None:
                pass  # what is NULL is so already
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

    def _rows_of(self, plan: ReferencePlan) -> tuple[Rows, Mask | None]:
        match plan.rule:
            case Owner(fan, free):
                owners = fan.owner(self.rows)
                parent = self.plan.tables[plan.parent].existing
                return (parent.free(self.name, plan.name)[owners] if free and parent is not None else owners), None
            case Pick():
                return self._picked(plan, plan.rule)
            case Tree():
                return self._rooted(plan, plan.rule)

    def _in_order(self, plan: ReferencePlan) -> tuple[Rows, Mask | None]:
        """Return the rows of one of two references that a check orders by their keys."""
        assert plan.apart is not None
        pair = (plan.name, plan.apart[0]) if plan.apart[1] == "<" else (plan.apart[0], plan.name)
        first, second = (self.table.references[name] for name in pair)
        (rows, null), (others, no) = self.shared(
            f"pair {pair[0]}", lambda: (self._rows_of(first), self._rows_of(second))
        )
        key = next(c for c in first.parent_columns if c in second.parent_columns)
        ordered = self.shared(f"order {pair[0]}", lambda: apart.in_order(self, first, rows, others, key))
        if no is not None and not second.null_columns and first.null_columns:
            null, no = combined(null, no), None  # where there is no pair, the one that may be NULL is
        return ordered[pair.index(plan.name)], (null if plan.name == pair[0] else no)

    def _other(self, plan: ReferencePlan) -> Rows | None:
        """Return the rows that a reference must not choose, as they are before pairs are put in order."""
        if plan.apart is None or plan.apart[1] == "<" or not apart.is_kept(plan):
            return None
        if plan.apart[1] == "<>":
            return self.parent(plan.apart[0]).rows
        return self._rows_of(self.table.references[plan.apart[0]])[0]

    def _range(self, rule: Pick | Tree, parent: TableName) -> tuple[Any, Any]:
        """Return the first row and the number of rows to choose from, for each row."""
        if rule.path is None:
            return np.int64(0), np.int64(self.plan.tables[parent].size)
        ancestor = self.ancestor(rule.path)
        low = first_row(self.plan, rule.chain, ancestor)
        return low, first_row(self.plan, rule.chain, ancestor + 1) - low

    def _picked(self, plan: ReferencePlan, rule: Pick) -> tuple[Rows, Mask | None]:
        low, whole = self._range(rule, plan.parent)
        other = self._other(plan)
        empty = np.broadcast_to(whole <= (0 if other is None else 1), len(self))
        size = apart.room(whole, plan)
        if rule.counter is not None:
            among = rule.counter.among
            shift: Any = 0
            if among == "owner" and (rule.counter.divisor > 1 or not self._is_smooth(rule)):
                shift = hashing.below(self.parent(self.table.owner).bits(plan.name), 1 << 30)
            if plan.apart is not None and not np.ndim(shift):  # neighbours are no better a pair than others
                turn = hashing.stream(self.plan.seed, *self.name, plan.name, "shift") % (1 << 30)
                shift = apart.shift(plan, size, turn)
            if plan.null_columns and not rule.counter.wraps:
                beyond = self.counted(rule.counter, anew=self._is_anew(plan)) >= size
                empty = empty | beyond  # more rows than parents: the rest have none
            chosen = hashing.permute(self._smooth(plan, rule), size, shift)
        else:
            bits = self.bits(plan.name, "pick")
            chosen = hashing.below(bits, size)
            if rule.popular:
                chosen = hashing.below(hashing.mix(bits), chosen + 1)
        if other is not None and plan.apart is not None:
            found = apart.stepped(chosen, low, whole, other, plan.apart[1])
        else:
            found = low + chosen
        rows = np.broadcast_to(found, len(self)).astype(np.int64)
        last = max(self.plan.tables[plan.parent].size - 1, 0)
        return np.minimum(rows, last), (empty if empty.any() else None)

    def exhausts(self, reference: str) -> bool:
        """Whether a distinct reference has rows whose counter is beyond the parents that there are."""
        plan = self.table.references[reference]
        assert isinstance(plan.rule, Pick)
        assert plan.rule.counter is not None
        size = apart.room(self._range(plan.rule, plan.parent)[1], plan)
        return bool((self.counted(plan.rule.counter, anew=self._is_anew(plan)) >= size).any())

    def _is_anew(self, plan: ReferencePlan) -> bool:
        """Whether no row that was there before can refer to the same parents: they are new themselves."""
        return self.plan.tables[plan.parent].existing is None

    def _smooth(self, plan: ReferencePlan, rule: Pick) -> Rows:
        """Return a counter that is distinct within each owner, and goes on from owner to owner to reach all parents."""
        counter = rule.counter
        assert counter is not None
        anew = self._is_anew(plan)
        if counter.among != "owner" or counter.divisor != 1 or counter.pieces:
            return self.counted(counter, anew=anew)
        if rule.path is None:
            return self.rows if anew else self.numbers
        if not self._is_smooth(rule):
            return self.counted(counter, anew=anew)
        return self.position("/".join(rule.path), anew=anew)

    def _is_smooth(self, rule: Pick) -> bool:
        """Whether rows that choose from the same range are neighbours, so that they can be counted on."""
        return rule.path is None or self._owned(rule.path)

    def _owned(self, path: tuple[str, ...]) -> bool:
        name = self.name
        for step in path:
            table = self.plan.tables[name]
            if table.owner != step:
                return False
            name = table.references[step].parent
        return bool(path)

    def _rooted(self, plan: ReferencePlan, rule: Tree) -> tuple[Rows, Mask | None]:
        low, size = self._range(rule, plan.parent)
        index = self.rows - low
        if rule.is_list:
            before = np.where(index == 0, low + size - 1, self.rows - 1)  # the first refers to the last: a ring
            return before, (index == 0 if rule.has_roots else None)
        is_root = index < trees.roots_of(rule, size)
        earlier = trees.above(rule, index, size, self.bits(plan.name))
        if rule.has_roots:
            return low + np.minimum(earlier, np.maximum(index - 1, 0)), is_root
        return low + np.where(is_root, index, earlier), None


class _View:
    """A frame in which some columns are given."""

    def __init__(self, frame: Frame, given: dict[str, Values]) -> None:
        self._frame = frame
        self._given = given
        self.table = frame.table

    def __len__(self) -> int:
        return len(self._frame)

    def column(self, name: str) -> Values:
        return self._given[name] if name in self._given else self._frame.column(name)


def first_row(plan: Plan, chain: tuple[TableName, ...], ancestors: Rows) -> Rows:
    """Return the first row of the first table of ``chain`` under each ancestor; the chain leads up by owners."""
    rows = ancestors
    for name in reversed(chain):
        table = plan.tables[name]
        if table.existing is not None:
            rows = table.existing.start(table.owner, rows)
            continue
        reference = table.references[table.owner]
        rule = reference.rule
        assert isinstance(rule, Owner)
        parent = plan.tables[reference.parent].existing
        if rule.free and parent is not None:
            rows = np.searchsorted(parent.free(name, reference.name), rows, side="left").astype(np.int64)
        rows = rule.fan.start(rows)
    return rows
