"""``designer salvage``: what a database has kept of what was taken away."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.apply import agree
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson, Url, Yes, reach_beside
from designer_kernel.cli.words import counted
from designer_kernel.errors import DesignerError

EXAMPLE = "Example: `designer salvage postgresql://me@localhost/shop restore 3 --into shop.old_notes --yes`"


class Action(StrEnum):
    """What is done with what was salvaged."""

    LIST = "list"
    RESTORE = "restore"
    PURGE = "purge"


@told
def salvage(
    url: Url,
    action: Annotated[Action, typer.Argument(metavar="[list|restore|purge]", help="What to do.")] = Action.LIST,
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[NUMBER]…", help="Which: the numbers of the list.")
    ] = None,
    into: Annotated[str, typer.Option("--into", metavar="TABLE", help="A new table to restore to.")] = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """List the rows that were kept of what went, bring them back, or delete them for good."""
    from designer_kernel.migrate import salvage as kept
    from designer_kernel.postgres.connection import connect
    from designer_kernel.studio.states import existing

    address = existing(reach_beside(url, write=action is not Action.LIST))
    chosen = list(dict.fromkeys(numbers or ()))
    if action is not Action.LIST:
        _check(action, chosen, into)
        agree(address, yes=yes, as_json=as_json)
    with connect(address, autocommit=True) as connection:
        if action is Action.RESTORE:
            rows = kept.restore(connection, chosen[0], into or None)
        elif action is Action.PURGE:
            rows = kept.purge(connection, chosen)
        found = kept.salvaged(connection)
    if action is not Action.LIST:
        done = "restored" if action is Action.RESTORE else "purged"
        if as_json:
            print_json({done: chosen, "rows": rows})
        else:
            terminal.say(f"{counted(rows, 'row')} {done}", style="good")
        return
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    for one in found:
        terminal.say(str(one), style="quiet" if one.purged_at else "", to_stdout=True)
    if not found:
        terminal.say("nothing was salvaged here")


def _check(action: Action, chosen: list[int], into: str) -> None:
    """Refuse what cannot be done, before anybody is asked.

    Raises
    ------
    DesignerError
        If no number is given, or more than one to restore.
    """
    if not chosen:
        raise DesignerError(
            f"nobody said what to {action.value}", mend="give numbers of the list: designer salvage URL"
        )
    if action is Action.RESTORE and len(chosen) > 1:
        raise DesignerError("one thing is restored at a time", mend="give one number")
    if action is Action.PURGE and into:
        raise DesignerError("what is purged goes nowhere", mend="leave out --into")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(salvage)
