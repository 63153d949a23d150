"""What checks ask of free columns, case by case: what keys and references decide is true, false or unknown in a row.

``(ancestor = descendant) = (depth = 0)`` speaks of two references and of a free column. Where the first comparison is
true, ``depth = 0`` is asked, where it is false, ``depth <> 0``. The parts of a check that hold no free column are its
*facts*; with each put as a constant, what is left speaks of free columns alone and is solved by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

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
    names,
    substituted,
)
from designer_kernel.sample.planning.facts import ColumnFacts

_COUNTS: Final = frozenset({"num_nonnulls", "num_nulls"})
_MOST_FACTS: Final = 6
_MOST_CASES: Final = 243
_FACT: Final = "fact "

State = tuple[bool | None, ...]
"""Whether each fact is true, false or unknown."""


class Mixed(Exception):
    """A check that compares or combines free columns with others, so that no case leaves them alone."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One case: what holds in its rows, and what is left of each check there."""

    condition: Expr
    left: tuple[Expr, ...]


def situations(
    checks: Sequence[Expr], free: AbstractSet[str], columns: Mapping[str, ColumnFacts]
) -> tuple[Situation, ...]:
    """Return all cases that are possible as far as can be told; none if no check speaks of anything but free columns.

    Raises
    ------
    Mixed
        If a check ties a free column to others by more than whether something is true of those, or there are too many.
    """
    facts: list[Expr] = []
    abstract = tuple(_abstract(check, free, columns, facts) for check in checks)
    if not facts:
        return ()
    if len(facts) > _MOST_FACTS:
        raise Mixed("too many facts")
    choices = [(True, False) if not _may_be_unknown(fact, columns) else (True, False, None) for fact in facts]
    states = [state for state in product(*choices) if _is_possible(facts, state)]
    if len(states) > _MOST_CASES:
        raise Mixed("too many cases")
    return tuple(
        Situation(_described(facts, state), tuple(_put(check, state) for check in abstract)) for state in states
    )


def _abstract(expr: Expr, free: AbstractSet[str], columns: Mapping[str, ColumnFacts], facts: list[Expr]) -> Expr:
    """Return an expression with the parts that hold no free column as names of facts."""

    def inside(part: Expr) -> Expr:
        return _abstract(part, free, columns, facts)

    named = names(expr)
    if not named or (isinstance(expr, Name) and expr.column in free):
        return expr
    if not named & free and isinstance(expr, Name) and not _is_boolean(expr, columns):
        raise Mixed(expr.column)
    if not named & free and _is_boolean(expr, columns):
        if expr not in facts:
            facts.append(expr)
        return Name(f"{_FACT}{facts.index(expr)}")
    match expr:
        case Call(function, arguments) if function in _COUNTS:
            return Call(function, tuple(_counted(a, free, inside) for a in arguments))
        case Call(function, arguments):
            return Call(function, tuple(map(inside, arguments)))
        case Compare(operator, left, right):
            return Compare(operator, inside(left), inside(right))
        case Every(parts):
            return Every(tuple(map(inside, parts)))
        case Some(parts):
            return Some(tuple(map(inside, parts)))
        case Not(part):
            return Not(inside(part))
        case IsNull(part):
            return IsNull(inside(part))
        case Case(branches, otherwise):
            return Case(tuple((inside(c), inside(r)) for c, r in branches), inside(otherwise))
        case OneOf(part, values):
            return OneOf(inside(part), values)
        case Match(part):
            return replace(expr, part=inside(part))
        case _:
            raise Mixed(str(expr))


def _counted(argument: Expr, free: AbstractSet[str], inside: Callable[[Expr], Expr]) -> Expr:
    """Return what is counted: of a column that is not free only whether it is NULL matters."""
    if names(argument) & free or not names(argument):
        return inside(argument)
    return Case(((inside(IsNull(argument)), Constant(None)),), Constant(1))


def _is_boolean(expr: Expr, columns: Mapping[str, ColumnFacts]) -> bool:
    match expr:
        case Compare() | Every() | Some() | Not() | IsNull() | OneOf() | Match() | Call("is distinct from", _):
            return True
        case Name(column):
            return column in columns and columns[column].form.kind == "boolean"
        case Case(branches, otherwise):
            results = [result for _, result in branches] + [otherwise]
            return all(_is_boolean(r, columns) for r in results)
        case Constant(value):
            return isinstance(value, bool)
        case _:
            return False


def _may_be_unknown(fact: Expr, columns: Mapping[str, ColumnFacts]) -> bool:
    if isinstance(fact, IsNull) or (isinstance(fact, Not) and isinstance(fact.part, IsNull)):
        return False
    return any(column not in columns or not columns[column].not_null for column in names(fact))


def _is_possible(facts: Sequence[Expr], state: State) -> bool:
    """Whether facts do not contradict each other: a column has one value, and what is NULL equals nothing."""
    equal: dict[Expr, set[object]] = {}
    absent = {fact.part for fact, holds in zip(facts, state, strict=True) if isinstance(fact, IsNull) and holds}
    present = {fact.part for fact, holds in zip(facts, state, strict=True) if isinstance(fact, IsNull) and not holds}
    for fact, holds in zip(facts, state, strict=True):
        match fact:
            case Compare("=", part, Constant(value)) if holds:
                equal.setdefault(part, {value}).intersection_update({value})
            case OneOf(part, values) if holds:
                equal.setdefault(part, set(values)).intersection_update(values)
        if isinstance(fact, Compare | OneOf | Match):
            sides = set(_sides(fact))
            if holds is not None and sides & absent:
                return False
            if holds is None and sides <= present and sides:
                return False
    return all(equal.values())


def _sides(fact: Expr) -> Iterator[Expr]:
    match fact:
        case Compare(_, left, right):
            yield from (side for side in (left, right) if not isinstance(side, Constant))
        case OneOf(part, _) | Match(part):
            yield part


def _described(facts: Sequence[Expr], state: State) -> Expr:
    """Return the condition that rows of a case meet."""
    parts = [
        fact if holds else IsNull(fact) if holds is None else Not(fact)
        for fact, holds in zip(facts, state, strict=True)
    ]
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _put(check: Expr, state: State) -> Expr:
    """Return a check with its facts as constants."""
    return substituted(check, {f"{_FACT}{place}": Constant(holds) for place, holds in enumerate(state)})
