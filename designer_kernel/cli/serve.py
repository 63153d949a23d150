"""``designer serve``: the REST API of a team."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, told
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    import socket

    from designer_kernel.studio.team.team import Team

EXAMPLE = "Example: `designer serve --port 8000`"


@told
def serve(
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Port; the next free one if it is taken.")
    ] = 8000,
) -> None:
    """Serve the team's REST API; it listens on this machine alone."""
    from designer_kernel.cli import serving

    needed("fastapi", "uvicorn", "jwt", "argon2", "prometheus_client", "alembic", "zxcvbn")
    from designer_kernel.store.engine import open_store
    from designer_kernel.studio.team.people import offer_code
    from designer_kernel.studio.team.team import Team

    with terminal.progress("server") as progress:
        store = open_store(progress=progress)
    try:
        team = Team(store)
        port = serving.free_port(port)
        code = offer_code(team)
        run(team, serving.ADDRESS, port, lambda: welcome(f"http://{serving.ADDRESS}:{port}", code))
    finally:
        store.close()


def welcome(url: str, code: str | None) -> None:
    """Tell where the API is, and the first owner's code if there is nobody yet."""
    terminal.say(f"REST API: {url}   (its paths: {url}/docs)", style="title")
    if code is not None:
        terminal.say("Nobody is here yet. Who registers first owns the first workspace, with this one-time code:")
        terminal.say(f"\n  {code}\n", style="title")


def needed(*modules: str) -> None:
    """Refuse to begin if what the extra ``team`` installs is missing.

    Raises
    ------
    DesignerError
        If a module is not installed.
    """
    from importlib.util import find_spec

    for module in modules:
        if find_spec(module) is None:
            raise DesignerError(f"{module} is not installed", mend="pip install 'schema-designer[team]'")


def run(team: Team, address: str, port: int, listening: Callable[[], None] = lambda: None) -> None:
    """Answer requests until told to stop; meanwhile keep checkpoints of the audit and remove what is old.

    Parameters
    ----------
    listening
        Called once requests are answered, so that nobody is told an address that refuses them.
    """
    import uvicorn

    from designer_kernel.api import logs
    from designer_kernel.api.app import create_app
    from designer_kernel.api.settings import of_environment
    from designer_kernel.studio.team.audit import keeping
    from designer_kernel.studio.team.tidying import Tidying

    logs.to_standard_error()
    signal.signal(signal.SIGTERM, _leave)
    app = create_app(team, of_environment())
    with keeping.of_environment(team.store, logs.warning), Tidying(team.store, logs.warning):
        config = uvicorn.Config(
            app,
            host=address,
            port=port,
            log_level="warning",
            access_log=False,  # we write our own, without what may be secret
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
        )

        class Told(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    listening()

        server = Told(config)
        with suppress(KeyboardInterrupt):
            server.run()
        if not server.started:  # it said why
            raise typer.Exit(Exit.REFUSED)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """End as after Ctrl+C, so that what is done at the end is done: the server raises the signal again when it is."""
    raise SystemExit(0)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(serve)
