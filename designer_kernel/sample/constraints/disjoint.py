"""Pairs of references that a check compares, no two of which have a row in common.

Rows of the parent are shuffled, and neighbours are a pair: the first and the second, the third and the fourth. So each
row is in one pair at most, and every key about either of the two is kept, however their keys compare. That leaves room
for half as many rows as there are parents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from designer_kernel.sample.plan import Counter, Pick, ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts, UniqueRule
from designer_kernel.sample.rows.apart import HALF, PAIRED_HIGH, PAIRED_LOW, PAIRED_ONE, PAIRED_OTHER

_WAYS: Final = {
    "<": (PAIRED_LOW, PAIRED_HIGH),
    ">": (PAIRED_HIGH, PAIRED_LOW),
    "<>": (PAIRED_ONE, PAIRED_OTHER),
    HALF: (PAIRED_ONE, PAIRED_OTHER),
}


def in_pairs(
    table: TableFacts, references: Mapping[str, ReferencePlan]
) -> tuple[TableFacts, dict[str, ReferencePlan], dict[str, UniqueRule]] | None:
    """Return the table without the keys that pairs keep, the references, and the first key that limits each pair.

    Pairs that may be NULL together have no limit: they are NULL in the rows for which no parents are left. Nothing is
    returned if no references can be pairs.
    """
    result, kept = dict(references), table
    paired: dict[str, UniqueRule] = {}
    for plan in references.values():
        if plan.apart is None or plan.apart[1] not in _WAYS or plan.name in paired:
            continue
        other = references[plan.apart[0]]
        columns = {*plan.columns, *other.columns}
        about = [rule for rule in kept.uniques if columns & set(rule.keys)]
        if other.name in paired or not about or not (_is_free(plan) and _is_free(other)):
            continue
        ways = _WAYS[plan.apart[1]]
        for one, way, partner in ((plan, ways[0], other), (other, ways[1], plan)):
            rule = Pick(None, (), popular=False, counter=Counter("rows"))
            result[one.name] = replace(one, rule=rule, apart=(partner.name, way), null_share=0)
        kept = replace(kept, uniques=tuple(rule for rule in kept.uniques if rule not in about))
        paired[plan.name] = about[0]
    if not paired:
        return None
    return kept, result, {name: rule for name, rule in paired.items() if not _may_end(result, name)}


def _is_free(plan: ReferencePlan) -> bool:
    """Whether a reference may choose from all parents."""
    return isinstance(plan.rule, Pick) and plan.rule.path is None and plan.turn is None and plan.portion is None


def _may_end(references: Mapping[str, ReferencePlan], name: str) -> bool:
    """Whether both references of a pair may be NULL where there are no more parents."""
    plan = references[name]
    return bool(plan.null_columns) and plan.apart is not None and bool(references[plan.apart[0]].null_columns)
