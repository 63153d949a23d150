"""``designer inspect``: what a design, a script or a database holds."""

from __future__ import annotations

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.losses import say_losses, say_mends
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
)
from designer_kernel.cli.suggestions import proposal_of, say_suggestions

EXAMPLE = "Example: `designer inspect postgresql://me@localhost/shop`"


@told
def inspect_source(
    source: SourceText,
    schemas: Schemas = None,
    owners: Owners = False,
    privileges: Privileges = True,
    mends: Mends = None,
    trusted: Trusted = False,
    encoding: Encoding = "",
    database: Database = "",
    as_json: AsJson = False,
) -> None:
    """Tell what a design, a script or a database holds, by kind, and what a design of it would keep or lose."""
    from collections import Counter

    from designer_kernel.studio.sources import options_of
    from designer_kernel.studio.sources import source as open_source
    from designer_kernel.studio.summary import open_mends, statement_counts, summary

    options = options_of(
        schemas=schemas or None, owners=owners, privileges=privileges, mends=mends, trusted=trusted,
        encoding=encoding, database=database,
    )  # fmt: skip
    with terminal.progress("reading", tells_lines=True) as progress:
        opened = open_source(source, options, progress=progress)
        imported = opened.imported
        kinds = Counter(fact.kind for fact in opened.catalog.values())
    said, offered = summary(imported, opened.kind), open_mends(imported)
    if as_json:
        losses = imported.losses.to_frame().to_dict("records")
        head = {"name": opened.name, "source": opened.kind, "objects": dict(sorted(kinds.items())), "summary": said}
        print_json(head | {"statements": statement_counts(imported), "losses": losses, "mends": offered})
        return
    facts = f"{sum(kinds.values()):,} facts in PostgreSQL"
    terminal.say(f"{opened.name}: {opened.kind}, {facts}", style="title", to_stdout=True)
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        terminal.say(f"{count:>7,}  {kind.replace('_', ' ')}", to_stdout=True)
    terminal.say(f"as a design: {said}", to_stdout=True)
    say_losses(imported.losses)
    say_suggestions(proposal_of(imported))
    say_mends(offered)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("inspect", epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(inspect_source)
