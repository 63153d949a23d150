"""``designer dashboard``: the designer and the dashboard as web pages."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, told
from designer_kernel.studio.faces import OWN

EXAMPLE = "Example: `designer dashboard --port 8866 --theme dark --no-browser`"


class Theme(StrEnum):
    """Colours of the pages."""

    LIGHT = "light"
    DARK = "dark"


@told
def dashboard(
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port; the next free one if it is taken.")
    ] = 8866,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open a browser.")] = True,
    theme: Annotated[Theme, typer.Option("--theme", help="Colours of the pages.")] = Theme.LIGHT,
    deploy: Annotated[
        bool, typer.Option("--deploy/--no-deploy", help="Whether the pages may deploy to the target and fill it.")
    ] = True,
) -> None:
    """Serve designer.ipynb and dashboard.ipynb with Voilà, without code; it listens on this machine alone."""
    from designer_kernel.cli import serving
    from designer_kernel.cli.shipped_notebooks import notebook_directory

    # pages deploy only if their server says so; this one listens to nobody but the person who started it
    os.environ["DESIGNER_ALLOW_DEPLOY"] = "1" if deploy else "0"
    os.environ[OWN] = "1"  # for the same reason they may work on databases of this machine
    directory = notebook_directory()
    port = serving.free_port(port)
    terminal.say(f"designer:  http://{serving.ADDRESS}:{port}/voila/render/designer.ipynb", style="title")
    terminal.say(f"dashboard: http://{serving.ADDRESS}:{port}/voila/render/dashboard.ipynb", style="title")
    serving.become("voila", arguments(str(directory), port=port, browser=browser, theme=theme.value))


def arguments(directory: str, *, port: int, browser: bool, theme: str) -> list[str]:
    """Return Voilà's arguments, beside the configuration in `serving.CONFIGURATION`."""
    from designer_kernel.cli import serving

    chosen = [
        directory,
        f"--Voila.ip={serving.ADDRESS}",
        f"--port={port}",
        f"--theme={theme}",
    ]
    if not browser:
        chosen.append("--no-browser")
    return chosen


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(dashboard)
