"""``designer projects``: which projects there are in the workspaces that one belongs to."""

from __future__ import annotations

from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson

if TYPE_CHECKING:
    from designer_kernel.studio.team.listing import Listed

EXAMPLE = "Example: `designer projects`; `designer projects Team --json`"


@told
def projects(
    workspace: Annotated[
        str | None, typer.Argument(metavar="[WORKSPACE]", help="Only those of this workspace.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the projects of your workspaces: whose, who changed them last, and what is deployed.

    The first column is what every command takes. Design files are no projects of a team, and not listed.
    """
    from designer_kernel.studio.team.listing import projects_here

    found = projects_here(workspace)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    width = max((len(one.place) for one in found), default=0)
    for one in found:
        terminal.say(f"{one.place:<{width}}  {_told(one)}", to_stdout=True)
    if not found:
        from designer_kernel.studio.team.opening import looked_at, workspaces_here

        there = [workspace] if workspace else workspaces_here()
        terminal.say(f"there is no project yet in {', '.join(there) or 'any workspace of yours'}")
        terminal.say(looked_at())
        if there:
            terminal.say(f"next: designer new -o {quote(f'team:{there[0]}/NAME')}")
        else:
            terminal.say("next: designer invitations tells where you are invited to")


def _told(one: Listed) -> str:
    """Return what a line tells of a project beside its place."""
    deployed = "not deployed"
    if one.deployed_version is not None:
        deployed = f"version {one.deployed_version} deployed"
    elif one.deployed_revision is not None:
        deployed = f"revision {one.deployed_revision} deployed"
    changed = f"{one.changed_at.astimezone():%Y-%m-%d %H:%M}"
    return f"of {one.owner}  revision {one.revision}  {changed} by {one.changed_by or 'somebody'}  {deployed}"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(projects)
