"""``designer violations``: constraints that do not do what their authors believe."""

from __future__ import annotations

from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignName, open_design
from designer_kernel.cli.words import counted

EXAMPLE = "Example: `designer violations shop.design.yaml --table orders`"


@told
def violations(
    file: DesignName,
    url: Annotated[
        str | None, typer.Option("--url", help="Examine this database instead of the design, on its own server.")
    ] = None,
    tables: Annotated[
        list[str] | None, typer.Option("--table", metavar="TABLE", help="Only this table; may be given again.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try every constraint with the row that just satisfies it and the row that just breaks it; 1 if one is suspicious.

    Rows are inserted in a scratch database, which is dropped at the end.
    """
    session = open_design(file)
    with terminal.progress("trying constraints") as progress:
        found = session.violations(url, tables=tables or None, progress=progress)
    if as_json:
        print_json(found.as_dict())
    else:
        terminal.say(str(found), to_stdout=True)
        suspicious = len(found.suspicious)
        words = "does" if suspicious == 1 else "do"
        text = f"{counted(suspicious, 'constraint')} {words} something else than it says"
        terminal.say(text, style="warning" if suspicious else "good")
    if found.suspicious:
        raise typer.Exit(Exit.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(violations)
