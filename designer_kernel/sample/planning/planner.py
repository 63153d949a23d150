"""From a catalog to a `Plan`: counts, layouts, references, keys, providers, checks; then a trial of some rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.memory import without_collection
from designer_kernel.design.sample_hints import SampleHints, TableHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import arcs, kinds
from designer_kernel.sample.constraints.checks import Checks, read_checks, refuse_unread
from designer_kernel.sample.constraints.exclusions import exclusion_slots
from designer_kernel.sample.constraints.handed import KeyWanted, Wanted, with_keys
from designer_kernel.sample.constraints.inherited import hand_up
from designer_kernel.sample.constraints.judging import Judge
from designer_kernel.sample.constraints.placement import place
from designer_kernel.sample.constraints.references import References
from designer_kernel.sample.constraints.solution import Solution
from designer_kernel.sample.constraints.uniqueness import solve
from designer_kernel.sample.document import hints as hinting
from designer_kernel.sample.existing import conflicts
from designer_kernel.sample.existing.choice import chosen_under, enough, filled_up, lying
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.existing.rows import ExistingRows
from designer_kernel.sample.plan import Pick, Plan, ReferencePlan
from designer_kernel.sample.planning import asked as asking
from designer_kernel.sample.planning import counts as counting
from designer_kernel.sample.planning import relations
from designer_kernel.sample.planning.chosen_tables import closed, named
from designer_kernel.sample.planning.clocks import clocked, horizon_of
from designer_kernel.sample.planning.columns import left_out
from designer_kernel.sample.planning.facts import TableName, table_facts
from designer_kernel.sample.planning.fitting import Fitting
from designer_kernel.sample.planning.keeping import Keeping
from designer_kernel.sample.planning.spans import Span, joint_boxes, partition_limits
from designer_kernel.sample.planning.tabling import YEARS, Tabling
from designer_kernel.sample.planning.wording import fingerprint_of, locales_of
from designer_kernel.sample.providers.moments import DAY
from designer_kernel.sample.rows.routing import with_notes

HORIZON: Final = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
"""The last moment of sample data when no partition says otherwise; fixed, so a seed gives the same rows forever."""

_FITTINGS: Final = 4

ADDING: Final = ("append", "top up")
"""Modes in which rows come beside others."""


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
    only = tuple(tables) if tables is not None else None
    full: frozenset[TableName] = frozenset()
    wanted: tuple[Wanted, ...] = ()
    refusal: SamplePlanError | None = None
    while True:
        try:
            return _Planner(catalog, dict(rows or {}), said, only, reader, judge, mode, full, wanted).plan()
        except _Full as found:
            full |= found.names
        except KeyWanted as missing:
            refusal = refusal or missing.refusal
            if missing.wanted in wanted:
                raise refusal from None
            wanted = (*wanted, missing.wanted)


class _Full(Exception):
    """Tables whose rows are all that their keys leave room for: they keep those."""

    def __init__(self, names: Iterable[TableName]) -> None:
        super().__init__()
        self.names = frozenset(names)


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
        full: frozenset[TableName] = frozenset(),
        wanted: tuple[Wanted, ...] = (),
    ) -> None:
        self.judge = judge
        self.full = full
        self.catalog = catalog
        everything = with_keys(table_facts(catalog), wanted)
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
        self.facts, self.held = closed(everything, tables, self.wishes, self.notes, reader)
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
        fitting = Fitting(
            self.facts, self.owned, self.order, self.wishes, self.held, self.relative, self.seed, self.free, self.there
        )
        counts = fitting.nonempty(counts, references)
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
            found = filled_up(self.facts, self.there, self.held, self.wishes, solutions)
            if found:
                raise _Full(found)
            before = counts
            counts, fans = fitting.fitted(counts, solutions)
            if counts == before:
                break
        fans = fitting.without_gaps(fans, solutions)
        self.notes.extend(fitting.elsewhere())
        horizon = self._horizon(spans, existing) if until is None else _midnight(until)
        tabling = Tabling(
            self.facts, self.owned, self.order, self.held, self.there, self.free, self.asked, self.hints, self.reader
        )
        tables = {
            name: tabling.table(name, counts[name], solutions, fans, checks[name], spans.get(name, {}), horizon)
            for name in self.order
        }
        for name, table in tables.items():
            self.notes += left_out(self.facts[name], table.columns) if table.rows else []
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
            mode=self.mode if self.mode in ADDING else "refuse",
        )
        distinct = {name: s.distinct for name, s in solutions.items()}
        result = Keeping(self.facts, checks, self.judge, distinct, self.catalog, self.hints).kept(result)
        if self.reader is not None and self.there:
            result = conflicts.settled(result, self.facts, self.reader)
        return with_notes(result)

    def _there(self) -> dict[TableName, int]:
        """Return how many rows the tables hold that rows are added to; full ones are left as they are."""
        if self.reader is None or self.mode not in ADDING:
            return {}
        self.reader.know(self.facts)
        ours = {n for n, table in self.facts.items() if n not in self.held and not table.elsewhere}
        there = {n: self.reader.count(n) for n in self.reader.holding(ours)}
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
        if self.full:
            self.facts, self.held = enough(self.facts, self.held, self.full)
            self.notes.extend(f"{'.'.join(n)} has as many rows as its keys leave room for" for n in sorted(self.full))
        return {n: rows for n, rows in there.items() if n not in self.full}

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
                {n: t for n, t in self.facts.items() if n not in self.held},
            )
            arcs.share_out(table, checks[name], solutions[name], plain)
            kinds.share_out(table, checks[name], solutions[name], plain)
            solutions[name].providers.update(
                exclusion_slots(table, owner, solutions[name], HORIZON - YEARS, checks[name].allowed, plain[name])
            )
            found = spans.get(name, {})
            timed = clocked(table, found)
            place(table, found, joint_boxes(table), solutions[name], plain[name], timed, checks[name].allowed)
        return solutions

    def _tops(self, plans: Mapping[str, ReferencePlan]) -> dict[str, TableName]:
        """Return the ancestors under which references choose their rows."""
        rules = {name: plan.rule for name, plan in plans.items() if isinstance(plan.rule, Pick)}
        return {n: relations.parent_of(self.owned[rule.chain[-1]]) for n, rule in rules.items() if rule.chain}
