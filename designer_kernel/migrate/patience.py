"""Waiting for locks: not long, since all others queue behind who waits; rather again, after a pause that grows."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import psycopg

from designer_kernel.errors import Cancelled, StatementFailed

T = TypeVar("T")

RETRIES: Final = 10
"""How often is tried again by default what could not get its locks."""

PASSING: Final = frozenset({"55P03", "40P01", "40001"})
"""The SQLSTATEs of what may go well the next time: a lock was not to be had, a deadlock, a conflict of transactions."""

Told = Callable[[str], None]
"""Told why there is a pause, and how long it is."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a lock, and how often to try again.

    Attributes
    ----------
    lock_timeout
        Seconds that one attempt waits for a lock.
    retries
        How often it is tried again.
    pause, longest
        Seconds before the first other attempt, which double each time, and the most that they become.
    """

    lock_timeout: float = 3.0
    retries: int = RETRIES
    pause: float = 0.5
    longest: float = 60.0

    def pauses(self) -> Iterator[float]:
        """Yield the pauses: each between half and all of what it could be, so that several do not meet again."""
        for number in range(self.retries):
            yield min(self.pause * 2**number, self.longest) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def limit(connection: psycopg.Connection[Any], seconds: float) -> None:
    """Let a session wait so long for each lock; 0 for as long as it takes."""
    connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{round(seconds * 1000)}ms"])


def patiently(work: Callable[[], T], patience: Patience, told: Told, cancel: threading.Event | None) -> T:
    """Return what some work returns, and try it again when it could not get its locks.

    Parameters
    ----------
    work
        What is tried; an attempt that fails leaves nothing.
    told
        Told of each pause.

    Raises
    ------
    StatementFailed
        The last one, if no attempt went well, or one that another attempt would not mend.
    Cancelled
        If ``cancel`` is set in a pause.
    """
    for number, pause in enumerate(patience.pauses(), 1):
        try:
            return work()
        except StatementFailed as error:
            if error.sqlstate not in PASSING:
                raise
            told(f"{error.what}; attempt {number + 1} of {patience.retries + 1} in {pause:.1f} s")
        if cancel is None:
            time.sleep(pause)
        elif cancel.wait(pause):
            raise Cancelled("cancelled; nothing was changed")
    return work()
