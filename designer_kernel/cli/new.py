"""``designer new``: begin a design, in a file or for a team."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, print_json, told
from designer_kernel.cli.parameters import AsJson, NewDesign, check_design_name
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.design import Design

EXAMPLE = "Example: `designer new --template marketplace -o shop.design.yaml`"


@told
def new(
    output: NewDesign,
    template: Annotated[str, typer.Option("--template", "-t", help="Begin with this template; without, empty.")] = "",
    name: Annotated[str, typer.Option("--name", help="The design's name; without, the file's.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Begin a design, empty or from a template."""
    from designer_kernel.design import Design
    from designer_kernel.errors import DesignerError
    from designer_kernel.studio.design_file import DesignFile
    from designer_kernel.studio.locations import project_name
    from designer_kernel.studio.templates import from_template

    if is_shared(output):
        _new_shared(output, template, name, force=force, as_json=as_json)
        return
    path = Path(output)
    check_design_name(path)
    file = DesignFile(path)
    if file.exists() and not force:
        raise DesignerError("the file is there already", where=str(output), mend="choose another name, or add --force")
    chosen = name or project_name(path)
    design = from_template(template, chosen) if template else Design(name=chosen)
    file.write(design, overwrite=True)
    _say(output, design, as_json=as_json)


def _new_shared(output: str, template: str, name: str, *, force: bool, as_json: bool) -> None:
    """Begin a project of a team."""
    from designer_kernel.studio.team.opening import make_shared

    if name or force:
        raise typer.BadParameter("a team's project has the name of its place, and is never replaced by a new one")
    _say(output, make_shared(output, template or "blank").design, as_json=as_json)


def _say(output: str, design: Design, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": output, "name": design.name, "entities": len(design.entities)})
    else:
        terminal.say(f"made {output}: {len(design.entities)} entities", style="good")
        terminal.say(f"next: designer check {output}; designer ddl {output}; designer lab")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(new)
