"""Exclusion constraints kept by slots: each row gets a stretch of its own, so nothing overlaps whatever the key is.

A constraint of equalities alone is a unique key, and kept as one. ``a WITH =, b WITH <>`` says that rows with the same
``a`` have the same ``b``: then ``b`` follows from ``a``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.constraints.nodes import Call, Expr, Name, Unreadable
from designer_kernel.sample.constraints.solution import Solution
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers import anything
from designer_kernel.sample.providers.choices import Choice, weights_of
from designer_kernel.sample.providers.plain import DAY, HOUR
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.providers.slots import Alike, Place, Slot

_APART: Final = frozenset({"&&", "-|-", "@>", "<@", "~=", "&&&", "@@"})
"""Operators that are false for stretches with a gap between them."""

_STEPS: Final = {"date": 14, "timestamp": 3 * HOUR, "integer": 100, "numeric": 100, "float": 100}
_LEAST: Final = {"date": 2, "timestamp": 4_000_000, "integer": 2, "numeric": 2, "float": 2}
_TWO_YEARS: Final = {"date": 730, "timestamp": 730 * DAY, "integer": 1 << 30, "numeric": 1 << 40, "float": 1 << 40}
_PLAIN: Final = re.compile(r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)(?=\s|$)')
_SCALAR: Final = frozenset({"integer", "numeric", "float", "date", "timestamp"})


def exclusion_slots(
    table: TableFacts,
    owner: str,
    solution: Solution,
    start: int,
    allowed: Mapping[str, Allowed] | None = None,
    rows: int = 0,
) -> dict[str, tuple[Provider, str]]:
    """Return providers for the columns that exclusion constraints are about.

    Raises
    ------
    SamplePlanError
        If a constraint has no element that rows can be kept apart by, nor one that may be NULL; it names the
        constraint.
    """
    keeper = _Keeper(table, owner, solution, start, allowed or {}, rows)
    for constraint in table.exclusions:
        keeper.keep(constraint)
    return keeper.slots


class _Keeper:
    def __init__(
        self,
        table: TableFacts,
        owner: str,
        solution: Solution,
        start: int,
        allowed: Mapping[str, Allowed],
        rows: int,
    ) -> None:
        self.table = table
        self.owner = owner
        self.solution = solution
        self.start = start
        self.allowed = allowed
        self.rows = rows
        self.slots: dict[str, tuple[Provider, str]] = {}

    def keep(self, constraint: Exclusion) -> None:
        if self._is_unique(constraint) or any(self._is_absent(element) for element, _ in constraint.elements):
            return
        among = self._among(constraint)
        apart = [element for element, operator in constraint.elements if operator.strip() in _APART]
        for element in apart:
            if self._keep_apart(element, among, constraint.name):
                return
        unlike = [element for element, operator in constraint.elements if operator.strip() == "<>"]
        for element in unlike:
            if self._keep_alike(element, constraint):
                return
        by_choice = sorted(constraint.elements, key=lambda pair: pair[1].strip() == "=")
        if any(self._leave_out(element, constraint) for element, _ in by_choice):
            return
        raise SamplePlanError(
            "nothing is known that keeps its rows apart: it compares with "
            + ", ".join(sorted({operator.strip() for _, operator in constraint.elements})),
            where=f"{self.table.label}.{constraint.name}",
            mend="leave the table out by tables=…",
        )

    def _is_unique(self, constraint: Exclusion) -> bool:
        """Whether no two rows have the same values where these must be the same."""
        equal = {e.strip('"') for e, operator in constraint.elements if operator.strip() == "="}
        return any(done <= equal for done in self.solution.solved)

    def _among(self, constraint: Exclusion) -> str:
        """Return whether rows of different owners may overlap."""
        plan = self.solution.references.get(self.owner)
        equal = {e.strip('"') for e, operator in constraint.elements if operator.strip() == "="}
        return "owner" if plan is not None and plan.columns and set(plan.columns) <= equal else "rows"

    def _keep_apart(self, element: str, among: str, constraint: str) -> bool:
        try:
            found = self._slot(conditions.read(element), among)
        except Unreadable:
            return False
        for column, slot in found.items():
            known = self.slots.get(column)
            if known is not None and isinstance(known[0], Slot | Place):
                if among != known[0].among:  # one of the constraints is about all rows
                    self.slots[column] = (replace(known[0], among="rows"), known[1])
                continue
            self.slots[column] = (slot, f"slots that do not overlap, for {constraint}")
            self.solution.not_null.add(column)
        return bool(found)

    def _slot(self, expr: Expr, among: str) -> dict[str, Provider]:
        match expr:
            case Name(column) if isinstance(known := self.solution.providers.get(column, ("",))[0], Slot | Place):
                return {column: known if known.among == among else replace(known, among="rows")}
            case Name(column) if self._is_ours(column):
                return self._whole(column, self.table.columns[column].form, among)
            case Call(_, (low, high, *_)):
                ends = [inner.column for end in (low, high) if isinstance(inner := _inner(end), Name)]
                if len(ends) == 2 and ends[0] != ends[1] and all(map(self._is_ours, ends)):
                    forms = [self.table.columns[end].form for end in ends]
                    if forms[0].kind == forms[1].kind and forms[0].kind in _SCALAR:
                        return {
                            end: self._stretch(forms[0], among, part)
                            for end, part in zip(ends, ("low", "high"), strict=True)
                        }
        return {}

    def _whole(self, column: str, form: Form, among: str) -> dict[str, Provider]:
        if column in self.solution.distinct and self.solution.distinct[column].among == "rows":
            among = "rows"
        if form.kind == "geometry" and form.base not in ("line", "path"):
            return {column: Place(among)}
        if form.kind == "inet":
            from designer_kernel.sample.providers.internet import Address

            return {column: Address(Counter("rows"))}
        inner = form.element
        if form.kind == "multirange" and inner is not None:
            inner = inner.element
        if form.kind in ("range", "multirange") and inner is not None and inner.kind in _SCALAR:
            return {column: self._stretch(inner, among)}
        return {}

    def _stretch(self, form: Form, among: str, part: str = "") -> Slot:
        """Return slots that lie within two years, or as close together as so many rows allow."""
        kind = form.kind
        step = _STEPS[kind]
        if among == "rows" and self.rows:
            step = max(min(step, _TWO_YEARS[kind] // self.rows), _LEAST[kind])
        first = {"date": self.start // DAY, "timestamp": self.start}.get(kind, 1)
        return Slot(first, step, among, part)

    def _is_ours(self, column: str) -> bool:
        """Whether the values of a column may be chosen here."""
        return (
            column in self.table.columns
            and not self.table.columns[column].generated
            and column not in self.solution.providers
            and column not in self.solution.absent
            and not any(column in plan.columns for plan in self.solution.references.values())
        )

    def _is_absent(self, element: str) -> bool:
        """Whether a column is NULL in all rows already."""
        column = _column(element)
        plans = self.solution.references.values()
        return column in self.solution.absent or any(
            column in plan.null_columns and plan.null_share == 1000 for plan in plans
        )

    def _leave_out(self, element: str, constraint: Exclusion) -> bool:
        """Let a column be NULL in all rows, if it may: no operator is asked about rows with a NULL."""
        column = _column(element)
        facts = self.table.columns.get(column)
        if facts is None or facts.not_null or column in self.solution.not_null or column in self.slots:
            return False
        if column in conditions.mentioned(self.table.partition_by.partition(" ")[2]):
            return False
        if column in self.allowed and self.allowed[column].not_null:
            return False
        for plan in self.solution.references.values():
            if column in plan.null_columns:
                self.solution.references[plan.name] = replace(plan, null_share=1000)
                return True
        if not self._is_ours(column) or column in self.solution.distinct:
            return False
        self.solution.absent[column] = f"NULL: nothing else is known to keep {constraint.name}"
        return True

    def _keep_alike(self, element: str, constraint: Exclusion) -> bool:
        """Let a column follow from the row that the equal columns refer to; or be the same everywhere."""
        column = element.strip('"')
        if not self._is_ours(column) or column in self.slots:
            return False
        form = self.table.columns[column].form
        values = self.allowed[column].values if column in self.allowed else None
        values = values or form.labels or None
        if values is None and not anything.knows(form):
            return False
        equal = {e.strip('"') for e, operator in constraint.elements if operator.strip() == "="}
        reference = next(
            (p.name for p in self.solution.references.values() if set(p.columns) <= equal and p.columns), ""
        )
        inner: Provider = Choice(values, weights_of(values)) if values is not None else anything.Anything()
        self.slots[column] = (Alike(reference, inner), f"the same for all rows that {constraint.name} compares")
        self.solution.not_null.add(column)
        self.solution.distinct.pop(column, None)
        return True


def _column(element: str) -> str:
    """Return the column that an element is, before any collation and operator class; empty for an expression."""
    found = _PLAIN.match(element)
    return found[0].rstrip().strip('"').replace('""', '"') if found is not None else ""


def _inner(expr: Expr) -> Expr:
    """Return what a cast or a fallback stands around."""
    while isinstance(expr, Call) and expr.function in ("coalesce", "date", "greatest", "least") and expr.arguments:
        expr = expr.arguments[0]
    return expr
