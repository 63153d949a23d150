"""What a column's checks and partitions allow, asked of the key that it is a copy of.

``events (tenant_id REFERENCES tenants) PARTITION BY LIST (tenant_id)`` has partitions for some tenants only; so those
are the tenants.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from designer_kernel.sample.constraints.checks import Checks
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.constraints.references import Resolved
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.spans import Span, inside

_ANYTHING = Allowed()
_PASSES = 3
"""Rounds up the references: a circle of tables has no order in which one would do."""


def hand_up(
    order: Sequence[TableName],
    facts: Mapping[TableName, TableFacts],
    resolved: Resolved,
    checks: Mapping[TableName, Checks],
    spans: Mapping[TableName, Mapping[str, tuple[Span, ...]]],
) -> None:
    """Narrow what keys may be to what the columns that copy them may be; children come before parents."""
    for name in order:
        for column, found in spans.get(name, {}).items():
            if any(column in plan.columns for plan in resolved[name].values()):
                checks[name].allowed[column] = inside(checks[name].allowed[column], found)
    for _ in range(_PASSES):
        for name in reversed(order):
            for plan in resolved[name].values():
                for here, there in zip(plan.columns, plan.parent_columns, strict=True):
                    mine, theirs = facts[name].columns[here].form, facts[plan.parent].columns[there].form
                    if (mine.kind, mine.scale) != (theirs.kind, theirs.scale) or plan.parent not in checks:
                        continue
                    known = checks[plan.parent].allowed
                    known[there] = both(known[there], checks[name].allowed[here])


def both(known: Allowed, more: Allowed) -> Allowed:
    """Return what two limits allow; the first alone where nothing would be left."""
    if more == _ANYTHING:
        return known
    result = replace(known, excluded=known.excluded | more.excluded, shortest=max(known.shortest, more.shortest))
    if more.low is not None:
        result = result.raised(more.low)
    if more.high is not None:
        result = result.lowered(more.high)
    if more.choices is not None:
        result = result.chosen(more.choices)
    if more.longest is not None:
        result = replace(result, longest=min(more.longest, result.longest or more.longest))
    if more.patterns and not known.patterns:
        result = replace(result, patterns=more.patterns)
    if more.letters and not known.letters:
        result = replace(result, letters=more.letters)
    is_empty = result.low is not None and result.high is not None and result.low > result.high
    if is_empty or (result.values is not None and not result.values):
        return known
    if result == known:
        return known
    return replace(result, constraints=tuple(dict.fromkeys((*known.constraints, *more.constraints))))
