"""``designer run``: a raw script into a database, through the gate."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.apply import agree
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import Allow, AsJson, By, Encoding, Url, Yes

EXAMPLE = "Example: `designer run clean_up.sql postgresql://me@localhost/shop --allow 'relation shop.old' --yes`"


@told
def run(
    file: Annotated[Path, typer.Argument(metavar="SCRIPT", help="A .sql script.")],
    url: Url,
    allow: Allow = None,
    salvage: Annotated[bool, typer.Option("--salvage/--no-salvage", help="Keep first what would be lost.")] = True,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only tell what it would take away.")] = False,
    by: By = "",
    encoding: Encoding = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Run a script in one transaction; what it would take away has to be allowed by name, and is salvaged first."""
    from designer_kernel.exchange.sql import read_file
    from designer_kernel.migrate.scripts import losses_on, run_script
    from designer_kernel.studio.author import whoever
    from designer_kernel.studio.states import existing

    address, text = existing(url), read_file(file, encoding=encoding)
    if dry:
        losses = losses_on(address, text)
        if as_json:
            print_json([{"name": str(loss.on), "reason": loss.reason, "rows": loss.rows} for loss in losses])
            return
        for loss in losses:
            terminal.say(f"--allow {quote(str(loss.on))}   {loss}", style="warning", to_stdout=True)
        if not losses:
            terminal.say("it takes nothing away", style="good")
        return
    agree(url, yes=yes, as_json=as_json)
    with terminal.progress("running", tells_lines=True) as progress:
        done = run_script(
            address,
            text,
            allow=tuple(allow or ()),
            salvage=salvage,
            name=file.name,
            progress=progress,
            by=by or whoever(),
        )
    if as_json:
        print_json(done.as_dict())
    else:
        terminal.say(str(done), style="good")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(run)
