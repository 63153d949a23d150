"""``designer connections``: databases that a team's workspace works on, by name."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson

if TYPE_CHECKING:
    from designer_kernel.studio.team.working import Connections

EXAMPLE = "Example: `designer connections Mine --add prod --mode read-write`; `designer connections Mine --test prod`"


@told
def connections(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="The workspace's name.")],
    add: Annotated[
        str, typer.Option("--add", metavar="NAME", help="Keep a connection; its string is asked for, or piped in.")
    ] = "",
    mode: Annotated[str, typer.Option("--mode", help="What it may do: read-only or read-write.")] = "read-only",
    test: Annotated[str, typer.Option("--test", metavar="NAME", help="Connect, and tell what came of it.")] = "",
    remove: Annotated[str, typer.Option("--remove", metavar="NAME", help="Remove it, with its secret.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell the connections of a workspace, keep one, try one, or remove one. Where they lead is never told."""
    from designer_kernel.studio.team.opening import sessions_here
    from designer_kernel.studio.team.working import Connections

    there = Connections.of_name(workspace, sessions_here())
    if add:
        there.add(add, _asked(), mode)
        terminal.say(f"connection {add} is kept; it is sealed, and {mode}", style="good")
    if remove:
        there.remove(remove)
        terminal.say(f"connection {remove} is removed", style="good")
    if test:
        _try(there, test, as_json=as_json)
        return
    found = there.all()
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        secret = ("yours" if one.is_mine else "somebody else's") if one.has_secret else "still to be given"
        terminal.say(f"{one.name:<24}  {one.mode:<10}  {secret}", to_stdout=True)
    if not found:
        terminal.say("there is no connection yet: designer connections WORKSPACE --add NAME")


def _asked() -> str:
    """Return the connection string: typed without being shown, or the first line of what is piped in.

    An argument of a command would be seen by everybody on this machine.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt("postgresql://user:password@host/database", hide_input=True, err=True))


def _try(there: Connections, name: str, *, as_json: bool) -> None:
    trial = there.tried(name)
    if as_json:
        print_json(asdict(trial))
    elif trial.is_ok:
        terminal.say(f"connected in {trial.milliseconds} ms, PostgreSQL {trial.version}", style="good")
        for warning in trial.warnings:
            terminal.say(warning, style="warning")
    else:
        terminal.say(f"error: {trial.error}", style="error")
        terminal.say(f"  mend:  {trial.mend}")
    if not trial.is_ok:
        raise typer.Exit(Exit.SERVER)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(connections)
