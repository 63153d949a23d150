"""A fill in a process of its own that is killed, or kills itself, in the middle."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from typing import Any


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _work(url: str, label: str, after: int, delay: float, options: dict[str, Any]) -> None:
    from designer_kernel.sample import fill

    def progress(done: int, total: int, now: str) -> None:
        if now.startswith(label) and done >= after:
            threading.Timer(delay, _kill).start() if delay else _kill()

    fill(url, progress=progress, **options)


def killed_fill(url: str, label: str, *, after: int = 0, delay: float = 0.0, **options: Any) -> None:
    """Run a fill in another process that dies as soon as it says what it does, ``delay`` seconds later."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["designer_kernel.sample"])
    process = context.Process(target=_work, args=(url, label, after, delay, options))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
