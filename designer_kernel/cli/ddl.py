"""``designer ddl``: the script that creates the database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignName, open_design, written_to
from designer_kernel.cli.words import counted

EXAMPLE = "Example: `designer ddl shop.design.yaml | psql -v ON_ERROR_STOP=1 shop`"


@told
def ddl(
    file: DesignName,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead.")] = None,
    entity: Annotated[str, typer.Option("--entity", help="Only what creates this entity's table.")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if a finding is an error.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the SQL script that creates the database in one transaction."""
    output = written_to(output)
    session = open_design(file)
    script = session.ddl(entity or None)
    if output is not None:
        output.write_text(script.text, encoding="utf-8")
        terminal.say(f"wrote {output}: {counted(len(script.statements), 'statement')}", style="good")
    if as_json:
        statements = [{"sql": s.sql, "objects": [str(key) for key in s.objects]} for s in script.statements]
        print_json({"statements": statements})
    elif output is None:
        typer.echo(script.text, nl=not script.text.endswith("\n"))
    errors = sum(finding.severity == "error" for finding in session.findings)
    if errors:
        terminal.say(f"{counted(errors, 'error finding')}; see: designer check {file}", style="warning")
        if strict:
            raise typer.Exit(Exit.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(ddl)
