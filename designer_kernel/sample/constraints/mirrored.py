"""Keys over pairs in either order: ``UNIQUE (least(a, b), greatest(a, b))``, so that friends are friends once.

Of two references, the second lies half of the ring of rows behind the first at most; so no pair is made in both orders,
and the key is one over the two columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from designer_kernel.sample.constraints.conditions import read
from designer_kernel.sample.constraints.nodes import Call, Name, Unreadable
from designer_kernel.sample.plan import ReferencePlan
from designer_kernel.sample.planning.facts import TableFacts, UniqueRule
from designer_kernel.sample.rows.apart import HALF

_NAMED: Final = re.compile(r"least|greatest", re.IGNORECASE)


def pair_of(rule: UniqueRule) -> tuple[str, str] | None:
    """Return the two columns that a key holds in either order, if it is such a key."""
    found = {}
    for key in rule.keys:
        if not _NAMED.search(key):  # most keys are plain columns, which need not be parsed
            continue
        try:
            expr = read(key)
        except Unreadable:
            continue
        match expr:
            case Call(("least" | "greatest") as function, (Name(one), Name(other))) if one != other:
                found[function] = (min(one, other), max(one, other))
    return found["least"] if len(found) == 2 and found["least"] == found["greatest"] else None


def over_columns(table: TableFacts, references: Mapping[str, ReferencePlan]) -> TableFacts:
    """Return a table whose keys over pairs in either order are keys over their columns, where no pair is made twice."""
    return replace(table, uniques=tuple(_over_columns(rule, references) for rule in table.uniques))


def _over_columns(rule: UniqueRule, references: Mapping[str, ReferencePlan]) -> UniqueRule:
    pair = pair_of(rule)
    if pair is None:
        return rule
    plans = [next((p for p in references.values() if column in p.columns), None) for column in pair]
    one_way = any(p is not None and p.apart is not None and p.apart[1] in (HALF, "<", ">") for p in plans)
    if not one_way or plans[0] is None or plans[1] is None:
        return rule
    if not any(p.apart is not None and p.apart[0] == o.name for p, o in ((plans[0], plans[1]), (plans[1], plans[0]))):
        return rule
    rest = tuple(key for key in rule.keys if not _is_side(key))
    return replace(rule, keys=(*pair, *rest))


def _is_side(key: str) -> bool:
    """Whether a part of a key is the lesser or the greater of two columns."""
    if not _NAMED.search(key):
        return False
    try:
        expr = read(key)
    except Unreadable:
        return False
    return isinstance(expr, Call) and expr.function in ("least", "greatest")
