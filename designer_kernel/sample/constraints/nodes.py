"""What expressions are made of, as far as sample data can compute them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_FLIPPED: Final = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Unreadable(Exception):
    """An expression that holds something sample data cannot evaluate."""


@dataclass(frozen=True, slots=True)
class Expr:
    """A node of an expression."""


@dataclass(frozen=True, slots=True)
class Name(Expr):
    """A column, or ``value`` in a domain's check."""

    column: str


@dataclass(frozen=True, slots=True)
class Constant(Expr):
    """A literal: ``None``, bool, int, Decimal, text, date, datetime, time or timedelta."""

    value: Any


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function call or an arithmetic operator."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """One of the six comparisons."""

    operator: str
    left: Expr
    right: Expr

    def flipped(self) -> Compare:
        """Return the same comparison with its sides exchanged."""
        return Compare(_FLIPPED[self.operator], self.right, self.left)

    def reversed(self) -> Compare:
        """Return the comparison with the operator turned round and the sides kept: after multiplying by -1."""
        return Compare(_FLIPPED[self.operator], self.left, self.right)


@dataclass(frozen=True, slots=True)
class Every(Expr):
    """``AND``."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Some(Expr):
    """``OR``."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """``NOT``."""

    part: Expr


@dataclass(frozen=True, slots=True)
class IsNull(Expr):
    """``IS NULL``."""

    part: Expr


@dataclass(frozen=True, slots=True)
class OneOf(Expr):
    """``IN`` or ``= ANY`` with literals."""

    part: Expr
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Case(Expr):
    """``CASE``: conditions with their results, and what holds otherwise."""

    branches: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Match(Expr):
    """A regular expression (``~``) or a LIKE pattern."""

    part: Expr
    pattern: str
    is_like: bool
    ignore_case: bool


def names(expr: Expr) -> frozenset[str]:
    """Return the columns that an expression speaks of."""
    return frozenset(node.column for node in nodes(expr) if isinstance(node, Name))


def nodes(expr: Expr) -> Iterator[Expr]:
    """Yield an expression and everything inside it, what contains first."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def conjuncts(expr: Expr) -> tuple[Expr, ...]:
    """Return the parts that all must hold."""
    if isinstance(expr, Every):
        return tuple(inner for part in expr.parts for inner in conjuncts(part))
    return (expr,)


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the parts that an expression is directly made of."""
    match expr:
        case Call(_, arguments):
            return arguments
        case Case(branches, otherwise):
            return (*(part for branch in branches for part in branch), otherwise)
        case Compare(_, left, right):
            return (left, right)
        case Every(parts) | Some(parts):
            return parts
        case Not(part) | IsNull(part) | OneOf(part, _) | Match(part, _, _, _):
            return (part,)
        case _:
            return ()


def substituted(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """Return an expression with columns replaced: ``VALUE`` of a domain's check, or a generated column."""

    def inside(part: Expr) -> Expr:
        return substituted(part, replacements)

    if not replacements:
        return expr
    match expr:
        case Name(column):
            return replacements.get(column, expr)
        case Call(function, arguments):
            return Call(function, tuple(inside(a) for a in arguments))
        case Compare(operator, left, right):
            return Compare(operator, inside(left), inside(right))
        case Every(parts):
            return Every(tuple(inside(p) for p in parts))
        case Some(parts):
            return Some(tuple(inside(p) for p in parts))
        case Case(branches, otherwise):
            return Case(tuple((inside(c), inside(r)) for c, r in branches), inside(otherwise))
        case Not(part):
            return Not(inside(part))
        case IsNull(part):
            return IsNull(inside(part))
        case OneOf(part, values):
            return OneOf(inside(part), values)
        case Match(part, pattern, is_like, ignore_case):
            return Match(inside(part), pattern, is_like, ignore_case)
        case _:
            return expr
