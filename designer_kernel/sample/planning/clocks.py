"""When a plan's rows come to be: the horizon, and the clock of each table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.sample.plan import Clock
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.relations import Facts, parent_of
from designer_kernel.sample.planning.spans import Span
from designer_kernel.sample.providers.moments import BIRTH, DAY, HOUR

_AT_ONCE = re.compile(r".*_(items|lines|line_items|positions|entries|details)")
_SOON = re.compile(r".*(history|histories|log|logs|transitions|payments?|transactions?|shipments?|invoices?|refunds?)")
_SOON_THERE = 14 * DAY
_PARTS = re.compile(
    r".*(variants?|images|photos|pictures|media|inventory|inventories|preferences|settings|profiles?|addresses)"
)


def horizon_of(spans: Mapping[TableName, Mapping[str, tuple[Span, ...]]], facts: Facts, default: int) -> int:
    """Return the last moment of a plan: a year into the tables that are partitioned by time, or a fixed date.

    Partitions are made ahead of time, so their end would lie in a future in which nothing has happened yet.
    """
    ends = []
    for name, columns in spans.items():
        for column, found in columns.items():
            kind = facts[name].columns[column].form.kind
            if kind in ("timestamp", "date"):
                unit = DAY if kind == "date" else 1
                ends.append(min(found[-1][1] * unit, found[0][0] * unit + 365 * DAY))
    return min(ends, default=default)


def clocked(table: TableFacts, spans: Mapping[str, tuple[Span, ...]]) -> str | None:
    """Return the column of time that a table is partitioned by, if any: it says when rows come to be."""
    return next((c for c in spans if table.columns[c].form.kind in ("timestamp", "date")), None)


def clock_of(
    table: TableFacts,
    owner: str,
    older: tuple[str, ...],
    spans: Mapping[str, tuple[Span, ...]],
    horizon: int,
    years: int,
    early: Mapping[TableName, int],
    later: int,
) -> Clock:
    """Return when rows of a table come to be.

    Rows of ``early`` tables come soon after what they refer to, and those of this one after ``later`` such steps.
    """
    timed: tuple[Span, ...] = ((horizon - years, horizon),)
    column = clocked(table, spans)
    if column is not None:
        kind, found = table.columns[column].form.kind, spans[column]
        if found:
            unit = DAY if kind == "date" else 1
            clipped = tuple((low * unit, min(high * unit, horizon)) for low, high in found if low * unit < horizon)
            timed = clipped or tuple((low * unit, high * unit) for low, high in found)
    name = table.name[1]
    step = min(_SOON_THERE, sum(high - low for low, high in timed) // 64)
    if table.name in early and not column:
        return Clock(timed, older, "part", step)
    if owner and not table.partition_by:
        if _AT_ONCE.fullmatch(name):
            return Clock(timed, (owner,) if owner in older else older, "part", 0)
        if _SOON.fullmatch(name):
            return Clock(
                timed, older, "part", 12 * HOUR, counted="history" in name or "log" in name or "transition" in name
            )
        if _PARTS.fullmatch(name):
            return Clock(timed, older, "part", DAY)
    if older and not any(
        c.form.kind in ("date", "timestamp") or BIRTH.fullmatch(c.name) for c in table.columns.values()
    ):
        return Clock(timed, older, "part", delay=step * later)  # it has no time of its own, and what follows needs some
    return Clock(timed, older, "child" if older else "root", delay=step * later)


def stocked(facts: Facts, owned: Mapping[TableName, ForeignKey]) -> tuple[dict[TableName, int], dict[TableName, int]]:
    """Return the tables whose rows are there before the first of those whose parts refer to them, and the latter.

    An order's items come at the order's time, so products must be older than the first order: the former are products
    and what they refer to, with how many steps after the beginning they come, the latter orders, with how many steps
    they wait. What an order refers to itself is left out.
    """
    early: dict[TableName, int] = {}
    waiting: dict[TableName, int] = {}
    for name, table in facts.items():
        if name not in owned or table.partition_by or not _AT_ONCE.fullmatch(name[1]):
            continue
        owner = parent_of(owned[name])
        known = _above(facts, owner)
        found: dict[TableName, int] = {}
        for key in table.foreign_keys:
            if parent_of(key) in facts and parent_of(key) not in known | {name}:
                _steps(facts, parent_of(key), known | {name}, found)
        if found:
            waiting[owner] = max(waiting.get(owner, 0), *found.values())
            early |= found
    return {n: steps for n, steps in early.items() if n not in waiting}, waiting


def _above(facts: Facts, name: TableName) -> set[TableName]:
    """Return a table and all that it refers to, at last."""
    found, left = {name}, [name]
    while left:
        parents = {parent_of(key) for key in facts[left.pop()].foreign_keys} & facts.keys()
        left += parents - found
        found |= parents
    return found


def _steps(facts: Facts, name: TableName, known: set[TableName], found: dict[TableName, int]) -> int:
    """Note how many tables there are from the top down to this one, beside those that are known."""
    if name not in found:
        found[name] = 1
        parents = {parent_of(key) for key in facts[name].foreign_keys} & (facts.keys() - known - {name})
        found[name] = 1 + max((_steps(facts, parent, known, found) for parent in parents), default=0)
    return found[name]
