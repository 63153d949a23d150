"""Columns brought in line with others: sums that add up, and pairs in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.conditions import Call, Compare, Expr, IsNull, Name, Not, Some, names
from designer_kernel.sample.constraints.evaluating import Operand, View
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import Values, combined

_ORDERED = frozenset({"integer", "numeric", "float", "date", "timestamp"})


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``column operator expression`` made true by changing the column: set (``=``), raised or lowered."""

    constraint: str
    column: str
    operator: str
    expression: Expr

    def apply(self, view: View, column: ColumnFacts, values: Values) -> Values:
        """Return the values with the comparison kept; NULL on either side keeps it by itself."""
        bound = in_units(evaluating.value(self.expression, view), column.form, self.operator)
        step = 1 if self.operator in ("<", ">") and column.form.kind != "float" else 0
        match self.operator:
            case "=":
                return Values(bound.data, combined(values.null, bound.null))
            case ">" | ">=":
                data = np.maximum(values.data, bound.data + step)
            case _:
                data = np.minimum(values.data, bound.data - step)
        kept = data if bound.null is None else np.where(bound.null, values.data, data)
        return Values(kept, values.null)


def in_units(found: Operand, form: Form, operator: str = "=") -> Values:
    """Return an operand in the unit of a form, rounded so that the comparison stays true."""
    if found.kind == "time":
        up = operator in (">", ">=")
        data = -(-found.data // evaluating.DAY) if up else found.data // evaluating.DAY
        return Values(data if form.kind == "date" else found.data, found.null)
    if form.kind == "float":
        return Values(found.data / 10.0**found.scale if found.kind == "number" else found.data, found.null)
    if found.kind == "float":
        return Values(np.rint(found.data * 10.0**form.scale).astype(np.int64), found.null)
    return Values(_rescaled(found.data, found.scale, form.scale, operator), found.null)


def _rescaled(data: Any, old: int, new: int, operator: str) -> Any:
    if old <= new:
        return data * 10 ** (new - old)
    unit = 10 ** (old - new)
    if operator in (">", ">="):
        return -(-data // unit)
    if operator in ("<", "<="):
        return data // unit
    return np.sign(data) * ((np.abs(data) + unit // 2) // unit)  # numeric rounds half away from zero


def comparison(expr: Expr) -> Compare | None:
    """Return the comparison inside a check, without guards that make it pass for NULL."""
    if isinstance(expr, Compare):
        return expr
    if isinstance(expr, Some):
        rest = [p for p in expr.parts if not (isinstance(p, IsNull) and isinstance(p.part, Name))]
        guards = {p.part.column for p in expr.parts if isinstance(p, IsNull) and isinstance(p.part, Name)}
        if len(rest) == 1 and isinstance(rest[0], Compare) and guards <= names(rest[0]):
            return rest[0]
    return None


def candidates(expr: Expr, forms: dict[str, Form], constraint: str) -> list[Adjustment]:
    """Return the ways in which a check can be kept by changing one column, the most natural first.

    ``a <= b`` is kept by raising ``b`` or lowering ``a``; ``total = x + y`` by computing ``total``.
    """
    found = comparison(expr)
    if found is None or found.operator == "<>":
        return []
    ways = []
    for side in _isolated(found):
        column = side.left
        if not isinstance(column, Name) or column.column not in forms or column.column in names(side.right):
            continue
        form = forms[column.column]
        if form.kind not in _ORDERED or not _computable(side.right, forms, form):
            continue
        ways.append(Adjustment(constraint, column.column, side.operator, side.right))
    return sorted(ways, key=_preference)


def _isolated(found: Compare) -> Iterator[Compare]:
    """Yield the comparison solved for each side, and for the terms of sums: ``a + b <= c`` as ``a <= c - b``."""
    waiting = [found, found.flipped()]
    while waiting:
        side = waiting.pop(0)
        yield side
        match side.left:
            case Call("+", (first, second)):
                waiting.append(Compare(side.operator, first, Call("-", (side.right, second))))
                waiting.append(Compare(side.operator, second, Call("-", (side.right, first))))
            case Call("-", (first, second)):
                waiting.append(Compare(side.operator, first, Call("+", (side.right, second))))
                waiting.append(Compare(side.operator, second, Call("-", (first, side.right))).reversed())


def _preference(way: Adjustment) -> int:
    if way.operator == "=":
        return 0
    return 1 if way.operator in (">", ">=") else 2


def _computable(expr: Expr, forms: dict[str, Form], target: Form) -> bool:
    times = {"date", "timestamp"}
    for name in names(expr):
        form = forms.get(name)
        if form is None or form.kind not in _ORDERED or (form.kind in times) != (target.kind in times):
            return False
    match expr:
        case Call("+" | "-" | "*" | "/" | "coalesce" | "abs", arguments):
            return all(_computable(a, forms, target) for a in arguments)
        case Call():
            return False
        case Compare() | Some() | Not() | IsNull():
            return False
        case _:
            return True
