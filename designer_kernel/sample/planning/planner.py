"""From a catalog to a `Plan`: counts, layouts, references, keys, providers, checks; then a trial of some rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.memory import without_collection
from designer_kernel.design.sample_hints import SampleHints, TableHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.checks import Checks, kept, null_shares, read_checks, refuse_unread, turns
from designer_kernel.sample.constraints.exclusions import exclusion_slots
from designer_kernel.sample.constraints.judging import Judge
from designer_kernel.sample.constraints.inherited import hand_up
from designer_kernel.sample.constraints.placement import place
from designer_kernel.sample.constraints.references import References
from designer_kernel.sample.constraints.uniqueness import Limit, Solution, solve
from designer_kernel.sample.document import hints as hinting
from designer_kernel.sample.existing import conflicts
from designer_kernel.sample.existing.beside import Beside
from designer_kernel.sample.existing.choice import Holding, chosen_under, continued, divided, enough, lying
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.existing.rows import ExistingRows
from designer_kernel.sample.plan import ColumnPlan, Owner, Pick, Plan, ReferencePlan, TablePlan, Tree
from designer_kernel.sample.planning import asked as asking
from designer_kernel.sample.planning import counts as counting
from designer_kernel.sample.planning import relations, trees, trial
from designer_kernel.sample.planning.clocks import clock_of, clocked, horizon_of
from designer_kernel.sample.planning.columns import Surroundings, column_plans
from designer_kernel.sample.planning.facts import TableFacts, TableName, table_facts
from designer_kernel.sample.planning.keyspaces import key_plans
from designer_kernel.sample.planning.oddities import with_edges
from designer_kernel.sample.planning.partitions import division_of
from designer_kernel.sample.planning.pooling import with_pools
from designer_kernel.sample.planning.spans import Span, inside, joint_boxes, partition_limits
from designer_kernel.sample.planning.wording import fingerprint_of, locales_of
from designer_kernel.sample.providers.moments import DAY, Created, Timed
from designer_kernel.sample.providers.provider import unwrapped
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.layout import Fan

HORIZON: Final = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
"""The last moment of sample data when no partition says otherwise; fixed, so a seed gives the same rows forever."""

_FITTINGS: Final = 4

ADDING: Final = ("append", "top up")
"""Modes in which rows come beside others."""

YEARS: Final = 2 * 365 * 86_400_000_000


@without_collection()
def plan(
    catalog: Catalog,
    *,
    rows: Mapping[str, int] | None = None,
    scale: float | None = None,
    seed: int | None = None,
    tables: Iterable[str] | None = None,
    until: date | None = None,
    hints: SampleHints | Mapping[str, Any] | str | None = None,
    reader: Reader | None = None,
    judge: Judge | None = None,
    mode: str = "refuse",
) -> Plan:
    """Return the plan of sample data for a catalog.

    What is given here counts more than what ``hints`` say of the same.

    Parameters
    ----------
    catalog
        What the database holds.
    rows
        Rows of some tables, by name or qualified name; their ancestors are raised to believable proportions.
    scale
        Factor of the default counts; 1 by default.
    seed
        The same seed gives the same rows; 0 by default.
    tables
        Fill these tables and what they need; all by default.
    until
        The day before which everything has happened; by default it follows from the partitions.
    hints
        What is wanted of some tables and columns: a `SampleHints`, a mapping or YAML text.
    judge
        Who evaluates checks that we cannot read: a server that has the tables' types and functions.
    reader
        Reads rows that are there already: tables that are not asked for, but referred to, keep theirs.
    mode
        With "append" rows are added to those that tables hold, with "top up" as many as lack to the numbers; tables
        that are not named, neither in ``tables`` nor in ``rows``, keep theirs. Otherwise tables are taken for empty.

    Raises
    ------
    SamplePlanError
        If a constraint cannot be satisfied, or hints cannot be followed; ``where`` names it.
    UnknownObject
        For names of tables that the catalog does not hold.
    """
    said = hinting.read(hints)
    said = said.model_copy(
        update={
            "scale": scale if scale is not None else said.scale if said.scale is not None else 1.0,
            "seed": seed if seed is not None else said.seed or 0,
            "until": until or said.until,
        }
    )
    return _Planner(catalog, dict(rows or {}), said, tables, reader, judge, mode).plan()


def _midnight(day: date) -> int:
    """Return the beginning of a day in microseconds since 1970, UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


class _Planner:
    def __init__(
        self,
        catalog: Catalog,
        rows: Mapping[str, int],
        hints: SampleHints,
        tables: Iterable[str] | None,
        reader: Reader | None = None,
        judge: Judge | None = None,
        mode: str = "refuse",
    ) -> None:
        self.judge = judge
        self.catalog = catalog
        everything = table_facts(catalog)
        self.hints = hints
        self.only = tuple(tables) if tables is not None else None
        self.mode = mode
        self.rows_given = dict(rows)
        self.seed = hints.seed or 0
        self.scale = hints.scale if hints.scale is not None else 1.0
        self.notes: list[str] = []
        self.asked = asking.resolved(everything, hints)
        self.wishes = {named(everything, name): count for name, count in rows.items()}
        self.reader = reader
        tables = self.only
        if tables is None and mode in ADDING:
            meant = {**self.wishes, **self.asked.counts, **self.asked.relative}
            tables = tuple(".".join(name) for name in meant) or None
        self.facts, self.held = _closed(everything, tables, self.wishes, self.notes, reader)
        for name in self.wishes:
            if name not in self.facts:
                raise SamplePlanError(
                    "rows are asked for a table that is not filled",
                    where=".".join(name),
                    mend="name it in tables=… as well",
                )
        self.wishes = {
            n: c for n, c in self.asked.counts.items() if n in self.facts and n not in self.held
        } | self.wishes
        self.relative = {
            n: r
            for n, r in self.asked.relative.items()
            if n in self.facts and n not in self.wishes and n not in self.held and r.base in self.facts
        }
        self.there = self._there()
        self.owned = relations.owners(self.facts, self.asked.parents())
        self.order = relations.order(self.facts, self.owned)
        self.facts = {name: self.facts[name] for name in self.order}
        self.rank = {name: place for place, name in enumerate(self.order)}
        self.below: dict[TableName, list[TableName]] = defaultdict(list)
        for name, key in self.owned.items():
            self.below[relations.parent_of(key)].append(name)
        self.free: dict[TableName, int] = {}

    def plan(self) -> Plan:
        until = self.hints.until
        checks = {name: read_checks(table) for name, table in self.facts.items()}
        ratios = self.asked.ratios()
        references = References(self.facts, self.owned)
        existing = self._existing(references)
        known = {name: rows.rows for name, rows in existing.items()}
        counts = counting.default_counts(self.facts, self.owned, self.order, self.scale, ratios, known)
        counts = counting.with_wishes(self.facts, self.owned, counts, {**self.wishes, **known}, ratios)
        counts = asking.settled(counts, self.relative)
        counts.update({name: (rows, "there already") for name, rows in known.items()})
        self.wishes |= {name: counts[name][0] for name in self.relative}
        counts = self._lacking(counts)
        self.free = self._free(existing)
        counts = self._nonempty(counts, references)
        for name, (rows, _) in counts.items():
            if rows and self.judge is None:
                refuse_unread(self.facts[name], checks[name])
        spans = {
            name: partition_limits(t, checks[name].allowed)
            for name, t in self.facts.items()
            if t.partition_by and counts[name][0]
        }
        hand_up(self.order, self.facts, references.resolved, checks, spans)
        for _ in range(_FITTINGS):  # fewer rows of a parent leave less room for its children's keys
            solutions = self._solutions(references, checks, counts, spans)
            before = counts
            counts, fans = self._fitted(counts, solutions)
            if counts == before:
                break
        fans = self._without_gaps(fans, solutions)
        horizon = self._horizon(spans, existing) if until is None else _midnight(until)
        tables = {
            name: self._table(name, counts[name], solutions, fans, checks[name], spans.get(name, {}), horizon)
            for name in self.order
        }
        tables = {n: replace(t, rows=0, existing=existing[n]) if n in existing else t for n, t in tables.items()}
        if self.reader is not None:
            made = {n: self.facts[n] for n in self.facts if n not in self.held}
            self.reader.lie(lying(tables, solutions, self.held), made)
        vocabulary, more = fingerprint_of(tables)
        result = Plan(
            self.seed,
            tables,
            self.order,
            horizon - YEARS,
            horizon,
            (*self.notes, *more),
            self._asked(),
            self.only,
            locales=locales_of(self.hints.locales),
            vocabulary=vocabulary,
        )
        distinct = {name: s.distinct for name, s in solutions.items()}
        result = trial.with_patterns(result, checks, distinct)
        result = with_pools(result, self.facts, checks, self.judge, distinct, self.catalog)
        result = with_edges(result, self.hints, self.facts, checks, distinct, self.judge)
        asking.verify(result)
        trial.verify(result, self.facts, checks, self.judge)
        if self.reader is not None and self.there:
            result = conflicts.settled(result, self.facts, self.reader)
        return result

    def _there(self) -> dict[TableName, int]:
        """Return how many rows the tables hold that rows are added to; full ones are left as they are."""
        if self.reader is None or self.mode not in ADDING:
            return {}
        self.reader.know(self.facts)
        there = {n: self.reader.count(n) for n in self.reader.holding(set(self.facts) - self.held)}
        if self.mode == "top up":
            owned = relations.owners(self.facts, self.asked.parents())
            ratios = self.asked.ratios()
            known = {n: self.reader.count(n) for n in self.held}
            order = relations.order(self.facts, owned)
            counts = counting.default_counts(self.facts, owned, order, self.scale, ratios, known)
            counts = counting.with_wishes(self.facts, owned, counts, {**self.wishes, **known}, ratios)
            counts = asking.settled(counts, self.relative)
            full = [n for n, rows in there.items() if counts[n][0] <= rows]
            self.facts, self.held = enough(self.facts, self.held, full)
            self.wishes = {n: c for n, c in self.wishes.items() if n not in full}
            self.relative = {n: r for n, r in self.relative.items() if n not in full}
            self.notes.extend(f"{'.'.join(n)} has {there[n]:,} rows already" for n in sorted(full))
            there = {n: rows for n, rows in there.items() if n not in full}
        return there

    def _lacking(self, counts: dict[TableName, tuple[int, str]]) -> dict[TableName, tuple[int, str]]:
        """Return how many rows are added to each table."""
        if self.mode != "top up":
            return counts
        result = dict(counts)
        for name, rows in self.there.items():
            result[name] = (max(counts[name][0] - rows, 0), f"as many as lack to {counts[name][0]:,}")
            if name in self.wishes:
                self.wishes[name] = result[name][0]
        return result

    def _free(self, existing: Mapping[TableName, ExistingRows]) -> dict[TableName, int]:
        """Return, of tables with at most one row for each of their owner's, how many of those have none yet."""
        found = {}
        for name in self.there:
            key = self.owned.get(name)
            if key is None or relations.parent_of(key) not in existing or self.reader is None:
                continue
            if any(set(r.keys) <= set(key.columns) and not r.predicate for r in self.facts[name].uniques):
                found[name] = self.reader.free(existing[relations.parent_of(key)], self.facts[name], key)
        return found

    def _existing(self, references: References) -> dict[TableName, ExistingRows]:
        """Return the rows of the tables that keep theirs."""
        if self.reader is None or not self.held:
            return {}
        held = {name: self.facts[name] for name in self.facts if name in self.held}
        return self.reader.begin(held, self.owned, chosen_under(references.resolved, self.held))

    def _horizon(
        self, spans: Mapping[TableName, Mapping[str, tuple[Span, ...]]], existing: Mapping[TableName, ExistingRows]
    ) -> int:
        """Return the last moment of the plan: a month after the newest row that is there, if that is later."""
        horizon = horizon_of(spans, self.facts, HORIZON)
        if self.reader is None or any(spans.values()):
            return horizon
        newest = max((self.reader.newest(rows) for rows in existing.values()), default=0)
        return max(horizon, -(-newest // DAY) * DAY + 30 * DAY if newest else 0)

    def _asked(self) -> SampleHints:
        """Return what the plan was made from, with the numbers of rows that were given beside hints."""
        tables = dict(self.hints.tables)
        for written, count in self.rows_given.items():
            known = next((n for n in tables if named(self.facts, n) == named(self.facts, written)), written)
            tables[known] = tables.get(known, TableHints()).model_copy(update={"rows": count})
        return self.hints.model_copy(update={"tables": tables})

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
            for plan in tuple(references.resolved[table.name].values()):
                if (
                    isinstance(plan.rule, Pick)  # a row of a tree can always refer to itself
                    and plan.rule.chain
                    and not plan.null_columns
                    and result[table.name][0]
                ):
                    if not (self._lacks(result, plan.rule.chain) and references.loosen(table.name, plan.name)):
                        self._fill_chain(result, plan.rule.chain, f"{table.label}.{plan.name}")
        return result

    def _lacks(self, counts: Mapping[TableName, tuple[int, str]], chain: tuple[TableName, ...]) -> bool:
        """Whether a table has fewer rows than its owner because that was asked for."""
        return any(
            counts[name][0] < counts[relations.parent_of(self.owned[name])][0] for name in chain if name in self.wishes
        )

    def _fill_chain(self, counts: dict[TableName, tuple[int, str]], chain: tuple[TableName, ...], where: str) -> None:
        """Raise tables so that each row of the ancestor can have a row of the parent to choose."""
        for name in reversed(chain):
            parent = relations.parent_of(self.owned[name])
            if counts[name][0] >= counts[parent][0] or name in self.held:
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
        spans: Mapping[TableName, Mapping[str, tuple[Span, ...]]],
    ) -> dict[TableName, Solution]:
        plain = {name: rows for name, (rows, _) in counts.items()}
        solutions = {}
        for name, table in self.facts.items():
            owner = self.owned[name].name if name in self.owned else ""
            if not plain[name] or name in self.held:
                solutions[name] = Solution(references=dict(references.resolved[name]))
                continue
            solutions[name] = solve(
                table,
                references.resolved[name],
                owner,
                checks[name].allowed,
                plain,
                references.lineage(name),
                self._tops(references.resolved[name]),
            )
            solutions[name].providers.update(
                exclusion_slots(table, owner, solutions[name], HORIZON - YEARS, checks[name].allowed, plain[name])
            )
            found = spans.get(name, {})
            place(table, found, joint_boxes(table), solutions[name], plain[name], clocked(table, found))
        return solutions

    def _tops(self, plans: Mapping[str, ReferencePlan]) -> dict[str, TableName]:
        """Return the ancestors under which references choose their rows."""
        rules = {name: plan.rule for name, plan in plans.items() if isinstance(plan.rule, Pick)}
        return {n: relations.parent_of(self.owned[rule.chain[-1]]) for n, rule in rules.items() if rule.chain}

    def _fitted(
        self, counts: dict[TableName, tuple[int, str]], solutions: Mapping[TableName, Solution]
    ) -> tuple[dict[TableName, tuple[int, str]], dict[TableName, Fan]]:
        """Return counts that unique keys leave room for, and the layouts; children come after their owners."""
        result = dict(counts)
        fans: dict[TableName, Fan] = {}
        for name in sorted(self.order, key=self._depth):
            rows, reason = result[name]
            parents = result[relations.parent_of(self.owned[name])][0] if name in self.owned else 0
            parents = self.free.get(name, parents)
            for limit in solutions[name].limits:
                rows, reason = self._limited(name, rows, reason, limit, parents)
            result[name] = (rows, reason)
            if name in self.owned:
                key = hashing.stream(self.seed, *name, "layout")
                sure = parents <= counting.SMALL or relations.is_part(self.facts[name], self.owned[name])
                most = min((limit.most for limit in solutions[name].limits if limit.per_owner), default=None)
                skewed = (Fan(parents, rows, even=False, key=key, sure=is_sure) for is_sure in (False, True))
                even = rows <= parents or (most is not None and max(fan.largest for fan in skewed) > most)
                even = even or (most is not None and name in self.there)  # nobody knows what is taken of each
                fans[name] = self._spread(name, Fan(parents, rows, even, key, sure), most)
        return result, fans

    def _spread(self, name: TableName, fan: Fan, most: int | None) -> Fan:
        """Return a layout as unequal as it was asked to be, as far as unique keys leave room for that."""
        relative = self.relative.get(name)
        if relative is None or not relative.spread or not fan.parents or relative.spread == "skewed":
            return fan
        if relations.parent_of(self.owned[name]) != relative.base:
            return fan
        if relative.spread == "even":
            return replace(fan, even=True)
        spread = replace(fan, even=False, sure=False, spread=relative.spread)
        return spread if most is None or spread.largest <= most else fan

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
                if chain and not plan.null_columns and (self.held & set(chain) or _has_gap(result, chain)):
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
        clock = clock_of(table, owner, older, spans, horizon, YEARS)
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
        columns = {
            c: replace(p, adjustments=adjusted.get(c, ()), null_share=shares.get(c, p.null_share))
            for c, p in columns.items()
        }
        keys = key_plans(table, solution, columns)
        beside = None
        if name in self.there and self.reader is not None:
            reader, there = self.reader, self.there[name]
            beside = Beside(there, count[0])
            columns = continued(columns, lambda column: reader.largest(name, column, upper=True), there)
        return TablePlan(
            name, count[0], count[1], columns, references, clock, owner, redraws, keys, table.indexes, division_of(table), beside=beside
        )

    def _with_asked_nulls(self, table: TableFacts, plan: ReferencePlan) -> ReferencePlan:
        """Return a reference that is NULL as often as hints for its columns say."""
        hints = self.asked.columns.get(table.name, {})
        for column in plan.columns:
            share = hints[column].nulls if column in hints else None
            if share is None:
                continue
            if share and (column not in plan.null_columns or plan.turn is not None):
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
    everything: dict[TableName, TableFacts],
    tables: Iterable[str] | None,
    wishes: Iterable[TableName],
    notes: list[str],
    reader: Reader | None,
) -> tuple[dict[TableName, TableFacts], frozenset[TableName]]:
    """Return the chosen tables and all that their rows refer to, and which of these keep the rows that they have.

    Without a choice all tables are filled.
    """
    if tables is None:
        return everything, frozenset()
    asked = {named(everything, name) for name in tables}
    holding: Holding = reader.holding if reader is not None else lambda _names: frozenset()
    facts, held = divided(everything, asked, lambda names: holding(set(names) - set(wishes)))
    notes.extend(f"{'.'.join(name)} is filled as well: it is referred to" for name in sorted(set(facts) - asked - held))
    notes.extend(f"{'.'.join(name)} keeps its rows: new ones refer to them" for name in sorted(held))
    return facts, held
