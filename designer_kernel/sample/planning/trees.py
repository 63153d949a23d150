"""How trees of rows are to be shaped: roots, fan-out and depth, asked for as hints for the referring column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from designer_kernel.design.sample_hints import ColumnHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import ReferencePlan, Tree
from designer_kernel.sample.planning.facts import TableFacts

_SHAPE: Final = frozenset({"roots", "fan_out", "depth"})


def shaped(table: TableFacts, plan: ReferencePlan, hints: Mapping[str, ColumnHints]) -> ReferencePlan:
    """Return a reference of a table to itself with the trees that hints for its columns ask for.

    Raises
    ------
    SamplePlanError
        For numbers that are none, or where a unique key leaves no choice.
    """
    if not isinstance(plan.rule, Tree):
        return plan
    for column in plan.columns:
        given = {n: v for n, v in (hints[column].parameters if column in hints else {}).items() if n in _SHAPE}
        where = f"{table.label}.{column}"
        for name, value in given.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise SamplePlanError(f"{value!r} is no number of {name}", where=where, mend="give 1 or more")
        if given and plan.rule.is_list:
            raise SamplePlanError(
                "a unique key allows each row one child at most, so that rows form a list",
                where=where,
                mend="leave out " + ", ".join(sorted(given)),
            )
        if given:
            return replace(plan, rule=replace(plan.rule, **given))
    return plan


def without_shape(hints: ColumnHints, plan: ReferencePlan) -> ColumnHints:
    """Return the hints for a column without what says how its trees are shaped."""
    if not isinstance(plan.rule, Tree) or not _SHAPE & hints.parameters.keys():
        return hints
    kept = {n: v for n, v in hints.parameters.items() if n not in _SHAPE}
    return ColumnHints(provider=hints.provider, nulls=hints.nulls, edge_cases=hints.edge_cases, **kept)
