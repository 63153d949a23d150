"""The loss report in the shell: the gravest lines for a person, all of it in a file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.words import counted
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.design.losses import LossReport

_SHOWN: Final = 20
_LAST: Final = 5
_FORMATS: Final = (".csv", ".json", ".md")


def say_losses(losses: LossReport) -> None:
    """Tell what was refused or changed, one line each, and what is opaque, many of one kind in one line."""
    from designer_kernel.design.losses import grouped

    grave = losses.of("refused", "changed")
    for entry in list(grave)[:_SHOWN]:
        style = "error" if entry.outcome == "refused" else "warning"
        kind = entry.kind.replace("_", " ")
        what = entry.object if f" {kind}" in entry.object[:24] else f"{kind} {entry.object}"  # "3 statements (lines …"
        terminal.say(f"{entry.outcome:<7}  {what}: {entry.reason}", style=style)
    if len(grave) > _SHOWN:
        terminal.say(f"… and {len(grave) - _SHOWN} more; --report FILE has all")
    opaque = grouped(losses.of("opaque"))
    for entry in opaque[:_SHOWN]:
        what = f"{entry.kind.replace('_', ' ')} {entry.object}".lstrip()
        terminal.say(f"{entry.outcome:<7}  {what}: {entry.reason}")
    if len(opaque) > _SHOWN:
        terminal.say(f"… and {len(opaque) - _SHOWN} more that are opaque; --report FILE has all")


def say_mends(offered: Sequence[Mapping[str, Any]]) -> None:
    """Tell which mends a script's failed statements have, and how to apply them."""
    useful = [one for one in offered if not one["is_last_resort"]]
    if useful:
        many = f"{counted(len(useful), 'mend')} can be applied, all with --mend all, or one by one"
        terminal.say(f"{many}; more may come up after them:")
    for one in useful[:_SHOWN]:
        terminal.say(f"  --mend {shlex.quote(one['id'])}   {one['title']} (line {_lines(one['lines'])})")
        for cost in one["costs"]:
            terminal.say(f"      costs: {cost}", style="warning")
    if len(useful) > _SHOWN:
        terminal.say(f"  … and {len(useful) - _SHOWN} more; --json has all")
    from designer_kernel.exchange.sql.mends import NOTHING_KNOWN

    last = [one for one in offered if one["is_last_resort"]]
    known = [one for one in last if one["explanation"] != NOTHING_KNOWN]
    if known:
        terminal.say("what can only be left out, and why; --mend all does not do so:")
    for one in known[:_LAST]:
        terminal.say(f"  --mend {shlex.quote(one['id'])}   {one['explanation']} (line {_lines(one['lines'])})")
    if len(known) > _LAST:
        terminal.say(f"  … and {len(known) - _LAST} more; --json has all")
    mended = {line for one in useful for line in one["lines"]}
    left_out = [one["id"] for one in last if one not in known and not mended.issuperset(one["lines"])]
    if left_out:
        terminal.say(
            f"a statement that cannot be mended is left out by its name, such as --mend {shlex.quote(left_out[0])}"
        )


def _lines(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:3])) + (", …" if len(lines) > 3 else "")


def check_report(path: Path | None) -> None:
    """Refuse a report of an unknown format before anything is read: that may take its time."""
    if path is not None and path.suffix.lower() not in _FORMATS:
        raise typer.BadParameter(f"{path.suffix!r} is no format of a report: use {', '.join(_FORMATS)}")


def check_written(source: str, *paths: Path | None, force: bool) -> None:
    """Refuse to write over what is read, and without ``force`` over any file, before anything is read.

    Raises
    ------
    DesignerError
        If one of the files is the source or in it, is named twice, or is there already.
    """
    from designer_kernel.studio.sources import SUFFIXES

    read = None if "://" in source else Path(source).expanduser().resolve()
    seen: set[Path] = set()
    for path in paths:
        if path is None:
            continue
        place = path.expanduser().resolve()
        is_data = SUFFIXES.get(place.suffix.lower()) == "data"
        if place.is_file() and (place == read or (is_data and place.parent == read)):
            raise DesignerError("this file is what is read", where=str(path), mend="choose another name")
        if place in seen:
            raise DesignerError("two things go to one file", where=str(path), mend="choose two names")
        if place.is_file() and not force:
            raise DesignerError(
                "the file is there already", where=str(path), mend="choose another name, or add --force"
            )
        seen.add(place)


_FORMULA: Final = re.compile(r"(?m)^(?=[ \u00a0]*[=+@\t-])")
"""Where a line begins that a spreadsheet would calculate."""


def write_report(losses: LossReport, path: Path, more: Sequence[tuple[str, str, str, str]] = ()) -> None:
    """Write a loss report as CSV, JSON or Markdown, by the end of the file's name; see `check_report`.

    ``more`` are further rows: what data suggested.
    """
    import pandas as pd

    frame = losses.to_frame()
    frame = pd.concat([frame, pd.DataFrame(list(more), columns=frame.columns)], ignore_index=True) if more else frame
    suffix = path.suffix.lower()
    if suffix == ".csv":
        frame.map(_no_formula).to_csv(path, index=False)
    elif suffix == ".json":
        frame.to_json(path, orient="records", indent=2, force_ascii=False)
    else:
        path.write_text(_markdown(frame.itertuples(index=False)), encoding="utf-8")


def _markdown(entries: Iterable[Iterable[str]]) -> str:
    rows = [tuple(map(_plain, entry)) for entry in entries]
    rows = [("object", "kind", "outcome", "reason"), ("---",) * 4, *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


_MARKS: Final = re.compile(r"[\\`*_\[\]!|~#]")
"""What Markdown would take for a link, a picture, code, emphasis or the end of a cell."""


def _plain(text: str) -> str:
    """Return a cell of Markdown that says just this text, in one line: names come from whoever wrote the source."""
    folded = " ".join(text.split())
    return escape(_MARKS.sub(r"\\\g<0>", folded), quote=False)


def _no_formula(text: str) -> str:
    """Return a cell of CSV that no spreadsheet takes for a formula: names come from whoever wrote the source."""
    return _FORMULA.sub("'", text.replace("\r", " "))
