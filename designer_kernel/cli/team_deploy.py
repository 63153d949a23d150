"""Deploying a team's project where the team has its databases: in a schema of its own."""

from __future__ import annotations

import sys
from dataclasses import asdict
from shlex import quote
from typing import TYPE_CHECKING

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import print_json
from designer_kernel.cli.words import counted
from designer_kernel.errors import DeployRefused, DesignerError

if TYPE_CHECKING:
    from designer_kernel.studio.team.deploying import DeploymentView, RecordView
    from designer_kernel.studio.team.session import SharedSession


def deploy(session: SharedSession, *, allow: tuple[str, ...], leave_out: bool, yes: bool, as_json: bool) -> None:
    """Take the team's database to what a project is now, after showing what that does, and asking.

    Raises
    ------
    DeployRefused
        If there is nobody to ask, or the design cannot live there.
    LossRefused
        If rows or values would be lost, and that is not allowed by name.
    """
    from designer_kernel.studio.team import deploying

    wanted = session.ask(deploying.preview, leave_out=leave_out)
    if not as_json:
        _say_what_would_be(session, wanted)
    if not yes and (as_json or not sys.stdin.isatty()):
        raise DeployRefused("nobody was asked", where=session.name, mend="look at what it would do, then add --yes")
    if not yes:
        typer.confirm("Run them on this database?", abort=True, err=True)
    done = session.ask(deploying.deploy, allow=allow, leave_out=leave_out)
    if as_json:
        print_json(asdict(done))
    elif done.statements:
        terminal.say(f"revision {done.revision}: {counted(len(done.statements), 'statement')} run", style="good")
    else:
        terminal.say(f"nothing to do: revision {done.revision} is there already", style="good")


def say_history(session: SharedSession, *, as_json: bool) -> None:
    """Tell the deployments of a project in the team's database, the newest first."""
    from designer_kernel.studio.team import deploying

    records: list[RecordView] = session.ask(deploying.deployments)
    if as_json:
        print_json({"deployments": [asdict(record) for record in records]})
        return
    for record in records:
        way = f"revision {record.from_revision or 'none'} → {record.to_revision}"
        text = f"{record.at:%Y-%m-%d %H:%M}  {record.status:<8}  {way:<22}  {record.who}"
        terminal.say(text.rstrip(), to_stdout=True)
    if not records:
        terminal.say("nothing of this project was deployed to the team's database yet")


def say_drift(session: SharedSession, name: str, *, as_json: bool) -> bool:
    """Tell how the team's database differs from what was deployed of a project; return whether it does not.

    Raises
    ------
    DesignerError
        If nothing of it is deployed.
    """
    from designer_kernel.studio.team import deploying

    found = session.ask(deploying.drift)
    if found.revision is None:
        raise DesignerError(
            "nothing of this project is deployed to the team's database",
            where=name,
            mend=f"designer deploy {name}; of another database: designer drift URL {name}",
        )
    if as_json:
        print_json(asdict(found))
        return not found.differences
    for one in found.differences:
        values = f": {one.field} is {one.found} instead of {one.meant}" if one.change == "changed" else ""
        terminal.say(f"{one.change:<8}  {one.object}{values}", style="warning", to_stdout=True)
    if found.differences:
        terminal.say(f"next: designer deploy {quote(name)} takes it back to the design, which may lose rows by name")
    else:
        terminal.say(f"the team's database is as revision {found.revision} was deployed", style="good", to_stdout=True)
    if found.now != found.revision:
        terminal.say(f"note: the project is at revision {found.now} now, and revision {found.revision} is deployed")
    return not found.differences


def _say_what_would_be(session: SharedSession, wanted: DeploymentView) -> None:
    statements = counted(len(wanted.statements), "statement")
    terminal.say(f"target: schema {wanted.schema} of the team's database; {statements} of {session.name!r}")
    for loss in wanted.losses:
        terminal.say(f"  loses rows or values, unless: --allow '{loss}'", style="warning")
    for one in wanted.left_out:
        terminal.say(f"  left out: {one}", style="warning")
