"""Lines of a large picture, laid beside the page: the cards are there at once, the lines when they are ready."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession

logger = logging.getLogger(__name__)

Tell = Callable[[int, int], None]

CARDS_FIRST: Final = 1.0
"""Seconds for which the first lines wait, so that a page which is just being shown has the kernel for itself."""


class _Stopped(Exception):
    """Nobody waits for the lines any more."""


class Laying:
    """Lays what a sketch left out, in a thread of its own.

    Parameters
    ----------
    session
        Whose lines they are.
    tell
        Called from that thread with how many lines are laid and of how many, at the end with zeros.
    done
        Called from that thread when the lines are there.
    """

    def __init__(self, session: ProjectSession, tell: Tell, done: Callable[[], None]) -> None:
        self._session = session
        self._tell = tell
        self._done = done
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()
        self._tried = -1

    def ask(self, revision: int) -> None:
        """Have the lines of a revision laid, unless that was tried before or is being done."""
        with self._lock:
            is_under_way = self._thread is not None and self._thread.is_alive()
            if self._stopped.is_set() or self._tried == revision or is_under_way:
                return
            pause = CARDS_FIRST if self._tried < 0 else 0.0
            self._tried = revision
            self._thread = threading.Thread(target=self._lay, args=(pause,), name="lines", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Give up; what is laid so far is forgotten."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the lines; whether they are there."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def _lay(self, pause: float) -> None:
        try:
            if self._stopped.wait(pause):
                return
            self._session.lay_lines(self._report)
        except _Stopped:
            return
        except Exception:
            logger.exception("the lines of the picture were not laid")
        with self._lock:
            self._thread = None  # so that what changed meanwhile can be asked for from within `done`
        self._tell(0, 0)
        self._done()

    def _report(self, number: int, total: int) -> None:
        if self._stopped.is_set():
            raise _Stopped
        self._tell(number, total)
