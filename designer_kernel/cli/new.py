"""``designer new``: begin a design file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson, check_design_name

EXAMPLE = "Example: `designer new --template marketplace -o shop.design.yaml`"


@told
def new(
    output: Annotated[Path, typer.Option("--output", "-o", help="The design file to make.")],
    template: Annotated[str, typer.Option("--template", "-t", help="Begin with this template; without, empty.")] = "",
    name: Annotated[str, typer.Option("--name", help="The design's name; without, the file's.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Begin a design file, empty or from a template."""
    from designer_kernel.design import Design
    from designer_kernel.errors import DesignerError
    from designer_kernel.studio.design_file import DesignFile
    from designer_kernel.studio.locations import project_name
    from designer_kernel.studio.templates import from_template

    check_design_name(output)
    file = DesignFile(output)
    if file.exists() and not force:
        raise DesignerError("the file is there already", where=str(output), mend="choose another name, or add --force")
    chosen = name or project_name(output)
    design = from_template(template, chosen) if template else Design(name=chosen)
    file.write(design, overwrite=True)
    if as_json:
        print_json({"file": str(output), "name": design.name, "entities": len(design.entities)})
    else:
        terminal.say(f"made {output}: {len(design.entities)} entities", style="good")
        terminal.say(f"next: designer check {output}; designer ddl {output}; designer lab")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(new)
