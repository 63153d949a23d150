"""Columns brought in line with others: sums that add up, pairs in order, multiples, and what is set when another is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from designer_kernel.sample.constraints import calendar, evaluating
from designer_kernel.sample.constraints.evaluating import View
from designer_kernel.sample.constraints.nodes import Call, Case, Compare, Constant, Expr, IsNull, Name, Not, Some, names
from designer_kernel.sample.constraints.operands import Operand, rounded
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import Mask, Values, combined

_ORDERED = frozenset({"integer", "numeric", "float", "date", "timestamp", "time"})
_TIMES = frozenset({"date", "timestamp"})
NULLING: Final = frozenset({"null", "set", "unset"})
"""Ways that decide whether a column is NULL."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A check made true by changing a column.

    ``operator`` says how: a comparison makes ``column operator expression`` true, ``%`` takes the next multiple down,
    ``trunc`` the beginning of a month and the like; ``null`` makes it NULL just
    where ``expression`` is true, ``set`` never where ``expression`` is false, ``unset`` everywhere there.
    """

    constraint: str
    column: str
    operator: str
    expression: Expr

    def apply(self, view: View, column: ColumnFacts, values: Values) -> Values:
        """Return the values with the check kept."""
        if self.operator in NULLING:
            return self._nulled(view, values)
        if self.operator == "%":
            return self._multiple(column.form, values)
        if self.operator == "trunc":
            assert isinstance(self.expression, Constant)
            unit = calendar.DAY if column.form.kind == "date" else 1
            return Values(calendar.truncated(self.expression.value, values.data * unit) // unit, values.null)
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

    def _nulled(self, view: View, values: Values) -> Values:
        holds = evaluating.holds(self.expression, view)
        null: Mask = values.null if values.null is not None else np.zeros(len(values), dtype=np.bool_)
        match self.operator:
            case "null":
                null = holds
            case "set":
                null = null & holds
            case _:
                null = null | ~holds
        return Values(values.data, null if null.any() else None)

    def _multiple(self, form: Form, values: Values) -> Values:
        assert isinstance(self.expression, Constant)
        step = _in_smallest(self.expression.value, form)
        return Values(values.data // step * step, values.null)


def _in_smallest(step: Any, form: Form) -> int:
    return int(Decimal(step).scaleb(form.scale if form.kind == "numeric" else 0))


def in_units(found: Operand, form: Form, operator: str = "=") -> Values:
    """Return an operand in the unit of a form, rounded so that the comparison stays true."""
    if found.kind in ("date", "time"):
        up = operator in (">", ">=")
        data = -(-found.data // calendar.DAY) if up else found.data // calendar.DAY
        return Values(data if form.kind == "date" else found.data, found.null)
    if form.kind in ("interval", "time"):
        return Values(found.data, found.null)
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
    return rounded(data, unit)


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


def candidates(expr: Expr, forms: Mapping[str, Form], constraint: str) -> list[Adjustment]:
    """Return the ways in which a check can be kept by changing one column, the most natural first.

    ``a <= b`` is kept by raising ``b`` or lowering ``a``; ``total = x + y`` by computing ``total``.
    """
    found = comparison(expr)
    if found is None:
        return _nulling(expr, forms, constraint)
    shaped = [w for side in (found, found.flipped()) for w in _rounding(side, forms, constraint)]
    if shaped:
        return shaped
    nulling = _nulling(found, forms, constraint)
    if nulling or found.operator == "<>":
        return nulling
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


def _rounding(found: Compare, forms: Mapping[str, Form], constraint: str) -> list[Adjustment]:
    """Return how ``x % 5 = 0``, ``x = round(x, 2)`` and ``date_trunc('month', x) = x`` are kept."""
    match found:
        case Compare("=", Call("%" | "mod", (Name(column), Constant(int() | Decimal() as step))), Constant(0)):
            form = forms.get(column)
            exact = form is not None and form.kind in ("integer", "numeric") and _in_smallest(step, form) > 0
            if exact and Decimal(step).scaleb(form.scale if form else 0) % 1 == 0:
                return [Adjustment(constraint, column, "%", Constant(abs(step)))]
        case Compare("=", Call("round" | "trunc" | "floor" | "ceil", (Name(column), *places)), Name(same)):
            size = places[0].value if places and isinstance(places[0], Constant) else 0
            form = forms.get(column)
            if column == same and form is not None and form.kind == "numeric" and isinstance(size, int):
                return [Adjustment(constraint, column, "%", Constant(Decimal(1).scaleb(-min(size, form.scale))))]
        case Compare("=", Call("date_trunc", (Constant(str() as unit), Name(column))), Name(same)):
            form = forms.get(column)
            if column == same and form is not None and form.kind in _TIMES:
                return [Adjustment(constraint, column, "trunc", Constant(unit))]
    return []


def _nulling(expr: Expr, forms: Mapping[str, Form], constraint: str) -> list[Adjustment]:
    """Return how ``(a IS NULL) = (b IS NULL)`` and ``a <> 1 OR b IS NOT NULL`` are kept: by what is set."""
    ways: list[Adjustment] = []
    match expr:
        case Compare(("=" | "<>") as operator, left, right):
            for test, other in ((right, left), (left, right)):
                column, is_null = _null_test(test)
                if column in forms and column not in names(other) and _is_boolean(other, forms):
                    same = (operator == "=") == is_null
                    ways.append(Adjustment(constraint, column, "null", other if same else Not(other)))
        case Some(parts):
            for part in reversed(parts):
                column, is_null = _null_test(part)
                rest = tuple(p for p in parts if p is not part)
                other = rest[0] if len(rest) == 1 else Some(rest)
                if column in forms and column not in names(other) and rest:
                    ways.append(Adjustment(constraint, column, "unset" if is_null else "set", other))
            ways.sort(key=lambda way: way.operator == "unset")
    return ways


def _null_test(expr: Expr) -> tuple[str, bool]:
    """Return the column whose being NULL (or not) a condition is about."""
    match expr:
        case IsNull(Name(column)):
            return column, True
        case Not(IsNull(Name(column))):
            return column, False
        case _:
            return "", True


def _is_boolean(expr: Expr, forms: Mapping[str, Form]) -> bool:
    if isinstance(expr, Name):
        return expr.column in forms and forms[expr.column].kind == "boolean"
    return not isinstance(expr, Constant | Call | Case)


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


def _computable(expr: Expr, forms: Mapping[str, Form], target: Form) -> bool:
    """Whether an expression is a value of the target's family: numbers for numbers, times for times."""
    kind = _family(expr, forms)
    wanted = "time" if target.kind in _TIMES else target.kind if target.kind in ("interval", "time") else "number"
    return kind == ("clock" if target.kind == "time" else wanted)


def _family(expr: Expr, forms: Mapping[str, Form]) -> str:
    """Return number, time, interval, clock, or nothing for what is none of these or has no value here."""
    match expr:
        case Name(column):
            kind = forms[column].kind if column in forms else ""
            kinds = {"date": "time", "timestamp": "time", "interval": "interval", "time": "clock"}
            return kinds.get(kind, "number" if kind in ("integer", "numeric", "float") else "")
        case Constant(value):
            if value is None or isinstance(value, str | bool):
                return ""
            kinds = {"date": "time", "datetime": "time", "timedelta": "interval", "time": "clock"}
            return kinds.get(type(value).__name__, "number")
        case Call("+" | "-" | "*" | "/" as operator, (left, right)):
            a, b = _family(left, forms), _family(right, forms)
            if not a or not b:
                return ""
            if a == b:
                return a if a == "number" else {"time": _gap(left, right, forms), "interval": "interval"}.get(a, "")
            if {a, b} == {"interval", "number"} and operator in "*/":
                return "interval"
            if {a, b} == {"time", "interval"} or ({a, b} == {"time", "number"} and operator in "+-"):
                return "time"
            return ""
        case Call("coalesce" | "abs" | "greatest" | "least", arguments):
            families = {_family(a, forms) for a in arguments}
            return next(iter(families)) if len(families) == 1 else ""
        case Case() as case:
            results = {_family(r, forms) for _, r in case.branches} | {_family(case.otherwise, forms)}
            return next(iter(results)) if len(results) == 1 else ""
        case _:
            return ""


def _gap(left: Expr, right: Expr, forms: Mapping[str, Form]) -> str:
    """Return what the difference of two times is: days if both are dates."""
    kinds = {forms[e.column].kind for e in (left, right) if isinstance(e, Name) and e.column in forms}
    return "number" if kinds == {"date"} else "interval"
