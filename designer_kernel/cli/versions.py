"""``designer versions``: numbered states of a design."""

from __future__ import annotations

from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignName, open_design

EXAMPLE = "Example: `designer versions shop.design.yaml --save 'add phone numbers'`"


@told
def versions(
    file: DesignName,
    save: Annotated[
        str | None, typer.Option("--save", metavar="MESSAGE", help="Keep the design as it is as the next version.")
    ] = None,
    who: Annotated[str, typer.Option("--who", help="Who made it; without, who you are on this machine.")] = "",
    back: Annotated[int, typer.Option("--set-back", metavar="N", help="Make a version the design again.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Tell the versions of a design, keep one, or go back to one."""
    session = open_design(file)
    if save is not None:
        session.save_version(save, who=who)
    if back:
        session.set_back(back)
    there = list(session.versions)
    if as_json:
        print_json([one.as_dict() for one in there])
        return
    for one in there:
        text = f"{one.number:>4}  {one.when:%Y-%m-%d %H:%M}  {one.who:<16}  {one.message}"
        terminal.say(text.rstrip(), to_stdout=True)
    if not there:
        terminal.say("there is no version yet: designer versions FILE --save MESSAGE")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(versions)
