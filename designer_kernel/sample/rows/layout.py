"""How a table's rows lie under the rows of the table that owns them, in closed form both ways.

Children of one owner are neighbours: `Fan.owner` tells the owner of a row and `Fan.start` the first row of an owner,
without anything stored. Owners come in blocks of 16; a block's children are its proportional share, cut among its
owners by hashed weights, so sizes differ but no count ever has to be summed up from the beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from designer_kernel.sample.rows.hashing import Rows, below, draw

BLOCK: Final = 16
_TABLE_UP_TO: Final = 1 << 18
"""Up to this many owners the starts are kept as an array of at most 2 MB; above, they are computed block by block."""
_WEIGHTS: Final = np.array([2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12, 15, 20, 30], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Fan:
    """``children`` rows under ``parents`` rows.

    ``even`` gives every owner the same number, give or take one (and at most one each when there are fewer children
    than owners). Otherwise sizes are skewed; if ``sure``, every owner has at least one child as long as there are
    enough.
    """

    parents: int
    children: int
    even: bool
    key: int
    sure: bool = True

    @property
    def largest(self) -> int:
        """An upper bound of the number of children of one owner."""
        if self.parents == 0:
            return 0
        if self.even:
            return -(-self.children // self.parents)
        if self.parents <= _TABLE_UP_TO:
            return int(np.diff(_starts(self)).max())
        return -(-self.children * BLOCK // self.parents)

    def start(self, owners: Rows) -> Rows:
        """Return the first row of each owner; ``start(parents)`` is the number of rows."""
        if self.even:
            return owners * self.children // self.parents
        if self.parents <= _TABLE_UP_TO:
            return _starts(self)[owners]
        blocks, index = np.unique(owners // BLOCK, return_inverse=True)
        return self._cuts(blocks)[index, owners % BLOCK]

    def owner(self, rows: Rows) -> Rows:
        """Return the owner of each row."""
        level = ((rows + 1) * self.parents - 1) // self.children
        if self.even:
            return level
        if self.parents <= _TABLE_UP_TO:
            return np.searchsorted(_starts(self), rows, side="right").astype(np.int64) - 1
        blocks = np.unique(level // BLOCK)
        cuts = self._cuts(blocks)[:, :BLOCK].ravel()
        found = np.searchsorted(cuts, rows, side="right") - 1
        return blocks[found // BLOCK] * BLOCK + found % BLOCK

    def _cuts(self, blocks: Rows) -> Rows:
        """Return the first rows of all owners of each block, and the end of the block as a 17th column."""
        first = blocks * BLOCK
        last = np.minimum(first + BLOCK, self.parents)
        begin = first * self.children // self.parents
        end = last * self.children // self.parents
        slots = np.arange(BLOCK, dtype=np.int64)
        real = first[:, None] + slots < self.parents
        weights = np.where(
            real, _WEIGHTS[below(draw(self.key, (first[:, None] + slots).ravel()), 16)].reshape(real.shape), 0
        )
        total = np.cumsum(weights, axis=1)
        floor = int(self.sure and self.children >= self.parents)
        spare = (end - begin) - floor * (last - first)
        cuts = np.empty((len(blocks), BLOCK + 1), dtype=np.int64)
        cuts[:, 0] = begin
        sure = floor * np.minimum(slots + 1, (last - first)[:, None])
        cuts[:, 1:] = begin[:, None] + sure + spare[:, None] * total // np.maximum(total[:, -1:], 1)
        return cuts


@lru_cache(maxsize=256)
def _starts(fan: Fan) -> Rows:
    blocks = np.arange(-(-fan.parents // BLOCK), dtype=np.int64)
    cuts = fan._cuts(blocks)[:, :BLOCK].ravel()[: fan.parents]  # noqa: SLF001 the cache of this class
    return np.append(cuts, fan.children)
