"""``designer people``: what whoever runs the designer can do about those who work in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.keys import StoreUrl
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson

if TYPE_CHECKING:
    from designer_kernel.studio.team.actor import Actor
    from designer_kernel.studio.team.team import Team

_HELP = (
    "Those who work in a team, for whoever runs the designer. It is about the people of a store: --store, "
    "DESIGNER_DATABASE_URL or our own, also for who is logged in to a service."
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Who: a username or an email address.")]


@told
def everybody(store: StoreUrl = None, as_json: AsJson = False) -> None:
    """List who works here, or did."""
    from designer_kernel.studio.team.people.managing import EVERYBODY

    with _team(store) as (team, actor):
        found = team.do(actor, EVERYBODY)
    if as_json:
        print_json([{"username": one.username, "email": one.email, "is_active": one.is_active} for one in found])
        return
    for one in found:
        terminal.say(f"{one.username}  {one.email}{'' if one.is_active else '  (deactivated)'}", to_stdout=True)
    if not found:
        terminal.say("nobody is here yet")


@told
def reset(name: Name, store: StoreUrl = None) -> None:
    """Give somebody who forgot their password a one-time code for a new one."""
    from designer_kernel.studio.team.people.managing import OFFER_RESET

    with _team(store) as (team, actor):
        made = team.do(actor, OFFER_RESET, name)
    terminal.say(f"{made.username} gives themselves a new password with this code, once, within a day:")
    terminal.say(made.code, to_stdout=True)
    terminal.say(f"next, at theirs: designer login URL {made.username} --reset")


@told
def deactivate(name: Name, store: StoreUrl = None) -> None:
    """Let somebody work here no more, from their next request on. What they made stays."""
    from designer_kernel.studio.team.people.managing import DEACTIVATE

    with _team(store) as (team, actor):
        team.do(actor, DEACTIVATE, name)
    terminal.say(f"{name} does not work here any more", style="good")


@told
def activate(name: Name, store: StoreUrl = None) -> None:
    """Let somebody work here again."""
    from designer_kernel.studio.team.people.managing import ACTIVATE

    with _team(store) as (team, actor):
        team.do(actor, ACTIVATE, name)
    terminal.say(f"{name} may log in again", style="good")


@contextmanager
def _team(url: str | None) -> Iterator[tuple[Team, Actor]]:
    from designer_kernel.postgres import target
    from designer_kernel.store.engine import open_store
    from designer_kernel.studio.author import whoever
    from designer_kernel.studio.team.actor import Actor
    from designer_kernel.studio.team.remote.logins import LoginFile
    from designer_kernel.studio.team.team import Team

    with terminal.progress("starting") as progress:
        opened = open_store(target.resolve(url, create=False) if url else None, progress=progress)
    terminal.say(f"in the store {terminal.named(opened.url)}", style="quiet")
    known = LoginFile().read()
    if known is not None:
        terminal.say(f"note: {known.username} is logged in to {known.url}, which this does not ask", style="warning")
    try:
        yield Team(opened), Actor(None, whoever() or "an operator", "shell")
    finally:
        opened.close()


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)
    group.command("list", epilog=f"Example: `designer people list`\n\n{EXIT_CODES}")(everybody)
    group.command(epilog=f"Example: `designer people reset ada`\n\n{EXIT_CODES}")(reset)
    group.command(epilog=f"Example: `designer people deactivate bob`\n\n{EXIT_CODES}")(deactivate)
    group.command(epilog=f"Example: `designer people activate bob`\n\n{EXIT_CODES}")(activate)
    app.add_typer(group, name="people", epilog=EXIT_CODES)
