"""``designer kernelspec``: the tile "Schema Designer" in the launcher of JupyterLab."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, told
from designer_kernel.errors import DesignerError, UnknownObject

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpecManager

NAME: Final = "schema-designer"
"""The name of the kernel; its tile has another one, for people."""

EXAMPLE: Final = "Example: `designer kernelspec install`"


def specification() -> dict[str, Any]:
    """Return the kernel: IPython of this environment, with the extension loaded from the start."""
    return {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--ext=designer_kernel"],
        "display_name": "Schema Designer",
        "language": "python",
        "metadata": {"debugger": True},
    }


@told
def install(
    everywhere: Annotated[
        bool, typer.Option("--environment", help="For all who use this environment, instead of you alone.")
    ] = False,
) -> None:
    """Add the tile to the launcher; once more brings it up to date."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "kernel.json").write_text(json.dumps(specification(), indent=1) + "\n", encoding="utf-8")
        with as_file(files("designer_kernel.cli") / "jupyter" / "kernel") as logos:
            for logo in logos.iterdir():
                shutil.copyfile(logo, folder / logo.name)
        try:
            place = _manager().install_kernel_spec(
                made, NAME, user=not everywhere, prefix=sys.prefix if everywhere else None
            )
        except OSError as error:
            raise DesignerError(
                f"the tile cannot be added: {error.strerror or error}",
                where=str(error.filename or ""),
                mend="choose a place that you may write to: with or without --environment",
            ) from error
    terminal.say(f"the launcher has the tile Schema Designer: {place}")


@told
def remove() -> None:
    """Take the tile away from the launcher."""
    manager = _manager()
    if NAME not in manager.find_kernel_specs():
        raise UnknownObject("the launcher has no tile of the designer", mend="designer kernelspec install adds it")
    place = manager.remove_kernel_spec(NAME)
    terminal.say(f"the tile is gone: {place}")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(help="The designer's tile in the launcher of JupyterLab.", no_args_is_help=True)
    group.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(install)
    group.command(epilog=EXIT_CODES)(remove)
    app.add_typer(group, name="kernelspec", epilog=EXIT_CODES)


def _manager() -> KernelSpecManager:
    try:
        from jupyter_client.kernelspec import KernelSpecManager
    except ImportError as error:
        raise DesignerError("Jupyter is not installed here", mend="pip install 'schema-designer[notebook]'") from error
    return KernelSpecManager()
