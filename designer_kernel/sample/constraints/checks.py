"""Checks of a table sorted into what narrows a column, what adjusts one column to others, and what is drawn again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from designer_kernel.catalog.identifiers import quote
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import adjusting, conditions
from designer_kernel.sample.constraints.adjusting import Adjustment
from designer_kernel.sample.constraints.conditions import UNREADABLE_MEND
from designer_kernel.sample.constraints.judging import Condition, Question
from designer_kernel.sample.constraints.narrowing import Allowed, narrow, share_out
from designer_kernel.sample.constraints.nodes import (
    Call,
    Compare,
    Expr,
    IsNull,
    Name,
    Unreadable,
    children,
    names,
    nodes,
    substituted,
)
from designer_kernel.sample.plan import ColumnPlan, Redraw, ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers import choices, keys, money, plain

_COUNTS = frozenset({"num_nonnulls", "num_nulls"})


@dataclass(slots=True)
class Checks:
    """What the checks of one table ask for.

    ``remaining`` are conditions between columns with their constraint; ``all`` are all that can be read, for
    verification; ``unread`` are those that only the server can judge. ``conditions`` are both, with their texts.
    """

    allowed: dict[str, Allowed]
    remaining: list[tuple[str, Expr]] = field(default_factory=list)
    all: list[tuple[str, Expr]] = field(default_factory=list)
    unread: dict[str, Condition] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)


def read_checks(table: TableFacts) -> Checks:
    """Return the checks of a table and of its columns' domains.

    Of a check that cannot be read, the parts that can narrow what is drawn; the whole is the server's to judge.
    """
    forms = {c.name: c.form for c in table.columns.values()}
    found = Checks({c.name: Allowed(not_null=c.not_null) for c in table.columns.values()})
    generated = _generated(table)
    for question in _questions(table):
        name = question.constraint
        while name in found.conditions:  # two columns of one domain
            name += f" of {question.value_of or 'the table'}"
        replacements: dict[str, Expr] = {"value": Name(question.value_of)} if question.value_of else {}
        parts, is_whole = _parts(question, replacements, generated, table)
        columns = _spoken_of(question, table)
        condition = Condition(question, parts[0] if is_whole else None, columns)
        found.conditions[name] = condition
        if is_whole:
            found.all.append((name, parts[0]))
        else:
            found.unread[name] = condition
        for expr in parts:
            remaining = narrow(expr, name, forms, found.allowed)
            for part in remaining:
                share_out(part, forms, found.allowed)
            found.remaining += [(name, part) for part in remaining if is_whole and not _is_by_itself(part, table)]
    return found


def _is_by_itself(part: Expr, table: TableFacts) -> bool:
    """Whether a condition is kept without any effort.

    A row is not its own parent, since parents come before their children; and what follows from a column does so.
    """
    match part:
        case Compare("=", Name(column), other) | Compare("=", other, Name(column)) if column in table.columns:
            follows = table.columns[column].follows
            return bool(follows) and conditions.read(follows) == other
        case Compare("<>", Name(one), Name(other)) | Call("is distinct from", (Name(one), Name(other))):
            own = [key for key in table.foreign_keys if (key.referenced_schema, key.referenced_table) == table.name]
            return any(set(key.columns) ^ set(key.referenced_columns) == {one, other} for key in own)
    return False


def _questions(table: TableFacts) -> list[Question]:
    """Return the checks of a table, of its columns' domains and of the domains of lists' elements."""
    found = [Question(name, text) for name, text in table.checks]
    for column in table.columns.values():
        found += [Question(name, text, column.name) for name, text in column.form.checks]
        if column.generated and column.not_null:
            found.append(Question(column.name, f"{quote(column.name)} IS NOT NULL"))
        if column.form.kind == "list" and column.form.element is not None:
            found += [Question(name, text, column.name, each=True) for name, text in column.form.element.checks]
        found += list(_of_fields(column.name, column.form, ()))
    return found


def _of_fields(column: str, form: Form, path: tuple[str, ...]) -> Iterator[Question]:
    """Yield the checks of the domains of a composite value's fields."""
    for name, inner in form.fields:
        for constraint, text in inner.checks:
            yield Question(constraint, text, column, field=(*path, name))
        yield from _of_fields(column, inner, (*path, name))


def _generated(table: TableFacts) -> dict[str, Expr]:
    found: dict[str, Expr] = {}
    for column in table.columns.values():
        if column.generated:
            try:
                found[column.name] = conditions.read(column.expression)
            except Unreadable:
                continue
    return found


def _parts(
    question: Question, replacements: Mapping[str, Expr], generated: Mapping[str, Expr], table: TableFacts
) -> tuple[list[Expr], bool]:
    """Return a check as a tree; or those of its parts that can be read, and that these are not all."""

    def put(expr: Expr) -> Expr | None:
        whole = substituted(substituted(expr, replacements), generated)
        if any(table.columns[c].generated for c in names(whole) if c in table.columns):
            return None
        return whole if names(whole) <= table.columns.keys() else None

    if question.each or question.field:
        return [], False
    try:
        whole = put(conditions.read(question.text))
        return ([whole], True) if whole is not None else ([], False)
    except Unreadable:
        parts = [put(part) for part in conditions.read_parts(question.text)]
        return [p for p in parts if p is not None], False


def _spoken_of(question: Question, table: TableFacts) -> frozenset[str]:
    """Return the columns that are sent of those that a check speaks of, also by way of generated ones."""
    if question.value_of and not table.columns[question.value_of].generated:
        return frozenset({question.value_of})
    found = frozenset({question.value_of}) if question.value_of else conditions.mentioned(question.text)
    if "*" in found or table.name[1] in found:
        return frozenset(c.name for c in table.sent)
    direct = {name for name in found if name in table.columns}
    behind = {
        name
        for column in direct
        if table.columns[column].generated
        for name in conditions.mentioned(table.columns[column].expression)
    }
    return frozenset(c.name for c in table.sent if c.name in direct | behind)


def refuse_unread(table: TableFacts, checks: Checks) -> None:
    """Raise for a check that only the server could judge, where there is none.

    Raises
    ------
    SamplePlanError
        Naming the constraint.
    """
    for name, condition in checks.unread.items():
        raise SamplePlanError(
            f"only a server can judge the check, and there is none: {condition.question.text[:80]}",
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
                if is_free(w.column, columns) and not _would_circle(needs, w) and _may(w, columns)
            ),
            None,
        )
        if way is not None:
            needs[way.column] |= names(way.expression)
            adjusted[way.column] = (*adjusted.get(way.column, ()), way)
            continue
        free = tuple(sorted(c for c in names(expr) if is_free(c, columns)))
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
        if any(r.portion for r in involved):
            continue
        if len(involved) < 2 or not names(expr) <= covered or not is_about_nulls(expr):
            continue
        for index, plan in enumerate(involved):
            changed[plan.name] = replace(plan, turn=(constraint, index, len(involved)))
    return changed


def is_about_nulls(expr: Expr) -> bool:
    """Whether a condition looks at nothing of its columns but whether they are NULL."""
    if isinstance(expr, IsNull) or (isinstance(expr, Call) and expr.function in _COUNTS):
        return True
    if isinstance(expr, Name):
        return False
    return all(is_about_nulls(child) for child in children(expr))


def _may(way: Adjustment, columns: Mapping[str, ColumnPlan]) -> bool:
    """Whether a column may be NULL where a way asks for that."""
    return way.operator not in ("null", "unset") or not columns[way.column].facts.not_null


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


def is_free(column: str, columns: Mapping[str, ColumnPlan]) -> bool:
    """Whether a column's values may be changed for a check: nothing else depends on what they are."""
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
    if plan is None or plan.provider is None or getattr(plan.provider, "decided", False):
        return False
    return not isinstance(plan.provider, fixed)


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
