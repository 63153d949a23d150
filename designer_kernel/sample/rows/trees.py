"""Trees of rows that refer to rows of their own table: which row before it each one lies under, in closed form."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from designer_kernel.sample.plan import Tree
from designer_kernel.sample.rows.hashing import Bits, Rows, below, mix

_ROOTS: Final = 12
"""Most roots of a tree whose number nobody chose."""


def roots_of(rule: Tree, size: Any) -> Any:
    """Return how many of the first rows of a range are roots."""
    chosen = rule.roots or np.minimum(size // 4 + 1, _ROOTS)
    return np.maximum(np.minimum(chosen, size), 1)


def above(rule: Tree, index: Rows, size: Any, bits: Bits) -> Rows:
    """Return the place in its range of the row that each row lies under; roots get any.

    With a fan-out, rows fill their parents one after the other; with a depth alone, the fan-out is the smallest with
    which all rows find room in so many levels. Rows beyond that room are spread over those that may have children.
    """
    roots = roots_of(rule, size)
    if rule.fan_out or rule.depth:
        fan_out = rule.fan_out or _fan_out(size, roots, rule.depth)
        found = (index - roots) // fan_out
        if rule.fan_out and rule.depth:
            found = np.where(found < _inner(roots, fan_out, rule.depth, size), found, -1)
            room = _inner(roots, fan_out, rule.depth, size)
            found = np.where(found < 0, below(mix(bits), np.maximum(room, 1)), found)
        filled: Rows = np.maximum(found, 0)
        return filled
    return np.where(
        index < 4 * roots, below(bits, np.minimum(roots, index + 1)), below(bits, np.maximum(index // 3, 1))
    )


def _inner(roots: Any, fan_out: Any, depth: int, size: Any) -> Any:
    """Return how many rows lie above the last level."""
    total, level = np.zeros_like(roots + 0), roots + 0
    for _ in range(depth - 1):
        total, level = np.minimum(total + level, size), np.minimum(level * fan_out, size)
    return total


def _fan_out(size: Any, roots: Any, depth: int) -> Any:
    """Return the smallest fan-out with which ``size`` rows fit into ``depth`` levels."""
    pairs, places = np.unique(
        np.stack(np.broadcast_arrays(size, roots), axis=-1).reshape(-1, 2), axis=0, return_inverse=True
    )
    found = np.array([_smallest(int(rows), int(first), depth) for rows, first in pairs], dtype=np.int64)[places.ravel()]
    return found if np.ndim(size) or np.ndim(roots) else found[0]


def _smallest(rows: int, roots: int, depth: int) -> int:
    low, high = 1, max(rows, 1)
    while low < high:
        middle = (low + high) // 2
        room, level = roots, roots
        for _ in range(depth - 1):
            level *= middle
            room += level
        low, high = (low, middle) if room >= rows else (middle + 1, high)
    return low
