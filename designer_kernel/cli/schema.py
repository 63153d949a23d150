"""``designer schema``: the JSON Schema of design files."""

from __future__ import annotations

import typer

from designer_kernel.cli.outcome import EXIT_CODES, print_json, told

EXAMPLE = "Example: `designer schema > design.schema.json`"


@told
def schema() -> None:
    """Print the JSON Schema of design files, for editors that complete and check them."""
    from designer_kernel.design import document

    print_json(document.json_schema())


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(schema)
