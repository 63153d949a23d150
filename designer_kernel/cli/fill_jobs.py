"""The options of ``designer fill`` that are about jobs in parts: going on, undoing, clusters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import print_json
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession

Resumable = Annotated[
    bool, typer.Option("--resumable", help="Load in parts, so that a run that is killed can be gone on with.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the fill that was killed.")]
Abandon = Annotated[bool, typer.Option("--abandon", help="Undo the fill that was killed, and fill nothing.")]
Along = Annotated[
    str | None,
    typer.Option("--along", metavar="TABLE", help="A table of tenants by which the target is distributed."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="A scheduler of dask.distributed, tcp://host:8786, whose workers load; they are told the URL.",
    ),
]


@contextmanager
def cluster(address: str | None) -> Iterator[dict[str, Any]]:
    """Give the option of a fill over a cluster while the block runs; none without an address.

    Raises
    ------
    DesignerError
        If dask.distributed is not installed, or nobody answers.
    """
    if address is None:
        yield {}
        return
    try:
        import distributed
    except ImportError as error:
        raise DesignerError(
            "dask.distributed is not installed", where="--scheduler", mend="pip install 'schema-designer[cluster]'"
        ) from error
    client_of: Any = distributed.Client  # it has no types
    try:
        client = client_of(address, timeout=10)
    except (OSError, ValueError) as error:
        raise DesignerError(
            f"the scheduler does not answer: {error}", where=address, mend="check the address; start it: dask scheduler"
        ) from error
    with client:
        yield {"client": client}


def abandon(session: ProjectSession, url: str, *, as_json: bool) -> None:
    """Undo the fill that is under way."""
    undone = session.abandon_fill(url)
    if as_json:
        print_json({"abandoned": None if undone is None else undone.as_dict()})
    else:
        terminal.say("no fill is under way" if undone is None else f"undone: {undone}", to_stdout=True)


def say_what_is_lost(options: dict[str, Any], scheduler: str | None) -> None:
    """Say before rows are replaced in parts that many of them do not come back."""
    if options.get("connections", 1) > 1 or options.get("resumable") or scheduler:
        terminal.say("more than 256 MB of rows do not come back if the fill is cancelled or abandoned")
