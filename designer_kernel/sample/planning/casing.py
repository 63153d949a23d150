"""Checks that tie free columns to what keys and references decide: entries for the cases that no draw would meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.candidates import Maker, without_redraws
from designer_kernel.sample.constraints.cases import Mixed, Situation, situations
from designer_kernel.sample.constraints.checks import Checks
from designer_kernel.sample.constraints.evidence import evidence, suggested
from designer_kernel.sample.constraints.judging import Condition
from designer_kernel.sample.constraints.nodes import Unreadable, names
from designer_kernel.sample.constraints.pools import Assessor, search
from designer_kernel.sample.constraints.shapes import documents
from designer_kernel.sample.plan import Plan, Redraw, RedrawCase, TablePlan, Tree
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.providers.pooled import frozen
from designer_kernel.sample.rows.frame import Frame

_TRIED: Final = 1024
_RARE: Final = 0.1
"""The share of natural draws below which 64 of them may not suffice for a row."""
_SELDOM: Final = 0.4
"""Once there are entries for some cases, there are for all that fewer natural draws keep."""


def with_cases(
    plan: Plan,
    facts: Mapping[TableName, TableFacts],
    checks: Mapping[TableName, Checks],
    catalog: Catalog | None,
    *,
    everywhere: bool = False,
) -> Plan:
    """Return the plan with entries for rows whose keys and references leave a check's free columns little choice.

    Checks about references that may be NULL are left alone, since pools decide which are set, unless it is
    ``everywhere``. Then there are entries as well for cases that drawing again might meet.
    """
    tables = dict(plan.tables)
    for name, table in plan.tables.items():
        groups = dict.fromkeys(r.constraint for r in table.redraws if not r.spare)
        for constraint in groups:
            found = _Casing(plan, facts[name], checks[name], constraint, catalog, everywhere).cases()
            if found:
                redraws = [replace(r, cases=found) if r.constraint == constraint else r for r in tables[name].redraws]
                tables[name] = replace(tables[name], redraws=tuple(redraws))
    return plan if tables == plan.tables else replace(plan, tables=tables)


@dataclass(slots=True)
class _Casing:
    """The checks of one table that are drawn together."""

    plan: Plan
    facts: TableFacts
    checks: Checks
    constraint: str
    catalog: Catalog | None
    is_everywhere: bool

    @property
    def table(self) -> TablePlan:
        return self.plan.tables[self.facts.name]

    def cases(self) -> tuple[RedrawCase, ...]:
        """Return the cases that drawing again would not meet; none if it meets all."""
        group: list[Redraw] = [r for r in self.table.redraws if r.constraint == self.constraint]
        free = frozenset(group[0].columns)
        conditions = self._beside(free)
        if conditions is None:
            return ()
        exprs = [c.expr for c in conditions if c.expr is not None]
        try:
            found = situations(exprs, free, self.facts.columns)
            shares = self._shares(found, group[0].columns)
        except (Mixed, Unreadable):
            return ()
        entries = []
        hardest = 1.0
        for situation, share in zip(found, shares, strict=True):
            spare = self._entries(situation, conditions, group[0].columns) if share < _SELDOM else None
            if spare is not None:
                entries.append(RedrawCase(situation.condition, spare))
                hardest = min(hardest, share)
        return tuple(entries) if hardest < (_SELDOM if self.is_everywhere else _RARE) else ()

    def _beside(self, free: frozenset[str]) -> list[Condition] | None:
        """Return all checks that speak of the columns, but for those that adjusting other columns keeps.

        Nothing is returned if one is the server's to judge, or about references that pools decide.
        """
        adjusted = {a.constraint for n, c in self.table.columns.items() if n not in free for a in c.adjustments}
        touching = [c for name, c in self.checks.conditions.items() if c.columns & free and name not in adjusted]
        if any(c.expr is None for c in touching):
            return None
        pooled = {c for r in self.table.references.values() if not isinstance(r.rule, Tree) for c in r.null_columns}
        if not self.is_everywhere and any(c.columns & pooled for c in touching):
            return None
        return touching

    def _shares(self, found: tuple[Situation, ...], columns: tuple[str, ...]) -> list[float]:
        """Return which share of the rows, as they are drawn first, keeps what is left of the checks in each case."""
        size = min(self.table.rows, _TRIED)
        if not found or not size:
            return []
        rows = np.arange(size, dtype=np.int64) * self.table.rows // size
        bare = without_redraws(self.plan, self.facts.name)
        frame = Frame(bare, self.facts.name, rows, 0, frozenset(columns))
        return [
            float(np.mean(np.logical_and.reduce([evaluating.holds(expr, frame) for expr in situation.left])))
            for situation in found
        ]

    def _entries(
        self, situation: Situation, conditions: list[Condition], columns: tuple[str, ...]
    ) -> tuple[tuple[object, ...], ...] | None:
        """Return values of the columns that keep what is left of the checks in a case, if any are found."""
        texts = tuple(c.question.text for c in conditions)
        known = evidence(texts, self.catalog)
        forms = {c: self.table.columns[c].facts.form for c in columns}
        words = {
            c: documents(texts, known) if form.kind == "json" else suggested(form, self.checks.allowed[c], known)
            for c, form in forms.items()
        }
        maker = Maker(without_redraws(self.plan, self.facts.name), self.facts.name, columns, (), (), words)
        left = [replace(c, expr=expr, columns=names(expr)) for c, expr in zip(conditions, situation.left, strict=True)]
        try:
            pool = search(maker, left, Assessor(self.facts, None))
        except (SamplePlanError, Unreadable):
            return None
        return tuple(frozen(pool.columns[c]) for c in columns)
