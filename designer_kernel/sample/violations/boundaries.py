"""The two rows on either side of a check: the one that just passes and the one that just fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.sample.constraints.evidence import Evidence, evidence, suggested
from designer_kernel.sample.constraints.judging import Question
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.constraints.shapes import documents
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.rows.spelled import item_of, spelled_item
from designer_kernel.sample.violations.bench import Bench

_ORDERED: Final = frozenset({"integer", "numeric", "date", "timestamp", "time"})
_STEPS: Final = 44
_PAIRS: Final = 24
_COMBINED: Final = 4000
_MOST_FAILING: Final = 6
Row = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What was found: rows that pass and rows that fail, the nearest first; columns whose NULL leaves it unknown."""

    passing: tuple[Row, ...]
    failing: tuple[Row, ...]
    unknown: tuple[str, ...]
    tried: int


def boundary(bench: Bench, question: Question, columns: Sequence[str], catalog: Catalog) -> Boundary:
    """Return the rows around a check, found by asking the server about changes of one column, then of several."""
    known = evidence([question.text], catalog)
    options = {c: _options(bench, bench.table.columns[c], known, question) for c in columns}
    starts = _starts(bench, question, columns)
    passing: list[Row] = [*starts]
    failing: list[tuple[float, Row, Row]] = []
    unknown: list[str] = []
    tried = 0
    for column in columns:
        for start in starts[:4]:
            values = [*options[column], *_alike(bench, column, columns, start)]
            rows: list[Row] = [start | {column: value} for value in values]
            outcomes = bench.outcomes(question, rows)
            tried += len(rows)
            passing += [row for row, outcome in zip(rows, outcomes, strict=True) if outcome == "yes"]
            if any(o == "unknown" and r[column] is None for r, o in zip(rows, outcomes, strict=True)):
                unknown.append(column)
            failed = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome == "no"]
            passed = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome == "yes"] or [start]
            failing += _nearest(bench, question, column, passed, failed)
            if failed:
                break
    if not failing and len(columns) > 1:
        rows = _several(starts, options, columns)
        outcomes = bench.outcomes(question, rows)
        tried += len(rows)
        failing += [(9.0, starts[0], row) for row, o in zip(rows, outcomes, strict=True) if o == "no"]
    failing.sort(key=lambda found: found[0])
    nearest = [row for _, _, row in failing[:_MOST_FAILING]]
    first = [found[1] for found in failing[:1]]
    return Boundary(tuple([*first, *passing][:_PAIRS]), tuple(nearest), tuple(dict.fromkeys(unknown)), tried)


def _starts(bench: Bench, question: Question, columns: Sequence[str]) -> list[Row]:
    """Return rows to begin at: the base row with the columns of rows that differ in how the check treats them."""
    rows = [bench.base, *(bench.base | {c: row.get(c) for c in columns} for row in bench.others[:40])]
    outcomes = bench.outcomes(question, rows)
    sure = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome == "yes"]
    distinct = {tuple(row.get(c) for c in columns): row for row in reversed(sure)}
    return list(reversed(distinct.values()))[:12] or [bench.base]


def _options(bench: Bench, column: ColumnFacts, known: Evidence, question: Question) -> list[str | None]:
    """Return values of a column that are worth a try: those of other rows, what the check's words suggest, NULL."""
    values: dict[str | None, None] = {row.get(column.name): None for row in bench.rows[:60]}
    if column.form.kind == "json":
        values |= dict.fromkeys(documents((question.text,), known))
    else:
        items = suggested(column.form, Allowed(), known)
        values |= {spelled_item(column.form, list(i) if isinstance(i, tuple) else i): None for i in items}
    if column.form.kind == "range":
        values["empty"] = None
    values[None] = None
    return list(values)


def _alike(bench: Bench, column: str, columns: Sequence[str], start: Row) -> list[str | None]:
    """Return what columns of the same kind hold in the same row."""
    kind = bench.table.columns[column].form.kind
    return [start.get(c) for c in columns if c != column and bench.table.columns[c].form.kind == kind]


def _nearest(
    bench: Bench, question: Question, column: str, passed: list[Row], failed: list[Row]
) -> list[tuple[float, Row, Row]]:
    """Return pairs of rows on both sides that differ in one column, the least different first."""
    form = bench.table.columns[column].form
    failed = [row for row in failed if row[column] is not None] or failed
    known = [row for row in passed if row[column] is not None]
    if form.kind in _ORDERED and known and failed and failed[0][column] is not None:
        sides = [(item_of(form, str(r[column])), True, r) for r in known]
        sides += [(item_of(form, str(r[column])), False, r) for r in failed]
        sides.sort(key=lambda side: side[0])
        pairs = [(a, b) for a, b in pairwise(sides) if a[1] != b[1]]
        found = [_bisected(bench, question, column, *pair) for pair in pairs[:3]]
        return [(0.0 if gap <= 1 else 1.0, good, bad) for gap, good, bad in found]
    ranked = sorted(
        (
            (_distance(g.get(column), b.get(column)), n, g, b)
            for n, b in enumerate(failed)
            for g in (known or passed)[:40]
        ),
        key=lambda pair: pair[:2],
    )
    return [(2.0 + distance / 1000, good, bad) for distance, _, good, bad in ranked[:_MOST_FAILING]]


def _bisected(bench: Bench, question: Question, column: str, low: Any, high: Any) -> tuple[int, Row, Row]:
    """Return the closest two values that a check tells apart, between two that it does, and how far apart they are."""
    form = bench.table.columns[column].form
    for _ in range(_STEPS):
        if high[0] - low[0] <= 1:
            break
        middle = (low[0] + high[0]) // 2
        row = low[2] | {column: spelled_item(form, middle)}
        passes = bench.outcomes(question, [row])[0] == "yes"
        low, high = ((middle, passes, row), high) if passes == low[1] else (low, (middle, passes, row))
    good, bad = (low, high) if low[1] else (high, low)
    return high[0] - low[0], good[2], bad[2]


def _distance(left: str | None, right: str | None) -> float:
    """Return how different two texts are: by their lengths, and by where they begin to differ."""
    if left is None or right is None:
        return 50.0
    same = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    return abs(len(left) - len(right)) + (max(len(left), len(right)) - same) / 4 + (right == "") * 3


def _several(starts: list[Row], options: dict[str, list[str | None]], columns: Sequence[str]) -> list[Row]:
    """Return rows in which several columns are changed at once, in a fixed scatter."""
    rows: list[Row] = []
    for number in range(_COMBINED):
        row = dict(starts[number % len(starts)])
        for place, column in enumerate(columns):
            values = options[column]
            draw = (number * 2654435761 + place * 40503 * (number + 7)) >> 7
            if draw % 3:
                row[column] = values[(draw >> 3) % len(values)]
        rows.append(row)
    return rows
