"""Pace: the first of many calls is made at once, the others together a moment later."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Calls a function at most once per interval, and never leaves the last call out.

    Parameters
    ----------
    act
        Called with the words of the last request, from the asking thread or from a timer's.
    seconds
        The least time between two calls.
    """

    def __init__(self, act: Callable[[str], None], seconds: float) -> None:
        self._act = act
        self._seconds = seconds
        self._lock = threading.Lock()
        self._last = float("-inf")
        self._waiting: threading.Timer | None = None
        self._words: str | None = None

    def ask(self, words: str = "") -> None:
        """Call the function now, or when the interval is over."""
        with self._lock:
            self._words = words
            if self._waiting is not None:
                return
            left = self._last + self._seconds - time.monotonic()
            if left > 0:
                self._waiting = threading.Timer(left, self.now)
                self._waiting.daemon = True
                self._waiting.start()
                return
        self.now()

    def now(self) -> None:
        """Make the call that is waiting, if one is."""
        with self._lock:
            self._stop_timer()
            words, self._words = self._words, None
            if words is None:
                return
            self._last = time.monotonic()
        self._act(words)

    def stop(self) -> None:
        """Forget the call that is waiting."""
        with self._lock:
            self._stop_timer()
            self._words = None

    def _stop_timer(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
