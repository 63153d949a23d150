"""Pools: rows found by trying that keep checks which are not kept by construction.

Each batch of candidates is judged condition by condition, by our own evaluation where it knows the words and by the
server where it does not. The next batch begins at those that keep the most, so that a check of several parts is found
part by part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.candidates import BATCH, Batch, Maker
from designer_kernel.sample.constraints.judging import Condition, Judge
from designer_kernel.sample.constraints.nodes import Unreadable
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.spelled import plain, spelled
from designer_kernel.sample.rows.values import Values

SIZE: Final = 256
"""Rows of a pool."""
LARGEST: Final = 50_000
"""Rows of a pool from which each is taken once."""
HOPELESS: Final = 20
"""Batches without a single row that passes: fewer than one in forty thousand."""
_BATCHES: Final = 24
_EACH: Final = 20
"""Entries that a batch should bring if a pool has many."""
_SURROUNDINGS: Final = 24
_SHOWN: Final = 3
_FEW: Final = 64
_ENOUGH: Final = 0.04
"""The share of new entries in a pool below which another batch is not worth its time."""


@dataclass(slots=True)
class Assessor:
    """Judges rows of one table, by ourselves or by the server."""

    facts: TableFacts
    judge: Judge | None
    _sent: set[str] = field(default_factory=set)

    def holds(self, condition: Condition, rows: evaluating.View) -> NDArray[np.bool_]:
        """Return where a condition holds.

        Raises
        ------
        SamplePlanError
            If only a server could tell, and there is none.
        """
        if condition.expr is not None and condition.question.constraint not in self._sent:
            try:
                return evaluating.holds(condition.expr, rows)
            except Unreadable:
                self._sent.add(condition.question.constraint)
        if self.judge is None:
            raise SamplePlanError(
                f"only a server can judge the check: {condition.question.text[:80]}",
                where=f"{self.facts.label}.{condition.question.constraint}",
                mend="plan with a connection to the database",
            )
        given = {c: rows.column(c) for c in sorted(condition.columns) if c in rows.table.columns}
        found: NDArray[np.bool_] = self.judge.passes(self.facts, [condition.question], given, len(rows))[0]
        return found

    def is_own(self, condition: Condition) -> bool:
        """Whether we judge a condition by ourselves, as far as is known yet."""
        return condition.expr is not None and condition.question.constraint not in self._sent

    @property
    def sent(self) -> frozenset[str]:
        """The readable checks that the server had to judge."""
        return frozenset(self._sent)


@dataclass(frozen=True, slots=True)
class Pool:
    """What was found: entries by column, and which references are set; how many candidates passed of those tried."""

    columns: dict[str, list[Any]]
    present: dict[str, list[bool]]
    passed: int
    tried: int
    natural: float

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(next(iter((*self.columns.values(), *self.present.values())), []))

    @property
    def rate(self) -> str:
        """The share of candidates that passed, in words."""
        if self.passed == self.tried:
            return "all candidates pass"
        if self.passed * 100 >= self.tried:
            return f"{100 * self.passed / self.tried:.0f} % of the candidates pass"
        return f"1 candidate in {round(self.tried / max(self.passed, 1)):,} passes"


def search(
    maker: Maker,
    conditions: Sequence[Condition],
    assessor: Assessor,
    *,
    wanted: int = SIZE,
    distinct: Sequence[str] = (),
) -> Pool:
    """Return rows that keep all conditions; each of ``distinct`` columns differs among them.

    Raises
    ------
    SamplePlanError
        If candidates that pass are too rare; it names the checks, the rate and some candidates.
    """
    found = _Found(maker, distinct)
    surroundings = maker.surroundings(_SURROUNDINGS) if maker.context else {}
    best: Batch | None = None
    batches = max(_BATCHES, wanted // _EACH)
    example: Batch | None = None
    for number in range(batches):
        batch = maker.batch(number, best)
        masks = _judged(batch, conditions, assessor)
        passing = np.flatnonzero(masks.all(axis=0))
        found.count(batch, passing)
        before = found.size
        if len(passing) and surroundings:
            passing = _everywhere(batch, passing[: 4 * wanted], surroundings, conditions, assessor)
        found.add(batch, passing)
        if found.size >= wanted or (number + 1 >= HOPELESS and not found.size):
            break
        if number >= 1 and not distinct and found.size - before < _ENOUGH * wanted and found.size:
            break
        score = masks.sum(axis=0)
        top = np.flatnonzero(score == score.max())
        example = batch.take(top[:_SHOWN])
        is_rare = score.max() < len(conditions) or found.passed < BATCH // 50
        best = batch.take(top[:512]) if is_rare or distinct else None
    if not found.size:
        raise _hopeless(maker, conditions, found, example)
    return found.pool()


def _judged(batch: Batch, conditions: Sequence[Condition], assessor: Assessor) -> NDArray[np.bool_]:
    """Return where each condition holds; the server is asked of rows that keep all that we can judge, if any do."""
    masks = np.zeros((len(conditions), len(batch)), dtype=np.bool_)
    own = [n for n, c in enumerate(conditions) if assessor.is_own(c)]
    for n in own:
        masks[n] = assessor.holds(conditions[n], batch)
    asked = np.flatnonzero(masks[own].all(axis=0)) if own else np.arange(len(batch))
    asked = asked if len(asked) >= _FEW else np.arange(len(batch))
    part = batch if len(asked) == len(batch) else batch.take(asked)
    for n, condition in enumerate(conditions):
        if n not in own:
            masks[n, asked] = assessor.holds(condition, part)
    return masks


def _everywhere(
    batch: Batch,
    passing: Rows,
    surroundings: Mapping[str, Values],
    conditions: Sequence[Condition],
    assessor: Assessor,
) -> Rows:
    """Return those candidates that pass whatever the columns beside them are in some other rows."""
    size = len(next(iter(surroundings.values())))
    index = np.repeat(passing, size)
    context = {c: v.take(np.tile(np.arange(size, dtype=np.int64), len(passing))) for c, v in surroundings.items()}
    rows = batch.take(index).beside(context)
    passes = np.logical_and.reduce([assessor.holds(condition, rows) for condition in conditions])
    kept: Rows = passing[passes.reshape(len(passing), size).all(axis=1)]
    return kept


class _Found:
    """The entries so far."""

    def __init__(self, maker: Maker, distinct: Sequence[str]) -> None:
        self._maker = maker
        self._distinct = tuple(distinct)
        self._seen: set[tuple[Any, ...]] = set()
        self._columns: dict[str, list[Any]] = {c: [] for c in maker.columns}
        self._present: dict[str, list[bool]] = {r: [] for r in maker.references}
        self.size = 0
        self.passed = 0
        self.tried = 0
        self._natural = [0, 0]

    def count(self, batch: Batch, passing: Rows) -> None:
        """Count a batch; ``natural`` candidates apart."""
        self.tried += len(batch)
        self.passed += len(passing)
        self._natural[0] += int(batch.natural[passing].sum())
        self._natural[1] += int(batch.natural.sum())

    def add(self, batch: Batch, passing: Rows) -> None:
        """Add entries; natural ones first, and each only once."""
        ordered = np.concatenate([passing[batch.natural[passing]], passing[~batch.natural[passing]]])
        columns = {c: plain(self._maker.table.columns[c].facts.form, v, ordered) for c, v in batch.columns.items()}
        present = {r: m[ordered].tolist() for r, m in batch.present.items()}
        for place in range(len(ordered)):
            keys: set[tuple[Any, ...]] = {(n, repr(columns[n][place])) for n in self._distinct}
            if not self._distinct:
                whole = (repr(columns[n][place]) if n in columns else present[n][place] for n in (*columns, *present))
                keys = {tuple(whole)}
            if keys & self._seen or any(columns[n][place] is None for n in self._distinct):
                continue
            self._seen |= keys
            for c, values in columns.items():
                self._columns[c].append(values[place])
            for r, flags in present.items():
                self._present[r].append(flags[place])
            self.size += 1
            if self.size >= (LARGEST if self._distinct else SIZE):
                return

    def pool(self) -> Pool:
        """Return what was found."""
        natural = self._natural[0] / max(self._natural[1], 1)
        return Pool(self._columns, self._present, self.passed, self.tried, natural)


def _hopeless(maker: Maker, conditions: Sequence[Condition], found: _Found, example: Batch | None) -> SamplePlanError:
    checks = ", ".join(sorted({c.question.constraint for c in conditions}))
    shown = ""
    if example is not None:
        columns = {c: spelled(maker.table.columns[c].facts.form, v) for c, v in list(example.columns.items())[:6]}
        rows = ["(" + ", ".join(f"{c} = {v[i]!r}" for c, v in columns.items()) + ")" for i in range(len(example))]
        shown = "; the nearest were " + ", ".join(dict.fromkeys(rows))
    what = (
        f"{found.passed:,} of {found.tried:,} candidates keep the check, but none in all rows"
        if found.passed
        else f"of {found.tried:,} candidates none keeps the check"
    )
    first = maker.columns[0] if maker.columns else "its columns"
    return SamplePlanError(
        what + shown,
        where=f"{maker.table.label}.{checks}",
        mend=f"say what {first} holds by a hint for the column, leave the table out by tables=…, or loosen the check",
    )
