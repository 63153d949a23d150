"""The options of ``designer fill`` that write rows to files instead of a database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import print_json

if TYPE_CHECKING:
    from designer_kernel.sample import Plan
    from designer_kernel.studio.project import ProjectSession

MaybeUrl = Annotated[
    str | None,
    typer.Argument(
        metavar="URL",
        help="The database: postgresql://user@host/name, a name on the embedded server, or of a team's project "
        "connection:NAME. Files need none.",
    ),
]
To = Annotated[
    Path | None,
    typer.Option("--to", metavar="FOLDER", help="Write the rows to files instead; no database is needed."),
]
Format = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="Of the files: parquet, csv, csv.zst, copy or insert.")
]
FormulaSafe = Annotated[
    bool, typer.Option("--formula-safe", help="In CSV, let no text begin as a spreadsheet's formula does.")
]


def needed(url: str | None, to: Path | None) -> str:
    """Return the URL; only files do without.

    Raises
    ------
    BadParameter
        If there is neither.
    """
    if url is None and to is None:
        raise typer.BadParameter("name the database, or a folder by --to", param_hint="URL")
    return url or ""


def write(session: ProjectSession, plan: Plan, folder: Path, how: Mapping[str, Any], *, as_json: bool) -> None:
    """Write a plan's rows into a folder, keep that as a job of the project, and say what was written."""
    with terminal.progress("writing") as progress:
        written = session.write_rows(folder, plan=plan, progress=progress, **how)
    if as_json:
        print_json(written.as_dict())
    else:
        terminal.say(str(written), to_stdout=True)
