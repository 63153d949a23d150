"""When a plan's rows come to be: the horizon, and the clock of each table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from designer_kernel.sample.plan import Clock
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.relations import Facts
from designer_kernel.sample.planning.spans import Span
from designer_kernel.sample.providers.moments import DAY, HOUR

_AT_ONCE = re.compile(r".*_(items|lines|line_items|positions|entries|details)")
_SOON = re.compile(r".*(history|histories|log|logs|transitions|payments?|transactions?|shipments?|invoices?|refunds?)")
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
) -> Clock:
    """Return when rows of a table come to be."""
    timed: tuple[Span, ...] = ((horizon - years, horizon),)
    column = clocked(table, spans)
    if column is not None:
        kind, found = table.columns[column].form.kind, spans[column]
        if found:
            unit = DAY if kind == "date" else 1
            clipped = tuple((low * unit, min(high * unit, horizon)) for low, high in found if low * unit < horizon)
            timed = clipped or tuple((low * unit, high * unit) for low, high in found)
    name = table.name[1]
    if owner and not table.partition_by:
        if _AT_ONCE.fullmatch(name):
            return Clock(timed, older, "part", 0)
        if _SOON.fullmatch(name):
            return Clock(
                timed, older, "part", 12 * HOUR, counted="history" in name or "log" in name or "transition" in name
            )
        if _PARTS.fullmatch(name):
            return Clock(timed, older, "part", DAY)
    return Clock(timed, older, "child" if older else "root")
