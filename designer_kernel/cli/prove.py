"""``designer prove``: try a plan in scratch databases, there and back."""

from __future__ import annotations

from shlex import quote
from typing import Annotated

import typer

from designer_kernel.cli import steps, terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, PlanFile, Trusted, reach_beside

EXAMPLE = "Example: `designer prove add_phone.plan.json`"


@told
def prove(
    file: PlanFile,
    url: Annotated[
        str | None, typer.Option("--on", metavar="URL", help="Prove on this database's server: one of its version.")
    ] = None,
    rows: Annotated[int, typer.Option("--rows", min=0, help="How many sample rows each table gets.")] = 20,
    trusted: Trusted = False,
    as_json: AsJson = False,
) -> None:
    """Prove a plan in scratch databases, there and back, and keep the proof in the plan's file."""
    from designer_kernel.migrate.migration import Migration
    from designer_kernel.postgres import target
    from designer_kernel.studio.proving import proved

    migration = Migration.open(file)
    place = target.resolve(reach_beside(url), create=False) if url is not None else None
    with terminal.progress("proving", tells_lines=True) as progress:
        migration = proved(migration, rows, url=place, trusted=trusted, progress=progress).migration
    assert migration.proof is not None
    migration.save(file)
    if as_json:
        print_json(migration.proof.as_dict() | {"holds": migration.proof.holds, "file": str(file)})
    else:
        steps.say_proof(migration.proof)
        if migration.proof.holds:
            allow = "".join(f" --allow {quote(str(loss.on))}" for loss in migration.plan.losses)
            terminal.say(f"next: designer apply {quote(str(file))} TARGET --proof {migration.proof.hash}{allow}")
    if not migration.proof.holds:
        raise typer.Exit(Exit.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(prove)
