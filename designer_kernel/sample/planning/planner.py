"""From a catalog to a `Plan`: counts, layouts, references, keys, providers, checks; then a trial of some rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

import numpy as np

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.checks import Checks, kept, null_shares, read_checks, refuse_unread, turns
from designer_kernel.sample.constraints.exclusions import exclusion_slots
from designer_kernel.sample.constraints.references import References
from designer_kernel.sample.constraints.uniqueness import Limit, Solution, solve
from designer_kernel.sample.plan import ColumnPlan, Owner, Pick, Plan, TablePlan, Tree
from designer_kernel.sample.planning import counts as counting
from designer_kernel.sample.planning import relations, trial
from designer_kernel.sample.planning.clocks import clock_of, clocked, horizon_of
from designer_kernel.sample.planning.columns import Surroundings, column_plans
from designer_kernel.sample.planning.facts import TableFacts, TableName, table_facts
from designer_kernel.sample.planning.spans import Span, inside, partition_limits
from designer_kernel.sample.providers.moments import Created
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.layout import Fan

HORIZON: Final = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
"""The last moment of sample data when no partition says otherwise; fixed, so a seed gives the same rows forever."""

_FITTINGS: Final = 4

YEARS: Final = 2 * 365 * 86_400_000_000


def plan(
    catalog: Catalog,
    *,
    rows: Mapping[str, int] | None = None,
    scale: float = 1.0,
    seed: int = 0,
    tables: Iterable[str] | None = None,
    until: date | None = None,
) -> Plan:
    """Return the plan of sample data for a catalog.

    Parameters
    ----------
    catalog
        What the database holds.
    rows
        Rows of some tables, by name or qualified name; their ancestors are raised to believable proportions.
    scale
        Factor of the default counts.
    seed
        The same seed gives the same rows.
    tables
        Fill these tables and what they need; all by default.
    until
        The day before which everything has happened; by default it follows from the partitions.

    Raises
    ------
    SamplePlanError
        If a constraint cannot be satisfied; ``where`` names it.
    UnknownObject
        For names of tables that the catalog does not hold.
    """
    return _Planner(catalog, dict(rows or {}), scale, seed, tables).plan(until)


def _midnight(day: date) -> int:
    """Return the beginning of a day in microseconds since 1970, UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


class _Planner:
    def __init__(
        self, catalog: Catalog, rows: Mapping[str, int], scale: float, seed: int, tables: Iterable[str] | None
    ) -> None:
        everything = table_facts(catalog)
        self.seed = seed
        self.scale = scale
        self.notes: list[str] = []
        self.wishes = {named(everything, name): count for name, count in rows.items()}
        self.facts = _closed(everything, tables, self.notes)
        for name in self.wishes:
            if name not in self.facts:
                raise SamplePlanError(
                    "rows are asked for a table that is not filled",
                    where=".".join(name),
                    mend="name it in tables=… as well",
                )
        self.owned = relations.owners(self.facts)
        self.order = relations.order(self.facts, self.owned)
        self.facts = {name: self.facts[name] for name in self.order}

    def plan(self, until: date | None) -> Plan:
        checks = {name: read_checks(table) for name, table in self.facts.items()}
        counts = counting.default_counts(self.facts, self.owned, self.order, self.scale)
        counts = counting.with_wishes(self.facts, self.owned, counts, self.wishes)
        references = References(self.facts, self.owned)
        counts = self._nonempty(counts, references)
        for name, (rows, _) in counts.items():
            if rows:
                refuse_unread(self.facts[name], checks[name])
        spans = {
            name: partition_limits(t, checks[name].allowed)
            for name, t in self.facts.items()
            if t.partition_by and counts[name][0]
        }
        for _ in range(_FITTINGS):  # fewer rows of a parent leave less room for its children's keys
            solutions = self._solutions(references, checks, counts)
            before = counts
            counts, fans = self._fitted(counts, solutions)
            if counts == before:
                break
        fans = self._without_gaps(fans, solutions)
        horizon = horizon_of(spans, self.facts, HORIZON) if until is None else _midnight(until)
        tables = {
            name: self._table(name, counts[name], solutions, fans, checks[name], spans.get(name, {}), horizon)
            for name in self.order
        }
        result = Plan(self.seed, tables, self.order, horizon - YEARS, horizon, tuple(self.notes))
        result = trial.with_patterns(result, checks, {name: s.distinct for name, s in solutions.items()})
        trial.verify(result, self.facts, checks)
        return result

    def _nonempty(
        self, counts: dict[TableName, tuple[int, str]], references: References
    ) -> dict[TableName, tuple[int, str]]:
        """Raise parents that have no rows though children need them, and scopes' tables to one row for each scope."""
        result = dict(counts)
        for name in reversed(self.order):
            table = self.facts[name]
            for key in table.foreign_keys:
                parent = relations.parent_of(key)
                if not result[name][0] or result[parent][0] or not relations.is_required(table, key):
                    continue
                if parent in self.wishes:
                    raise SamplePlanError(
                        "its rows need a row of a table that is to stay empty",
                        where=f"{table.label}.{key.name}",
                        mend=f"give {'.'.join(parent)} at least one row",
                    )
                result[parent] = (1, f"needed by {name[1]}")
        for table in self.facts.values():
            for plan in references.resolved[table.name].values():
                if (
                    isinstance(plan.rule, Pick | Tree)
                    and plan.rule.chain
                    and not plan.null_columns
                    and result[table.name][0]
                ):
                    self._fill_chain(result, plan.rule.chain, f"{table.label}.{plan.name}")
        return result

    def _fill_chain(self, counts: dict[TableName, tuple[int, str]], chain: tuple[TableName, ...], where: str) -> None:
        """Raise tables so that each row of the ancestor can have a row of the parent to choose."""
        for name in reversed(chain):
            parent = relations.parent_of(self.owned[name])
            if counts[name][0] >= counts[parent][0]:
                continue
            if name in self.wishes:
                raise SamplePlanError(
                    f"each row of {'.'.join(parent)} needs a row of {'.'.join(name)} to refer to",
                    where=where,
                    mend=f"ask for at least {counts[parent][0]:,} rows of {'.'.join(name)}",
                )
            counts[name] = (counts[parent][0], f"at least one for each row of {parent[1]}")

    def _solutions(
        self,
        references: References,
        checks: Mapping[TableName, Checks],
        counts: Mapping[TableName, tuple[int, str]],
    ) -> dict[TableName, Solution]:
        plain = {name: rows for name, (rows, _) in counts.items()}
        solutions = {}
        for name, table in self.facts.items():
            owner = self.owned[name].name if name in self.owned else ""
            if not plain[name]:
                solutions[name] = Solution(references=dict(references.resolved[name]))
                continue
            solutions[name] = solve(
                table, references.resolved[name], owner, checks[name].allowed, plain, references.lineage(name)
            )
            solutions[name].providers.update(exclusion_slots(table, owner, solutions[name], HORIZON - YEARS))
        return solutions

    def _fitted(
        self, counts: dict[TableName, tuple[int, str]], solutions: Mapping[TableName, Solution]
    ) -> tuple[dict[TableName, tuple[int, str]], dict[TableName, Fan]]:
        """Return counts that unique keys leave room for, and the layouts; children come after their owners."""
        result = dict(counts)
        fans: dict[TableName, Fan] = {}
        for name in sorted(self.order, key=self._depth):
            rows, reason = result[name]
            parents = result[relations.parent_of(self.owned[name])][0] if name in self.owned else 0
            for limit in solutions[name].limits:
                rows, reason = self._limited(name, rows, reason, limit, parents)
            result[name] = (rows, reason)
            if name in self.owned:
                key = hashing.stream(self.seed, *name, "layout")
                sure = parents <= counting.SMALL or relations.is_part(self.facts[name], self.owned[name])
                most = min((limit.most for limit in solutions[name].limits if limit.per_owner), default=None)
                skewed = (Fan(parents, rows, even=False, key=key, sure=is_sure) for is_sure in (False, True))
                even = rows <= parents or (most is not None and max(fan.largest for fan in skewed) > most)
                fans[name] = Fan(parents, rows, even, key, sure)
        return result, fans

    def _limited(self, name: TableName, rows: int, reason: str, limit: Limit, parents: int) -> tuple[int, str]:
        """Return the rows that a unique key leaves room for."""
        most = limit.most * parents if limit.per_owner else limit.most
        if rows <= most:
            return rows, reason
        if name in self.wishes:
            raise SamplePlanError(
                f"{rows:,} rows do not fit: its values leave room for {most:,}",
                where=limit.constraint,
                mend=f"ask for at most {most:,} rows",
            )
        return most, f"as many as {limit.constraint} leaves room for"

    def _without_gaps(
        self, fans: dict[TableName, Fan], solutions: Mapping[TableName, Solution]
    ) -> dict[TableName, Fan]:
        """Return layouts in which no ancestor is without the rows that others choose from, as far as counts allow."""
        result = dict(fans)
        for solution in solutions.values():
            for plan in solution.references.values():
                chain = plan.rule.chain if isinstance(plan.rule, Pick | Tree) else ()
                if chain and not plan.null_columns and _has_gap(result, chain):
                    result.update({name: replace(result[name], sure=True) for name in chain})
        return result

    def _depth(self, name: TableName) -> int:
        depth = 0
        while name in self.owned:
            name = relations.parent_of(self.owned[name])
            depth += 1
        return depth

    def _table(
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
            plan.name: replace(plan, rule=Owner(fans[name])) if isinstance(plan.rule, Owner) else plan
            for plan in solution.references.values()
        }
        references.update(turns(checks, references))
        owner = self.owned[name].name if name in self.owned else ""
        older = tuple(r.name for r in references.values() if self._is_older(name, r.parent))
        clock = clock_of(table, owner, older, spans, horizon, YEARS)
        if not count[0]:
            return TablePlan(name, 0, count[1], {}, references, clock, owner)
        for column, found in spans.items():
            if column != clocked(table, spans):
                checks.allowed[column] = inside(checks.allowed[column], found)
        around = self._around(name, count[0], older, solutions, fans)
        columns = column_plans(table, references, owner, solution, checks, around)
        columns = self._inside_partitions(columns, clocked(table, spans))
        adjusted, redraws = kept(table, checks, columns)
        shares = null_shares(redraws, columns)
        columns = {
            c: replace(p, adjustments=adjusted.get(c, ()), null_share=shares.get(c, p.null_share))
            for c, p in columns.items()
        }
        return TablePlan(name, count[0], count[1], columns, references, clock, owner, redraws)

    def _inside_partitions(self, columns: dict[str, ColumnPlan], column: str | None) -> dict[str, ColumnPlan]:
        """Let the column that a table is partitioned by say when a row came to be."""
        if column is None or columns[column].provider is None:
            return columns
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
        parts = {n: self.facts[n] for n, k in self.owned.items() if relations.parent_of(k) == name and fans[n].children}
        return Surroundings(rows, parents, "/".join(path) if is_scope else "", parts)

    def _below(self, name: TableName) -> TableName:
        """Return the table on the way up whose owner is the top."""
        while relations.parent_of(self.owned[name]) in self.owned:
            name = relations.parent_of(self.owned[name])
        return name

    def _is_older(self, name: TableName, parent: TableName) -> bool:
        return self.order.index(parent) < self.order.index(name)


def _has_gap(fans: Mapping[TableName, Fan], chain: tuple[TableName, ...]) -> bool:
    """Whether some ancestor at the top of a chain has no row at its bottom."""
    ancestors = fans[chain[-1]].parents
    if ancestors > 200_000:
        return True
    starts = np.arange(ancestors + 1, dtype=np.int64)
    for name in reversed(chain):
        starts = (
            np.append(fans[name].start(starts[:-1]), fans[name].children)
            if name == chain[-1]
            else fans[name].start(starts)
        )
    return bool((np.diff(starts) == 0).any())


def named(facts: Mapping[TableName, TableFacts], name: str) -> TableName:
    """Return the table of a plain or qualified name.

    Raises
    ------
    UnknownObject
        If there is none, or more than one.
    """
    from designer_kernel.errors import UnknownObject

    found = [table for table in facts if name in (table[1], ".".join(table))]
    if len(found) == 1:
        return found[0]
    what = f"there is no table {name!r}" if not found else f"there are several tables {name!r}"
    raise UnknownObject(what, where=name, mend="use one of " + ", ".join(".".join(t) for t in found or facts)[:400])


def _closed(
    everything: dict[TableName, TableFacts], tables: Iterable[str] | None, notes: list[str]
) -> dict[TableName, TableFacts]:
    """Return the chosen tables and all that their rows refer to; without a choice all tables."""
    if tables is None:
        return everything
    waiting = [named(everything, name) for name in tables]
    chosen: set[TableName] = set()
    asked = set(waiting)
    while waiting:
        name = waiting.pop()
        if name not in chosen:
            chosen.add(name)
            waiting.extend(
                relations.parent_of(key)
                for key in everything[name].foreign_keys
                if relations.parent_of(key) in everything
            )
    notes.extend(f"{'.'.join(name)} is filled as well: it is referred to" for name in sorted(chosen - asked))
    return {name: table for name, table in everything.items() if name in chosen}
