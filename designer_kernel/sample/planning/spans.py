"""The times and values that a table's partitions take, read from their bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Any, Final

from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.planning.forms import INTEGERS, Form
from designer_kernel.sample.planning.partitions import Box, Division, boxes_of, division_of
from designer_kernel.sample.planning.pieces import ANY, OPEN_HIGH, OPEN_LOW, Piece

_MOST_CELLS: Final = 4096
_WIDTHS: Final = {"timestamp": 365 * 86_400_000_000, "date": 365, "numeric": 100_000}
_FIRST: Final = {"timestamp": 19_723 * 86_400_000_000, "date": 19_723}
"""Where a partition without ends is used: from 2024 on; numbers from 0."""
_BEFORE: Final = {"timestamp": 60 * 86_400_000_000, "date": 60, "integer": 100_000}
"""How far a partition without a lower end is used: what lies before the others is history."""

Span = tuple[int, int]


def partition_limits(table: TableFacts, allowed: dict[str, Allowed]) -> dict[str, tuple[Span, ...]]:
    """Narrow ``allowed`` to values that some partition takes; return the spans of range-partitioned columns.

    Columns that depend on each other are left to `joint_boxes`.

    Raises
    ------
    SamplePlanError
        If partitions are keyed in a way that values cannot be chosen for, and there is no default partition.
    """
    division = division_of(table)
    if division is None:
        return {}
    boxes = boxes_of(table, division)
    for column in _never_null(division, boxes):
        allowed[column] = replace(allowed[column], not_null=True)
    if not _is_product(boxes):
        return {}
    spans: dict[str, tuple[Span, ...]] = {}
    for column in _columns(boxes):
        pieces = [box[column] for box in boxes if column in box]
        if all(piece.values is not None for piece in pieces):
            values = dict.fromkeys(v for piece in pieces for v in piece.values or () if v is not None)
            allowed[column] = allowed[column].chosen(tuple(values))
        else:
            spans[column] = _union([span_of(piece, table.columns[column].form) for piece in pieces])
    return spans


def joint_boxes(table: TableFacts) -> tuple[Box, ...]:
    """Return the boxes of partitions whose columns cannot be chosen one by one; none for most tables."""
    division = division_of(table) if table.partition_by else None
    boxes = boxes_of(table, division) if division is not None else []
    return () if _is_product(boxes) else tuple(boxes)


def listed_columns(table: TableFacts) -> frozenset[str]:
    """Return the columns that partitions have single values of, each without regard to the others."""
    division = division_of(table) if table.partition_by else None
    boxes = boxes_of(table, division) if division is not None else []
    if not _is_product(boxes):
        return frozenset()
    return frozenset(c for c in _columns(boxes) if all(b[c].values is not None for b in boxes if c in b))


def _columns(boxes: Sequence[Box]) -> list[str]:
    return sorted({column for box in boxes for column in box})


def _is_product(boxes: Sequence[Box]) -> bool:
    """Whether every combination of what the boxes say of single columns lies in some box."""
    columns = _columns(boxes)
    cells = [_cells([box[c] for box in boxes if c in box]) for c in columns]
    if any(cell is None for cell in cells):
        return False
    if len(columns) < 2:
        return True
    if prod(len(cell or ()) for cell in cells) > _MOST_CELLS:
        return False
    return all(
        any(
            all(box.get(column, ANY).holds(value) for column, value in zip(columns, values, strict=True))
            for box in boxes
        )
        for values in product(*(cell or () for cell in cells))
    )


def _cells(pieces: Sequence[Piece]) -> list[Any] | None:
    """Return one value of each stretch that no bound divides; ``None`` for values and ranges mixed."""
    if all(piece.values is not None for piece in pieces):
        return list(dict.fromkeys(v for piece in pieces for v in piece.values or ()))
    if any(piece.values is not None for piece in pieces):
        return None
    ends = {e for piece in pieces for e in (piece.low, piece.high) if isinstance(e, int)}
    tried = {*ends, *(e - 1 for e in ends), *(e + 1 for e in ends)} or {0}
    return [value for value in sorted(tried) if any(piece.holds(value) for piece in pieces)]


def _never_null(division: Division, boxes: Sequence[Box]) -> set[str]:
    """Return the columns for whose NULL there is no partition."""
    columns = set(_columns(boxes))
    with_null = {c for box in boxes for c, piece in box.items() if piece.values is not None and None in piece.values}
    return columns - with_null if len(columns) == 1 or not with_null else columns


def span_of(piece: Piece, form: Form) -> Span:
    """Return the whole numbers of a piece, an open end cut where the type ends or long enough."""
    if piece.values is not None:
        numbers = [v for v in piece.values if isinstance(v, int)]
        return (min(numbers), max(numbers) + 1) if numbers else (0, 1)
    low = piece.low + piece.is_above if piece.low is not OPEN_LOW else None
    high = piece.high if piece.high is not OPEN_HIGH else None
    width = _WIDTHS.get(form.kind, 1 << (40 if INTEGERS.get(form.base, 32) > 32 else 24))
    if low is None and high is None:
        first = _FIRST.get(form.kind, 0)
        return first, first + min(width, form.largest + 1 if form.largest is not None else width)
    if low is None:
        assert high is not None
        least = -(form.largest + 1) if form.largest is not None else high - width
        return max(high - _BEFORE.get(form.kind, width), least), high
    if high is None:
        most = form.largest + 1 if form.largest is not None else low + width
        return low, min(low + width, most)
    return low, high


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


def merged(spans: Mapping[str, tuple[Span, ...]], allowed: Mapping[str, Allowed]) -> dict[str, tuple[Span, ...]]:
    """Return spans cut to what checks allow as well."""
    result = {}
    for column, found in spans.items():
        low, high = allowed[column].low, allowed[column].high
        cut = [(max(a, low) if low is not None else a, min(b, high + 1) if high is not None else b) for a, b in found]
        result[column] = tuple((a, b) for a, b in cut if a < b) or found
    return result
