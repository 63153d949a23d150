"""Edge cases in a plan: which columns get odd values, and which of these no constraint forbids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.checks import Checks
from designer_kernel.sample.constraints.judging import Judge
from designer_kernel.sample.constraints.nodes import Unreadable, names
from designer_kernel.sample.plan import ColumnPlan, Counter, Plan, TablePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName, UniqueRule
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.planning.trial import tried
from designer_kernel.sample.providers import choices, keys, money, person
from designer_kernel.sample.providers.edges import Edged, Span, held, odd
from designer_kernel.sample.providers.pooled import Pooled
from designer_kernel.sample.providers.provider import unwrapped
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.values import FOREVER, NEVER, Values

_FIELDS: Final = ("of", "rating", "status", "count", "price", "column", "source")
_SPELLED: Final = frozenset({"text", "enum", "json", "integer", "numeric", "float", "boolean"})
_INDEXED: Final = 600
"""Characters of text in an index: entries have to fit on a page."""


def with_edges(
    plan: Plan,
    hints: SampleHints,
    facts: Mapping[TableName, TableFacts],
    checks: Mapping[TableName, Checks],
    distinct: Mapping[TableName, Mapping[str, Counter]],
    judge: Judge | None = None,
) -> Plan:
    """Return the plan with odd values where hints want them.

    Raises
    ------
    SamplePlanError
        If they are asked for a column that can have none.
    """
    shares = {name: _shares(table, hints) for name, table in plan.tables.items() if table.rows}
    if not any(share for wanted in shares.values() for share, _ in wanted.values()):
        return plan
    used = _used(plan)
    tables = dict(plan.tables)
    for name, wanted in shares.items():
        columns = dict(tables[name].columns)
        for column, (share, is_asked) in wanted.items():
            if not share:
                continue
            items, why = _items(
                plan, facts[name], checks[name], columns[column], distinct[name].get(column), used, judge
            )
            if items:
                provider = columns[column].provider
                assert provider is not None
                made = Edged(provider, share, items, distinct[name].get(column))
                reason = f"{columns[column].reason}; with edge cases"
                columns[column] = replace(columns[column], provider=made, reason=reason)
            elif is_asked:
                raise SamplePlanError(
                    f"no edge case is possible: {why}",
                    where=f"{facts[name].label}.{column}",
                    mend="leave out edge_cases",
                )
        tables[name] = replace(tables[name], columns=columns)
    return replace(plan, tables=tables)


def _shares(table: TablePlan, hints: SampleHints) -> dict[str, tuple[int, bool]]:
    """Return in how many thousandths of the rows each column is to be odd, and whether it was asked by name."""
    own = next((h for n, h in hints.tables.items() if n in (table.label, table.name[1])), None)
    default = own.edge_cases if own is not None and own.edge_cases is not None else hints.edge_cases
    found = {}
    for name, column in table.columns.items():
        asked = column.hints.edge_cases if column.hints is not None else None
        share = asked if asked is not None else default
        found[name] = (round(1000 * (share or 0)), bool(asked))
    return found


def _used(plan: Plan) -> dict[TableName, set[str]]:
    """Return the columns that others are computed from: in their row, in rows below, or in rows that refer to them."""
    used: dict[TableName, set[str]] = {name: set() for name in plan.tables}
    for name, table in plan.tables.items():
        for column in table.columns.values():
            for adjustment in column.adjustments:
                used[name] |= names(adjustment.expression)
            _uses(plan, name, column.provider, used)
        for reference in table.references.values():
            used[reference.parent] |= set(reference.parent_columns)
    return used


def _uses(plan: Plan, name: TableName, provider: Any, used: dict[TableName, set[str]]) -> None:
    while provider is not None:
        reference = getattr(provider, "reference", "")
        target = name
        for step in reference.split("/") if isinstance(reference, str) and reference else ():
            known = plan.tables[target].references.get(step)
            target = known.parent if known is not None else target
        part = getattr(provider, "part", None)
        if isinstance(part, tuple) and part in plan.tables:
            target = part
        for field in _FIELDS:
            value = getattr(provider, field, "")
            if isinstance(value, str) and value:
                used[target].add(value)
        for field in ("plus", "minus", "after"):
            used[target] |= {v for v in getattr(provider, field, ()) if isinstance(v, str)}
        provider = getattr(provider, "inner", None)


def _items(
    plan: Plan,
    facts: TableFacts,
    checks: Checks,
    column: ColumnPlan,
    counter: Counter | None,
    used: Mapping[TableName, set[str]],
    judge: Judge | None,
) -> tuple[tuple[Any, ...], str]:
    """Return the odd values that a column may have, or why there are none."""
    name = column.facts.name
    provider = column.provider
    why = _forbidden(facts, checks, column, counter)
    if why or provider is None:
        return (), why or "it is copied from another row"
    rows = tried(plan.tables[facts.name].rows)
    frame = Frame(plan, facts.name, rows)
    sample = frame.column(name)
    generated = [c.expression for c in facts.columns.values() if c.generated]
    is_used = name in used[facts.name] or any(_speaks(text, name) for text in generated)
    texts = (*generated, *(condition.question.text for condition in checks.conditions.values()))
    divides = any(_speaks(text, name) and ("/" in text or "%" in text) for text in texts)
    found = odd(column.facts.form, sample, mild=is_used)
    found = tuple(item for item in found if not (is_used and divides and item == 0))
    found = tuple(item for item in found if _is_plain(item, facts, checks, name, is_unique=counter is not None))
    if counter is not None:
        found = tuple({_folded(item): item for item in found}.values())
    allowed = checks.allowed[name]
    found = tuple(item for item in found if _is_allowed(item, allowed, column.facts.form.kind))
    found = _passing(frame, facts, checks, name, found, sample, judge)
    return found, "its checks or its type leave no room"


def _forbidden(facts: TableFacts, checks: Checks, column: ColumnPlan, counter: Counter | None) -> str:
    """Return why a column can have no odd values, or nothing."""
    name, inner = column.facts.name, unwrapped(column.provider)
    is_key = isinstance(inner, keys.Serial) or (isinstance(inner, keys.Uuid) and counter is not None)
    if column.is_decided or is_key or isinstance(inner, choices.First | money.FromParent):
        return "its values follow from a key or another row"
    if column.facts.identity or "nextval(" in column.facts.default:
        return "it is numbered"
    if checks.allowed[name].choices is not None:
        return "its check lists the values"
    if any(_speaks(by, name) for by in (facts.partition_by, *(part.partition_by for part in facts.partitions))):
        return "the table is partitioned by it"
    if any(_speaks(str(exclusion), name) for exclusion in facts.exclusions):
        return "an exclusion constraint speaks of it"
    if any(name in condition.columns and len(condition.columns) > 1 for condition in checks.unread.values()):
        return "only the server can judge its check, which speaks of other columns too"
    together = any(name in c.columns and len(c.columns) > 1 for c in checks.conditions.values())
    if isinstance(inner, Pooled) and (together or inner.counter is not None):
        return "only rows that were found together keep its check"
    if counter is not None and (column.facts.form.kind != "text" or not _keeps_clear(column.provider)):
        return "it is unique"
    if counter is None and any(_needs(rule, name, facts) for rule in facts.uniques):
        return "it is part of a key"
    return ""


def _keeps_clear(provider: Any) -> bool:
    """Whether no other row's value can be one of the odd ones: words with a number, or names at a host."""
    while provider is not None:
        if isinstance(provider, keys.Distinct | person.Email):
            return True
        provider = getattr(provider, "inner", None)
    return False


def _needs(rule: UniqueRule, name: str, facts: TableFacts) -> bool:
    """Whether a unique key needs the values of a column to keep rows apart: not if its other columns do already."""
    others = {key for key in rule.keys if not _speaks(key, name)}
    return len(others) < len(rule.keys) and not any(
        set(known.keys) <= others and not known.predicate for known in facts.uniques
    )


def _speaks(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _is_plain(item: Any, facts: TableFacts, checks: Checks, name: str, *, is_unique: bool) -> bool:
    """Whether an item is neither too long for an index nor endless where something is computed from it."""
    if is_unique and isinstance(item, str) and len(item) > _INDEXED:
        return False
    if item in (FOREVER, NEVER) and isinstance(item, int):
        return not any(name in names(expr) for _, expr in checks.all)
    return not isinstance(item, Span) or not any(name in names(expr) for _, expr in checks.all)


def _folded(item: Any) -> Any:
    return item.strip().casefold() if isinstance(item, str) else item


def _is_allowed(item: Any, allowed: Any, kind: str) -> bool:
    if item in allowed.excluded or (kind == "json" and not _has_type(item, allowed.json_type)):
        return False
    if isinstance(item, int | float) and not isinstance(item, bool):
        unit = 1_000_000 if kind == "float" else 1
        if allowed.low is not None and not item * unit >= allowed.low:
            return False
        return allowed.high is None or bool(item * unit <= allowed.high)
    if isinstance(item, str) and kind == "text":
        return allowed.shortest <= len(item) and (allowed.longest is None or len(item) <= allowed.longest)
    return True


def _has_type(item: str, wanted: str) -> bool:
    first = {"{": "object", "[": "array", '"': "string", "t": "boolean", "f": "boolean", "n": "null"}.get(
        item[:1], "number"
    )
    return not wanted or first == wanted


class _Odd:
    """Rows in which one column is odd."""

    def __init__(self, frame: Frame, column: str, values: Values) -> None:
        self._frame, self._column, self._values = frame, column, values
        self.table = frame.table

    def __len__(self) -> int:
        return len(self._values)

    def column(self, name: str) -> Values:
        if name == self._column:
            return self._values
        first = self._frame.column(name)
        return first.take(np.zeros(len(self._values), dtype=np.int64))


def _passing(
    frame: Frame,
    facts: TableFacts,
    checks: Checks,
    name: str,
    items: tuple[Any, ...],
    sample: Values,
    judge: Judge | None,
) -> tuple[Any, ...]:
    """Return the items that pass every check that speaks of this column alone."""
    own = {c: condition for c, condition in checks.conditions.items() if condition.columns == {name}}
    if not items or not own:
        return items
    if _is_matrix(sample):
        return ()
    values = Values(held(items, sample.data))
    passes = np.ones(len(items), dtype=np.bool_)
    narrowed = checks.conditions.keys() - {constraint for constraint, _ in checks.remaining} - checks.unread.keys()
    asked = []
    for constraint, condition in own.items():
        try:
            if condition.expr is None:
                raise Unreadable(constraint)
            passes &= evaluating.holds(condition.expr, _Odd(frame, name, values))
        except Unreadable:
            if constraint not in narrowed:
                asked.append(condition.question)
    if asked:
        if judge is None or not _is_spelled(facts.columns[name].form):
            return ()
        passes &= np.logical_and.reduce(judge.passes(facts, asked, {name: values}, len(items)), axis=0)
    return tuple(item for item, kept in zip(items, passes, strict=True) if kept)


def _is_spelled(form: Form) -> bool:
    """Whether odd values of a form can be shown to the server as text."""
    inner = form.element if form.kind == "list" else form
    return inner is not None and inner.kind in _SPELLED


def _is_matrix(values: Values) -> bool:
    return isinstance(values.data, np.ndarray) and values.data.dtype == np.uint8 and values.data.ndim == 2
