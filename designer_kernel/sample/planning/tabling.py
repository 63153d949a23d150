"""The plan of one table: its references, columns and clock, from what was found out about all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.checks import Checks, kept, null_shares, turns
from designer_kernel.sample.constraints.solution import Solution
from designer_kernel.sample.existing.beside import Beside
from designer_kernel.sample.existing.choice import continued
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.plan import ColumnPlan, Owner, ReferencePlan, TablePlan
from designer_kernel.sample.planning import asked as asking
from designer_kernel.sample.planning import counts as counting
from designer_kernel.sample.planning import relations, trees
from designer_kernel.sample.planning.clocks import clock_of, clocked, stocked
from designer_kernel.sample.planning.columns import Surroundings, column_plans
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.keyspaces import key_plans
from designer_kernel.sample.planning.partitions import division_of
from designer_kernel.sample.planning.spans import Span, inside
from designer_kernel.sample.providers.moments import Created, Timed
from designer_kernel.sample.providers.provider import unwrapped
from designer_kernel.sample.rows.layout import Fan

YEARS: Final = 2 * 365 * 86_400_000_000
"""How far back the first rows of a plan lie, in microseconds."""


class Tabling:
    """Makes the plans of tables, one by one, once their numbers of rows and layouts are known."""

    def __init__(
        self,
        facts: Mapping[TableName, TableFacts],
        owned: Mapping[TableName, ForeignKey],
        order: tuple[TableName, ...],
        held: AbstractSet[TableName],
        there: Mapping[TableName, int],
        free: Mapping[TableName, int],
        asked: asking.Asked,
        hints: SampleHints,
        reader: Reader | None,
    ) -> None:
        self.facts = facts
        self.owned = owned
        self.held = held
        self.there = there
        self.free = free
        self.asked = asked
        self.hints = hints
        self.reader = reader
        self.rank = {name: place for place, name in enumerate(order)}
        self.early, self.waiting = stocked(facts, owned)
        self.below: dict[TableName, list[TableName]] = defaultdict(list)
        for name, key in owned.items():
            self.below[relations.parent_of(key)].append(name)

    def table(
        self,
        name: TableName,
        count: tuple[int, str],
        solutions: Mapping[TableName, Solution],
        fans: Mapping[TableName, Fan],
        checks: Checks,
        spans: dict[str, tuple[Span, ...]],
        horizon: int,
    ) -> TablePlan:
        table = self.facts[name]
        solution = solutions[name]
        references = {
            plan.name: replace(plan, rule=Owner(fans[name], name in self.free))
            if isinstance(plan.rule, Owner)
            else plan
            for plan in solution.references.values()
        }
        references.update(turns(checks, references))
        asked = self.asked.columns.get(name, {})
        references = {r.name: trees.shaped(table, self._with_asked_nulls(table, r), asked) for r in references.values()}
        owner = self.owned[name].name if name in self.owned else ""
        older = tuple(r.name for r in references.values() if self._is_older(name, r.parent))
        clock = clock_of(table, owner, older, spans, horizon, YEARS, self.early, self.waiting.get(name, 0))
        if not count[0] or name in self.held:
            return TablePlan(name, 0, count[1], {}, references, clock, owner)
        for column, found in spans.items():
            if column != clocked(table, spans):
                checks.allowed[column] = inside(checks.allowed[column], found)
        around = self._around(name, count[0] + 2 * self.there.get(name, 0), older, solutions, fans)
        around = replace(around, locales=self.hints.locales, asked=self.asked.columns.get(name, {}))
        around = replace(around, ruled=self.asked.ruled.get(name, {}))
        columns = column_plans(table, references, owner, solution, checks, around)
        timed = clocked(table, spans)
        columns = self._inside_partitions(columns, timed if timed not in solution.providers else None)
        adjusted, redraws = kept(table, checks, columns)
        shares = null_shares(redraws, columns)
        for c in adjusted.keys() | shares.keys():
            known = columns[c]
            share = shares.get(c, known.null_share)
            columns[c] = replace(known, adjustments=adjusted.get(c, ()), null_share=share)
        keys = key_plans(table, solution, columns)
        beside = None
        if name in self.there and self.reader is not None:
            reader, there = self.reader, self.there[name]
            beside = Beside(there, count[0])
            columns = continued(columns, lambda column: reader.largest(name, column, upper=True), there)
        return TablePlan(
            name,
            count[0],
            count[1],
            columns,
            references,
            clock,
            owner,
            redraws,
            keys,
            table.indexes,
            division_of(table),
            beside=beside,
            is_staged=any(c.form.kind == "raw" for c in table.columns.values() if c.name not in columns),
        )

    def _with_asked_nulls(self, table: TableFacts, plan: ReferencePlan) -> ReferencePlan:
        """Return a reference that is NULL as often as hints for its columns say."""
        hints = self.asked.columns.get(table.name, {})
        for column in plan.columns:
            share = hints[column].nulls if column in hints else None
            if share is None:
                continue
            if share and (column not in plan.null_columns or plan.turn is not None or plan.portion):
                raise SamplePlanError(
                    "it may not be NULL, or other constraints say when it is",
                    where=f"{table.label}.{column}",
                    mend="leave out nulls",
                )
            return replace(plan, null_share=round(1000 * share))
        return plan

    def _inside_partitions(self, columns: dict[str, ColumnPlan], column: str | None) -> dict[str, ColumnPlan]:
        """Let the column that a table is partitioned by say when a row came to be."""
        if column is None or columns[column].provider is None:
            return columns
        law = unwrapped(columns[column].provider)
        if isinstance(law, Timed) and law.in_spans:
            return {**columns, column: replace(columns[column], null_share=0)}
        changed = replace(columns[column], provider=Created(), reason="inside the partitions that exist", null_share=0)
        return {**columns, column: changed}

    def _around(
        self,
        name: TableName,
        rows: int,
        older: tuple[str, ...],
        solutions: Mapping[TableName, Solution],
        fans: Mapping[TableName, Fan],
    ) -> Surroundings:
        """Return what is known of a table's neighbours."""
        parents: dict[str, TableFacts] = {}
        for step in older:
            parent = solutions[name].references[step].parent
            parents[step] = self.facts[parent]
            for further in solutions[parent].references.values():
                if self._is_older(parent, further.parent):
                    parents[f"{step}/{further.name}"] = self.facts[further.parent]
        path: list[str] = []
        top = name
        while top in self.owned:
            path.append(self.owned[top].name)
            top = relations.parent_of(self.owned[top])
        is_scope = bool(path) and fans[self._below(name)].parents <= counting.SMALL
        parts = {n: self.facts[n] for n in self.below[name] if fans[n].children and n not in self.held}
        return Surroundings(rows, parents, "/".join(path) if is_scope else "", parts)

    def _below(self, name: TableName) -> TableName:
        """Return the table on the way up whose owner is the top."""
        while relations.parent_of(self.owned[name]) in self.owned:
            name = relations.parent_of(self.owned[name])
        return name

    def _is_older(self, name: TableName, parent: TableName) -> bool:
        return self.rank[parent] < self.rank[name]
