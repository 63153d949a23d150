"""Checks of a table sorted into what narrows a column, what adjusts one column to others, and what is drawn again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import adjusting, conditions
from designer_kernel.sample.constraints.adjusting import Adjustment
from designer_kernel.sample.constraints.conditions import (
    UNREADABLE_MEND,
    Call,
    Expr,
    IsNull,
    Name,
    Unreadable,
    children,
    names,
    nodes,
)
from designer_kernel.sample.constraints.narrowing import Allowed, narrow, share_out
from designer_kernel.sample.plan import ColumnPlan, Redraw, ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.providers import choices, keys, money, plain

_COUNTS = frozenset({"num_nonnulls", "num_nulls"})


@dataclass(slots=True)
class Checks:
    """What the checks of one table ask for.

    ``remaining`` are conditions between columns with their constraint; ``all`` are all of them, for verification.
    """

    allowed: dict[str, Allowed]
    remaining: list[tuple[str, Expr]] = field(default_factory=list)
    all: list[tuple[str, Expr]] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)


def read_checks(table: TableFacts) -> Checks:
    """Return the checks of a table and of its columns' domains.

    A check that cannot be read lands in ``unread``; `refuse_unread` decides about it, because a table without rows
    does not need it.
    """
    forms = {c.name: c.form for c in table.columns.values()}
    found = Checks({c.name: Allowed(not_null=c.not_null) for c in table.columns.values()})
    generated: dict[str, Expr] = {}
    for column in table.columns.values():
        if column.generated:
            try:
                generated[column.name] = conditions.read(column.expression)
            except Unreadable:
                continue
    sources: list[tuple[str, str, dict[str, Expr]]] = [(name, text, {}) for name, text in table.checks]
    for column in table.columns.values():
        sources += [(name, text, {"value": Name(column.name)}) for name, text in column.form.checks]
    for name, text, replacements in sources:
        try:
            expr = conditions.substituted(conditions.substituted(conditions.read(text), replacements), generated)
            if names(expr) & {c.name for c in table.columns.values() if c.generated}:
                raise Unreadable(text)
        except Unreadable as error:
            found.unread[name] = str(error)
            continue
        found.all.append((name, expr))
        remaining = narrow(expr, name, forms, found.allowed)
        for part in remaining:
            share_out(part, forms, found.allowed)
        found.remaining += [(name, part) for part in remaining]
    return found


def refuse_unread(table: TableFacts, checks: Checks) -> None:
    """Raise for a check that sample data cannot read.

    Raises
    ------
    SamplePlanError
        Naming the constraint.
    """
    for name, part in checks.unread.items():
        raise SamplePlanError(
            f"the check holds something that sample data cannot satisfy: {part[:80]}",
            where=f"{table.label}.{name}",
            mend=UNREADABLE_MEND,
        )


def kept(
    table: TableFacts, checks: Checks, columns: Mapping[str, ColumnPlan]
) -> tuple[dict[str, tuple[Adjustment, ...]], tuple[Redraw, ...]]:
    """Return adjustments by column and redraws that keep the remaining conditions."""
    forms = {c.name: c.form for c in table.sent}
    needs = {name: _needed(plan.provider) for name, plan in columns.items()}
    adjusted: dict[str, tuple[Adjustment, ...]] = {}
    redraws: list[Redraw] = []
    for constraint, expr in checks.remaining:
        way = next(
            (
                w
                for w in adjusting.candidates(expr, forms, constraint)
                if _is_free(w.column, columns) and not _would_circle(needs, w)
            ),
            None,
        )
        if way is not None:
            needs[way.column] |= names(way.expression)
            adjusted[way.column] = (*adjusted.get(way.column, ()), way)
            continue
        free = tuple(sorted(c for c in names(expr) if _is_free(c, columns)))
        if free:  # without free columns it holds by itself, or the trial refuses it
            redraws.append(Redraw(constraint, expr, free))
    return adjusted, _merged(redraws)


def null_shares(redraws: tuple[Redraw, ...], columns: Mapping[str, ColumnPlan]) -> dict[str, int]:
    """Return higher shares of NULL for columns whose checks count NULLs, so that drawing again soon succeeds."""
    counting = [r for r in redraws if any(isinstance(n, Call) and n.function in _COUNTS for n in nodes(r.condition))]
    return {c: 500 for r in counting for c in r.columns if not columns[c].facts.not_null}


def turns(checks: Checks, references: Mapping[str, ReferencePlan]) -> dict[str, ReferencePlan]:
    """Return references that take turns because a check wants exactly one of them to be set."""
    changed: dict[str, ReferencePlan] = {}
    for constraint, expr in checks.remaining:
        involved = [r for r in references.values() if set(r.null_columns) & names(expr)]
        covered = {c for r in involved for c in r.null_columns}
        if len(involved) < 2 or not names(expr) <= covered or not _is_about_nulls(expr):
            continue
        for index, plan in enumerate(involved):
            changed[plan.name] = replace(plan, turn=(constraint, index, len(involved)))
    return changed


def _is_about_nulls(expr: Expr) -> bool:
    """Whether a condition looks at nothing of its columns but whether they are NULL."""
    if isinstance(expr, IsNull) or (isinstance(expr, Call) and expr.function in _COUNTS):
        return True
    if isinstance(expr, Name):
        return False
    return all(_is_about_nulls(child) for child in children(expr))


def _merged(redraws: list[Redraw]) -> tuple[Redraw, ...]:
    """Join conditions that share columns, so that they are drawn together."""
    groups: list[list[Redraw]] = []
    for redraw in redraws:
        touching = [g for g in groups if any(set(r.columns) & set(redraw.columns) for r in g)]
        groups = [g for g in groups if g not in touching] + [[redraw, *(r for g in touching for r in g)]]
    result = []
    for group in groups:
        columns = tuple(sorted({c for r in group for c in r.columns}))
        name = ", ".join(sorted({r.constraint for r in group}))
        result += [Redraw(name, r.condition, columns) for r in group]
    return tuple(result)


def _is_free(column: str, columns: Mapping[str, ColumnPlan]) -> bool:
    plan = columns.get(column)
    fixed = (
        keys.Serial,
        keys.Uuid,
        keys.Distinct,
        keys.Code,
        choices.InTurn,
        choices.First,
        plain.Span,
        money.FromParent,
    )
    return plan is not None and plan.provider is not None and not isinstance(plan.provider, fixed)


def _needed(provider: Any) -> set[str]:
    """Return the columns of the row that a provider looks at."""
    needed: set[str] = set()
    while provider is not None:
        for name in ("of", "rating", "status", "count", "price"):
            value = getattr(provider, name, "")
            needed |= {value} if isinstance(value, str) and value else set()
        needed |= {*getattr(provider, "plus", ()), *getattr(provider, "minus", ())}
        provider = getattr(provider, "inner", None)
    return needed


def _would_circle(needs: Mapping[str, set[str]], way: Adjustment) -> bool:
    seen: set[str] = set()
    waiting = list(names(way.expression))
    while waiting:
        name = waiting.pop()
        if name == way.column:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(needs.get(name, ()))
    return False
