"""How often somebody may ask: buckets that fill with time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from designer_kernel.api.settings import Rate

_MOST: Final = 20_000
"""Askers that are remembered; the one who has not asked for longest is forgotten first, and so has a full bucket."""


class Buckets:
    """A bucket for each asker: a request takes one out, time puts them back.

    Kept in the memory of one process, by its event loop alone.

    Parameters
    ----------
    rate
        How fast a bucket fills, and how much it holds.
    clock
        Seconds since some moment.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = rate.per_minute / 60
        self._size = float(rate.at_once)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str) -> float:
        """Take one out of an asker's bucket; return 0, or after how many seconds there will be one."""
        now = self._clock()
        left, since = self._buckets.pop(asker, (self._size, now))
        left = min(self._size, left + (now - since) * self._per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self._per_second
        self._buckets[asker] = (left if wait else left - 1, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        return wait
