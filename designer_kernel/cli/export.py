"""``designer export``: write a design, a script or a database in another notation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.losses import check_report, check_written, say_losses, write_report
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import (
    AsJson,
    Database,
    Encoding,
    Mends,
    Owners,
    Privileges,
    Schemas,
    SourceText,
    Trusted,
    written_to,
)

EXAMPLE = "Example: `designer export postgresql://me@localhost/shop --to sqlalchemy -o models.py`"


@told
def export(
    source: SourceText,
    to: Annotated[str, typer.Option("--to", help="sql, yaml, json, dbml, mermaid, svg or sqlalchemy.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write what became of each object: .csv, .json or .md.")
    ] = None,
    schemas: Schemas = None,
    owners: Owners = False,
    privileges: Privileges = True,
    mends: Mends = None,
    trusted: Trusted = False,
    encoding: Encoding = "",
    database: Database = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the files if they are there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a design, a script or a database in another notation, and say what that notation cannot."""
    from designer_kernel.studio.exports import export as write
    from designer_kernel.studio.exports import notation
    from designer_kernel.studio.sources import options_of
    from designer_kernel.studio.sources import source as open_source

    output = written_to(output)
    check_report(report)
    check_written(source, output, report, force=force)
    notation(to)  # a slip should not have to wait for a database to be read
    options = options_of(
        schemas=schemas or None, owners=owners, privileges=privileges, mends=mends, trusted=trusted,
        encoding=encoding, database=database,
    )  # fmt: skip
    with terminal.progress("exporting", tells_lines=True) as progress:
        exported = write(open_source(source, options, progress=progress), to)
    if report is not None:
        write_report(exported.losses, report)
    if output is not None:
        output.write_text(exported.text, encoding="utf-8")
    if as_json:
        losses = exported.losses.to_frame().to_dict("records")
        print_json(
            {"file": str(output) if output else None, "losses": losses} | ({} if output else {"text": exported.text})
        )
        return
    if output is None:
        typer.echo(exported.text, nl=not exported.text.endswith("\n"))
    else:
        terminal.say(f"wrote {output}: {exported.losses}", style="good")
    say_losses(exported.losses)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(export)
