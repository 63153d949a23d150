"""``designer subset``: a part of a database that stands by itself, with what is personal replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson
from designer_kernel.cli.words import counted
from designer_kernel.errors import DesignerError

EXAMPLE: Final = (
    "Example: `designer subset postgresql://me@live/shop shop_small --root \"orders WHERE placed > '2025-01-01'\" "
    "--rows 1000 --child order_items --personal users.email --personal users.phone`"
)


@told
def subset(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The database to take from: a URL or a name.")],
    target: Annotated[
        str | None, typer.Argument(metavar="TARGET", help="The database to fill: empty, or with the same empty tables.")
    ] = None,
    root: Annotated[
        str | None, typer.Option("--root", metavar="TABLE WHERE …", help="The rows to begin with, or a query of keys.")
    ] = None,
    rows: Annotated[int | None, typer.Option("--rows", min=1, help="At most so many of the root's rows.")] = None,
    share: Annotated[float | None, typer.Option("--share", min=0, max=1, help="Such a part of them: 0.01.")] = None,
    children: Annotated[
        list[str] | None,
        typer.Option(
            "--child",
            metavar="TABLE[=N]",
            help="Rows of this table come along if they refer to chosen ones, at most N for each; or all.",
        ),
    ] = None,
    personal: Annotated[
        list[str] | None,
        typer.Option("--personal", metavar="COLUMN[=SORT]", help="Replace its values: users.email, users.bio=text."),
    ] = None,
    harmless: Annotated[
        list[str] | None, typer.Option("--harmless", metavar="COLUMN", help="It looks personal, and is not.")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="The secret that fakes follow from: same secret, same fakes.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse if something looks personal and is kept.")] = False,
    search: Annotated[
        bool, typer.Option("--search/--no-search", help="Look for replaced values in all other text as well.")
    ] = True,
    manifest: Annotated[Path | None, typer.Option("--manifest", help="Write what was done to this file.")] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Say what is and what looks personal, and take nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take a part of a database that stands by itself into another one, with what is personal replaced."""
    from designer_kernel.postgres.target import resolve
    from designer_kernel.sample import subset as room

    marked = _pairs(personal or [], "--personal")
    here = resolve(source, create=False)
    if look:
        _look(here, marked, harmless or [], as_json=as_json)
        return
    if target is None or root is None:
        missing = "a target" if target is None else "--root"
        raise DesignerError(f"{missing} is missing", where="subset", mend="see designer subset --help")
    secret = None if key_file is None else key_file.read_bytes().strip()
    with terminal.progress("taking") as progress:
        taken = room.subset(
            here,
            resolve(target),
            root=root,
            rows=rows,
            share=share,
            children=_children(children or []),
            personal=marked,
            harmless=harmless or [],
            key=secret,
            strict=strict,
            search=search,
            manifest=manifest,
            progress=progress,
        )
    if as_json:
        print_json(taken.as_dict())
        return
    terminal.say(str(taken), to_stdout=True)
    if taken.unmarked:
        text = f"{counted(len(taken.unmarked), 'column')} may be personal and came along as they are: look at them"
        terminal.say(text, style="warning")


def _look(source: str, marked: dict[str, str], harmless: list[str], *, as_json: bool) -> None:
    from designer_kernel.sample import subset as room

    marks, unmarked = room.propose(source, personal=marked, harmless=harmless)
    if as_json:
        print_json(
            {
                "marked": [{"column": m.label, "sort": m.kind, "reason": m.reason} for m in marks],
                "unmarked": [{"column": s.label, "sort": s.kind, "reason": s.reason} for s in unmarked],
            }
        )
        return
    for mark in marks:
        terminal.say(f"marked     {mark.label:<40} {mark.kind:<12} {mark.reason}", to_stdout=True)
    for suspect in unmarked:
        terminal.say(f"looks so   {suspect.label:<40} {suspect.kind:<12} {suspect.reason}", to_stdout=True)


def _pairs(given: list[str], option: str) -> dict[str, str]:
    """Read ``users.email`` and ``users.bio=text``."""
    pairs = {}
    for text in given:
        name, _, kind = text.partition("=")
        if "." not in name:
            raise typer.BadParameter(f"{text!r} is no column, such as users.email", param_hint=option)
        pairs[name] = kind
    return pairs


def _children(given: list[str]) -> dict[str, int | None] | str:
    """Read ``order_items`` and ``reviews=5``."""
    if given == ["all"]:
        return "all"
    found: dict[str, int | None] = {}
    for text in given:
        name, equals, most = text.partition("=")
        if equals and not (most.isascii() and most.isdigit()):
            raise typer.BadParameter(f"{text!r} is not TABLE=N, such as reviews=5", param_hint="--child")
        found[name] = int(most) if equals else None
    return found


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(subset)
