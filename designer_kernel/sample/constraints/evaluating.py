"""Checks evaluated over a batch, vectorised, with SQL's three-valued logic and exact numerics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.constraints.calendar import DAY
from designer_kernel.sample.constraints.nodes import (
    Call,
    Case,
    Compare,
    Constant,
    Every,
    Expr,
    IsNull,
    Match,
    Name,
    Not,
    OneOf,
    Some,
    Unreadable,
)
from designer_kernel.sample.constraints.operands import Operand, aligned, call, either, nulls
from designer_kernel.sample.plan import TablePlan
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.values import Mask, Values, combined, texts

_ALIKE: Final = ({"number", "float"}, {"date", "time"})


class View(Protocol):
    """What an expression is evaluated over: a frame, or a frame with some columns replaced."""

    @property
    def table(self) -> TablePlan: ...

    def __len__(self) -> int: ...

    def column(self, name: str) -> Values: ...


def holds(expr: Expr, view: View) -> Mask:
    """Return where a check passes: where it is true or NULL.

    Raises
    ------
    Unreadable
        If the expression holds something that has no meaning here.
    """
    found = value(expr, view)
    if found.kind != "boolean":
        raise Unreadable("a check that is not boolean")
    truth = np.broadcast_to(np.asarray(found.data, dtype=np.bool_), len(view))
    return truth if found.null is None else truth | found.null


def value(expr: Expr, view: View) -> Operand:
    """Return the value of an expression for each row; raises `Unreadable` as `holds`."""
    match expr:
        case Name(column):
            return operand(view.table.columns[column].facts.form, view.column(column))
        case Constant(literal):
            return _constant(literal, len(view))
        case Compare(operator, left, right):
            return _compare(operator, value(left, view), value(right, view))
        case Every() | Some() | Not():
            return _logic(expr, view)
        case IsNull(part):
            inner = value(part, view)
            return Operand("boolean", nulls(inner, len(view)), None)
        case OneOf(part, values):
            tests = tuple(Compare("=", part, Constant(v)) for v in values)
            return value(Some(tests), view)
        case Match(part, pattern, is_like, ignore_case):
            return _match(value(part, view), pattern, is_like=is_like, ignore_case=ignore_case)
        case Case(branches, otherwise):
            return _case(branches, otherwise, view)
        case Call("is distinct from", (left, right)):
            return _distinct(value(left, view), value(right, view), len(view))
        case Call(function, arguments):
            return call(function, [value(a, view) for a in arguments], len(view))
        case _:
            raise Unreadable(type(expr).__name__)


def operand(form: Form, values: Values) -> Operand:
    """Return a column's values as an operand."""
    kinds = {"integer": "number", "numeric": "number", "float": "float", "boolean": "boolean", "text": "text",
             "enum": "text", "timestamp": "time", "date": "date", "interval": "interval", "time": "clock"}  # fmt: skip
    kind = kinds.get(form.kind, "other")
    data = values.data * DAY if form.kind == "date" else values.data
    if kind in ("interval", "clock") and (values.is_arrow or data.ndim != 1):
        kind = "other"
    return Operand(kind, data, values.null, form.scale if form.kind == "numeric" else 0, form.labels)


def _constant(literal: Any, rows: int) -> Operand:
    match literal:
        case None:
            return Operand("other", np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=np.bool_))
        case bool():
            return Operand("boolean", np.full(rows, literal), None)
        case int():
            return Operand("number", np.full(rows, literal, dtype=np.int64), None)
        case Decimal():
            scale = max(0, -int(literal.as_tuple().exponent))
            return Operand("number", np.full(rows, int(literal.scaleb(scale)), dtype=np.int64), None, scale)
        case datetime():
            return Operand("time", np.full(rows, int(literal.timestamp()) * 1_000_000, dtype=np.int64), None)
        case date():
            moment = datetime.combine(literal, datetime.min.time(), UTC)
            return Operand("date", np.full(rows, int(moment.timestamp()) * 1_000_000, dtype=np.int64), None)
        case time():
            exact = (literal.hour * 3600 + literal.minute * 60 + literal.second) * 1_000_000 + literal.microsecond
            return Operand("clock", np.full(rows, exact, dtype=np.int64), None)
        case timedelta():
            return Operand("interval", np.full(rows, literal // timedelta(microseconds=1), dtype=np.int64), None)
        case str():
            return Operand("text", pa.repeat(pa.scalar(literal, pa.string()), rows), None)
        case _:
            raise Unreadable(repr(literal))


def _compare(operator: str, left: Operand, right: Operand) -> Operand:
    null = combined(left.null, right.null)
    if "other" in (left.kind, right.kind):
        if null is not None and null.all():
            return Operand("boolean", np.zeros(len(null), dtype=np.bool_), null)
        if operator in ("=", "<>") and getattr(left.data, "shape", 0) == getattr(right.data, "shape", 1):
            same = (left.data == right.data).reshape(len(left.data), -1).all(axis=1)
            return Operand("boolean", same if operator == "=" else ~same, null)
        raise Unreadable("a comparison of a type without order here")
    if left.kind == "text" and right.kind == "text":
        a, b = left.data, right.data
        labels = left.labels or right.labels
        if labels and operator not in ("=", "<>"):
            known = texts(list(labels))
            a, b = (pc.fill_null(pc.index_in(side, value_set=known), -1) for side in (a, b))
        functions = {"=": pc.equal, "<>": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater,
                     ">=": pc.greater_equal}  # fmt: skip
        return Operand("boolean", functions[operator](a, b).to_numpy(zero_copy_only=False), null)
    if left.kind != right.kind and not any({left.kind, right.kind} <= alike for alike in _ALIKE):
        raise Unreadable(f"{left.kind} {operator} {right.kind}")
    a, b, _ = aligned(left, right)
    compare: Mapping[str, Any] = {"=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal,
                                  ">": np.greater, ">=": np.greater_equal}  # fmt: skip
    return Operand("boolean", compare[operator](a, b), null)


def _logic(expr: Expr, view: View) -> Operand:
    if isinstance(expr, Not):
        inner = _boolean(value(expr.part, view))
        return Operand("boolean", ~inner.data, inner.null)
    assert isinstance(expr, Every | Some)
    parts = [_boolean(value(part, view)) for part in expr.parts]
    unknown = [p.null if p.null is not None else np.zeros(len(view), dtype=np.bool_) for p in parts]
    if isinstance(expr, Every):
        false = np.logical_or.reduce([~p.data & ~n for p, n in zip(parts, unknown, strict=True)])
        return Operand("boolean", ~false, np.logical_or.reduce(unknown) & ~false)
    true = np.logical_or.reduce([p.data & ~n for p, n in zip(parts, unknown, strict=True)])
    return Operand("boolean", true, np.logical_or.reduce(unknown) & ~true)


def _boolean(found: Operand) -> Operand:
    if found.kind == "other" and found.null is not None and found.null.all():
        return Operand("boolean", np.zeros(len(found.null), dtype=np.bool_), found.null)
    if found.kind != "boolean":
        raise Unreadable("logic of a value that is not boolean")
    return found


def _match(subject: Operand, pattern: str, *, is_like: bool, ignore_case: bool) -> Operand:
    if subject.kind == "number" and subject.scale == 0:
        subject = Operand("text", arrow(subject.data).cast(pa.string()), subject.null)
    if subject.kind != "text":
        raise Unreadable("a pattern on a value that is not text")
    try:
        if is_like:
            found = pc.match_like(subject.data, pattern, ignore_case=ignore_case)
        else:
            found = pc.match_substring_regex(subject.data, pattern, ignore_case=ignore_case)
    except pa.ArrowInvalid as error:
        raise Unreadable(pattern) from error
    return Operand("boolean", found.to_numpy(zero_copy_only=False), subject.null)


def _case(branches: tuple[tuple[Expr, Expr], ...], otherwise: Expr, view: View) -> Operand:
    """Return the result of the first branch whose condition is true."""
    result = value(otherwise, view)
    for condition, then in reversed(branches):
        test = _boolean(value(condition, view))
        chosen = test.data if test.null is None else test.data & ~test.null
        result = either(np.broadcast_to(chosen, len(view)), value(then, view), result)
    return result


def _distinct(left: Operand, right: Operand, rows: int) -> Operand:
    """Return where two values differ, NULL being a value like any other."""
    a, b = nulls(left, rows), nulls(right, rows)
    if (a & b).all():
        return Operand("boolean", np.zeros(rows, dtype=np.bool_), None)
    differ = _compare("<>", left, right)
    return Operand("boolean", np.where(a | b, a != b, differ.data), None)
