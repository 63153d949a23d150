"""Keys of unique indexes that are expressions: which column, made distinct how widely, makes them distinct."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.nodes import Call, Constant, Expr, Name, Unreadable
from designer_kernel.sample.planning.facts import ColumnFacts

_ORDERING = re.compile(r"\s+(ASC|DESC|NULLS\s+(FIRST|LAST)|COLLATE\s+\S+|[\w\".]+_ops)\b", re.IGNORECASE)
_MEMBER: Final = re.compile(r"\(*\"?(\w+)\"? ->> '([^']+)'(?:::text)?\)*")
"""``(document ->> 'member'::text)``."""

_FOLDED: Final = frozenset({
    "lower", "upper", "btrim", "trim", "ltrim", "rtrim", "md5", "sha256", "reverse", "initcap", "unaccent", "casefold",
    "encode", "convert_to", "decode", "quote_ident", "text", "varchar", "sha512", "digest", "replace", "translate",
    "regexp_replace", "abs", "host", "to_jsonb", "jsonb", "hashtextextended", "lpad", "immutable_unaccent",
    "f_unaccent", "normalize",
})  # fmt: skip
"""Functions that keep texts apart which differ in their last digits, and whole numbers that are positive."""

_DAY: Final = 86_400_000_000
_UNITS: Final = {
    "microseconds": 1, "milliseconds": 1_000, "second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000,
    "day": _DAY, "week": 7 * _DAY, "month": 31 * _DAY, "quarter": 92 * _DAY, "year": 366 * _DAY,
    "decade": 3_653 * _DAY, "century": 36_525 * _DAY, "epoch": 1_000_000,
}  # fmt: skip
"""Microseconds after which the next unit has begun for sure."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A column that tells rows apart in a key, if its values are ``spacing`` apart (in its smallest unit).

    ``most`` is how many values the expression has at all; with ``member`` the column is a document, and its value
    under this name is what counts. ``is_whole`` says that the key is the column itself.
    """

    column: str
    spacing: int = 1
    most: int | None = None
    member: str = ""
    is_whole: bool = False
    not_null: bool = False


def telling(key: str, columns: Mapping[str, ColumnFacts]) -> tuple[Telling, ...]:
    """Return the columns of which one suffices to make a key distinct, the best first; none if it cannot be told."""
    plain = key.strip('"').replace('""', '"') if key.startswith('"') else key
    if plain in columns and not columns[plain].generated and not columns[plain].follows:
        return (Telling(plain, is_whole=True),)
    text = (columns[plain].follows or columns[plain].expression) if plain in columns else _ORDERING.sub("", key)
    member = _MEMBER.fullmatch(text)
    if member is not None and member[1] in columns:
        return (Telling(member[1], member=member[2]),)
    try:
        return _told(conditions.read(text), columns)
    except Unreadable:
        return ()


def _told(expr: Expr, columns: Mapping[str, ColumnFacts]) -> tuple[Telling, ...]:
    match expr:
        case Name(column) if column in columns:
            return (Telling(column, is_whole=True),)
        case Call(("date_trunc" | "extract" | "date_part") as function, (Constant(unit), inner, *_)):
            width = _UNITS.get(str(unit).rstrip("s") if str(unit) not in _UNITS else str(unit))
            if width is None or (function != "date_trunc" and unit not in ("year", "epoch", "decade", "century")):
                return ()
            return _spaced(_told(inner, columns), columns, time=width)
        case Call("date", (inner,)):
            return _spaced(_told(inner, columns), columns, time=_DAY)
        case Call("coalesce", (inner, *_)):
            return tuple(replace(t, not_null=True) for t in _told(inner, columns))
        case Call("||" | "concat" | "concat_ws", arguments):
            return _joined(arguments, columns)
        case Call("->>" | "->", (inner, Constant(str() as member))):
            return tuple(replace(t, member=member, is_whole=False) for t in _told(inner, columns))
        case Call(("+" | "-" | "*" | "/" | "%" | "mod" | "div") as operator, (left, right)):
            return _computed(operator, left, right, columns)
        case Call(("round" | "trunc" | "floor" | "ceil" | "ceiling") as function, (inner, *digits)):
            return _rounded(function, inner, digits, columns)
        case Call(function, (inner, *rest)) if function in _FOLDED and all(isinstance(r, Constant) for r in rest):
            return tuple(replace(t, is_whole=False) for t in _told(inner, columns))
        case _:
            return ()


def _spaced(found: tuple[Telling, ...], columns: Mapping[str, ColumnFacts], *, time: int) -> tuple[Telling, ...]:
    """Return times further apart; a date counts in days."""
    result = []
    for one in found:
        kind = columns[one.column].form.kind
        if kind in ("timestamp", "date"):
            spacing = -(-time // _DAY) if kind == "date" else time
            result.append(replace(one, spacing=max(one.spacing, spacing), is_whole=one.is_whole and spacing == 1))
    return tuple(result)


def _joined(arguments: tuple[Expr, ...], columns: Mapping[str, ColumnFacts]) -> tuple[Telling, ...]:
    """Return the last column of texts put together: what makes it distinct are its last characters."""
    last = next((a for a in reversed(arguments) if not isinstance(a, Constant)), None)
    if last is None:
        return ()
    return tuple(
        replace(t, is_whole=False)
        for t in _told(last, columns)
        if columns[t.column].form.kind in ("text", "uuid")
        or len([a for a in arguments if not isinstance(a, Constant)]) == 1
    )


def _computed(operator: str, left: Expr, right: Expr, columns: Mapping[str, ColumnFacts]) -> tuple[Telling, ...]:
    inner, constant = (left, right) if isinstance(right, Constant) else (right, left)
    if not isinstance(constant, Constant) or not isinstance(constant.value, int | Decimal):
        return ()
    if not constant.value and operator not in ("+", "-"):
        return ()
    found = _told(inner, columns)
    value: Any = constant.value
    is_whole_number = value == int(value) and value > 0
    match operator:
        case "+" | "-" | "*":
            return tuple(replace(t, is_whole=False) for t in found)
        case "/" if inner is left and is_whole_number:
            whole = [t for t in found if columns[t.column].form.kind == "integer"]
            return tuple(replace(t, spacing=t.spacing * int(value), is_whole=False) for t in whole)
        case "%" | "mod" if inner is left and is_whole_number:
            unit = {c: 10 ** columns[c].form.scale for c in columns}
            return tuple(replace(t, most=int(value) * unit[t.column] - 1, is_whole=False) for t in found)
        case "div" if inner is left and is_whole_number:
            return tuple(
                replace(t, spacing=t.spacing * int(value) * 10 ** columns[t.column].form.scale, is_whole=False)
                for t in found
            )
        case _:
            return ()


def _rounded(function: str, inner: Expr, digits: list[Expr], columns: Mapping[str, ColumnFacts]) -> tuple[Telling, ...]:
    kept = digits[0].value if digits and isinstance(digits[0], Constant) and isinstance(digits[0].value, int) else 0
    result = []
    for one in _told(inner, columns):
        form = columns[one.column].form
        if form.kind in ("integer", "numeric", "float"):
            spacing = 10 ** max(form.scale - kept, 0) if form.kind == "numeric" else 10 ** max(-kept, 0)
            result.append(replace(one, spacing=max(one.spacing, spacing), is_whole=False))
    return tuple(result)
