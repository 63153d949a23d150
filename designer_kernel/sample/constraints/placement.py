"""Columns that tables are partitioned by, filled so that every row has a partition and every partition rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.constraints.solution import Limit, Solution
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts
from designer_kernel.sample.planning.partitions import Box
from designer_kernel.sample.planning.spans import Span, listed_columns, span_of
from designer_kernel.sample.providers.choices import Choice, taken, weights_of
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_WHOLE = frozenset({"integer", "numeric", "date", "timestamp"})


@dataclass(frozen=True, slots=True)
class Within(Provider):
    """A whole number from one of ``spans``, each as often as any other."""

    spans: tuple[Span, ...]
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name, "span")
        chosen = hashing.below(bits, len(self.spans))
        low, width = (np.array(a, dtype=np.int64) for a in zip(*((x, y - x) for x, y in self.spans), strict=True))
        return Values(low[chosen] + _inside(frame.bits(column.name), width[chosen]))


@dataclass(frozen=True, slots=True)
class Ranked(Provider):
    """Distinct whole numbers in ``spans``: each span has its ``shares`` of the rows, in order, ``steps`` apart."""

    spans: tuple[Span, ...]
    shares: tuple[int, ...]
    steps: tuple[int, ...]
    counter: Counter
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        rank = frame.counted(self.counter)
        ends = np.cumsum(np.array(self.shares, dtype=np.int64))
        index = np.minimum(np.searchsorted(ends, rank, side="right"), len(ends) - 1)
        low = np.array([a for a, _ in self.spans], dtype=np.int64)
        within = rank - (ends[index] - np.array(self.shares, dtype=np.int64)[index])
        return Values(low[index] + within * np.array(self.steps, dtype=np.int64)[index])


@dataclass(frozen=True, slots=True)
class Listed(Choice):
    """One of the values that partitions take; checks adjust others to it."""

    decided: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Boxed(Provider):
    """A value of the box that the row was given: whole numbers of its span, or one of its values."""

    pieces: tuple[tuple[Any, ...], ...]
    is_span: bool
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        box = hashing.below(frame.bits("partition"), len(self.pieces))
        bits = frame.bits(column.name)
        if self.is_span:
            low, high = (np.array(ends, dtype=np.int64) for ends in zip(*self.pieces, strict=True))
            return Values(low[box] + _inside(bits, (high - low)[box]))
        sizes = np.array([len(piece) for piece in self.pieces], dtype=np.int64)
        first = np.cumsum(sizes) - sizes
        return taken(tuple(v for piece in self.pieces for v in piece), first[box] + hashing.below(bits, sizes[box]))


def _inside(bits: Any, widths: Any) -> Any:
    """Return a number below each width, which may be larger than 2**31."""
    if widths.max(initial=1) < 1 << 31:
        return hashing.below(bits, widths)
    return np.minimum((hashing.unit(bits) * widths.astype(np.float64)).astype(np.int64), widths - 1)


def place(
    table: TableFacts,
    spans: Mapping[str, tuple[Span, ...]],
    boxes: Sequence[Box],
    solution: Solution,
    rows: int,
    timed: str | None,
    allowed: Mapping[str, Allowed],
) -> None:
    """Decide the columns that a table is partitioned by, as far as nothing else does.

    ``timed`` is the column that says when rows come to be; its clock keeps it inside its spans.
    """
    referring = {c for r in solution.references.values() for c in r.columns}
    for column, found in spans.items():
        form = table.columns[column].form
        if column in referring or column in solution.providers or form.kind not in _WHOLE:
            continue
        counter = solution.distinct.get(column)
        if counter is not None:
            room = sum(high - low for low, high in found)
            solution.limits.append(Limit(f"{table.label}.{column}", room, per_owner=counter.among == "owner"))
            most = min(rows, room)
            solution.providers[column] = (_ranked(found, most, counter), "distinct, inside the partitions that exist")
        elif column != timed:
            solution.providers[column] = (Within(found), "inside the partitions that exist")
        else:
            continue
        solution.not_null.add(column)
    for column in listed_columns(table):
        values = allowed[column].values
        is_free = column not in referring and column not in solution.providers and column not in solution.distinct
        if values and is_free:
            provider = Listed(values, weights_of(values))
            solution.providers[column] = (provider, "one of the values that partitions take")
    if boxes:
        _place_boxes(table, boxes, solution, referring)


def _ranked(spans: tuple[Span, ...], rows: int, counter: Counter) -> Ranked:
    shares = []
    left, open_spans = rows, len(spans)
    for low, high in sorted(
        spans, key=lambda span: span[1] - span[0]
    ):  # the narrow ones first: the rest takes what is left
        share = min(high - low, -(-left // open_spans))
        shares.append((low, high, share))
        left, open_spans = left - share, open_spans - 1
    shares.sort()
    steps = tuple(max(1, (high - low) // max(share, 1)) for low, high, share in shares)
    return Ranked(tuple((a, b) for a, b, _ in shares), tuple(s for _, _, s in shares), steps, counter)


def _place_boxes(table: TableFacts, boxes: Sequence[Box], solution: Solution, referring: set[str]) -> None:
    names = sorted({column for box in boxes for column in box})
    whole = [c for c in names if table.columns[c].form.kind in _WHOLE]
    single = _single(boxes, whole)
    for column in names:
        if column in referring or column in solution.providers:
            continue
        form = table.columns[column].form
        known = [box[column] for box in single if column in box]
        pieces: list[tuple[Any, ...]] = []
        for box in single:
            piece = box.get(column, known[len(pieces) % len(known)])
            if column in whole:
                pieces.append(span_of(piece, form))
            else:
                kept = tuple(v for v in piece.values or () if v is not None)
                pieces.append(kept or (piece.values or ("",)))
        provider = Boxed(tuple(pieces), is_span=column in whole)
        solution.providers[column] = (provider, "inside a partition that exists")
        solution.not_null.add(column)


def _single(boxes: Sequence[Box], whole: Sequence[str]) -> list[Box]:
    """Return boxes in which whole numbers are stretches: one box for each of several values."""
    found = list(boxes)
    for column in whole:
        found = [
            {**box, column: type(box[column])(values=(value,))} if value is not None else box
            for box in found
            for value in ((box[column].values or (None,)) if column in box else (None,))
        ]
    return found
