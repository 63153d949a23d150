"""One process at a time, for files that are written as a whole and take the place of the one before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Let other processes that ask for the same wait until the block ends.

    Parameters
    ----------
    directory
        Where the files lie: it is what is locked, since a file is another one after each writing.
    """
    import fcntl

    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
