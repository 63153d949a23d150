"""The times and values that a table's partitions take, read from their bounds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import postgast

from designer_kernel.catalog.kinds.table import Table
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.narrowing import Allowed, smallest_units
from designer_kernel.sample.planning.facts import TableFacts, TableName

_STRATEGY = re.compile(r"\s*(RANGE|LIST|HASH)\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"FOR VALUES FROM \((.*)\) TO \((.*)\)", re.IGNORECASE | re.DOTALL)
_LIST = re.compile(r"FOR VALUES IN \((.*)\)", re.IGNORECASE | re.DOTALL)
_OPEN: Final = {"MINVALUE", "MAXVALUE"}
Span = tuple[int, int]


def partition_limits(table: TableFacts, allowed: dict[str, Allowed]) -> dict[str, tuple[Span, ...]]:
    """Narrow ``allowed`` to values that some partition takes; return the spans of range-partitioned columns.

    Raises
    ------
    SamplePlanError
        If partitions are keyed in a way that values cannot be chosen for, and there is no default partition.
    """
    spans: dict[str, tuple[Span, ...]] = {}
    for strategy, column, children in _levels(table):
        bounds = [child.bound for child in children if not child.bound.upper().startswith("DEFAULT")]
        if strategy == "HASH" or not bounds:
            if not children:
                raise SamplePlanError(
                    "it is partitioned and has no partition that takes rows",
                    where=table.label,
                    mend="create a partition",
                )
            continue
        if column is None or column not in table.columns:
            if any(child.bound.upper().startswith("DEFAULT") for child in children):
                continue
            raise SamplePlanError(
                "it is partitioned by more than one column or by an expression, and has no default partition",
                where=table.label,
                mend="create a default partition, or leave the table out",
            )
        if strategy == "LIST":
            allowed[column] = allowed[column].chosen(tuple(value for bound in bounds for value in _list_values(bound)))
        else:
            spans[column] = _union([_range_span(table, column, bound) for bound in bounds])
    return spans


def _levels(table: TableFacts) -> list[tuple[str, str | None, Sequence[Table]]]:
    """Return strategy, key column and partitions of each level; partitions of one level are taken together."""
    by_parent: dict[TableName, list[Table]] = defaultdict(list)
    keys: dict[TableName, str] = {table.name: table.partition_by}
    for child in table.partitions:
        assert child.partition_of is not None
        by_parent[child.partition_of].append(child)
        keys[(child.schema, child.name)] = child.partition_by
    grouped: dict[tuple[str, str | None], list[Table]] = {}
    for name, key in keys.items():
        match = _STRATEGY.fullmatch(key)
        if match:
            column = match[2].strip().strip('"')
            plain = column if re.fullmatch(r"\w+", column) else None
            grouped.setdefault((match[1].upper(), plain), []).extend(by_parent.get(name, ()))
    return [(strategy, column, children) for (strategy, column), children in grouped.items()]


def _range_span(table: TableFacts, column: str, bound: str) -> Span:
    match = _RANGE.search(bound)
    if match is None:
        raise SamplePlanError(f"its bound {bound!r} cannot be read", where=table.label, mend="leave the table out")
    low, high = (_units(table, column, text.strip()) for text in match.groups())
    if low is None and high is None:
        return (0, 1 << 40)
    width = 365 * 86_400_000_000 if table.columns[column].form.kind == "timestamp" else 365
    low = low if low is not None else (high or 0) - width
    return low, high if high is not None else low + width


def _units(table: TableFacts, column: str, text: str) -> int | None:
    """Return an end of a range in the column's smallest unit, or ``None`` for an open end."""
    if text.upper() in _OPEN:
        return None
    plain = text.strip("'")
    form = table.columns[column].form
    value: Any
    try:
        if form.kind in ("timestamp", "date"):
            moment = datetime.fromisoformat(plain)
            value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            value = value.date() if form.kind == "date" else value
        else:
            value = Decimal(plain)
    except (ValueError, ArithmeticError) as error:
        raise SamplePlanError(
            f"its bound {text} cannot be read", where=f"{table.label}.{column}", mend="leave the table out"
        ) from error
    exact = smallest_units(value, form)
    if exact is None:
        raise SamplePlanError(
            f"its bound {text} cannot be read", where=f"{table.label}.{column}", mend="leave the table out"
        )
    return int(exact)


def _list_values(bound: str) -> list[Any]:
    match = _LIST.search(bound)
    if match is None:
        return []
    items = postgast.parse(f"SELECT {match[1]}").stmts[0].stmt.select_stmt.target_list
    values: list[Any] = []
    for item in items:
        node = item.res_target.val
        while node.WhichOneof("node") == "type_cast":
            node = node.type_cast.arg
        constant = node.a_const
        if constant.isnull:
            continue
        values.append(constant.sval.sval if constant.WhichOneof("val") == "sval" else constant.ival.ival)
    return values


def _union(spans: list[Span]) -> tuple[Span, ...]:
    """Return spans in order, touching ones joined."""
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)


def inside(allowed: Allowed, spans: tuple[Span, ...]) -> Allowed:
    """Return what is allowed inside the first and last span; for columns that no clock fills."""
    if len(spans) == 1:
        return allowed.raised(spans[0][0]).lowered(spans[0][1] - 1)
    longest = max(spans, key=lambda span: span[1] - span[0])
    return allowed.raised(longest[0]).lowered(longest[1] - 1)
