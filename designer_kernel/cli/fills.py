"""``designer fills``: what was filled, when, by whom, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignName, open_design, shared
from designer_kernel.cli.words import counted
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.studio.team.fills import FillView
    from designer_kernel.studio.team.session import SharedSession

_STYLES = {"failed": "error", "cancelled": "quiet", "completed": ""}


@told
def fills(file: DesignName, as_json: AsJson = False) -> None:
    """List the fills of a design: pending, running, completed, failed or cancelled, with their rows and targets.

    Of team:workspace/project: first the newest fills of the team's database, by whomever.
    """
    session = open_design(file)
    jobs = list(session.fills)
    in_room = _in_room(shared(session)) if is_shared(file) else []
    if as_json:
        print_json([*(asdict(one) for one in in_room), *(job.as_dict() for job in jobs)])
        return
    for one in in_room:
        terminal.say(_line(one), style=_STYLES.get(one.status, "info"), to_stdout=True)
    for job in jobs:
        terminal.say(str(job), style=_STYLES.get(job.status, "info"), to_stdout=True)
    if not jobs and not in_room:
        terminal.say("nothing was filled yet")


def _in_room(session: SharedSession) -> list[FillView]:
    """Return the newest fills of what is deployed of a team's project, the newest first."""
    from designer_kernel.studio.team import fills as cases

    return session.ask(cases.of_project)


def _line(view: FillView) -> str:
    """Return a fill of a team's database in a line: when, what became of it, and by whom."""
    rows = f"{counted(view.rows, 'row')} in {counted(len(view.counts), 'table')} of the team's database"
    text = f"{view.created_at:%Y-%m-%d %H:%M}  {view.status:<9}  {rows}, by {view.who}"
    return f"{text}: {view.error}" if view.error else text


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"Example: `designer fills shop.design.yaml`\n\n{EXIT_CODES}")(fills)
