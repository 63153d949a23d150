"""``designer deploy``: create in a database what a design means."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignPath, Url, open_design
from designer_kernel.cli.words import counted

EXAMPLE = "Example: `designer deploy shop.design.yaml postgresql://me@localhost/shop --yes`"


@told
def deploy(
    file: DesignPath,
    url: Url,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Leave out what needs an extension that the server lacks.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create in a database what a design means: all of it in one transaction, or nothing."""
    from designer_kernel.errors import DeployRefused
    from designer_kernel.postgres.target import describe, resolve

    session = open_design(file)
    script = session.ddl()
    if not yes and (as_json or not sys.stdin.isatty()):
        raise DeployRefused("nobody was asked", where=str(file), mend="look at designer ddl, then add --yes")
    if not as_json:
        statements = counted(len(script.statements), "statement")
        terminal.say(f"target: {describe(resolve(url, create=False))}; up to {statements} of {session.name!r}")
    if not yes:
        typer.confirm("Run them on this database?", abort=True, err=True)
    with terminal.progress("deploying") as progress:
        deployment = session.deploy(url, allow_missing=allow_missing, progress=progress)
    if as_json:
        print_json(deployment.as_dict())
    else:
        terminal.say(str(deployment), style="good" if not deployment.missing else "warning")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(deploy)
