"""`Beside`: rows that are added to rows of the same table, and how they are numbered so that they meet none of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from designer_kernel.sample.rows.hashing import Rows


@dataclass(frozen=True, slots=True)
class Beside:
    """How rows are numbered that are added to ``there`` others.

    Numbers go on where those end, so that the same plan continues what it made before. Rows that would meet one that is
    there take numbers from behind all ``span`` new ones: ``rows`` names them, and ``draws`` the numbers.
    """

    there: int
    span: int
    rows: tuple[int, ...] = field(default=(), repr=False)
    draws: tuple[int, ...] = field(default=(), repr=False)

    def numbers(self, rows: Rows) -> Rows:
        """Return the numbers that the values of rows follow from."""
        return self.there + self.moved(rows, rows, self.span)

    def moved(self, rows: Rows, places: Rows, size: Any) -> Rows:
        """Return places of rows among ``size`` others, those of rows that are drawn again behind all of them."""
        if not self.rows:
            return places
        known, draws = _arrays(self)
        place = np.minimum(np.searchsorted(known, rows), len(known) - 1)
        return np.where(known[place] == rows, size + draws[place], places)

    def redrawn(self, rows: list[int]) -> Beside:
        """Return this with some rows drawn once more."""
        draws = dict(zip(self.rows, self.draws, strict=True))
        last = max(self.draws, default=-1)
        for index, row in enumerate(rows):
            draws[row] = last + 1 + index
        ordered = sorted(draws)
        return Beside(self.there, self.span, tuple(ordered), tuple(draws[row] for row in ordered))


@lru_cache(maxsize=64)
def _arrays(beside: Beside) -> tuple[Any, Any]:
    return np.array(beside.rows, dtype=np.int64), np.array(beside.draws, dtype=np.int64)
