"""Values of expressions over a batch, and what functions and operators make of them; with exact numerics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc

from designer_kernel.sample.constraints import calendar
from designer_kernel.sample.constraints.nodes import Unreadable
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.values import Mask, combined

_NUMBERS: Final = frozenset({"number", "float"})
_TIMES: Final = frozenset({"date", "time"})


@dataclass(frozen=True, slots=True)
class Operand:
    """A value of each row.

    ``kind`` is number (int64 of ``scale`` decimals), float, boolean, text (of an enum with ``labels``), date or time
    (both microseconds), interval, clock (a time of day) or other.
    """

    kind: str
    data: Any
    null: Mask | None
    scale: int = 0
    labels: tuple[str, ...] = ()


def nulls(found: Operand, rows: int) -> Mask:
    """Return where a value is NULL."""
    return found.null if found.null is not None else np.zeros(rows, dtype=np.bool_)


def aligned(left: Operand, right: Operand) -> tuple[Any, Any, int]:
    """Return both numbers in the same unit."""
    if "float" in (left.kind, right.kind):
        return _as_float(left), _as_float(right), 0
    scale = max(left.scale, right.scale)
    return left.data * 10 ** (scale - left.scale), right.data * 10 ** (scale - right.scale), scale


def _as_float(number: Operand) -> Any:
    return number.data if number.kind == "float" else number.data / 10.0**number.scale


def either(chosen: Mask, yes: Operand, no: Operand) -> Operand:
    """Return one value where ``chosen``, and another elsewhere."""
    rows = len(chosen)
    null = np.where(chosen, nulls(yes, rows), nulls(no, rows))
    for one, other in ((yes, no), (no, yes)):
        if one.kind == "other" and one.null is not None and one.null.all():  # NULL has no type of its own
            return Operand(other.kind, other.data, null, other.scale, other.labels)
    if yes.kind == no.kind == "text":
        data: Any = pc.if_else(arrow(chosen), yes.data, no.data)
        return Operand("text", data, null, labels=yes.labels or no.labels)
    if yes.kind != no.kind and not {yes.kind, no.kind} <= _NUMBERS:
        raise Unreadable(f"{yes.kind} or {no.kind}")
    a, b, scale = aligned(yes, no)
    kind = "float" if "float" in (yes.kind, no.kind) else yes.kind
    return Operand(kind, np.where(chosen, a, b), null, scale)


def call(function: str, arguments: list[Operand], rows: int) -> Operand:
    """Return what a function or an arithmetic operator makes of its arguments.

    Raises
    ------
    Unreadable
        If it has no meaning here.
    """
    match function, arguments:
        case (("+" | "-" | "*" | "/" | "%"), [left, right]):
            return arithmetic(function, left, right)
        case "mod", [left, right]:
            return arithmetic("%", left, right)
        case (("&" | "|" | "#"), [left, right]) if _whole(left) and _whole(right):
            ways = {"&": np.bitwise_and, "|": np.bitwise_or, "#": np.bitwise_xor}
            return Operand("number", ways[function](left.data, right.data), combined(left.null, right.null))
        case "~", [number] if _whole(number):
            return Operand("number", ~number.data, number.null)
        case "coalesce", [first, *rest]:
            result = rest[-1] if rest else first
            for one in reversed([first, *rest][:-1]):
                result = either(~nulls(one, rows), one, result)
            return result
        case (("greatest" | "least"), [_, *_]):
            return _extreme(function, arguments, rows)
        case "nullif", [left, right] if left.kind == right.kind:
            same = left.data == right.data if left.kind != "text" else pc.equal(left.data, right.data).to_numpy(False)
            null = np.asarray(same) & ~nulls(right, rows)
            return Operand(left.kind, left.data, nulls(left, rows) | null, left.scale, left.labels)
        case (("num_nonnulls" | "num_nulls"), _):
            counts = sum((nulls(a, rows).astype(np.int64) for a in arguments), np.zeros(rows, np.int64))
            return Operand("number", counts if function == "num_nulls" else len(arguments) - counts, None)
        case (("extract" | "date_part"), [part, moment]) if moment.kind in _TIMES:
            number, scale = calendar.part_of(_same_everywhere(part), moment.data)
            return Operand("number", number, moment.null, scale)
        case "date_trunc", [part, moment] if moment.kind in _TIMES:
            return Operand("time", calendar.truncated(_same_everywhere(part), moment.data), moment.null)
        case _, [text, *more] if text.kind == "text":
            return _of_text(function, text, more)
        case _, [number, *more] if number.kind in _NUMBERS:
            return _of_number(function, number, more)
        case "integer", [truth] if truth.kind == "boolean":
            return Operand("number", np.asarray(truth.data).astype(np.int64), truth.null)
        case "date", [moment] if moment.kind in _TIMES:
            return Operand("date", moment.data // calendar.DAY * calendar.DAY, moment.null)
        case _:
            raise Unreadable(function)


def _whole(number: Operand) -> bool:
    return number.kind == "number" and number.scale == 0


def _extreme(function: str, arguments: list[Operand], rows: int) -> Operand:
    result = arguments[0]
    choose: Callable[..., Any] = np.maximum if function == "greatest" else np.minimum
    for other in arguments[1:]:
        if result.kind != other.kind or result.kind not in ("number", "float", "date", "time", "interval"):
            raise Unreadable(function)
        a, b, scale = aligned(result, other)
        left, right = nulls(result, rows), nulls(other, rows)
        data = np.where(left, b, np.where(right, a, choose(a, b)))
        result = Operand(result.kind, data, left & right, scale)
    return result


_TEXT_FUNCTIONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "lower": pc.utf8_lower, "upper": pc.utf8_upper,
    "btrim": lambda t: pc.utf8_trim(t, " "), "trim": lambda t: pc.utf8_trim(t, " "),
    "ltrim": lambda t: pc.utf8_ltrim(t, " "), "rtrim": lambda t: pc.utf8_rtrim(t, " "), "reverse": pc.utf8_reverse,
}  # fmt: skip
_LENGTHS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "length": pc.utf8_length, "char_length": pc.utf8_length, "character_length": pc.utf8_length,
    "octet_length": pc.binary_length,
}  # fmt: skip


def _of_text(function: str, text: Operand, more: list[Operand]) -> Operand:
    if not more and function in _TEXT_FUNCTIONS:
        return Operand("text", _TEXT_FUNCTIONS[function](text.data), text.null)
    if not more and function in _LENGTHS:
        return Operand("number", _LENGTHS[function](text.data).to_numpy(False).astype(np.int64), text.null)
    if function == "||" and more[0].kind == "text":
        joined = pc.binary_join_element_wise(text.data, more[0].data, "")
        return Operand("text", joined, combined(text.null, more[0].null))
    constants = [_same_everywhere(one) for one in more]
    match function, constants:
        case "left", [int(size)] if size >= 0:
            return Operand("text", pc.utf8_slice_codeunits(text.data, 0, size), text.null)
        case "right", [int(size)] if size > 0:
            return Operand("text", pc.utf8_slice_codeunits(text.data, -size), text.null)
        case (("substr" | "substring"), [int(start)]) if start > 0:
            return Operand("text", pc.utf8_slice_codeunits(text.data, start - 1), text.null)
        case (("substr" | "substring"), [int(start), int(size)]) if start > 0 and size >= 0:
            return Operand("text", pc.utf8_slice_codeunits(text.data, start - 1, start - 1 + size), text.null)
        case "starts_with", [str(prefix)]:
            return Operand("boolean", pc.starts_with(text.data, prefix).to_numpy(False), text.null)
        case "replace", [str(old), str(new)] if old:
            return Operand("text", pc.replace_substring(text.data, old, new), text.null)
        case (("position" | "strpos"), [str(part)]) if part.isascii() and _is_ascii(text.data):
            places = pc.find_substring(text.data, part).to_numpy(False).astype(np.int64) + 1
            return Operand("number", places, text.null)
        case _:
            raise Unreadable(function)


def _is_ascii(texts: Any) -> bool:
    return bool(pc.all(pc.string_is_ascii(texts)).as_py() in (True, None))


def _same_everywhere(operand: Operand) -> Any:
    """Return a constant's value, or ``None`` for what differs by row."""
    data = operand.data
    if operand.null is not None or not len(data):
        return None
    if operand.kind == "text":
        first = data[0].as_py()
        return first if pc.all(pc.equal(data, first)).as_py() else None
    if operand.kind == "number" and operand.scale == 0 and bool((data == data[0]).all()):
        return int(data[0])
    return None


def _of_number(function: str, number: Operand, more: list[Operand]) -> Operand:
    unit = 10**number.scale
    is_float = number.kind == "float"
    match function, [_same_everywhere(one) for one in more]:
        case "abs", []:
            return Operand(number.kind, np.abs(number.data), number.null, number.scale)
        case "sign", []:
            return Operand(number.kind, np.sign(number.data), number.null)
        case (("floor" | "ceil" | "ceiling"), []) if is_float:
            way = np.floor if function == "floor" else np.ceil
            return Operand("float", way(number.data), number.null)
        case "floor", []:
            return Operand("number", number.data // unit, number.null)
        case (("ceil" | "ceiling"), []):
            return Operand("number", -(-number.data // unit), number.null)
        case (("round" | "integer"), []) if is_float:
            return Operand("float" if function == "round" else "number", _rounded_float(function, number), number.null)
        case (("round" | "integer"), []):
            return Operand("number", rounded(number.data, unit), number.null)
        case "trunc", [] if not is_float:
            return Operand("number", np.sign(number.data) * (np.abs(number.data) // unit), number.null)
        case "round", [int(places)] if not is_float and places >= 0:
            if places >= number.scale:
                return number
            return Operand("number", rounded(number.data, 10 ** (number.scale - places)), number.null, places)
        case _:
            raise Unreadable(function)


def _rounded_float(function: str, number: Operand) -> Any:
    return np.rint(number.data) if function == "round" else np.rint(number.data).astype(np.int64)


def rounded(data: Any, unit: int) -> Any:
    """Return numbers divided by a unit, halves away from zero, as numeric rounds."""
    return np.sign(data) * ((np.abs(data) + unit // 2) // unit) if unit > 1 else data


def arithmetic(operator: str, left: Operand, right: Operand) -> Operand:
    """Return a sum, a difference, a product, a quotient or a remainder; times too."""
    null = combined(left.null, right.null)
    if {left.kind, right.kind} - _NUMBERS:
        return _of_times(operator, left, right, null)
    if operator == "*" and left.kind == right.kind == "number":
        return Operand("number", left.data * right.data, null, left.scale + right.scale)
    a, b, scale = aligned(left, right)
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
        case _ if kind == "number":
            return Operand("number", np.fmod(a, np.where(b == 0, 1, b)), null, scale)
    raise Unreadable(operator)


def _of_times(operator: str, left: Operand, right: Operand, null: Mask | None) -> Operand:
    sign = 1 if operator == "+" else -1
    match operator, left.kind, right.kind:
        case "-", "date", "date":
            return Operand("number", (left.data - right.data) // calendar.DAY, null)
        case "-", ("date" | "time" | "clock"), ("date" | "time" | "clock"):
            return Operand("interval", left.data - right.data, null)
        case (("+" | "-"), "date", "number") if right.scale == 0:
            return Operand("date", left.data + sign * right.data * calendar.DAY, null)
        case "+", "number", "date" if left.scale == 0:
            return Operand("date", right.data + left.data * calendar.DAY, null)
        case (("+" | "-"), ("date" | "time"), "interval"):
            return Operand("time", left.data + sign * right.data, null)
        case "+", "interval", ("date" | "time"):
            return Operand("time", left.data + right.data, null)
        case (("+" | "-"), "interval", "interval"):
            return Operand("interval", left.data + sign * right.data, null)
        case "*", "interval", "number" if right.scale == 0:
            return Operand("interval", left.data * right.data, null)
        case "*", "number", "interval" if left.scale == 0:
            return Operand("interval", left.data * right.data, null)
        case _:
            raise Unreadable(f"{left.kind} {operator} {right.kind}")
