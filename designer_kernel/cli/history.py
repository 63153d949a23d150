"""``designer history`` and ``designer drift``: what a database remembers, and what was changed behind our back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from designer_kernel.cli import steps, terminal
from designer_kernel.cli.apply import agree
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, Trusted, Url, Yes, open_design, reach_beside
from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import is_shared

DRIFT_CODES = EXIT_CODES.replace("1 refused", "1 the database is not as it was left, refused")


@told
def history(url: Url, as_json: AsJson = False) -> None:
    """Tell which migrations a database remembers, by whom, how long they took, and what is under way.

    Of team:workspace/project: which of its revisions were deployed to the team's database.
    """
    if is_shared(url):
        from designer_kernel.cli import team_deploy
        from designer_kernel.studio.team.opening import open_shared

        team_deploy.say_history(open_shared(url), as_json=as_json)
        return
    from designer_kernel.migrate import records
    from designer_kernel.migrate.under_way import under_way
    from designer_kernel.postgres.connection import connect
    from designer_kernel.studio.states import existing

    with connect(existing(reach_beside(url, write=False)), autocommit=True) as connection:
        found, begun = records.history(connection), under_way(connection)
    if as_json:
        print_json(
            {
                "records": [record.as_dict() for record in found],
                "under_way": None if begun is None else begun.as_dict(),
            }
        )
        return
    for record in found:
        style = "error" if not record.success else "quiet" if record.rolled_back_at else ""
        terminal.say(str(record), style=style, to_stdout=True)
    if begun is not None:
        terminal.say(f"under way: {begun}", style="warning", to_stdout=True)
        named = terminal.named(url)
        terminal.say(f"next: designer resume {named} to go on, or designer abandon {named}")
    if not found and begun is None:
        terminal.say("this database remembers no migration")


@told
def drift(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="The database: postgresql://user@host/name, connection:NAME, or a name on the embedded server; "
            "or team:workspace/project, for the team's database.",
        ),
    ],
    design: Annotated[
        str | None,
        typer.Argument(
            metavar="[DESIGN]",
            help="The design file or team:workspace/project, to take the changes into: --adopt. "
            "connection:NAME is one of its workspace.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="NAME", help="Let an object count no more; all: all of them."),
    ] = None,
    heed: Annotated[list[str] | None, typer.Option("--heed", metavar="NAME", help="Let an object count again.")] = None,
    adopt: Annotated[bool, typer.Option("--adopt", help="Take what was changed into the design.")] = False,
    revert: Annotated[
        Path | None,
        typer.Option("--revert", metavar="FILE", help="Keep the plan back to what was applied: x.plan.json."),
    ] = None,
    trusted: Trusted = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Tell what was changed in a database since the last migration that it remembers; adopt, revert or ignore it.

    Of team:workspace/project alone: what was changed in the team's database since it was last deployed there.
    """
    from designer_kernel.migrate import drift as drifts
    from designer_kernel.studio.answers import named
    from designer_kernel.studio.author import whoever
    from designer_kernel.studio.drifting import drifted, reverting
    from designer_kernel.studio.states import existing

    if is_shared(url):
        if design is None:
            unfit = {"--ignore": ignore, "--heed": heed, "--adopt": adopt, "--revert": revert}
            _of_room(url, unfit, as_json=as_json)
            return
        raise _no_database(url)
    writes = bool(ignore or heed or adopt)
    address = existing(reach_beside(url, design, write=writes))
    if ignore or heed:
        agree(address, yes=yes, as_json=as_json)
        found = drifts.drift(address)
        if ignore:
            drifts.ignore(address, drifted(found, None if "all" in ignore else ignore), by=whoever())
        if heed:
            drifts.heed(address, [named(name, found.ignored, "--heed") for name in heed])
    if adopt:
        if design is None:
            raise DesignerError(
                "nobody said into which design", where=url, mend="give the design file after the target"
            )
        agree(address, yes=yes, as_json=as_json)
        with terminal.progress("reading", tells_lines=True) as progress:
            open_design(design).adopt_drift(address, trusted=trusted, progress=progress)
    found = drifts.drift(address)
    if revert is not None:
        reverting(address, found, trusted=trusted).migration.save(revert)
    if as_json:
        print_json(found.as_dict())
    else:
        _say(found)
        if revert is not None:
            steps.say_how_to_prove(revert, url, *((design,) if design is not None else ()))
    if not found.is_clean:
        raise typer.Exit(Exit.REFUSED)


def _of_room(name: str, unfit: Mapping[str, object], *, as_json: bool) -> None:
    """Tell how the team's database differs from what was deployed of a project.

    Raises
    ------
    DesignerError
        If something is asked that is for databases which are named, or nothing is deployed there.
    """
    from designer_kernel.cli import team_deploy
    from designer_kernel.studio.team.opening import open_shared

    for option, value in unfit.items():
        if value:
            raise DesignerError(
                f"{option} is for a database that is named",
                where=name,
                mend=f"name the database first: designer drift URL {name}; designer deploy {name} takes the team's own "
                "back to the design",
            )
    if not team_deploy.say_drift(open_shared(name), name, as_json=as_json):
        raise typer.Exit(Exit.REFUSED)


def _no_database(name: str) -> DesignerError:
    """Tell that a team's project is a design, and how to name the database that drift is told of."""
    return DesignerError(
        "this is a design, and drift is told of a database",
        where=name,
        mend=f"name the database first: designer drift URL {name}, or designer drift connection:NAME {name}",
    )


def _say(found: Any) -> None:
    terminal.say(str(found), style="good" if found.is_clean else "warning", to_stdout=True)
    for key in sorted(found.ignored):
        terminal.say(f"ignored: {key}")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog=f"Example: `designer history postgresql://me@localhost/shop`\n\n{EXIT_CODES}")(history)
    example = "Example: `designer drift postgresql://me@localhost/shop shop.design.yaml --adopt`"
    app.command(epilog=f"{example}\n\n{DRIFT_CODES}")(drift)
