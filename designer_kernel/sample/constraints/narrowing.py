"""What checks leave of a column's values, and which comparisons between columns remain to be kept.

`narrow` takes the parts of a check that speak of one column alone into an `Allowed`; what remains is kept by
adjusting one column to the others (`adjusting.py`) or by drawing again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from designer_kernel.sample.constraints.nodes import (
    Call,
    Compare,
    Constant,
    Expr,
    IsNull,
    Match,
    Name,
    Not,
    OneOf,
    Some,
    conjuncts,
    names,
)
from designer_kernel.sample.planning.forms import Form

_LENGTHS = frozenset({"length", "char_length", "character_length", "octet_length"})
_STRICT = frozenset({"+", "-", "*", "/", "%", "||", "lower", "upper", "btrim", "abs", "round", "length", "integer"})
_TRIMS = frozenset({"btrim", "trim", "ltrim", "rtrim"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one column may hold.

    ``low`` and ``high`` are inclusive and in the form's smallest unit: a numeric's last digit, a day, a microsecond.
    ``choices`` are the only values, if not ``None``. ``constraints`` are the names of what narrowed it.
    """

    low: int | None = None
    high: int | None = None
    choices: tuple[Any, ...] | None = None
    excluded: frozenset[Any] = frozenset()
    shortest: int = 0
    longest: int | None = None
    patterns: tuple[Match, ...] = ()
    letters: str = ""
    json_type: str = ""
    not_null: bool = False
    constraints: tuple[str, ...] = ()

    @property
    def values(self) -> tuple[Any, ...] | None:
        """The choices that nothing excludes."""
        if self.choices is None:
            return None
        return tuple(value for value in self.choices if value not in self.excluded)

    def raised(self, low: int) -> Allowed:
        """Return this with a low end of at least ``low``."""
        return replace(self, low=low if self.low is None else max(self.low, low))

    def lowered(self, high: int) -> Allowed:
        """Return this with a high end of at most ``high``."""
        return replace(self, high=high if self.high is None else min(self.high, high))

    def chosen(self, values: tuple[Any, ...]) -> Allowed:
        """Return this with nothing but ``values``."""
        kept = values if self.choices is None else tuple(v for v in self.choices if v in values)
        return replace(self, choices=kept)


def narrow(expr: Expr, constraint: str, forms: Mapping[str, Form], allowed: dict[str, Allowed]) -> tuple[Expr, ...]:
    """Narrow ``allowed`` by the one-column parts of a check; return the parts that remain."""
    remaining = []
    for part in (inner for whole in conjuncts(expr) for inner in _parts_not_null(whole)):
        column = _only_column(part)
        narrowed = None
        if column is not None and column in forms:
            narrowed = _narrowed(_without_null_guard(part, column), column, forms[column], allowed[column])
        if narrowed is None or column is None:
            if not (isinstance(part, Constant) and part.value is True):
                remaining.append(part)
        else:
            seen = narrowed.constraints
            allowed[column] = narrowed if constraint in seen else replace(narrowed, constraints=(*seen, constraint))
    return tuple(remaining)


def _parts_not_null(expr: Expr) -> tuple[Expr, ...]:
    """Return ``a + b IS NOT NULL`` as ``a IS NOT NULL`` and ``b IS NOT NULL``."""
    match expr:
        case Not(IsNull(Call(function, arguments))) if function in _STRICT:
            return tuple(inner for a in arguments for inner in _parts_not_null(Not(IsNull(a))))
        case Not(IsNull(Constant(value))) if value is not None:
            return ()
        case _:
            return (expr,)


def share_out(expr: Expr, forms: Mapping[str, Form], allowed: dict[str, Allowed]) -> None:
    """Narrow the columns of ``a + b <= 100`` to an equal share each, which keeps it whatever they are."""
    match expr:
        case Compare(("<=" | "<") as operator, total, Constant(value)):
            terms = _terms(total)
            if terms is None or len(terms) < 2 or len(set(terms)) < len(terms):
                return
            for name in terms:
                exact = smallest_units(value, forms[name]) if name in forms else None
                if exact is None or (allowed[name].low or 0) < 0:
                    return
            for name in terms:
                exact = smallest_units(value, forms[name])
                assert exact is not None
                most = int((exact - (operator == "<")) // len(terms))
                if most >= (allowed[name].low or 0):
                    allowed[name] = allowed[name].lowered(most)


def _terms(expr: Expr) -> tuple[str, ...] | None:
    """Return the columns of a plain sum."""
    match expr:
        case Name(column):
            return (column,)
        case Call("+", (left, right)):
            first, second = _terms(left), _terms(right)
            return None if first is None or second is None else (*first, *second)
        case _:
            return None


def _only_column(expr: Expr) -> str | None:
    found = names(expr)
    return next(iter(found)) if len(found) == 1 else None


def _without_null_guard(expr: Expr, column: str) -> Expr:
    """Return ``x IS NULL OR p(x)`` as ``p(x)``: a check passes for NULL anyway."""
    if isinstance(expr, Some):
        rest = tuple(part for part in expr.parts if part != IsNull(Name(column)))
        if len(rest) == 1:
            return rest[0]
        return Some(rest)
    return expr


def _narrowed(expr: Expr, column: str, form: Form, allowed: Allowed) -> Allowed | None:
    me = Name(column)
    match expr:
        case Compare(operator, left, right) if isinstance(left, Constant):
            return _narrowed(Compare(operator, left, right).flipped(), column, form, allowed)
        case Compare(operator, left, Constant(value)) if left == me:
            return _compared(operator, value, form, allowed)
        case Compare(operator, Call(function, (inner,)), Constant(value)) if function in _LENGTHS:
            return _lengthened(operator, inner, value, me, allowed)
        case Compare("<>", Call(function, (inner,)), Constant("")) if function in _TRIMS and inner == me:
            return replace(allowed, shortest=max(1, allowed.shortest))
        case Compare("=", left, Call(("lower" | "upper") as function, (inner,))) if left == me and inner == me:
            return replace(allowed, letters=function)
        case Compare("=", Call(("lower" | "upper") as function, (inner,)), right) if right == me and inner == me:
            return replace(allowed, letters=function)
        case Compare("=", Call("jsonb_typeof" | "json_typeof", (inner,)), Constant(value)) if inner == me:
            return replace(allowed, json_type=str(value))
        case Compare("<=" | "<", left, Call("now", ())) if left == me:
            return allowed  # every time that is drawn lies before the anchor, and that in the past
        case _:
            return _other(expr, me, form, allowed)


def _other(expr: Expr, me: Name, form: Form, allowed: Allowed) -> Allowed | None:
    match expr:
        case OneOf(part, values) if part == me:
            return allowed.chosen(tuple(_plain(v, form) for v in values))
        case Not(OneOf(part, values)) if part == me:
            return replace(allowed, excluded=allowed.excluded | {_plain(v, form) for v in values})
        case Not(IsNull(part)) if part == me:
            return replace(allowed, not_null=True)
        case Match(part, _, _, _) if part == me:
            return replace(allowed, patterns=(*allowed.patterns, expr))
        case Call("starts_with", (part, Constant(str() as prefix))) if part == me:
            return _begun(prefix, me, allowed)
        case Compare("=", Call("left", (part, Constant(int() as size))), Constant(str() as prefix)) if part == me:
            return _begun(prefix, me, allowed) if len(prefix) == size else None
        case Name():
            return allowed.chosen((True,))
        case Not(Name()):
            return allowed.chosen((False,))
        case Some(parts):
            return _alternatives(parts, me, form, allowed)
        case _:
            return None


def _begun(prefix: str, me: Name, allowed: Allowed) -> Allowed:
    """Return what a text that begins so may hold."""
    escaped = "".join(f"\\{c}" if c in "\\%_" else c for c in prefix)
    return replace(allowed, patterns=(*allowed.patterns, Match(me, escaped + "%", is_like=True, ignore_case=False)))


def _alternatives(parts: tuple[Expr, ...], me: Name, form: Form, allowed: Allowed) -> Allowed | None:
    """Return what ``a = 1 OR a = 2 OR a IN (3, 4)`` leaves; nothing wider is taken apart here."""
    values: list[Any] = []
    patterns = [p for p in parts if isinstance(p, Match) and p.part == me and not p.is_like and not p.ignore_case]
    if len(patterns) == len(parts):
        either = "|".join(f"(?:{p.pattern})" for p in patterns)
        return replace(allowed, patterns=(*allowed.patterns, replace(patterns[0], pattern=either)))
    for part in parts:
        match part:
            case Compare("=", left, Constant(value)) if left == me:
                values.append(_plain(value, form))
            case OneOf(inner, more) if inner == me:
                values.extend(_plain(v, form) for v in more)
            case _:
                return None
    return allowed.chosen(tuple(values))


def _compared(operator: str, value: Any, form: Form, allowed: Allowed) -> Allowed | None:
    if value is None:
        return None
    if operator == "=":
        return allowed.chosen((_plain(value, form),))
    if operator == "<>":
        if value == "" and form.kind == "text":
            return replace(allowed, shortest=max(1, allowed.shortest))
        return replace(allowed, excluded=allowed.excluded | {_plain(value, form)})
    if form.labels and value in form.labels:
        return allowed.chosen(_beside(form.labels, value, operator))
    exact = smallest_units(value, form)
    if exact is None:
        return None
    if operator in (">", ">="):
        low = int(exact.to_integral_value(ROUND_CEILING))
        return allowed.raised(low + 1 if operator == ">" and low == exact else low)
    high = int(exact.to_integral_value(ROUND_FLOOR))
    return allowed.lowered(high - 1 if operator == "<" and high == exact else high)


def _beside(labels: tuple[str, ...], value: str, operator: str) -> tuple[str, ...]:
    """Return the labels of an enum that come before or after one of them."""
    place = labels.index(value)
    if operator in ("<", "<="):
        return labels[: place + (operator == "<=")]
    return labels[place + (operator == ">") :]


def _lengthened(operator: str, inner: Expr, value: Any, me: Name, allowed: Allowed) -> Allowed | None:
    if isinstance(inner, Call) and inner.function in _TRIMS and len(inner.arguments) == 1:
        inner = inner.arguments[0]
    if inner != me or not isinstance(value, int):
        return None
    match operator:
        case ">" | ">=":
            return replace(allowed, shortest=max(allowed.shortest, value + (operator == ">")))
        case "<" | "<=":
            longest = value - (operator == "<")
            return replace(allowed, longest=longest if allowed.longest is None else min(allowed.longest, longest))
        case "=":
            return replace(allowed, shortest=value, longest=value)
        case _:
            return None


def _plain(value: Any, form: Form) -> Any:
    """Return a literal as the form computes with it: numbers in the smallest unit, text as it is."""
    if form.kind in ("text", "enum", "boolean") or value is None:
        return value
    exact = smallest_units(value, form)
    return int(exact) if exact is not None and exact == exact.to_integral_value() else value


def smallest_units(value: Any, form: Form) -> Decimal | None:
    """Return a literal in the smallest unit of a form, or ``None`` if the two have nothing in common."""
    if isinstance(value, bool):
        return None
    if form.kind in ("integer", "float") and isinstance(value, int | Decimal):
        return Decimal(value) * (1_000_000 if form.kind == "float" else 1)
    if form.kind == "numeric" and isinstance(value, int | Decimal):
        return Decimal(value).scaleb(form.scale)
    if form.kind == "date" and isinstance(value, date):
        return Decimal(value.toordinal() - date(1970, 1, 1).toordinal())
    if form.kind == "timestamp" and isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
        return Decimal(int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000))
    return None
