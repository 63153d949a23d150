"""``designer fills``: what was filled, when, by whom, and what became of it."""

from __future__ import annotations

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignName, open_design

_STYLES = {"failed": "error", "cancelled": "quiet", "completed": ""}


@told
def fills(file: DesignName, as_json: AsJson = False) -> None:
    """List the fills of a design: pending, running, completed, failed or cancelled, with their rows and targets."""
    jobs = list(open_design(file).fills)
    if as_json:
        print_json([job.as_dict() for job in jobs])
        return
    for job in jobs:
        terminal.say(str(job), style=_STYLES.get(job.status, "info"), to_stdout=True)
    if not jobs:
        terminal.say("nothing was filled yet")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"Example: `designer fills shop.design.yaml`\n\n{EXIT_CODES}")(fills)
