"""Progress bars: one adapter from our progress protocol to any tqdm."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Final, Self

INTERVAL: Final = 0.1
"""Seconds between two refreshes; a faster bar is not better read."""


class ProgressBar:
    """Shows long work as one bar; it is the ``progress`` that deploying, filling and verifying take.

    Parameters
    ----------
    title
        What the work is called.
    bar
        A class with tqdm's interface: ``tqdm.tqdm`` in a terminal, ``tqdm.auto.tqdm`` in a notebook.
    options
        More keyword arguments of the bar.
    """

    def __init__(self, title: str, bar: Any, **options: Any) -> None:
        self._title = title
        self._make = bar
        self._options = options
        self._bar: Any = None
        self._shown = 0.0

    def __call__(self, done: int, total: int, label: str) -> None:
        if self._bar is None:
            self._bar = self._make(total=total, desc=self._title, **self._options)
        if self._bar.total != total:  # the next part of the work, or more of it was found on the way
            self._bar.reset(total=total)
        self._bar.n = done
        self._bar.set_postfix_str(label, refresh=False)
        now = time.monotonic()
        if done >= total or now - self._shown >= INTERVAL:  # in a notebook every refresh is three messages
            self._bar.refresh()
            self._shown = now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is None:
            return
        if kind is None and self._bar.n < self._bar.total:  # there was less to do than expected; a notebook's bar
            self._bar.n = self._bar.total  # that is closed before its end is red
            self._bar.refresh()
        self._bar.close()
