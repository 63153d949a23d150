"""``designer apply``, ``resume`` and ``abandon``: a proved plan into a database."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from designer_kernel.cli import steps, terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import Allow, AsJson, By, PlanFile, Proof, Url, Yes, reach_beside
from designer_kernel.errors import Cancelled, DesignerError

EXAMPLE = "Example: `designer apply add_phone.plan.json postgresql://me@localhost/shop --proof HASH --yes`"


@told
def apply(
    file: PlanFile,
    url: Url,
    proof: Proof = "",
    allow: Allow = None,
    by: By = "",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Apply a proved plan to a database, or go on with it where it was interrupted, and record that there."""
    from designer_kernel.migrate.apply import apply as applied_to
    from designer_kernel.migrate.gate import check_allowed
    from designer_kernel.migrate.migration import Migration
    from designer_kernel.studio.author import whoever

    migration = Migration.open(file)
    migration.check_proof(proof)
    address = reach_beside(url)
    check_allowed(migration.plan, tuple(allow or ()))
    if not yes and not as_json:
        steps.say_plan(migration, with_sql=False)
    agree(address, yes=yes, as_json=as_json)
    with changing(url), terminal.progress("applying", tells_lines=True) as progress:
        done = applied_to(
            migration, address, proof=proof, allow=tuple(allow or ()), by=by or whoever(), progress=progress
        )
    if as_json:
        print_json(done.as_dict())
    else:
        terminal.say(str(done), style="good")


@told
def resume(url: Url, by: By = "", yes: Yes = False, as_json: AsJson = False) -> None:
    """Go on with the migration in stages that a database is in the middle of."""
    from designer_kernel.migrate.apply import resume as go_on
    from designer_kernel.studio.author import whoever

    address = reach_beside(url)
    agree(address, yes=yes, as_json=as_json)
    with changing(url), terminal.progress("applying", tells_lines=True) as progress:
        done = go_on(address, by=by or whoever(), progress=progress)
    if as_json:
        print_json(done.as_dict())
    else:
        terminal.say(str(done), style="good")


@told
def abandon(url: Url, by: By = "", yes: Yes = False, as_json: AsJson = False) -> None:
    """Give up the migration in stages that a database is in the middle of; what is done stays."""
    from designer_kernel.migrate.abandon import abandon as give_up
    from designer_kernel.studio.author import whoever

    address = reach_beside(url)
    agree(address, yes=yes, as_json=as_json)
    given_up = give_up(address, by=by or whoever())
    if as_json:
        print_json(given_up.begun.as_dict())
    else:
        terminal.say(str(given_up), style="good")
        terminal.say(f"next: designer plan {terminal.named(url)} DESIGN: from what is there now")


def agree(url: str, *, yes: bool, as_json: bool) -> None:
    """Ask before a database is changed; without a terminal there is nobody to ask.

    Raises
    ------
    DesignerError
        If there is nobody to ask.
    """
    from designer_kernel.postgres.target import describe, resolve

    place = describe(resolve(url, create=False))
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise DesignerError("nobody was asked", where=place, mend="look at what it would do, then add --yes")
    terminal.say(f"target: {place}")
    typer.confirm("Change this database?", abort=True, err=True)


@contextmanager
def changing(url: str) -> Iterator[None]:
    """Say of Ctrl-C while a database is changed that what was done in stages stays."""
    try:
        yield
    except KeyboardInterrupt:
        raise Cancelled(
            "cancelled",
            where=terminal.named(url),
            mend=f"what was not committed is undone, what was stays: designer history {terminal.named(url)} tells",
        ) from None


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(apply)
    app.command(epilog=f"Example: `designer resume shop --yes`\n\n{EXIT_CODES}")(resume)
    app.command(epilog=f"Example: `designer abandon shop --yes`\n\n{EXIT_CODES}")(abandon)
