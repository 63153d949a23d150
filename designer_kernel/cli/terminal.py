"""Writing to the terminal: colours only where there is one, progress and words for people on standard error."""

from __future__ import annotations

import os
import sys
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


def progress(title: str) -> ProgressBar:
    """Return a progress bar on standard error; silent where that is no terminal."""
    from tqdm import tqdm

    return ProgressBar(
        title,
        tqdm,
        disable=None,  # tqdm's word for: only on a terminal
        leave=False,
        bar_format="{desc:<12} {bar:24} {n_fmt}/{total_fmt}{postfix}",
        file=sys.stderr,
    )
