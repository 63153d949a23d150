"""``designer erd``: the ER diagram as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, told
from designer_kernel.cli.parameters import DesignName, open_design, written_to

EXAMPLE = "Example: `designer erd shop.design.yaml -o shop.svg --theme dark`"


class Theme(StrEnum):
    """Colours of the diagram."""

    LIGHT = "light"
    DARK = "dark"


@told
def erd(
    file: DesignName,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here; .svg, or .mmd and .md for Mermaid.")
    ] = None,
    theme: Annotated[Theme, typer.Option("--theme", help="Colours of the SVG.")] = Theme.LIGHT,
) -> None:
    """Draw the ER diagram as SVG, or write it as Mermaid text."""
    output = written_to(output)
    session = open_design(file)
    suffix = output.suffix.lower() if output is not None else ".svg"
    if suffix not in {".svg", ".mmd", ".md"}:
        raise typer.BadParameter(f"{suffix!r} is no format of a diagram: use .svg, .mmd or .md")
    text = session.svg(theme.value) if suffix == ".svg" else session.mermaid()
    if suffix == ".md":
        text = f"```mermaid\n{text}\n```\n"
    if output is None:
        typer.echo(text)
    else:
        output.write_text(text, encoding="utf-8")
        terminal.say(f"wrote {output}", style="good")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(erd)
