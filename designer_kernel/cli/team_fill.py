"""Sample data into a team's project where the team has its databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import print_json
from designer_kernel.cli.words import counted
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.studio.team.session import SharedSession


def refuse_options(given: Mapping[str, Any]) -> None:
    """Refuse options that are for databases of one's own.

    Raises
    ------
    BadParameter
        For the first that was given.
    """
    for option, value in given.items():
        if value:
            raise typer.BadParameter("this is for a database that is named: give its URL", param_hint=option)


def fill(session: SharedSession, config: dict[str, Any], *, yes: bool, as_json: bool) -> None:
    """Fill what is deployed of a project, and say what was done.

    Raises
    ------
    DesignerError
        If the rows cannot be made, or nobody agreed to remove those that are there.
    """
    from designer_kernel.studio.team import filling

    if config["mode"] == "replace" and not yes:
        raise DesignerError("nobody was asked whether to remove rows", where=session.name, mend="add --yes")
    with terminal.progress("filling") as progress:
        done = filling.fill(session, config, progress)
    if as_json:
        print_json(asdict(done))
        return
    terminal.say(f"{counted(done.rows, 'row')} in {counted(len(done.counts), 'table')}", to_stdout=True)
    for note in done.notes:
        terminal.say(f"note: {note}")
