"""``designer import``: make a design of a script, a database, or another notation; in a file, or for a team."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.losses import check_report, say_losses, say_mends, write_report
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.outputs import check_output, keep
from designer_kernel.cli.parameters import (
    Accept,
    AsJson,
    Database,
    Encoding,
    Mends,
    NewDesign,
    Owners,
    Privileges,
    Schemas,
    SourceText,
    Trusted,
)
from designer_kernel.cli.suggestions import proposal_of, report_rows, say_suggestions, suggestion_rows
from designer_kernel.cli.words import counted
from designer_kernel.errors import DocumentError

EXAMPLE = "Example: `designer import legacy.sql -o legacy.design.yaml --report losses.csv --mend all`"


@told
def import_source(
    source: SourceText,
    output: NewDesign,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write what became of each object: .csv, .json or .md.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="The design's name; without, the source's.")] = "",
    schemas: Schemas = None,
    owners: Owners = False,
    privileges: Privileges = True,
    mends: Mends = None,
    accept: Accept = None,
    trusted: Trusted = False,
    encoding: Encoding = "",
    database: Database = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the files if they are there.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if something was changed or refused.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a design of a script, a database or another notation, and say what became of each object."""
    from designer_kernel.studio.sources import options_of
    from designer_kernel.studio.sources import source as open_source
    from designer_kernel.studio.summary import open_mends, refuse_nothing, statement_counts, summary

    check_report(report)
    check_output(output, source, report, force=force)
    options = options_of(
        name, schemas=schemas or None, owners=owners, privileges=privileges, mends=mends, trusted=trusted,
        encoding=encoding, database=database, accept=accept, beside=output,
    )  # fmt: skip
    with terminal.progress("importing", tells_lines=True) as progress:
        opened = open_source(source, options, progress=progress)
        imported = opened.imported
    if report is not None:
        write_report(imported.losses, report, report_rows(proposal_of(imported)))
    offered = open_mends(imported)
    try:
        refuse_nothing(imported, opened.kind, terminal.named(source))
    except DocumentError:
        if not as_json:
            say_losses(imported.losses)
            say_mends(offered)
        raise
    versions = keep(output, imported, source, force=force)
    made = summary(imported, opened.kind)
    if as_json:
        entries = imported.losses.to_frame().to_dict("records")
        proposal = proposal_of(imported)
        suggested = {"suggestions": suggestion_rows(proposal)} if proposal is not None else {}
        head = {"file": str(output), "name": imported.design.name, "summary": made, "versions": versions}
        print_json(head | {"statements": statement_counts(imported), "losses": entries, "mends": offered} | suggested)
    else:
        came = f", with {counted(versions, 'version')}" if versions else ""
        terminal.say(f"made {output}: {made}{came}", style="good")
        say_losses(imported.losses)
        say_suggestions(proposal_of(imported))
        say_mends(offered)
        terminal.say(f"next: designer check {output}; designer ddl {output}; designer lab")
    if strict and not imported.losses.is_lossless:
        raise typer.Exit(Exit.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("import", epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(import_source)
