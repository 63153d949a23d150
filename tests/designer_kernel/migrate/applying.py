"""A process that applies migrations in children of its own and lets them be killed: ``python -m … FILE PROOF``.

Each line that it reads is ``BOUNDARY URL``: the child kills itself when it is told of so many boundaries. The answer is
how it ended: a signal as a negative number, or 0. It forks, which costs no start of Python for each boundary.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from designer_kernel.migrate.apply import apply
from designer_kernel.migrate.migration import Migration


def main(file: str, proof: str) -> None:
    """Apply the migration of a file as often as is asked for."""
    migration = Migration.open(Path(file))
    for line in sys.stdin:
        boundary, url = line.split()
        child = os.fork()
        if child == 0:
            _apply(migration, url, proof, int(boundary))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _apply(migration: Migration, url: str, proof: str, boundary: int) -> None:
    told = 0

    def progress(done: int, total: int, label: str) -> None:
        nonlocal told
        if told == boundary:
            os.kill(os.getpid(), signal.SIGKILL)
        told += 1

    apply(migration, url, proof=proof, progress=progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
