"""``designer deploy``: create in a database what a design means."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import Allow, AsJson, DesignName, open_design, reach
from designer_kernel.cli.words import counted
from designer_kernel.studio.locations import is_shared

EXAMPLE = "Example: `designer deploy shop.design.yaml postgresql://me@localhost/shop --yes`"


@told
def deploy(
    file: DesignName,
    url: Annotated[
        str | None,
        typer.Argument(
            metavar="[URL]",
            help="The database: postgresql://user@host/name, or a name on the embedded server. "
            "Of a team's project also connection:NAME; without, it goes to its schema in the team's database.",
        ),
    ] = None,
    allow: Allow = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave out what a schema of the team's database cannot hold.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Leave out what needs an extension that the server lacks.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create in a database what a design means: all of it in one transaction, or nothing."""
    from designer_kernel.errors import DeployRefused
    from designer_kernel.postgres.target import describe, resolve

    if url is None:
        _deploy_in_room(file, tuple(allow or ()), leave_out=leave_out, yes=yes, as_json=as_json)
        return
    if allow or leave_out:
        raise typer.BadParameter("--allow and --leave-out are for a team's database; designer plan changes others")
    session = open_design(file)
    script = session.ddl()
    if not yes and (as_json or not sys.stdin.isatty()):
        raise DeployRefused("nobody was asked", where=file, mend="look at designer ddl, then add --yes")
    place = reach(session, url)
    if not as_json:
        statements = counted(len(script.statements), "statement")
        terminal.say(f"target: {describe(resolve(place, create=False))}; up to {statements} of {session.name!r}")
    if not yes:
        typer.confirm("Run them on this database?", abort=True, err=True)
    with terminal.progress("deploying") as progress:
        deployment = session.deploy(place, allow_missing=allow_missing, progress=progress)
    if as_json:
        print_json(deployment.as_dict())
    else:
        terminal.say(str(deployment), style="good" if not deployment.missing else "warning")


def _deploy_in_room(file: str, allow: tuple[str, ...], *, leave_out: bool, yes: bool, as_json: bool) -> None:
    """Deploy a team's project to its own schema."""
    if not is_shared(file):
        raise typer.BadParameter("name the database: a design in a file has none of its own", param_hint="URL")
    from designer_kernel.cli import team_deploy
    from designer_kernel.studio.team.opening import open_shared

    team_deploy.deploy(open_shared(file), allow=allow, leave_out=leave_out, yes=yes, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(deploy)
