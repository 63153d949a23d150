"""What a plan promises of its columns: the same plan with other seeds, which is as good as the one but independent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from designer_kernel.sample.plan import Owner, Plan, TablePlan
from designer_kernel.sample.report import categories
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.hashing import Rows

SAMPLES: Final = 6
"""How many other seeds are asked."""

MOST: Final = 4000
"""Most rows that are looked at of each table."""

_RUN: Final = 50
"""Rows of one run: a server's sample takes whole pages."""

FAN_UP_TO: Final = 500_000
"""Most parents whose numbers of children are counted."""


def reseeded(plan: Plan, number: int) -> Plan:
    """Return the plan with another seed: other rows, and owners with other numbers of children."""
    seed = hashing.stream(plan.seed, "report", str(number)) >> 1
    tables = {}
    for name, table in plan.tables.items():
        references = {}
        for key, reference in table.references.items():
            rule = reference.rule
            if isinstance(rule, Owner):
                rule = Owner(replace(rule.fan, key=hashing.stream(seed, *name, "layout")))
            references[key] = replace(reference, rule=rule)
        tables[name] = replace(table, references=references)
    return replace(plan, seed=seed, tables=tables)


def chosen(rows: int) -> Rows:
    """Return the row numbers that are looked at: all, or runs of neighbours from all over the table."""
    if rows <= MOST:
        return np.arange(rows, dtype=np.int64)
    starts = np.linspace(0, rows - _RUN, MOST // _RUN).astype(np.int64)
    return np.unique((starts[:, None] + np.arange(_RUN, dtype=np.int64)).ravel())


def columns(plan: Plan, table: TablePlan) -> Mapping[str, list[Any]]:
    """Return the values of some rows, by column: those that have a distribution to speak of."""
    frame = Frame(plan, table.name, chosen(table.rows))
    return {
        name: categories.plain(column.facts.form, frame.column(name))
        for name, column in table.columns.items()
        if column.reference is None
    }


def children(table: TablePlan) -> list[float] | None:
    """Return how many rows each parent has, for the reference that rows lie under."""
    if not table.owner:
        return None
    rule = table.references[table.owner].rule
    if not isinstance(rule, Owner) or not 0 < rule.fan.parents <= FAN_UP_TO:
        return None
    starts = rule.fan.start(np.arange(rule.fan.parents, dtype=np.int64))
    return [float(n) for n in np.diff(np.append(starts, rule.fan.children))]
