"""The key space of every unique key: which column tells rows apart, among which rows, and how many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from designer_kernel.sample.constraints.solution import Solution
from designer_kernel.sample.plan import ColumnPlan, Counter, KeyPlan
from designer_kernel.sample.planning.facts import TableFacts, UniqueRule
from designer_kernel.sample.providers.keys import Uuid
from designer_kernel.sample.providers.provider import unwrapped

_UUIDS: Final = 1 << 64
"""UUIDs carry all 64 bits of a bijection of the row number."""


def key_plans(table: TableFacts, solution: Solution, columns: Mapping[str, ColumnPlan]) -> tuple[KeyPlan, ...]:
    """Return how each unique key of a table is kept."""
    return tuple(_key(table, rule, solution, columns) for rule in table.uniques)


def _key(table: TableFacts, rule: UniqueRule, solution: Solution, columns: Mapping[str, ColumnPlan]) -> KeyPlan:
    names = [name for name in columns if any(name in key for key in rule.keys)]
    distinct = next((name for name in names if name in solution.distinct), None)
    if distinct is not None:
        among = _among(solution.distinct[distinct])
        return KeyPlan(rule.name, rule.keys, f"{distinct} is another one for each row{among}", _room(columns[distinct]))
    limit = next((one for one in solution.limits if one.constraint == f"{table.label}.{rule.name}"), None)
    counted = [name for name in names if name in solution.providers or columns[name].reference is not None]
    kept = " and ".join(counted or rule.keys) + " are counted, so that no two rows have the same"
    if rule.predicate:
        kept += f", where {rule.predicate}"
    if limit is not None and limit.per_owner:
        kept += f"; at most {limit.most:,} for each row of the owner"
    return KeyPlan(rule.name, rule.keys, kept, None if limit is None or limit.per_owner else limit.most)


def _among(counter: Counter) -> str:
    if counter.among == "rows":
        return ""
    return " of one owner" if counter.among == "owner" else f" of one {counter.among.rpartition('/')[2]}"


def _room(column: ColumnPlan) -> int | None:
    if isinstance(unwrapped(column.provider), Uuid):
        return _UUIDS
    return column.facts.form.largest if column.facts.form.kind == "integer" else None
