"""How far a trial has come: told as it goes on, and ended when that is asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from designer_kernel.errors import Cancelled
from designer_kernel.postgres.server import Progress


@dataclass(slots=True)
class Course:
    """The course of a trial.

    Attributes
    ----------
    total
        About how many parts it has.
    progress
        Told before each part what it is about.
    cancel
        Set by another thread to stop.
    """

    total: int = 1
    progress: Progress | None = None
    cancel: threading.Event | None = None
    done: int = 0

    def tell(self, words: str) -> None:
        """Tell that another part begins.

        Raises
        ------
        Cancelled
            If ``cancel`` was set.
        """
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled("cancelled; nothing was changed")
        if self.progress is not None:
            self.progress(min(self.done, self.total), self.total, words)
        self.done += 1
