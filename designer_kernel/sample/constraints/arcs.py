"""Exactly one of several references is set, and some of them are unique: each has a share of the rows, as it has room.

A reference whose rows must differ runs out of rows to refer to. So the rows are shared out beforehand, and each
reference counts its own alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np

from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.checks import Checks, is_about_nulls
from designer_kernel.sample.constraints.nodes import Expr, Unreadable, names
from designer_kernel.sample.constraints.solution import Limit, Solution
from designer_kernel.sample.plan import Counter, Pick, ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.rows.values import Values

_MOST = 8
_ALL = Counter("rows")


def share_out(table: TableFacts, checks: Checks, solution: Solution, counts: Mapping[TableName, int]) -> None:
    """Give references of which a check wants just one, and of which some are unique, their shares of the rows."""
    for constraint, expr in checks.remaining:
        plans = [r for r in solution.references.values() if set(r.null_columns) & names(expr)]
        covered = {c for r in plans for c in r.null_columns}
        if not 2 <= len(plans) <= _MOST or not names(expr) <= covered or not any(map(is_counted, plans)):
            continue
        if any(r.portion or r.apart for r in plans) or not is_about_nulls(expr) or not _wants_one(table, expr, plans):
            continue
        rooms = [counts[r.parent] if is_counted(r) else None for r in plans]
        rows = counts[table.name]
        if None not in rooms:
            most = sum(room for room in rooms if room is not None)
            solution.limits.append(Limit(f"{table.label}.{constraint}", most, per_owner=False))
            rows = min(rows, most)
        offset = 0
        for plan, share in zip(plans, shares(rows, rooms), strict=True):
            solution.references[plan.name] = replace(plan, null_share=0, portion=(offset, share, max(rows, 1)))
            offset += share


def is_counted(plan: ReferencePlan) -> bool:
    """Whether a reference leads to another row in each row of the table, for as long as there are such."""
    return isinstance(plan.rule, Pick) and plan.rule.counter == _ALL and plan.rule.path is None


def shares(rows: int, rooms: Sequence[int | None]) -> list[int]:
    """Return equal shares of the rows, smaller where there is no room for them."""
    shares = [0] * len(rooms)
    left = rows
    narrow_first = sorted(range(len(rooms)), key=lambda i: (rooms[i] is None, rooms[i] or 0))
    for done, index in enumerate(narrow_first):
        share = -(-left // (len(rooms) - done))
        room = rooms[index]
        shares[index] = share if room is None else min(share, room)
        left -= shares[index]
    return shares


def _wants_one(table: TableFacts, expr: Expr, plans: Sequence[ReferencePlan]) -> bool:
    """Whether a check holds just where one reference is set and the others are not."""
    flags = np.array(list(product((False, True), repeat=len(plans))))
    absent = {c: ~flags[:, i] for i, plan in enumerate(plans) for c in plan.null_columns}
    try:
        holds = evaluating.holds(expr, _Absent(table, absent))
    except Unreadable:
        return False
    return bool((holds == (flags.sum(axis=1) == 1)).all())


@dataclass(frozen=True, slots=True)
class _Absent:
    """Rows of which nothing is known but which columns are NULL."""

    facts: TableFacts
    absent: Mapping[str, Any]

    @property
    def table(self) -> Any:
        return SimpleNamespace(columns={c: SimpleNamespace(facts=self.facts.columns[c]) for c in self.absent})

    def __len__(self) -> int:
        return len(next(iter(self.absent.values())))

    def column(self, name: str) -> Values:
        return Values(np.zeros(len(self), dtype=np.int64), self.absent[name])
