"""Arguments and options that several commands share, so that they are spelled and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from designer_kernel.cli.outcome import while_running
from designer_kernel.errors import DocumentError
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.team.session import SharedSession

DesignName = Annotated[
    str,
    typer.Argument(metavar="FILE", help="A design file (.design.yaml or .json), or team:workspace/project."),
]
NewDesign = Annotated[str, typer.Option("--output", "-o", help="The design file to make, or team:workspace/project.")]
Url = Annotated[
    str,
    typer.Argument(
        metavar="URL",
        help="The database: postgresql://user@host/name, connection:WORKSPACE/NAME, or a name on the embedded server.",
    ),
]
SourceText = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A design file, team:workspace/project, a .sql script, .dbml, .csv, .parquet or a directory of them, "
        "a connection string, connection:WORKSPACE/NAME, or a database's name.",
    ),
]
Schemas = Annotated[
    list[str] | None, typer.Option("--schema", help="Only this schema of a database or script; may be given again.")
]
Owners = Annotated[bool, typer.Option("--owners/--no-owners", help="Whether to keep who owns each object.")]
Privileges = Annotated[bool, typer.Option("--privileges/--no-privileges", help="Whether to keep who may do what.")]
Mends = Annotated[
    list[str] | None, typer.Option("--mend", help="Apply this mend to a script, or all of them: --mend all.")
]
Trusted = Annotated[
    bool,
    typer.Option(
        "--trusted",
        help="Run the script as a superuser of the embedded server. Only for your own dumps: it could read files.",
    ),
]
Encoding = Annotated[
    str,
    typer.Option("--encoding", help="How a script, DBML or CSV is encoded, if it is not UTF-8: latin-1, cp1250, …"),
]
Database = Annotated[
    str, typer.Option("--database", help="Which database of a script that is about several: a pg_dumpall file.")
]
Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", help="Accept this suggestion that data make, or all that no value breaks: --accept all."),
]
PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="A plan that was kept: *.plan.json.")]
Proof = Annotated[
    str, typer.Option("--proof", metavar="HASH", help="The hash of the plan's proof, as designer prove showed it.")
]
Allow = Annotated[
    list[str] | None, typer.Option("--allow", help="What may lose rows or values, by its name; may be given again.")
]
By = Annotated[str, typer.Option("--by", help="Who does it, for the history; without, who you are on this machine.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output, nothing else.")]


_DESIGNS: Final = (".yaml", ".yml", ".json")


def check_design_name(path: Path) -> None:
    """Refuse a name that no other command would take for a design, before anything is read."""
    if path.suffix.lower() not in _DESIGNS:
        mend = f"name it {path.with_suffix('').name}.design.yaml"
        raise typer.BadParameter(f"{path.suffix!r} is no end of a design's name: {mend}, or end it in .json")


def written_to(output: Path | None) -> Path | None:
    """Return the file that is written; nothing, which is standard output, for ``-`` as well."""
    return None if output == Path("-") else output


def shared(session: ProjectSession) -> SharedSession:
    """Return a session that is known to be one of a team's project."""
    from designer_kernel.studio.team.session import SharedSession

    assert isinstance(session, SharedSession)
    return session


def reach(session: ProjectSession, place: str) -> str:
    """Return the URL of a database that is named ``connection:NAME``, for as long as the command runs.

    Raises
    ------
    NotFound, NotAllowed
        If the project's workspace has no such connection, or it is for reading only.
    """
    from designer_kernel.studio.reaching import reached

    return while_running(reached(session, place)) or place


def reach_beside(place: str, *beside: str | None, write: bool = True) -> str:
    """Return the URL of a database that is named ``connection:NAME`` beside a team's project, or with its workspace.

    It holds for as long as the command runs.

    Raises
    ------
    NotFound, NotAllowed, BadInput
        If there is no such connection, it is for reading only, or nothing says of which workspace it is.
    """
    from designer_kernel.studio.reaching import reached_beside

    return while_running(reached_beside(place, *beside, write=write))


def open_design(name: str | Path) -> ProjectSession:
    """Return the project of a name: in a design file, or of a team; commands never make one by opening it.

    Raises
    ------
    DocumentError
        If there is no such file, or it is a directory, or no design.
    NotFound
        If the team has no such project.
    """
    if is_shared(name):
        from designer_kernel.studio.team.opening import open_shared

        return open_shared(str(name))
    from designer_kernel.studio.project import ProjectSession  # it takes its time, which --help need not wait for

    path = Path(name)
    if path.is_dir():
        raise DocumentError(
            "this is a directory, not a design file", where=str(path), mend=f"name the file: {path}/shop.design.yaml"
        )
    if path.exists() and not path.is_file():
        raise DocumentError("this is no regular file", where=str(path), mend="name a design file")
    if not path.is_file():
        raise DocumentError(
            "there is no such file",
            where=str(path),
            mend="make one with: designer new --template marketplace -o shop.design.yaml",
        )
    return ProjectSession(path)
