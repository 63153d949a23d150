"""How many rows each table gets when nobody says: believable proportions along the reference graph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from math import ceil, isfinite, prod
from numbers import Integral
from typing import Final

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.partitions import takes_rows
from designer_kernel.sample.planning.relations import Facts, parent_of
from designer_kernel.sample.providers import lifecycles

Ratios = Mapping[TableName, tuple[TableName, float]]
"""Tables of which somebody wants so many rows for each row of another one."""

_NONE: Final = re.compile(
    r".*(^|_)(archive|archived|audit|audit_log|audit_trail|audits)$|archive_.*|audit_.*|.*_(archive|deleted|backup)|"
    r"schema_migrations|alembic_version|flyway_.*|spatial_ref_sys"
)
"""Tables that a running system fills by itself: sample rows in them would be about nothing."""

MOST: Final = 1 << 31
"""Most rows of a table: row numbers are multiplied, and must not leave 64 bits."""

SMALL: Final = 50
"""Up to this many rows a table without owner is a list or a scope (tenants), which stays small."""

_ROOTS: Final = (
    (r"tenants?|organi[sz]ations?|compan(y|ies)|workspaces?", 8),
    (r"users?|customers?|people|persons?|members?|accounts?|patients?|students?|clients?", 2000),
    (r"products?|items|articles|books|movies|tracks", 1500),
    (r"categor(y|ies)|departments?|tags?|genres?|topics?", 40),
    (r"countries|currencies|languages|roles|permissions|plans|statuses|types|units", 12),
)
_PER_OWNER: Final = (
    (r"\w*addresses", 1.5),
    (r"\w*(preferences|settings|profiles?|details)", 0.95),
    (r"\w*sessions?", 2.0),
    (r"(\w+_)?(items|lines|line_items|positions|entries|details)", 5.0),
    (r"(\w+_)?(status_)?(history|histories|log|logs|transitions)", 3.0),
    (r"\w*variants?", 3.0),
    (r"\w*(images|photos|pictures|media)", 2.5),
    (r"\w*(inventory|inventories|stocks?)", 1.0),
    (r"\w*payments?|\w*shipments?|\w*invoices?", 0.9),
    (r"\w*transactions?", 1.3),
    (r"\w*reviews?|\w*comments?", 3.0),
    (r"orders?|bookings|purchases|tickets", 2.5),
    (r"\w*notifications?|\w*messages|\w*emails", 2.0),
    (r"products?", 12.0),
)
_IN_SCOPE: Final = (
    (r"orders?|bookings|purchases|tickets|invoices", 700.0),
    (r"\w*events?|\w*page_views?|\w*visits|\w*clicks|\w*logs?", 2000.0),
    (r"\w*notifications?|\w*messages|\w*emails", 500.0),
    (r"products?|customers?|users?", 190.0),
    (r"categor(y|ies)|tags?|departments?", 15.0),
    (r"\w+_users|\w+_members|memberships?", 290.0),
)


def default_counts(
    facts: Facts,
    owned: Mapping[TableName, ForeignKey],
    order: tuple[TableName, ...],
    scale: float,
    ratios: Ratios | None = None,
    known: Mapping[TableName, int] | None = None,
) -> dict[TableName, tuple[int, str]]:
    """Return rows and the reason for each table.

    ``ratios`` are those that somebody asked for; the rows of ``known`` tables are there already.

    Raises
    ------
    SamplePlanError
        If ``scale`` is no positive number, or makes more rows than a table can be given.
    """
    if not (isfinite(scale) and scale > 0):
        raise SamplePlanError(f"the scale {scale!r} is no positive number", where="scale", mend="1 is the usual size")
    counts: dict[TableName, tuple[int, str]] = {}
    children = Counter(parent_of(key) for table in facts.values() for key in table.foreign_keys)
    for name in sorted(order, key=lambda n: _chain_length(n, owned)):
        table = facts[name]
        if known and name in known:
            counts[name] = (known[name], "there already")
        elif _NONE.fullmatch(name[1]):
            counts[name] = (0, "filled by the system itself, not by sample data")
        elif len(facts) > 1 and not takes_rows(table):  # alone it is refused
            foreign = ", ".join(".".join(part) for part in table.elsewhere)
            why = f"rows of {foreign} are elsewhere" if foreign else "it has no partition that takes rows"
            counts[name] = (0, why)
        elif name in owned:
            parent = parent_of(owned[name])
            ratio, why = per_owner(facts, owned, table, ratios)
            is_fixed = (parent not in owned and counts[parent][0] <= SMALL) or parent in (known or {})
            fixed = counts[parent][0] * ratio * (scale if is_fixed else 1)
            counts[name] = (
                max(1, round(fixed)) if counts[parent][0] else 0,
                f"{ratio:g} for each row of {parent[1]}{why}",
            )
        else:
            counts[name] = _root(table, children[name], scale)
    for name, (rows, _) in counts.items():
        _refuse_impossible(name, rows)
    return counts


def _refuse_impossible(name: TableName, rows: int) -> None:
    if not isinstance(rows, Integral):
        raise SamplePlanError(
            f"{rows!r} is no number of rows", where=".".join(name), mend="give a whole number, such as 10_000"
        )
    if not 0 <= rows <= MOST:
        raise SamplePlanError(
            f"{rows:,} rows cannot be made", where=".".join(name), mend=f"ask for a number from 0 to {MOST:,}"
        )


def per_owner(
    facts: Facts, owned: Mapping[TableName, ForeignKey], table: TableFacts, ratios: Ratios | None = None
) -> tuple[float, str]:
    """Return how many rows a table gets for each row of its owner, and what the figure goes by."""
    name, key = table.name[1], owned[table.name]
    parent = facts[parent_of(key)]
    base, asked = (ratios or {}).get(table.name, (None, 0.0))
    if base == parent.name:
        return asked, ", asked for"
    is_single = any(set(rule.keys) <= set(key.columns) and not rule.predicate for rule in table.uniques)
    if is_single:
        return (1.0 if re.search(r"inventor|stock", name) else 0.95), " (at most one each)"
    is_scope = parent.name not in owned and (_hint(_ROOTS, parent.name[1]) or 500) <= SMALL
    line = lifecycles.line_of(parent, table)
    if line is not None:
        return line - 0.5, f" (one for each of up to {line} states)"
    hint = (_hint(_IN_SCOPE, name) if is_scope else None) or _hint(_PER_OWNER, name)
    if hint is not None:
        return hint, " (by its name)"
    if table.partition_by:
        return (2000.0 if is_scope else 5.0), " (partitioned, so expected to be large)"
    return (150.0 if is_scope else 3.0), ""


def _root(table: TableFacts, children: int, scale: float) -> tuple[int, str]:
    hint = _hint(_ROOTS, table.name[1])
    if hint is not None:
        small = hint <= SMALL
        return max(1, round(hint if small else hint * scale)), "by its name"
    if table.partition_by:
        return max(1, round(20_000 * scale)), "partitioned, so expected to be large"
    if len(table.columns) <= 3 and children:
        return 20, "few columns and referenced: a list to choose from"
    why = "belongs to no one table" if table.foreign_keys else "refers to nothing"
    return max(1, round((500 if children else 1000) * scale)), why


def _hint(hints: tuple[tuple[str, float], ...], name: str) -> float | None:
    return next((value for pattern, value in hints if re.fullmatch(pattern, name)), None)


def _chain_length(name: TableName, owned: Mapping[TableName, ForeignKey]) -> int:
    length = 0
    while name in owned:
        name = parent_of(owned[name])
        length += 1
    return length


def with_wishes(
    facts: Facts,
    owned: Mapping[TableName, ForeignKey],
    counts: dict[TableName, tuple[int, str]],
    wishes: Mapping[TableName, int],
    ratios: Ratios | None = None,
) -> dict[TableName, tuple[int, str]]:
    """Return the counts with the user's own, and ancestors raised so that proportions stay believable.

    Raises
    ------
    SamplePlanError
        If a wish is negative.
    """
    result = dict(counts)
    for name, rows in wishes.items():
        _refuse_impossible(name, rows)
        result[name] = (rows, "asked for")
    waiting = list(wishes)
    while waiting:
        name = waiting.pop()
        for parent, needed, is_must in _needed(facts, owned, counts, result, name, ratios):
            is_small = parent not in owned and result[parent][0] <= SMALL and not is_must
            if parent not in wishes and parent != name and not is_small and needed > result[parent][0]:
                result[parent] = (needed, f"raised for {name[1]}")
                waiting.append(parent)
    for name, key in owned.items():
        owner = parent_of(key)
        if name in counts and result[name] == counts[name] and counts.get(owner, (0,))[0] != result.get(owner, (0,))[0]:
            result[name] = (result[name][0], f"{result[name][1]}, had it the usual {counts[owner][0]:,}")
    return result


def _needed(
    facts: Facts,
    owned: Mapping[TableName, ForeignKey],
    before: Mapping[TableName, tuple[int, str]],
    counts: Mapping[TableName, tuple[int, str]],
    name: TableName,
    ratios: Ratios | None,
) -> Iterator[tuple[TableName, int, bool]]:
    """Yield how many rows the parents of a raised table should have, and whether there is no way with fewer."""
    table, rows = facts[name], counts[name][0]
    for key in table.foreign_keys:
        parent = parent_of(key)
        if parent not in counts:
            continue
        if any(set(rule.keys) <= set(key.columns) and not rule.predicate for rule in table.uniques):
            yield parent, rows, True
        elif key is owned.get(name):
            ratio = per_owner(facts, owned, table, ratios)[0]
            yield parent, ceil(rows / (ratio if name in (ratios or {}) else max(ratio, 0.5))), False
        elif rows > before[name][0] and 3 * before[parent][0] > before[name][0]:
            yield parent, round(before[parent][0] * rows / max(before[name][0], 1)), False
        elif rows > 4 * before[name][0]:  # a catalogue grows with the square root of what refers to it
            yield parent, round(before[parent][0] * (rows / max(before[name][0], 1)) ** 0.5), False
    for rule in table.uniques:  # a junction can hold as many rows as there are pairs
        sides = [k for k in table.foreign_keys if set(k.columns) <= set(rule.keys) and parent_of(k) in counts]
        room = prod(counts[parent_of(k)][0] for k in sides)
        if len(sides) > 1 and {c for k in sides for c in k.columns} == set(rule.keys) and room < 2 * rows:
            wide = [k for k in sides if counts[parent_of(k)][0] > SMALL] or sides
            fixed = prod(counts[parent_of(k)][0] for k in sides if k not in wide)
            yield from ((parent_of(k), ceil((2 * rows / fixed) ** (1 / len(wide))), True) for k in wide)
