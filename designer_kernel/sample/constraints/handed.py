"""Keys over a part of what a reference copies: the row is told by that part only if it is unique in the parent, too.

``(region, number)`` refers to ``places (region, number)``, and ``region`` alone is to be unique: then no two places
may have the same region, as far as they are referred to. A plan is made anew in which none have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName, UniqueRule

Wanted = tuple[TableName, UniqueRule]
"""A key that a table does not have, and is to keep."""


class KeyWanted(Exception):
    """A unique key of a parent by which a table's own could be kept; ``refusal`` is what to say if it cannot be."""

    def __init__(self, wanted: Wanted, refusal: SamplePlanError) -> None:
        super().__init__()
        self.wanted = wanted
        self.refusal = refusal


def told_by(
    columns: AbstractSet[str], references: Iterable[ReferencePlan], parents: Mapping[TableName, TableFacts]
) -> list[ReferencePlan]:
    """Return the references whose row follows from columns because these are copies of a whole key of the parent."""
    found = []
    for plan in references:
        copied = {there for here, there in zip(plan.columns, plan.parent_columns, strict=True) if here in columns}
        rules = parents[plan.parent].uniques if plan.parent in parents else ()
        if any(set(rule.keys) <= copied and not rule.predicate for rule in rules):
            found.append(plan)
    return found


def wish(
    table: TableFacts,
    rule: UniqueRule,
    columns: AbstractSet[str],
    references: Iterable[ReferencePlan],
    refusal: SamplePlanError,
) -> KeyWanted | None:
    """Return the parent's key that would help: over the columns that the reference with most of them copies."""
    found = [(set(plan.columns) & columns, plan) for plan in references if plan.parent != table.name]
    copied, best = max(found, key=lambda pair: (len(pair[0]), pair[1].name), default=(set(), None))
    if best is None or not copied:
        return None
    keys = tuple(there for here, there in zip(best.columns, best.parent_columns, strict=True) if here in copied)
    return KeyWanted((best.parent, UniqueRule(f"{rule.name} of {table.label}", keys)), refusal)


def with_keys(facts: Mapping[TableName, TableFacts], wanted: Iterable[Wanted]) -> dict[TableName, TableFacts]:
    """Return tables with keys that others need."""
    result = dict(facts)
    for name, rule in wanted:
        if name in result:
            result[name] = replace(result[name], uniques=(*result[name].uniques, rule))
    return result
