"""``designer import-migrations``: the history of another tool as the versions of a design."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.losses import say_losses
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.outputs import file_of
from designer_kernel.cli.parameters import AsJson, Encoding, NewDesign, Trusted

EXAMPLE = "Example: `designer import-migrations db/migrations -o shop.design.yaml`"


@told
def import_migrations(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A folder of 001_x.sql, V1__x.sql (Flyway), 1_x.up.sql (golang-migrate), files of dbmate or goose, "
            "folders with migration.sql (Prisma), or the alembic.ini of an Alembic project.",
        ),
    ],
    output: NewDesign,
    name: Annotated[str, typer.Option("--name", help="The design's name; without, the folder's.")] = "",
    who: Annotated[str, typer.Option("--who", help="Who made the versions; without, who you are.")] = "",
    run_python: Annotated[
        bool,
        typer.Option("--run-python", help="Run the Python of an Alembic project, with all your rights. Only your own."),
    ] = False,
    python: Annotated[
        str, typer.Option("--python", help="The interpreter that has what the Alembic project imports.")
    ] = "",
    trusted: Trusted = False,
    encoding: Encoding = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the design file if it is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a design with a version for each migration: each is run in a shadow database, one after the other."""
    from designer_kernel.studio.histories import import_history

    with file_of(output) as file, terminal.progress("importing", tells_lines=True) as progress:
        made = import_history(
            source, file, name=name, who=who, run_python=run_python, python=python, trusted=trusted,
            encoding=encoding, replace=force, progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(made.as_dict() | {"file": output})
        return
    for version, one in zip(made.versions, made.read, strict=True):
        terminal.say(f"{version.number:>4}  {version.message}  ({one.file.place})", to_stdout=True)
    terminal.say(f"made {output} with {len(made.versions)} versions", style="good")
    say_losses(made.read[-1].losses)
    terminal.say(f"next: designer versions {output}; designer plan {output}@1 {output}")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("import-migrations", epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(import_migrations)
