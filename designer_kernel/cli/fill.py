"""``designer fill``: sample data into a deployed database."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from designer_kernel.cli import fill_files, fill_jobs, team_fill, terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, DesignName, open_design, reach, shared
from designer_kernel.cli.words import counted
from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.sample import Plan
    from designer_kernel.studio.project import ProjectSession

_MODES: Final = ("refuse", "replace", "append", "top up")

EXAMPLE = "Example: `designer fill shop.design.yaml shop --rows order_items=1000000 --seed 7`"


@told
def fill(
    file: DesignName,
    url: fill_files.MaybeUrl = None,
    rows: Annotated[
        list[str] | None, typer.Option("--rows", metavar="TABLE=N", help="Rows of a table; may be given again.")
    ] = None,
    scale: Annotated[float | None, typer.Option("--scale", min=0.0001, help="Multiply the usual numbers.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Same seed, same rows; 0 by default.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The day before which everything has happened."),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Empty the design's tables first; asks before.")] = False,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="MODE", help=f"What is done with rows that are there: {', '.join(_MODES)}."),
    ] = None,
    connections: Annotated[int, typer.Option("--connections", min=1, help="How many load at the same time.")] = 1,
    run_triggers: Annotated[
        bool, typer.Option("--run-triggers", help="Let users' triggers run for each row, which is slow.")
    ] = False,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Fill by this plan instead of the design's hints.")
    ] = None,
    save_plan: Annotated[
        Path | None, typer.Option("--save-plan", metavar="FILE", help="Write the plan as YAML, and fill nothing.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show the plan and some rows, and fill nothing.")] = False,
    resumable: fill_jobs.Resumable = False,
    resume: fill_jobs.Resume = False,
    abandon: fill_jobs.Abandon = False,
    along: fill_jobs.Along = None,
    scheduler: fill_jobs.Scheduler = None,
    to: fill_files.To = None,
    format: fill_files.Format = "parquet",
    formula_safe: fill_files.FormulaSafe = False,
    like: Annotated[
        str | None,
        typer.Option("--like", metavar="URL", help="Learn shares and common values from a database's statistics."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Check every constraint afterwards.")] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Compare the rows with what the plan promised afterwards.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fill a deployed database with believable rows that satisfy every constraint."""
    session = open_design(file)
    if is_shared(file) and url is None and to is None:
        team_fill.refuse_options({
            "--plan": plan, "--save-plan": save_plan, "--preview": preview, "--resumable": resumable,
            "--resume": resume, "--abandon": abandon, "--along": along, "--scheduler": scheduler, "--like": like,
            "--verify": verify, "--report": report, "--connections": connections > 1,
        })  # fmt: skip
        config = {
            "rows": _rows(rows or []), "scale": scale, "seed": seed, "mode": _mode(mode, replace=replace),
            "until": None if until is None else until.date().isoformat(), "run_triggers": run_triggers,
        }  # fmt: skip
        team_fill.fill(shared(session), config, yes=yes, as_json=as_json)
        return
    address = None if url is None else reach(session, url)
    url = fill_files.needed(address, to)
    if abandon:
        fill_jobs.abandon(session, url, as_json=as_json)
        return
    options: dict[str, Any] = {} if scale is None else {"scale": scale}
    if until is not None:
        options["until"] = until.date()
    if seed is not None:
        options["seed"] = seed
    if like is not None:
        options["hints"] = _learned(session, like)
    wishes = _rows(rows or [])
    meant = None
    if plan is not None or save_plan is not None or preview or to is not None:
        _refuse_both(plan, options, wishes)
        meant = session.sample_plan(wishes, url=address, **({"plan": plan} if plan is not None else options))
    if meant is not None and (save_plan is not None or preview):
        _show(meant, save_plan, is_shown=preview, as_json=as_json)
        return
    if meant is not None and to is not None:
        how = {"format": format, "formula_safe": formula_safe, "replace": replace}
        with fill_jobs.cluster(scheduler) as workers:
            fill_files.write(session, meant, to, how | workers, as_json=as_json)
        return
    chosen = _mode(mode, replace=replace)
    triggers = "run" if run_triggers else None
    given = {"resumable": resumable or None, "resume": resume, "along": along, "triggers": triggers}
    options |= {name: value for name, value in given.items() if value}
    if connections > 1:
        options["connections"] = connections
    if chosen == "replace" and not yes:
        fill_jobs.say_what_is_lost(options, scheduler)
        _ask(session, url, wishes, meant, may_ask=not as_json and _is_terminal())
    with fill_jobs.cluster(scheduler) as workers, terminal.progress("filling") as progress:
        filling = session.fill(wishes, url=url, plan=meant, mode=chosen, progress=progress, **options, **workers)
    broken = None
    if verify:
        with terminal.progress("checking") as progress:
            checked = session.verify(url=url, progress=progress)
        broken = int(checked["violations"].sum())
    promised = filling.report() if report else None
    if as_json:
        told = {"report": promised.figures().to_dict("records")} if promised is not None else {}
        print_json(filling.as_dict() | {"violations": broken} | told)
    else:
        terminal.say(str(filling), to_stdout=True)
        if broken is not None:
            verb = "breaks" if broken == 1 else "break"
            terminal.say(f"{counted(broken, 'row')} {verb} a constraint", style="error" if broken else "good")
        if promised is not None:
            terminal.say(str(promised), to_stdout=True)
    if broken:
        raise typer.Exit(Exit.REFUSED)


def _learned(session: ProjectSession, url: str) -> Any:
    """Return hints like a database, and say what was taken from it."""
    found = session.learned(url)
    for note in found.notes:
        terminal.say(f"note: {note}")
    return found.hints


def _mode(given: str | None, *, replace: bool) -> str:
    """Return what is done with rows that are there; ``top-up`` is ``top up``."""
    mode = (given or ("replace" if replace else "refuse")).replace("-", " ")
    if mode not in _MODES or (replace and mode != "replace"):
        what = "is no mode" if mode not in _MODES else "is not --replace"
        raise typer.BadParameter(f"{given!r} {what}; use one of " + ", ".join(_MODES), param_hint="--mode")
    return mode


def _refuse_both(plan: Path | None, options: dict[str, Any], rows: dict[str, int] | None) -> None:
    if plan is not None and (options or rows):
        raise typer.BadParameter("the plan says rows, scale, seed and until: edit it instead", param_hint="--plan")


def _show(plan: Plan, file: Path | None, *, is_shown: bool, as_json: bool) -> None:
    """Write a plan to a file, and show it."""
    from designer_kernel.cli import fill_preview

    if file is not None:
        file.write_text(plan.to_yaml(), encoding="utf-8")
        terminal.say(f"the plan of {plan.rows:,} rows is in {file}; edit it, and fill by --plan {file}", style="good")
    if as_json:
        print_json(fill_preview.data(plan) if is_shown else plan.to_dict())
    elif is_shown:
        fill_preview.say(plan)


def _ask(session: ProjectSession, url: str, rows: dict[str, int] | None, plan: Plan | None, *, may_ask: bool) -> None:
    """Ask before rows are removed; without a terminal there is nobody to ask.

    Raises
    ------
    DesignerError
        If there are rows to remove, and nobody to ask.
    """
    from designer_kernel.postgres.target import describe, resolve

    gone = session.rows_to_replace(url, rows=rows, plan=plan)
    if not gone:
        return
    place = describe(resolve(url, create=False))
    if not may_ask:
        listed = ", ".join(f"{count:,} of {table}" for table, count in gone.items())
        raise DesignerError(f"nobody was asked whether to remove rows: {listed}", where=place, mend="add --yes")
    terminal.say(f"target: {place}")
    for table, count in gone.items():
        terminal.say(f"  {table:<32} {counted(count, 'row')}")
    total = counted(sum(gone.values()), "row")
    typer.confirm(f"Remove {total} of {counted(len(gone), 'table')}, and fill them anew?", abort=True, err=True)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _rows(given: list[str]) -> dict[str, int] | None:
    """Read ``order_items=1000000``; digits may be grouped by underscores or commas."""
    rows: dict[str, int] = {}
    for text in given:
        table, equals, count = text.partition("=")
        digits = count.replace("_", "").replace(",", "")
        if not (table and equals and digits.isascii() and digits.isdigit()):
            raise typer.BadParameter(f"{text!r} is not TABLE=N, such as order_items=1000000", param_hint="--rows")
        rows[table] = int(digits)
    return rows or None


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(fill)
