"""Lists beside a project's file that only grow: one line of JSON for each entry, appended and never written again."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)


def append(path: Path, entry: Mapping[str, Any], what: str) -> None:
    """Append a line. That it cannot be written is no reason not to do what it tells of: it is logged.

    Parameters
    ----------
    path
        The file; it is made with the first line.
    what
        What the file is, for the log: "the change log".
    """
    line = (json.dumps(entry, ensure_ascii=False, default=str) + "\n").encode("utf-8", "surrogatepass")
    try:
        # one write at the end of the file: lines of several processes do not mix
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.warning("%s %s cannot be written: %s", what, path, error)


def entries(path: Path, what: str) -> Iterator[dict[str, Any]]:
    """Yield the entries, the oldest first; a line that a crash cut off is left out, which is logged."""
    for line in _lines(path):
        entry = _entry(line)
        if entry is not None:
            yield entry
        else:
            logger.warning("a line of %s %s is damaged", what, path)


def newest(path: Path, before: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the entries with the numbers of their lines, the newest first; those before a line, if one is given."""
    lines = _lines(path)
    for number in range(min(before - 1, len(lines)) if before else len(lines), 0, -1):
        entry = _entry(lines[number - 1])
        if entry is not None:
            yield number, entry


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except FileNotFoundError:
        return []


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
