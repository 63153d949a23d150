"""How a table's rows lie under the rows of the table that owns them, in closed form both ways.

Children of one owner are neighbours: `Fan.owner` tells the owner of a row and `Fan.start` the first row of an owner,
without anything stored. Owners come in blocks of 16; a block's children are its proportional share, cut among its
owners by hashed weights, so sizes differ but no count ever has to be summed up from the beginning. Other spreads have
larger blocks: a tail needs room, and numbers that are drawn by themselves must not feel that their sum is fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from designer_kernel.sample.rows.hashing import Rows, below, draw, mix, permute

Mask = NDArray[np.bool_]

BLOCK: Final = 16
_BLOCKS: Final = {"skewed": BLOCK, "steady": BLOCK, "poisson": 1024, "zipf": 4096}
_TABLE_UP_TO: Final = 1 << 18
"""Up to this many owners the starts are kept as an array of at most 2 MB; above, they are computed block by block."""
_WEIGHTS: Final = np.array([2, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12, 15, 20, 30], dtype=np.int64)
_STEADY: Final = np.array([1, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4], dtype=np.int64)
"""Most owners have the same number, some have fewer: steps of a way that most go to its end."""
_THROWN_UP_TO: Final = 1 << 20
_DICE_UP_TO: Final = 64
"""Up to this mean every child of a Poisson layout throws a die; above, owners have weights that are nearly normal."""

_NORMAL: Final = np.array([round(NormalDist().inv_cdf((k + 0.5) / 256) * 1024) for k in range(256)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Fan:
    """``children`` rows under ``parents`` rows.

    ``even`` gives every owner the same number, give or take one (and at most one each when there are fewer children
    than owners). Otherwise sizes are skewed; if ``sure``, every owner has at least one child as long as there are
    enough. ``spread`` says how skewed: "skewed" (a few times more for some), "zipf" (the k-th of its block has a k-th
    of the first one's), "poisson" (as if every child chose its owner by itself) or "steady" (most have the same number,
    some fewer).
    """

    parents: int
    children: int
    even: bool
    key: int
    sure: bool = True
    spread: str = "skewed"

    @property
    def block(self) -> int:
        """How many owners share their children."""
        return _BLOCKS[self.spread]

    @property
    def is_tabled(self) -> bool:
        """Whether the starts of all owners are computed once."""
        return self.parents <= _TABLE_UP_TO and (self.spread != "poisson" or self.children <= _THROWN_UP_TO)

    @property
    def largest(self) -> int:
        """An upper bound of the number of children of one owner."""
        if self.parents == 0:
            return 0
        if self.even:
            return -(-self.children // self.parents)
        if self.is_tabled:
            return int(np.diff(_starts(self)).max())
        return -(-self.children * self.block // self.parents)

    def start(self, owners: Rows) -> Rows:
        """Return the first row of each owner; ``start(parents)`` is the number of rows."""
        if self.even:
            return owners * self.children // self.parents
        if self.is_tabled:
            return _starts(self)[owners]
        block = self.block
        blocks, index = _distinct(owners // block)
        return self._cuts(blocks)[index, owners % block]

    def owner(self, rows: Rows) -> Rows:
        """Return the owner of each row."""
        if self.even:
            found: Rows = self._level(rows)
            return found
        if len(rows) > 1 and rows[-1] - rows[0] == len(rows) - 1 and (np.diff(rows) == 1).all():
            return self._owners_of_run(int(rows[0]), int(rows[-1]))
        if self.is_tabled:
            return np.searchsorted(_starts(self), rows, side="right").astype(np.int64) - 1
        block = self.block
        blocks, _ = _distinct(self._level(rows) // block)
        cuts = self._cuts(blocks)[:, :block].ravel()
        found = np.searchsorted(cuts, rows, side="right") - 1
        return blocks[found // block] * block + found % block

    def _level(self, rows: Any) -> Any:
        """Return who would own each row if all had the same number; the right owner is in the same block."""
        return ((rows + 1) * self.parents - 1) // self.children

    def _owners_of_run(self, first: int, last: int) -> Rows:
        """Return the owners of neighbouring rows: each as often as it has rows there, which needs no search."""
        if self.is_tabled:
            starts, offset = _starts(self), 0
        else:
            blocks = np.arange(self._level(first) // self.block, self._level(last) // self.block + 1, dtype=np.int64)
            starts, offset = self._cuts(blocks)[:, : self.block].ravel(), int(blocks[0]) * self.block
        low, high = np.searchsorted(starts, [first, last], side="right") - 1
        begins = np.maximum(starts[low : high + 1], first)
        counts = np.diff(begins, append=last + 1)
        return np.repeat(np.arange(offset + low, offset + high + 1, dtype=np.int64), counts)

    def _cuts(self, blocks: Rows) -> Rows:
        """Return the first rows of all owners of each block, and the end of the block as a last column."""
        block = self.block
        first = blocks * block
        last = np.minimum(first + block, self.parents)
        begin = first * self.children // self.parents
        end = last * self.children // self.parents
        slots = np.arange(block, dtype=np.int64)
        real = first[:, None] + slots < self.parents
        total = np.cumsum(np.where(real, self._weights(first, last, begin, end, real), 0), axis=1)
        floor = int(self.sure and self.children >= self.parents)
        spare = (end - begin) - floor * (last - first)
        cuts = np.empty((len(blocks), block + 1), dtype=np.int64)
        cuts[:, 0] = begin
        sure = floor * np.minimum(slots + 1, (last - first)[:, None])
        cuts[:, 1:] = begin[:, None] + sure + spare[:, None] * total // np.maximum(total[:, -1:], 1)
        return cuts

    def _weights(self, first: Rows, last: Rows, begin: Rows, end: Rows, real: Mask) -> Rows:
        """Return the weight of each owner of each block."""
        owners = first[:, None] + np.arange(self.block, dtype=np.int64)
        if self.spread == "zipf":
            shift = below(draw(self.key, first), self.block)
            rank = permute(owners - first[:, None], (last - first)[:, None], shift[:, None])
            heaviest: Rows = (1 << 20) // (1 + rank)
            return heaviest
        bits = draw(self.key, owners.ravel()).reshape(real.shape)
        if self.spread == "skewed":
            return _WEIGHTS[below(bits, 16)]
        if self.spread == "steady":
            return _STEADY[below(bits, 16)]
        mean = self.children // max(self.parents, 1)
        if mean > _DICE_UP_TO:
            unit = 10 if mean < 1 << 14 else 0  # products must stay within 64 bits
            near: Rows = np.maximum((mean << unit) + (_NORMAL[below(bits, 256)] * isqrt(mean << 20) >> (20 - unit)), 0)
            return near
        thrown = np.zeros(real.shape, dtype=np.int64)
        for index, (low, high) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
            dice = below(mix(draw(self.key, np.arange(low, high, dtype=np.int64))), last[index] - first[index])
            thrown[index] = np.bincount(dice, minlength=self.block)
        return thrown


def _distinct(numbers: Rows) -> tuple[Rows, Rows]:
    """Return the different numbers, and the place of each among them; ones in order, as most are, need no sorting."""
    if len(numbers) < 2:
        return numbers, np.zeros(len(numbers), dtype=np.int64)
    steps = np.diff(numbers)
    if (steps < 0).any():
        blocks, index = np.unique(numbers, return_inverse=True)
        return blocks, index
    is_new = np.concatenate([[True], steps > 0])
    return numbers[is_new], np.cumsum(is_new) - 1


@lru_cache(maxsize=256)
def _starts(fan: Fan) -> Rows:
    blocks = np.arange(-(-fan.parents // fan.block), dtype=np.int64)
    cuts = fan._cuts(blocks)[:, : fan.block].ravel()[: fan.parents]  # noqa: SLF001 the cache of this class
    return np.append(cuts, fan.children)
