"""``designer keys``: the keys under which a team's secrets are sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson
from designer_kernel.cli.words import counted
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.store.engine import Store
    from designer_kernel.studio.team.actor import Actor

StoreUrl = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="The team's database; without, DESIGNER_DATABASE_URL or our own."),
]
ROTATE_CODES = EXIT_CODES.replace("1 refused", "1 secrets that could not be opened, refused")


@told
def rotate(
    store: StoreUrl = None,
    new_master: Annotated[
        bool, typer.Option("--new-master", help="Put a new master key into the file of master keys first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give every workspace a new data key and seal all secrets anew; a rotation that was cut off goes on.

    Everybody may go on working meanwhile. Master keys of before stay in their file: copies of the store need them.
    """
    from designer_kernel.postgres import target
    from designer_kernel.store.engine import open_store
    from designer_kernel.studio.author import whoever
    from designer_kernel.studio.team.actor import Actor
    from designer_kernel.studio.team.secrets.master_keys import configured
    from designer_kernel.studio.team.secrets.rotating import rotate as rotated

    service = configured()
    made = _renew(service) if new_master else None
    with terminal.progress("starting") as progress:
        opened = open_store(target.resolve(store, create=False) if store else None, progress=progress)
    actor = Actor(None, whoever() or "an operator", "shell")
    try:
        if made is not None:
            _tell(opened, actor, made)
        with terminal.progress("sealing", tells_lines=True) as progress:
            done = rotated(
                opened,
                service,
                actor,
                told=lambda count, total: progress(count, total, "secrets"),
            )
    finally:
        opened.close()
    if as_json:
        print_json(done.as_dict())
    else:
        went_on = " (went on with one that was cut off)" if done.resumed else ""
        terminal.say(
            f"{counted(done.workspaces, 'workspace')}: {counted(done.re_encrypted, 'secret')} sealed anew, "
            f"{done.skipped:,} skipped, {done.failed:,} failed{went_on}",
            style="error" if done.failed else "good",
            to_stdout=True,
        )
        for connection in sorted(map(str, done.failures)):
            terminal.say(f"could not be opened: connection {connection}", style="error")
        if done.failed:
            terminal.say("next: bring back their master key, or enter these connection strings again; then rotate")
    if done.failed:
        raise typer.Exit(Exit.REFUSED)


def _renew(service: object) -> str:
    """Put a new master key before the others, and return its id."""
    from designer_kernel.studio.team.secrets.key_files import KeyFile

    if not isinstance(service, KeyFile):
        raise DesignerError(
            "the master key is not in a file",
            where=type(service).__name__,
            mend="give the new one where it is kept, with the old one beside it, and rotate without --new-master",
        )
    service.begin()
    return service.renew()


def _tell(store: Store, actor: Actor, key: str) -> None:
    """Tell the audit of a new master key."""
    from designer_kernel.studio.team import audit
    from designer_kernel.studio.team.unit import Entry

    with store.transaction() as session:
        audit.append(session, actor, [Entry("master_key.new", key)])


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(help="The keys that a team's secrets are sealed under.", no_args_is_help=True)
    group.command(epilog=f"Example: `designer keys rotate`\n\n{ROTATE_CODES}")(rotate)
    group.callback()(_of_a_group)
    app.add_typer(group, name="keys", epilog=EXIT_CODES)


def _of_a_group() -> None:
    """Let ``rotate`` be named, though it is the only command of its group."""
