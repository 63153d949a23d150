"""Writing to the terminal: colours only where there is one, progress and words for people on standard error."""

from __future__ import annotations

import os
import sys
import time
from typing import Final, TextIO

from designer_kernel.errors import DesignerError
from designer_kernel.studio.progress import ProgressBar

STYLES: Final = {
    "error": "31;1",
    "warning": "33",
    "info": "36",
    "good": "32",
    "title": "1",
    "quiet": "2",
}
"""ANSI codes of our words for styles."""


def has_colour(stream: TextIO) -> bool:
    """Whether a stream shows colours: a terminal that is not dumb, unless NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(text: str, style: str, stream: TextIO | None = None) -> str:
    """Return text with the codes of a style, or as it is where there is no colour."""
    if not style or not has_colour(stream or sys.stdout):
        return text
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m"


def say(text: str, *, style: str = "", to_stdout: bool = False) -> None:
    """Write a line for a person: to standard error, so that standard output holds only what was asked for."""
    stream = sys.stdout if to_stdout else sys.stderr
    print(styled(printable(text), style, stream), file=stream, flush=True)


def error(problem: DesignerError) -> None:
    """Write an error as what, where and mend."""
    say(f"error: {problem.what}", style="error")
    if problem.where:
        say(f"  where: {problem.where}")
    if problem.mend:
        say(f"  mend:  {problem.mend}")


def printable(text: str) -> str:
    """Return text without control characters, which a name in a hostile file could move the cursor with."""
    return "".join(c if c in "\n\t" or (c.isprintable()) else repr(c)[1:-1] for c in text)


def named(source: str) -> str:
    """Return what a command reads as it may be shown: a URL without its password."""
    from designer_kernel.postgres.connection import redact

    return redact(source) if "://" in source else source


def progress(title: str, *, tells_lines: bool = False) -> ProgressBar:
    """Return a progress bar on standard error.

    Parameters
    ----------
    tells_lines
        Whether long work is told in lines where that is no terminal; otherwise it is silent there.
    """
    from tqdm import tqdm

    if tells_lines and not sys.stderr.isatty():
        return ProgressBar(title, Lines)
    return ProgressBar(
        title,
        tqdm,
        disable=None,  # tqdm's word for: only on a terminal
        leave=False,
        bar_format="{desc:<12} {bar:24} {n_fmt}/{total_fmt}{postfix}",
        file=sys.stderr,
    )


class Lines:
    """A bar for logs and pipes: a line when work has taken two seconds, and then ever more rarely."""

    def __init__(self, *, total: int, desc: str) -> None:
        self.n, self.total = 0, total
        self._title = desc
        self._words = ""
        self._began = time.monotonic()
        self._pause = 2.0
        self._next = self._began + self._pause

    def reset(self, total: int) -> None:
        """Begin the next part of the work."""
        self.total = total

    def set_postfix_str(self, words: str, refresh: bool = True) -> None:
        """Keep what is being done; ``refresh`` is there because tqdm has it."""
        self._words = words

    def refresh(self) -> None:
        """Say where the work is, if it is time for that."""
        if time.monotonic() < self._next:
            return
        self._pause *= 2
        self._next = time.monotonic() + self._pause
        say(f"{self._title}: {self.n:,} of {self.total:,}, {self._words}", style="quiet")

    def close(self) -> None:
        """Do nothing: what was said stays."""
