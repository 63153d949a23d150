"""``designer fill``: sample data into a deployed database."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignPath, Url, open_design
from designer_kernel.cli.words import counted
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession

EXAMPLE = "Example: `designer fill shop.design.yaml shop --rows order_items=1000000 --seed 7`"


@told
def fill(
    file: DesignPath,
    url: Url,
    rows: Annotated[
        list[str] | None, typer.Option("--rows", metavar="TABLE=N", help="Rows of a table; may be given again.")
    ] = None,
    scale: Annotated[float | None, typer.Option("--scale", min=0.0001, help="Multiply the usual numbers.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same rows.")] = 0,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The day before which everything has happened."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Empty the design's tables first; asks before.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Check every constraint afterwards.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fill a deployed database with believable rows that satisfy every constraint."""
    session = open_design(file)
    options: dict[str, Any] = {} if scale is None else {"scale": scale}
    if until is not None:
        options["until"] = until.date()
    wishes = _rows(rows or [])
    if replace and not yes:
        _ask(session, url, wishes, may_ask=not as_json and _is_terminal())
    with terminal.progress("filling") as progress:
        filling = session.fill(wishes, url=url, seed=seed, replace=replace, progress=progress, **options)
    broken = None
    if verify:
        with terminal.progress("checking") as progress:
            checked = session.verify(url=url, progress=progress)
        broken = int(checked["violations"].sum())
    if as_json:
        print_json(filling.as_dict() | {"violations": broken})
    else:
        terminal.say(str(filling), to_stdout=True)
        if broken is not None:
            verb = "breaks" if broken == 1 else "break"
            terminal.say(f"{counted(broken, 'row')} {verb} a constraint", style="error" if broken else "good")
    if broken:
        raise typer.Exit(Exit.REFUSED)


def _ask(session: ProjectSession, url: str, rows: dict[str, int] | None, *, may_ask: bool) -> None:
    """Ask before rows are removed; without a terminal there is nobody to ask.

    Raises
    ------
    DesignerError
        If there are rows to remove, and nobody to ask.
    """
    from designer_kernel.postgres.target import describe, resolve

    gone = session.rows_to_replace(url, rows=rows)
    if not gone:
        return
    place = describe(resolve(url, create=False))
    if not may_ask:
        listed = ", ".join(f"{count:,} of {table}" for table, count in gone.items())
        raise DesignerError(f"nobody was asked whether to remove rows: {listed}", where=place, mend="add --yes")
    terminal.say(f"target: {place}")
    for table, count in gone.items():
        terminal.say(f"  {table:<32} {counted(count, 'row')}")
    total = counted(sum(gone.values()), "row")
    typer.confirm(f"Remove {total} of {counted(len(gone), 'table')}, and fill them anew?", abort=True, err=True)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _rows(given: list[str]) -> dict[str, int] | None:
    """Read ``order_items=1000000``; digits may be grouped by underscores or commas."""
    rows: dict[str, int] = {}
    for text in given:
        table, equals, count = text.partition("=")
        digits = count.replace("_", "").replace(",", "")
        if not (table and equals and digits.isascii() and digits.isdigit()):
            raise typer.BadParameter(f"{text!r} is not TABLE=N, such as order_items=1000000", param_hint="--rows")
        rows[table] = int(digits)
    return rows or None


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(fill)
