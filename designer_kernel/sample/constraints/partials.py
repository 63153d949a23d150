"""Unique indexes of part of a table: the column that decides about the part is set as the key has room for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from designer_kernel.sample.constraints import conditions, evaluating
from designer_kernel.sample.constraints.narrowing import Allowed, smallest_units
from designer_kernel.sample.constraints.nodes import (
    Compare,
    Constant,
    Every,
    Expr,
    Name,
    Not,
    OneOf,
    Unreadable,
    conjuncts,
    names,
    nodes,
)
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.choices import taken
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_KINDS: Final = frozenset({"boolean", "enum", "text", "integer", "numeric", "date", "timestamp"})
_WORDS: Final = ("active", "inactive", "pending", "archived", "deleted", "done")
_MOMENTS: Final = (1_704_067_200_000_000, 1_727_740_800_000_000)
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Decider:
    """A column, values of it for which a predicate holds, and values for which it does not."""

    column: str
    yes: tuple[Any, ...]
    no: tuple[Any, ...]

    @property
    def is_set(self) -> bool:
        """Whether none of the values is NULL."""
        return None not in (*self.yes, *self.no)


@dataclass(frozen=True, slots=True)
class Only(Provider):
    """One of ``yes`` for the first ``most`` rows of each group, one of ``no`` for the others."""

    yes: tuple[Any, ...]
    no: tuple[Any, ...]
    counter: Counter
    most: int = 1
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        holds = frame.counted(self.counter) < self.most
        index = np.where(
            holds, hashing.below(bits, len(self.yes)), len(self.yes) + hashing.below(bits, max(len(self.no), 1))
        )
        return taken((*self.yes, *self.no), index)


def decided(
    predicate: str,
    free: Mapping[str, ColumnFacts],
    allowed: Mapping[str, Allowed],
    finite: Mapping[str, tuple[Any, ...] | None],
) -> Decider | None:
    """Return a free column that decides about a predicate's truth, whatever the other columns are."""
    try:
        parts = conjuncts(conditions.read(predicate))
    except Unreadable:
        return None
    for part in parts:
        named = names(part)
        if len(named) != 1 or not named <= free.keys():
            continue
        column = free[next(iter(named))]
        if column.form.kind not in _KINDS:
            continue
        own = Every(tuple(p for p in parts if names(p) == named))
        found = _divided(own, column, allowed[column.name], finite[column.name])
        if found is not None:
            return found
    return None


def equals(predicate: str) -> frozenset[str]:
    """Return the columns that a predicate asks for one value."""
    try:
        parts = conjuncts(conditions.read(predicate)) if predicate else ()
    except Unreadable:
        return frozenset()
    found = set()
    for part in parts:
        match part:
            case Name(column) | Not(Name(column)) | Compare("=", Name(column), Constant()) | OneOf(Name(column), (_,)):
                found.add(column)
    return frozenset(found)


def holds_once(predicate: str, distinct: Mapping[str, Counter]) -> bool:
    """Whether a predicate asks a distinct column for one value, which one row at most has."""
    try:
        parts = conjuncts(conditions.read(predicate))
    except Unreadable:
        return False
    for part in parts:
        match part:
            case Compare("=", Name(column), Constant()) | OneOf(Name(column), (_,)):
                if column in distinct and distinct[column].among == "rows":
                    return True
    return False


def _divided(part: Expr, column: ColumnFacts, allowed: Allowed, finite: tuple[Any, ...] | None) -> Decider | None:
    values = [v for v in (finite if finite is not None else _tried(part, column, allowed)) if v is not None]
    try:
        truth = [_is_true(part, column, value) for value in values]
        null_holds = _is_true(part, column, None)
    except (Unreadable, TypeError, ValueError):
        return None
    yes = [v for v, holds in zip(values, truth, strict=True) if holds]
    no = [v for v, holds in zip(values, truth, strict=True) if not holds]
    may_be_null = not column.not_null and not allowed.not_null
    if may_be_null and null_holds and not yes:
        yes = [None]
    if may_be_null and not null_holds and not no:
        no = [None]
    return Decider(column.name, tuple(yes[:_MOST]), tuple(no[:_MOST])) if yes and no else None


def _is_true(part: Expr, column: ColumnFacts, value: Any) -> bool:
    """Whether a condition over one column is true (not just no false) for a value."""
    values = taken((value,), np.zeros(1, dtype=np.int64))
    if value is None:
        stand_in = {"text": "", "enum": "", "boolean": False}.get(column.form.kind, 0)
        values = Values(taken((stand_in,), np.zeros(1, dtype=np.int64)).data, np.ones(1, dtype=np.bool_))
    found = evaluating.value(part, _One(column, values))
    if found.kind != "boolean":
        raise Unreadable("no condition")
    return bool(np.asarray(found.data)[0]) and (found.null is None or not found.null[0])


class _One:
    """A single row with a single column."""

    def __init__(self, column: ColumnFacts, values: Values) -> None:
        self.table: Any = SimpleNamespace(columns={column.name: SimpleNamespace(facts=column)})
        self._values = values

    def __len__(self) -> int:
        return 1

    def column(self, name: str) -> Values:
        return self._values


def _tried(part: Expr, column: ColumnFacts, allowed: Allowed) -> list[Any]:
    """Return values around the constants of a condition, and some usual ones, as far as checks allow them."""
    constants = [n.value for n in nodes(part) if isinstance(n, Constant)]
    constants += [v for n in nodes(part) if isinstance(n, OneOf) for v in n.values]
    form = column.form
    if form.kind == "text":
        longest = min((n for n in (form.length, allowed.longest) if n is not None), default=80)
        found = [*(c for c in constants if isinstance(c, str) and c), *_WORDS]
        return [v for v in dict.fromkeys(found) if allowed.shortest <= len(v) <= longest and not allowed.patterns]
    numbers: list[int] = []
    for constant in constants:
        if isinstance(constant, int | Decimal | datetime) or hasattr(constant, "toordinal"):
            exact = smallest_units(constant, form)
            if exact is not None:
                unit = {"timestamp": 86_400_000_000}.get(form.kind, 10**form.scale)
                numbers += [int(exact) + step * unit for step in (0, 1, 2, 5, -1, -2, -5)]
    numbers += {"timestamp": _MOMENTS, "date": (19_723, 19_997)}.get(form.kind, (1, 2, 3, 50, 0, -1))
    low, high = allowed.low, allowed.high
    high = high if high is not None else form.largest
    return [
        n
        for n in dict.fromkeys(numbers)
        if (low is None or n >= low) and (high is None or n <= high) and n not in allowed.excluded
    ]
