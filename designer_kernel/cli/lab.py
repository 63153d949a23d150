"""``designer lab``: JupyterLab on the quickstart notebook."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, told

EXAMPLE = "Example: `designer lab --port 8899 --no-browser`"


@told
def lab(
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port; the next free one if it is taken.")
    ] = 8888,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    notebook: Annotated[str, typer.Option("--notebook", help="The notebook to open.")] = "quickstart.ipynb",
) -> None:
    """Open JupyterLab on the notebook that tells the story; it listens on this machine alone."""
    from designer_kernel.cli import serving
    from designer_kernel.cli.shipped_notebooks import notebook_directory

    directory = notebook_directory()
    if not (directory / notebook).is_file():
        raise typer.BadParameter(f"there is no {notebook!r} in {directory}", param_hint="--notebook")
    port = serving.free_port(port)
    terminal.say(f"JupyterLab opens {directory / notebook}; Ctrl-C twice stops it")
    address = f"http://{serving.ADDRESS}:{port}/lab/tree/{quote(notebook)}?token={quote(serving.token())}"
    terminal.say(f"\n  {address}\n", style="title")
    serving.become("jupyterlab", arguments(str(directory), notebook, port=port, browser=browser))


def arguments(directory: str, notebook: str, *, port: int, browser: bool) -> list[str]:
    """Return JupyterLab's arguments, beside the configuration in `serving.CONFIGURATION`."""
    from designer_kernel.cli import serving

    chosen = [
        f"--ServerApp.ip={serving.ADDRESS}",
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={directory}",
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        f"--LabApp.default_url=/lab/tree/{notebook}",
    ]
    if not browser:
        chosen.append("--no-browser")
    if serving.is_root():
        chosen.append("--allow-root")
    return chosen


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(lab)
