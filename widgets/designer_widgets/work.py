"""Long work beside the page: one piece at a time, in a thread of its own, with progress and cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from designer_kernel.errors import Cancelled, DesignerError
from designer_widgets import spelling

Progress = Callable[[int, int, str], None]
Job = Callable[[Progress, threading.Event], dict[str, Any]]
"""What is to be done: told how to report progress and what to watch for cancelling, it returns its result."""

SECONDS_BETWEEN_REPORTS: Final = 0.1
"""A COPY reports thousands of times; a page needs ten a second."""

IDLE: Final[dict[str, Any]] = {
    "state": "idle", "task": "", "done": 0, "total": 0, "label": "", "result": None, "error": None,
}  # fmt: skip


def shown(error: DesignerError) -> dict[str, Any]:
    """Return an error's fields for a page; a place that is the address of a server says nothing there."""
    fields = spelling.shown(error)
    return fields | {"where": ""} if "://" in error.where else fields


class Work:
    """Runs one job at a time and tells how it stands.

    Parameters
    ----------
    tell
        Called from any thread with the document of the trait ``progress``.
    """

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self.task = ""
        """What was started last."""

    @property
    def is_busy(self) -> bool:
        """Whether a job is running."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, task: str, job: Job) -> None:
        """Run a job in a thread.

        Raises
        ------
        DesignerError
            If another one is running.
        """
        with self._lock:
            if self.is_busy:
                raise DesignerError("something is running already", where=task, mend="wait for it, or cancel it")
            self._cancel = threading.Event()
            self.task = task
            self._tell(IDLE | {"state": "running", "task": task})
            self._thread = threading.Thread(target=self._run, args=(task, job, self._cancel), name=task, daemon=True)
            self._thread.start()

    def cancel(self) -> None:
        """Ask the job that is running to stop; what it had begun is rolled back. Forget what an earlier one told."""
        with self._lock:
            if self.is_busy:
                self._cancel.set()
            else:
                self._tell(IDLE)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the job that is running; whether it has ended."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.is_busy

    def _run(self, task: str, job: Job, cancel: threading.Event) -> None:
        try:
            result = job(self._reporter(task), cancel)
        except Cancelled:
            told = Cancelled(f"{task[0].lower()}{task[1:]} was cancelled; nothing was changed")
            self._tell(IDLE | {"state": "cancelled", "task": task, "error": told.as_dict()})
        except DesignerError as error:
            self._tell(IDLE | {"state": "failed", "task": task, "error": shown(error)})
        except Exception as error:
            # nothing above this thread would show it
            what = f"{type(error).__name__}: {error}"
            self._tell(IDLE | {"state": "failed", "task": task, "error": DesignerError(what).as_dict()})
        else:
            self._tell(IDLE | {"state": "done", "task": task, "result": result})

    def _reporter(self, task: str) -> Progress:
        last = 0.0

        def report(done: int, total: int, label: str) -> None:
            nonlocal last
            now = time.monotonic()
            if done < total and now - last < SECONDS_BETWEEN_REPORTS:
                return
            last = now
            if done >= total > 0:  # the last step is done; what is left is to end it
                done, label = total, "finishing"
            self._tell(IDLE | {"state": "running", "task": task, "done": done, "total": total, "label": label})

        return report
