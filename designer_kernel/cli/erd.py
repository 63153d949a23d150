"""``designer erd``: the ER diagram as a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, told
from designer_kernel.cli.parameters import DesignName, open_design, written_to

if TYPE_CHECKING:
    from designer_kernel.diagram.style import ThemeName
    from designer_kernel.studio.project import ProjectSession

EXAMPLE = "Example: `designer erd shop.design.yaml -o shop.svg --theme dark`"


class Theme(StrEnum):
    """Colours of the diagram."""

    LIGHT = "light"
    DARK = "dark"


@told
def erd(
    file: DesignName,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here; .svg, .png, or .mmd and .md for Mermaid.")
    ] = None,
    theme: Annotated[Theme, typer.Option("--theme", help="Colours of the picture.")] = Theme.LIGHT,
    diagram: Annotated[str | None, typer.Option("--diagram", help="Draw this saved diagram, not everything.")] = None,
    scale: Annotated[float, typer.Option("--scale", help="Pixels of a PNG for each of the diagram; 4 for print.")] = 2,
    outlined: Annotated[
        bool, typer.Option("--outlined", help="Draw texts of an SVG as shapes, for machines without our fonts.")
    ] = False,
) -> None:
    """Draw the ER diagram as SVG or PNG, or write it as Mermaid text."""
    output = written_to(output)
    session = open_design(file)
    suffix = output.suffix.lower() if output is not None else ".svg"
    if suffix not in {".svg", ".png", ".mmd", ".md"}:
        raise typer.BadParameter(f"{suffix!r} is no format of a diagram: use .svg, .png, .mmd or .md")
    text = _text(session, suffix, theme.value, diagram)
    if suffix == ".png":
        from designer_kernel.diagram import raster

        drawn = raster.png(text, scale=scale, theme=theme.value)
    elif outlined and suffix == ".svg":
        from designer_kernel.diagram import outlines

        text = outlines.outlined(text, theme.value).svg
    if output is None:
        typer.echo(text)
        return
    if suffix == ".png":
        output.write_bytes(drawn)
    else:
        output.write_text(text, encoding="utf-8")
    terminal.say(f"wrote {output}", style="good")


def _text(session: ProjectSession, suffix: str, theme: ThemeName, diagram: str | None) -> str:
    """Return the picture as SVG, or as Mermaid for files of that."""
    from designer_kernel.diagram import mermaid, seen, svg

    part = None if diagram is None else seen.diagram_of(session.design, diagram)
    if suffix in {".svg", ".png"}:
        return session.svg(theme) if part is None else svg.render(seen.picture_of(session.design, part), theme=theme)
    only = None if part is None or part.members is None else set(map(str, part.members))
    text = session.mermaid() if part is None else mermaid.render(session.design, only=only)
    return f"```mermaid\n{text}\n```\n" if suffix == ".md" else text


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(erd)
