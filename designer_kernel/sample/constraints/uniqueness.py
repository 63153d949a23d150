"""Unique keys kept by construction: some column is made distinct, or the columns are digits of one counter.

No set of used values and no retries. Where two references that a check compares are needed for keys each, other ways of
choosing them are tried, the widest first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import disjoint, mirrored, pairs
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.constraints.solution import Limit, Solution
from designer_kernel.sample.constraints.solver import Solver
from designer_kernel.sample.plan import ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.providers.computed import Computed


def solve(
    table: TableFacts,
    references: Mapping[str, ReferencePlan],
    owner: str,
    allowed: Mapping[str, Allowed],
    counts: Mapping[TableName, int],
    lineage: Sequence[tuple[tuple[str, ...], frozenset[str], TableName]],
    tops: Mapping[str, TableName] | None = None,
    parents: Mapping[TableName, TableFacts] | None = None,
) -> Solution:
    """Return how every unique key of a table is kept.

    ``tops`` are the ancestors under which references choose their rows, ``parents`` the tables that they lead to.

    Raises
    ------
    SamplePlanError
        If one cannot be kept; it names the key.
    KeyWanted
        If one could be kept were some columns of a parent unique, too.
    """

    def solved(about: TableFacts, plans: Mapping[str, ReferencePlan], *, is_wide: bool = False) -> Solution:
        solver = Solver(about, dict(plans), owner, allowed, counts, lineage, tops or {}, parents or {})
        solver.is_wide = is_wide
        return _solved(solver)

    plain = mirrored.over_columns(table, references)
    try:
        return solved(plain, references)
    except pairs.Compared as refusal:
        with suppress(pairs.Compared):
            return solved(plain, references, is_wide=True)
        other = pairs.climbing(plain, references, parents or {})
        if other is not None:
            return solved(*other)
        return _in_pairs(plain, references, counts, solved, refusal)
    except SamplePlanError as refusal:
        return _in_pairs(plain, references, counts, solved, refusal)


def _in_pairs(
    table: TableFacts,
    references: Mapping[str, ReferencePlan],
    counts: Mapping[TableName, int],
    solved: Callable[[TableFacts, Mapping[str, ReferencePlan]], Solution],
    refusal: SamplePlanError,
) -> Solution:
    """Return how keys are kept if two references that a check compares never have a row in common with other rows.

    Raises
    ------
    SamplePlanError
        The refusal that there was, if that does not help either.
    """
    found = disjoint.in_pairs(table, references)
    if found is None:
        raise refusal from None
    kept, result, limited = found
    try:
        solution = solved(kept, result)
    except SamplePlanError:
        raise refusal from None
    for name, rule in limited.items():
        solution.limits.append(Limit(f"{table.label}.{rule.name}", counts[result[name].parent] // 2, per_owner=False))
    return solution


def _solved(solver: Solver) -> Solution:
    """Return how the keys of a solver's table are kept."""
    table = solver.table
    rules = sorted(table.uniques, key=lambda r: (len(r.keys), solver.values_of(r), not r.is_primary, r.name))
    for rule in rules:
        if not rule.predicate or solver.has_roomy(rule) or not solver.is_decidable(rule):
            solver.keep(rule)
    for rule in rules:
        if rule not in solver.kept:  # those are free to decide columns that nothing else needs
            solver.keep(rule)
    pairs.settle_pairs(table, solver.references, solver.solution, solver.parents if solver.is_wide else {})
    solver.solution.references = solver.references
    for column in table.columns.values():
        if column.follows:
            solver.solution.providers[column.name] = (Computed(column.follows), f"{column.follows}, as a check says")
    return solver.solution
