"""``designer rollback``: undo the last migrations of a database, by what it remembers of them."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import steps, terminal
from designer_kernel.cli.apply import agree, changing
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import Allow, AsJson, By, Trusted, Url, Yes, reach_beside
from designer_kernel.errors import DesignerError, UnknownObject

if TYPE_CHECKING:
    from designer_kernel.migrate.migration import Migration
    from designer_kernel.migrate.prove import Proof

EXAMPLE = "Example: `designer rollback postgresql://me@localhost/shop --to 3`; look at it, then add --proof HASH --yes"


@told
def rollback(
    url: Url,
    to: Annotated[
        int | None, typer.Option("--to", min=0, help="The version of the design to go back to; 0 undoes all.")
    ] = None,
    record: Annotated[
        int | None, typer.Option("--record", min=0, help="The record of the history after which all are undone.")
    ] = None,
    proof: Annotated[str, typer.Option("--proof", help="The hash that was shown, to apply it.")] = "",
    allow: Allow = None,
    by: By = "",
    trusted: Trusted = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Undo the last migration of a database, or all after a version: prove the way back and show it, or apply it."""
    from designer_kernel.migrate.rollback import rollback as roll_back
    from designer_kernel.postgres import target
    from designer_kernel.studio.author import whoever
    from designer_kernel.studio.rolling_back import plan_back

    if to is not None and record is not None:
        raise DesignerError("--to and --record are two ways to say one thing", mend="give one of them")
    address = target.resolve(reach_beside(url, write=bool(proof)), create=False)
    with terminal.progress("proving", tells_lines=True) as progress:
        after = 0 if to == 0 else record
        planned = plan_back(address, to or None, record=after, trusted=trusted, progress=progress)
    if planned is None:
        raise UnknownObject(
            "there is nothing to undo up to there",
            where=target.describe(address),
            mend="look at the history; to a version that was never applied there: designer plan TARGET DESIGN@N",
        )
    migration = planned.migration
    assert migration.proof is not None
    if not proof:
        for note in planned.notes if not as_json else ():
            terminal.say(f"note: {note}")
        _show(migration, migration.proof, as_json=as_json)
        return
    migration.check_proof(proof)
    agree(address, yes=yes, as_json=as_json)
    with changing(url), terminal.progress("rolling back", tells_lines=True) as progress:
        done = roll_back(address, ways=planned.ways, allow=tuple(allow or ()), by=by or whoever(), progress=progress)
    if as_json:
        print_json([one.as_dict() for one in done])
    else:
        for one in done:
            terminal.say(str(one), style="good")


def _show(migration: Migration, proof: Proof, *, as_json: bool) -> None:
    if as_json:
        print_json(steps.as_dict(migration))
    else:
        steps.say_plan(migration)
        steps.say_proof(proof)
        names = "".join(f" --allow {quote(str(loss.on))}" for loss in migration.plan.losses)
        terminal.say(f"nothing was changed; to roll back: the same with --proof {proof.hash}{names}")
    if not proof.holds:
        raise typer.Exit(Exit.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(rollback)
