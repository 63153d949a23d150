"""Which tables get rows, and which keep those that they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.solution import Solution
from designer_kernel.sample.plan import ColumnPlan, Counter, Pick, ReferencePlan, TablePlan, Tree
from designer_kernel.sample.planning import relations
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.providers.keys import Serial
from designer_kernel.sample.providers.plain import Span

Holding = Callable[[Iterable[TableName]], frozenset[TableName]]


def divided(
    everything: Mapping[TableName, TableFacts], asked: Iterable[TableName], holding: Holding
) -> tuple[dict[TableName, TableFacts], frozenset[TableName]]:
    """Return the tables that a fill is about, and those of them whose rows stay: what is referred to and holds some.

    What is referred to and is empty gets rows as well. Tables whose rows stay know only references among themselves,
    and no constraints: those are kept already.
    """
    asked = set(asked)
    held = holding(_reached(everything, asked) - asked)
    made = _reached(everything, asked, stop=held)
    kept = _reached(everything, {n for n in made if n in held}, only=held) if held else set()
    facts = {
        name: _settled(table, frozenset(kept)) if name in kept else table
        for name, table in everything.items()
        if name in made or name in kept
    }
    return facts, frozenset(kept)


def _reached(
    everything: Mapping[TableName, TableFacts],
    start: Iterable[TableName],
    stop: frozenset[TableName] = frozenset(),
    only: frozenset[TableName] | None = None,
) -> set[TableName]:
    """Return what references lead to; not beyond ``stop``, and to nothing but ``only``."""
    waiting = list(start)
    found: set[TableName] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in stop:
            continue
        parents = {relations.parent_of(key) for key in everything[name].foreign_keys}
        waiting.extend(p for p in parents if p in everything and (only is None or p in only))
    return found


def _settled(table: TableFacts, kept: frozenset[TableName]) -> TableFacts:
    """Return a table whose rows stay: of its references those count that every row has."""
    known = kept - {table.name}
    keys = (k for k in table.foreign_keys if relations.parent_of(k) in known and relations.is_required(table, k))
    return replace(table, foreign_keys=tuple(keys), exclusions=(), checks=(), partition_by="", partitions=())


def chosen_under(
    references: Mapping[TableName, Mapping[str, ReferencePlan]], held: frozenset[TableName]
) -> list[tuple[TableName, ...]]:
    """Return the chains of tables that are there already, from which new rows must choose."""
    found: list[tuple[TableName, ...]] = []
    for name, plans in references.items():
        for plan in plans.values():
            if name in held or not isinstance(plan.rule, Pick | Tree) or plan.null_columns:
                continue
            chain = tuple(t for t in plan.rule.chain if t in held)
            if chain and chain not in found:
                found.append(chain)
    return found


def lying(
    tables: Mapping[TableName, TablePlan], solutions: Mapping[TableName, Solution], held: frozenset[TableName]
) -> frozenset[TableName]:
    """Return the tables whose rows must be numbered in the order of their owners: ranges of them are asked for."""
    found: set[TableName] = set()
    for name, table in tables.items():
        if name in held:
            continue
        paths = {c.among for c in solutions[name].distinct.values() if "/" in c.among}
        for reference in table.references.values():
            if isinstance(reference.rule, Pick | Tree):
                found.update(reference.rule.chain)
                paths.add("/".join(reference.rule.path or ()))
        for path in paths:
            current = name
            for step in filter(None, path.split("/")):
                found.add(current)
                current = tables[current].references[step].parent
    return frozenset(found & held)


def enough(
    facts: Mapping[TableName, TableFacts], held: frozenset[TableName], full: Iterable[TableName]
) -> tuple[dict[TableName, TableFacts], frozenset[TableName]]:
    """Return the tables with some more of them keeping their rows: what has as many as it was to have."""
    kept = held | frozenset(full)
    return {n: _settled(t, kept) if n in kept else t for n, t in facts.items()}, kept


def filled_up(
    facts: Mapping[TableName, TableFacts],
    there: Mapping[TableName, int],
    held: frozenset[TableName],
    wishes: Mapping[TableName, int],
    solutions: Mapping[TableName, Solution],
) -> list[TableName]:
    """Return the tables that hold all rows that their keys leave room for, and refer to nothing that grows.

    Raises
    ------
    SamplePlanError
        If rows were asked for one of them.
    """
    found = []
    for name, rows in there.items():
        above = {relations.parent_of(key) for key in facts[name].foreign_keys} - {name}
        limit = next((one for one in solutions[name].limits if not one.per_owner and one.most == rows), None)
        if limit is None or not above <= held:
            continue
        if wishes.get(name):
            raise SamplePlanError(
                f"{wishes[name]:,} more rows do not fit: its values leave room for the {rows:,} that are there",
                where=limit.constraint,
                mend="leave the table out",
            )
        found.append(name)
    return found


def continued(
    columns: Mapping[str, ColumnPlan], largest: Callable[[str], int | None], there: int
) -> dict[str, ColumnPlan]:
    """Return columns whose numbers and slots begin behind the last that is there.

    Parameters
    ----------
    largest
        Tells the largest number of a column, or its largest upper end.
    there
        The number that the first new row has.
    """
    result = dict(columns)
    ends: dict[str, int] = {}
    for name, column in columns.items():
        provider = column.provider
        if isinstance(provider, Serial) and provider.counter == Counter("rows") and provider.step > 0:
            last = largest(name)
            if last is not None:
                start = max(provider.start, last + provider.step - there * provider.step)
                result[name] = replace(column, provider=replace(provider, start=start))
        if isinstance(provider, Span) and provider.step and provider.part != "low":
            last = largest(name)
            if last is not None:
                ends[provider.among] = max(last, ends.get(provider.among, last))
    for name, column in columns.items():
        provider = column.provider
        if isinstance(provider, Span) and provider.step and provider.among in ends:
            before = there * provider.step if provider.among == "rows" else 0
            start = max(provider.start, ends[provider.among] - before)
            result[name] = replace(column, provider=replace(provider, start=start))
    return result
