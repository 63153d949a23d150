"""Checks evaluated over a batch, vectorised, with SQL's three-valued logic and exact numerics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.constraints.conditions import (
    Call,
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
from designer_kernel.sample.plan import TablePlan
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import Mask, Values, combined, texts

DAY: Final = 86_400_000_000
"""Microseconds of a day."""


class View(Protocol):
    """What an expression is evaluated over: a frame, or a frame with some columns replaced."""

    table: TablePlan

    def __len__(self) -> int: ...

    def column(self, name: str) -> Values: ...


@dataclass(frozen=True, slots=True)
class Operand:
    """A value of each row. ``kind`` is number (int64 of ``scale`` decimals), float, boolean, text, time or other."""

    kind: str
    data: Any
    null: Mask | None
    scale: int = 0


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
            return Operand("boolean", _nulls(inner, len(view)), None)
        case OneOf(part, values):
            tests = tuple(Compare("=", part, Constant(v)) for v in values)
            return value(Some(tests), view)
        case Match(part, pattern, is_like, ignore_case):
            return _match(value(part, view), pattern, is_like=is_like, ignore_case=ignore_case)
        case Call(function, arguments):
            return _call(function, [value(a, view) for a in arguments], view)
        case _:
            raise Unreadable(type(expr).__name__)


def operand(form: Form, values: Values) -> Operand:
    """Return a column's values as an operand."""
    kinds = {"integer": "number", "numeric": "number", "float": "float", "boolean": "boolean", "text": "text",
             "enum": "text", "timestamp": "time", "date": "time"}  # fmt: skip
    kind = kinds.get(form.kind, "other")
    data = values.data * DAY if form.kind == "date" else values.data
    return Operand(kind, data, values.null, form.scale if form.kind == "numeric" else 0)


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
        case date():
            moment = literal if isinstance(literal, datetime) else datetime.combine(literal, datetime.min.time(), UTC)
            return Operand("time", np.full(rows, int(moment.timestamp()) * 1_000_000, dtype=np.int64), None)
        case str():
            return Operand("text", texts([literal] * rows), None)
        case _:
            raise Unreadable(repr(literal))


def _aligned(left: Operand, right: Operand) -> tuple[Any, Any, int]:
    """Return both numbers in the same unit."""
    if "float" in (left.kind, right.kind):
        return _as_float(left), _as_float(right), 0
    scale = max(left.scale, right.scale)
    return left.data * 10 ** (scale - left.scale), right.data * 10 ** (scale - right.scale), scale


def _as_float(number: Operand) -> Any:
    return number.data if number.kind == "float" else number.data / 10.0**number.scale


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
        functions = {"=": pc.equal, "<>": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater,
                     ">=": pc.greater_equal}  # fmt: skip
        return Operand("boolean", functions[operator](a, b).to_numpy(zero_copy_only=False), null)
    numbers = {"number", "float"}
    if left.kind != right.kind and not {left.kind, right.kind} <= numbers:
        raise Unreadable(f"{left.kind} {operator} {right.kind}")
    a, b, _ = _aligned(left, right)
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
    if found.kind != "boolean":
        raise Unreadable("logic of a value that is not boolean")
    return found


def _match(subject: Operand, pattern: str, *, is_like: bool, ignore_case: bool) -> Operand:
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


def _nulls(found: Operand, rows: int) -> Mask:
    return found.null if found.null is not None else np.zeros(rows, dtype=np.bool_)


def _call(function: str, arguments: list[Operand], view: View) -> Operand:
    match function, arguments:
        case (("+" | "-" | "*" | "/" | "%"), [left, right]):
            return _arithmetic(function, left, right)
        case "||", [left, right] if left.kind == right.kind == "text":
            joined = pc.binary_join_element_wise(left.data, right.data, "")
            return Operand("text", joined, combined(left.null, right.null))
        case (("lower" | "upper" | "btrim" | "trim"), [text]) if text.kind == "text":
            functions = {"lower": pc.utf8_lower, "upper": pc.utf8_upper}
            return Operand("text", functions.get(function, pc.utf8_trim_whitespace)(text.data), text.null)
        case (("length" | "char_length" | "character_length"), [text]) if text.kind == "text":
            return Operand("number", pc.utf8_length(text.data).to_numpy().astype(np.int64), text.null)
        case "abs", [number] if number.kind in ("number", "float"):
            return Operand(number.kind, np.abs(number.data), number.null, number.scale)
        case "coalesce", [first, *rest]:
            return _coalesced(first, rest, len(view))
        case (("num_nonnulls" | "num_nulls"), _):
            counts = sum((_nulls(a, len(view)).astype(np.int64) for a in arguments), np.zeros(len(view), np.int64))
            return Operand("number", counts if function == "num_nulls" else len(arguments) - counts, None)
        case "date", [moment] if moment.kind == "time":
            return Operand("time", moment.data // DAY * DAY, moment.null)
        case _:
            raise Unreadable(function)


def _arithmetic(operator: str, left: Operand, right: Operand) -> Operand:
    null = combined(left.null, right.null)
    numbers = {"number", "float"}
    if {left.kind, right.kind} - numbers:
        raise Unreadable(f"{left.kind} {operator} {right.kind}")
    if operator == "*" and left.kind == right.kind == "number":
        return Operand("number", left.data * right.data, null, left.scale + right.scale)
    a, b, scale = _aligned(left, right)
    kind = "float" if "float" in (left.kind, right.kind) else "number"
    match operator:
        case "+":
            return Operand(kind, a + b, null, scale)
        case "-":
            return Operand(kind, a - b, null, scale)
        case "*":
            return Operand("float", a * b, null)
        case "/" if kind == "number" and scale == 0:
            return Operand("number", np.trunc(a / np.where(b == 0, 1, b)).astype(np.int64), null)
        case "/":
            return Operand("float", a / np.where(b == 0, 1, b), null)
        case _ if kind == "number" and scale == 0:
            return Operand("number", np.fmod(a, np.where(b == 0, 1, b)), null)
    raise Unreadable(operator)


def _coalesced(first: Operand, rest: list[Operand], rows: int) -> Operand:
    if not rest or first.null is None:
        return first
    other = _coalesced(rest[0], rest[1:], rows)
    if other.kind != first.kind:
        raise Unreadable("coalesce of two types")
    if first.kind == "text":
        data: Any = pc.if_else(pa.array(first.null), other.data, first.data)
        return Operand("text", data, first.null & _nulls(other, rows))
    a, b, scale = _aligned(first, other)
    return Operand(first.kind, np.where(first.null, b, a), first.null & _nulls(other, rows), scale)
