"""A kind says which of several references is set, and some of these are unique: each kind has a share of the rows.

As long as there are more parents than rows, the kind is drawn and the references follow. Where one would run out of
rows to refer to, the rows are shared out beforehand, as there is room, and the kind of a row follows from its share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from designer_kernel.sample.constraints import arcs, evaluating, rooms
from designer_kernel.sample.constraints.checks import Checks
from designer_kernel.sample.constraints.nodes import (
    Call,
    Compare,
    Constant,
    Expr,
    IsNull,
    Name,
    OneOf,
    Unreadable,
    children,
    names,
    nodes,
)
from designer_kernel.sample.constraints.solution import Limit, Solution
from designer_kernel.sample.plan import ReferencePlan
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.providers.choices import taken
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MOST: Final = 24
_KINDS: Final = frozenset({"text", "enum", "boolean", "integer"})
_COUNTS: Final = frozenset({"num_nonnulls", "num_nulls"})


@dataclass(frozen=True, slots=True)
class OfShare(Provider):
    """One of the values of the share of the rows that a row belongs to; ``shares`` are in the order of `in_portion`."""

    shares: tuple[tuple[int, tuple[Any, ...]], ...]
    total: int
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        place = hashing.permute(frame.numbers % self.total, self.total, 0)
        ends = np.cumsum([size for size, _ in self.shares])
        share = np.searchsorted(ends, place, side="right")
        first = np.cumsum([0, *(len(values) for _, values in self.shares[:-1])])
        sizes = np.array([len(values) for _, values in self.shares], dtype=np.int64)
        chosen = first[share] + hashing.below(frame.bits(column.name), sizes[share])
        return taken(tuple(value for _, values in self.shares for value in values), chosen)


@dataclass(frozen=True, slots=True)
class _Arc:
    """References of which a kind says which is set, the column of the kind, and what is asked of all of them."""

    kind: ColumnFacts
    plans: tuple[ReferencePlan, ...]
    checks: tuple[tuple[str, Expr], ...]


def share_out(table: TableFacts, checks: Checks, solution: Solution, counts: Mapping[TableName, int]) -> None:
    """Give unique references that a kind speaks of, and the kinds, their shares of the rows, if parents are too few."""
    rows = counts[table.name]
    for plan in tuple(solution.references.values()):
        if not arcs.is_counted(plan) or not plan.null_columns or plan.portion or counts[plan.parent] >= rows:
            continue
        arc = _arc(table, checks, solution, plan)
        if arc is not None:
            _shared(table, arc, checks, solution, counts)


def _arc(table: TableFacts, checks: Checks, solution: Solution, plan: ReferencePlan) -> _Arc | None:
    """Return what a kind decides together with a reference, if nothing else is a part of it."""
    columns = set(plan.null_columns)
    found: list[tuple[str, Expr]] = []
    while True:
        touching = [(name, expr) for name, expr in checks.remaining if names(expr) & columns]
        if len(touching) == len(found):
            break
        found = touching
        columns |= {column for _, expr in touching for column in names(expr)}
    if any(condition.columns & columns for condition in checks.unread.values()):
        return None
    plans = tuple(r for r in solution.references.values() if set(r.null_columns) & columns)
    nullable = {column for r in plans for column in r.null_columns}
    others = columns - nullable
    if len(others) != 1 or len(plans) > _MOST or any(r.portion or r.apart or r.turn for r in plans):
        return None
    (name,) = others
    if not _is_free(table, name, solution) or not all(_is_about_presence(expr, nullable) for _, expr in found):
        return None
    return _Arc(table.columns[name], plans, tuple(found))


def _is_free(table: TableFacts, name: str, solution: Solution) -> bool:
    """Whether nothing else decides about a column that could be a kind."""
    column = table.columns.get(name)
    if column is None or column.generated or column.form.kind not in _KINDS:
        return False
    copied = any(name in plan.columns for plan in solution.references.values())
    return not copied and name not in solution.providers and name not in solution.distinct


def _is_about_presence(expr: Expr, columns: AbstractSet[str]) -> bool:
    """Whether a condition looks at nothing of some columns but whether they are NULL."""
    if isinstance(expr, Name):
        return expr.column not in columns
    if isinstance(expr, IsNull) or (isinstance(expr, Call) and expr.function in _COUNTS):
        return True
    return all(_is_about_presence(child, columns) for child in children(expr))


def _shared(table: TableFacts, arc: _Arc, checks: Checks, solution: Solution, counts: Mapping[TableName, int]) -> None:
    values = _values(arc, checks)
    if not values:
        return
    try:
        kinds = [_fitting(table, arc, values, index) for index in range(len(arc.plans))]
        none = _fitting(table, arc, values, None)
    except Unreadable:
        return
    sharing = [(plan, fit) for plan, fit in zip(arc.plans, kinds, strict=True) if fit]
    sizes: list[int | None] = [counts[p.parent] if arcs.is_counted(p) else None for p, _ in sharing]
    sizes += [None] if none else []
    if not sizes:
        return
    rows = counts[table.name]
    if None not in sizes:
        most = sum(size for size in sizes if size is not None)
        solution.limits.append(Limit(f"{table.label}.{arc.checks[0][0]}", most, per_owner=False))
        rows = min(rows, most)
    shares = arcs.shares(rows, sizes)
    total, offset = max(sum(shares), 1), 0
    for plan in arc.plans:
        solution.references[plan.name] = replace(plan, null_share=0, portion=(0, 0, total))
    for (plan, _), share in zip(sharing, shares, strict=False):
        solution.references[plan.name] = replace(plan, null_share=0, portion=(offset, share, total))
        offset += share
    fits = [*(fit for _, fit in sharing), *([none] if none else [])]
    provider = OfShare(tuple((share, fit) for share, fit in zip(shares, fits, strict=True) if share), total)
    reason = f"says which reference is set, for {arc.checks[0][0]}"
    solution.providers[arc.kind.name] = (provider, reason)


def _values(arc: _Arc, checks: Checks) -> tuple[Any, ...]:
    """Return the values that the kind may have, or that checks name."""
    allowed = checks.allowed[arc.kind.name]
    found: Iterable[Any] | None = rooms.finite(arc.kind, allowed)
    if found is None:
        found = _named(arc)
    return tuple(dict.fromkeys(v for v in found if v is not None and v not in allowed.excluded))[:_MOST]


def _named(arc: _Arc) -> list[Any]:
    me = Name(arc.kind.name)
    found: list[Any] = []
    for node in (n for _, expr in arc.checks for n in nodes(expr)):
        match node:
            case Compare(_, left, Constant(value)) if left == me:
                found.append(value)
            case OneOf(part, values) if part == me:
                found += values
    length = arc.kind.form.length
    return [v for v in found if not isinstance(v, str) or length is None or len(v) <= length]


def _fitting(table: TableFacts, arc: _Arc, values: Sequence[Any], index: int | None) -> tuple[Any, ...]:
    """Return the kinds for which all checks hold if just one of the references is set, or none."""
    absent = {column: place != index for place, plan in enumerate(arc.plans) for column in plan.null_columns}
    view = _Kinds(table, arc.kind, tuple(values), absent)
    holds = np.logical_and.reduce([evaluating.holds(expr, view) for _, expr in arc.checks])
    return tuple(value for value, fits in zip(values, holds.tolist(), strict=True) if fits)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """One row for each kind, with the same references set in all."""

    facts: TableFacts
    kind: ColumnFacts
    values: tuple[Any, ...]
    absent: Mapping[str, bool]

    @property
    def table(self) -> Any:
        known = (*self.absent, self.kind.name)
        return SimpleNamespace(columns={c: SimpleNamespace(facts=self.facts.columns[c]) for c in known})

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> Values:
        if name == self.kind.name:
            return taken(self.values, np.arange(len(self), dtype=np.int64))
        return Values(np.zeros(len(self), dtype=np.int64), np.full(len(self), self.absent[name]))
