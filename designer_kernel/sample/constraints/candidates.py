"""Rows that might keep a check: of its columns' own providers, of what its words suggest, and of both mixed.

A batch of candidates is a pure function of the plan and the batch's number, so the same plan finds the same pool.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.calendar import DAY
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.spelled import values_of
from designer_kernel.sample.rows.values import Mask, Values, texts

BATCH: Final = 2048
_ORDERED: Final = frozenset({"integer", "numeric", "float", "date", "timestamp", "text", "enum"})


@dataclass(frozen=True, slots=True)
class Batch:
    """Candidates: values of the columns that are sought, which references are set, and all other columns asked for.

    ``natural`` says which candidates are as the providers draw them.
    """

    columns: dict[str, Values]
    present: dict[str, Mask]
    context: dict[str, Values]
    table: TablePlan
    natural: Mask

    def __len__(self) -> int:
        return len(self.natural)

    def column(self, name: str) -> Values:
        """Return a column's values."""
        return self.columns[name] if name in self.columns else self.context[name]

    def take(self, index: Rows) -> Batch:
        """Return some of the candidates."""
        return Batch(
            {c: v.take(index) for c, v in self.columns.items()},
            {r: m[index] for r, m in self.present.items()},
            {c: v.take(index) for c, v in self.context.items()},
            self.table,
            self.natural[index],
        )

    def beside(self, context: Mapping[str, Values]) -> Batch:
        """Return the same candidates in other surroundings."""
        return replace(self, context=_masked(self.table, dict(context), self.present))


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes candidates for columns and references of a table; ``context`` are the other columns of its checks."""

    plan: Plan
    name: TableName
    columns: tuple[str, ...]
    references: tuple[str, ...]
    context: tuple[str, ...]
    suggested: Mapping[str, tuple[Any, ...]]
    distinct: frozenset[str] = frozenset()

    @property
    def table(self) -> TablePlan:
        """The table's plan."""
        return self.plan.tables[self.name]

    def batch(self, number: int, best: Batch | None = None) -> Batch:
        """Return candidates; with ``best``, three quarters are those with a few columns drawn anew."""
        rows = self._rows(number)
        frame = Frame(self.plan, self.name, rows, number + 1, frozenset(self.columns))
        index = np.arange(BATCH, dtype=np.int64)
        drawn = {c: self._column(frame, c, index, number) for c in self.columns}
        present = {r: self._present(r, index, number) for r in self.references}
        natural = self._bits("mode", index, number) % np.uint64(4) == 0
        if best is not None and len(best):
            place = hashing.below(self._bits("best", index, number), len(best))
            keep = self._bits("keep", index, number) % np.uint64(4) != 0
            share = max(2, min(len(self.columns) + len(self.references), 4))
            for c in self.columns:
                kept = keep & (self._bits("change", index, number, c) % np.uint64(share) != 0)
                drawn[c] = drawn[c].where(kept, best.columns[c].take(place))
                if c in self.distinct and self.table.columns[c].facts.form.kind == "text":
                    drawn[c] = self._varied(drawn[c], kept, index, number, c)
            for r in self.references:
                kept = keep & (self._bits("change", index, number, r) % np.uint64(share) != 0)
                present[r] = np.where(kept, best.present[r][place], present[r])
            natural = natural & ~keep
        context = {c: frame.column(c) for c in self.context}
        return Batch(drawn, present, _masked(self.table, context, present), self.table, natural)

    def _rows(self, number: int) -> Rows:
        """Return row numbers for a batch: all rows of a small table in turn, some of a large one."""
        index = np.arange(BATCH, dtype=np.int64)
        size = self.table.rows
        if size <= BATCH:
            return index % size
        return (index * size // BATCH + number) % size

    def surroundings(self, size: int) -> dict[str, Values]:
        """Return the other columns of some rows of the table, in turn."""
        rows = (np.arange(size, dtype=np.int64) * 7919) % self.table.rows
        frame = Frame(self.plan, self.name, rows, 0, frozenset(self.columns))
        return {c: frame.column(c) for c in self.context}

    def _beyond(self, name: str, number: int, index: Rows) -> Values:
        """Return a column of rows that the table does not have: what counts rows has other values there alone."""
        rows = index + number * BATCH
        try:
            return Frame(self.plan, self.name, rows, number + 1, frozenset(self.columns)).drawn(name)
        except IndexError:  # it depends on the row's parents, and there are none beyond the last row
            rows = rows % self.table.rows
            return Frame(self.plan, self.name, rows, number + 1, frozenset(self.columns)).drawn(name)

    def _bits(self, what: str, index: Rows, number: int, name: str = "") -> hashing.Bits:
        return hashing.draw(hashing.stream(self.plan.seed, *self.name, "candidates", what, name, str(number)), index)

    def _column(self, frame: Frame, name: str, index: Rows, number: int) -> Values:
        """Return a column: natural values, and such as are suggested, varied, bent, like another column, or NULL."""
        column = self.table.columns[name]
        natural = self._beyond(name, number, index) if name in self.distinct else frame.drawn(name)
        mode = self._bits("mode", index, number) % np.uint64(4)
        kind = self._bits("kind", index, number, name) % np.uint64(16)
        form = column.facts.form
        result = natural
        if self.suggested.get(name):
            items = self.suggested[name]
            place = hashing.below(self._bits("item", index, number, name), len(items))
            chosen = (mode != 0) & (kind < 8)
            if not _is_matrix(natural):
                result = result.where(chosen, values_of(form, [_listed(i) for i in items]).take(place))
        if form.kind == "text":
            result = self._varied(result, (mode != 0) & (kind < 6) & (kind >= 2), index, number, name)
        result = self._bent(result, form, (mode != 0) & (kind >= 10) & (kind < 12), index, number, name)
        result = self._copied(result, frame, name, (mode != 0) & (kind >= 12) & (kind < 14), index, number)
        if name in self.distinct:
            return Values(result.data)
        if not column.facts.not_null:
            result = Values(result.data, _null_of(result) & ~((mode != 0) & (kind == 9)))
            result = result.without((mode != 0) & ((kind == 14) | (kind == 15)))
        return result

    def _varied(self, values: Values, chosen: Mask, index: Rows, number: int, name: str) -> Values:
        """Put other letters and digits in the place of those from some place on: prefixes and lengths often matter."""
        places = np.flatnonzero(chosen)
        items = values.data.take(places).to_pylist()
        bits = self._bits("vary", index, number, name)[places].tolist()
        changed = [_letters(item, bit) if item else item for item, bit in zip(items, bits, strict=True)]
        result = values.data.to_pylist()
        for place, item in zip(places.tolist(), changed, strict=True):
            result[place] = item
        return Values(texts(result), values.null)

    def _bent(self, values: Values, form: Form, chosen: Mask, index: Rows, number: int, name: str) -> Values:
        """Bring times to the beginning of an hour, a day, a week, a month or a year, and numbers to round ones."""
        if form.kind not in ("date", "timestamp", "integer", "numeric"):
            return values
        way = hashing.below(self._bits("bend", index, number, name), 5)
        data = values.data
        if form.kind in ("integer", "numeric"):
            unit = np.array([1, 2, 5, 10, 100], dtype=np.int64)[way] * 10**form.scale
            return Values(np.where(chosen, data // unit * unit, data), values.null)
        per_day = DAY if form.kind == "timestamp" else 1
        days = (data // per_day).astype("datetime64[D]")
        ways = [
            data if form.kind == "date" else data // (per_day // 24) * (per_day // 24),
            data // per_day * per_day,
            ((data // per_day + 3) // 7 * 7 - 3) * per_day,
            days.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) * per_day,
            days.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) * per_day,
        ]
        return Values(np.where(chosen, np.choose(way, ways), data), values.null)

    def _copied(self, values: Values, frame: Frame, name: str, chosen: Mask, index: Rows, number: int) -> Values:
        """Take the value of another column of the same form, or one beside it."""
        form = self.table.columns[name].facts.form
        others = [c for c in (*self.columns, *self.context) if c != name and self._alike(c, form)]
        if not others or form.kind not in _ORDERED:
            return values
        other = others[number % len(others)]
        source = frame.drawn(other) if other in self.columns else frame.column(other)
        data = source.data
        if not source.is_arrow:
            step = np.array([0, 0, 1, -1], dtype=np.int64)[hashing.below(self._bits("step", index, number, name), 4)]
            data = data + step * (10**form.scale if form.kind == "numeric" else 1)
        null = None if self.table.columns[name].facts.not_null else source.null
        return values.where(chosen, Values(data, null))

    def _alike(self, other: str, form: Form) -> bool:
        theirs = self.table.columns[other].facts.form
        return (theirs.kind, theirs.scale, theirs.labels) == (form.kind, form.scale, form.labels) and (
            form.length is None or (theirs.length is not None and theirs.length <= form.length)
        )

    def _present(self, reference: str, index: Rows, number: int) -> Mask:
        """Return where a reference is set: at random, or the only one, or all."""
        way = self._bits("present", index, number) % np.uint64(4)
        one = hashing.below(self._bits("one", index, number), max(len(self.references), 1))
        alone = one == self.references.index(reference)
        random = self._bits("present", index, number, reference) % np.uint64(2) == 0
        found: Mask = np.where(way < 2, alone, np.where(way == 2, random, self._bits("all", index, number) % 2 == 0))
        return found


def _letters(text: str, bits: int) -> str:
    """Return a text with its letters and digits from some place on replaced by others of their sort."""
    start = (bits & 0xFFFF) % (len(text) + 1)
    made = [text[:start]]
    for character in text[start:]:
        bits = (bits * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        draw = bits >> 33
        if "0" <= character <= "9":
            made.append(string.digits[draw % 10])
        elif "a" <= character <= "z":
            made.append(string.ascii_lowercase[draw % 26])
        elif "A" <= character <= "Z":
            made.append(string.ascii_uppercase[draw % 26])
        else:
            made.append(character)
    return "".join(made)


def _listed(item: Any) -> Any:
    return list(item) if isinstance(item, tuple) else item


def _is_matrix(values: Values) -> bool:
    return not values.is_arrow and values.data.ndim == 2


def _null_of(values: Values) -> Mask:
    return values.null if values.null is not None else np.zeros(len(values), dtype=np.bool_)


def _masked(table: TablePlan, context: dict[str, Values], present: Mapping[str, Mask]) -> dict[str, Values]:
    """Return other columns with those of references NULL where these are not set."""
    result = dict(context)
    for name, mask in present.items():
        for column in table.references[name].null_columns:
            if column in result:
                result[column] = Values(result[column].data, ~mask)
    return result


def without_redraws(plan: Plan, name: TableName) -> Plan:
    """Return a plan whose table is drawn once: candidates are judged from outside."""
    table = plan.tables[name]
    references = {r: replace(p, turn=None) for r, p in table.references.items()}
    bare = replace(table, redraws=(), references=references)
    return replace(plan, tables={**plan.tables, name: bare})


def refuse_none(where: str) -> SamplePlanError:
    """Return the error for a check whose columns are all decided by something else."""
    return SamplePlanError(
        "some rows break it, and what its columns hold is decided elsewhere: by keys, references or hints",
        where=where,
        mend="change the hints, leave the table out by tables=…, or loosen the check",
    )
