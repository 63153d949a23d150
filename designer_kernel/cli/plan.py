"""``designer plan``: the steps from one state of a database to another."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designer_kernel.cli import steps, terminal
from designer_kernel.cli.outcome import PLAN_CODES, Exit, PlanCommand, print_json, told_as_changes
from designer_kernel.cli.parameters import AsJson, Encoding, Mends, Owners, Trusted, reach_beside
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.studio.planning import Planned
    from designer_kernel.studio.sources import Options
    from designer_kernel.studio.states import State

EXAMPLE = "Example: `designer plan postgresql://me@localhost/shop shop.design.yaml --save add_phone.plan.json`"

_SIDE = (
    "A design file or team:workspace/project, one of its versions (shop.design.yaml@3), a .sql script, "
    "a connection string, connection:NAME or a database."
)
_ROUNDS = 20
_STDOUT = Path("-")


@dataclass
class _Answers:
    """What a person said of the change."""

    renames: dict[str, str] = field(default_factory=dict)
    using: dict[str, str] = field(default_factory=dict)
    fill: dict[str, str] = field(default_factory=dict)


@told_as_changes
def plan(
    before: Annotated[str, typer.Argument(metavar="FROM", help=_SIDE)],
    after: Annotated[str, typer.Argument(metavar="TO", help=_SIDE)],
    name: Annotated[str, typer.Option("--name", help="What to call the migration.")] = "",
    online: Annotated[bool, typer.Option("--online", help="In stages that let others work meanwhile.")] = False,
    up: Annotated[Path | None, typer.Option("--up", help="Write the way there as a script.")] = None,
    down: Annotated[Path | None, typer.Option("--down", help="Write the way back as a script.")] = None,
    save: Annotated[Path | None, typer.Option("--save", help="Keep the plan to prove and apply: x.plan.json.")] = None,
    files: Annotated[
        Path | None, typer.Option("--files", metavar="FOLDER", help="Write 001_name.sql, rollback, verify, README.")
    ] = None,
    number: Annotated[int, typer.Option("--number", help="The number of the files; without, the next one.")] = 0,
    idempotent: Annotated[bool, typer.Option("--idempotent", help="The files do nothing when run again.")] = False,
    record: Annotated[
        bool, typer.Option("--record", help="The files record themselves in the target's history; they become large.")
    ] = False,
    alembic: Annotated[Path | None, typer.Option("--alembic", help="Write a revision file of Alembic.")] = None,
    down_revision: Annotated[str, typer.Option("--down-revision", help="The revision of Alembic before it.")] = "",
    rename: Annotated[
        list[str] | None, typer.Option("--rename", metavar="OLD=NEW", help="What has another name; OLD=no: it has not.")
    ] = None,
    using: Annotated[
        list[str] | None,
        typer.Option("--using", metavar="COLUMN=SQL", help="How the values of a column are converted."),
    ] = None,
    fill: Annotated[
        list[str] | None, typer.Option("--fill", metavar="COLUMN=SQL", help="What a new column gets in rows there are.")
    ] = None,
    salvage: Annotated[
        bool | None,
        typer.Option(
            "--salvage/--no-salvage",
            help="Keep first what would be lost. By default plans that are kept do, plain scripts do not.",
        ),
    ] = None,
    keep_others: Annotated[
        bool, typer.Option("--keep-others", help="Leave alone what no version of the design TO ever held.")
    ] = False,
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Leave out what needs an extension that the server lacks.")
    ] = False,
    owners: Owners = False,
    mends: Mends = None,
    trusted: Trusted = False,
    encoding: Encoding = "",
    force: Annotated[bool, typer.Option("--force", help="Replace the files if they are there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Plan the way from one state of a database to another: steps, locks, hazards, SQL. Nothing is changed."""
    from designer_kernel.studio.sources import options_of
    from designer_kernel.studio.states import runner_of, state_of

    for path in (up, down, save, alembic):
        _check_free(path, force=force)
    if as_json and _STDOUT in (up, down):
        raise DesignerError("standard output cannot be both", where="--json", mend="give --up and --down a file")
    if salvage is None:  # a script that somebody else runs leaves no schema of ours behind, unless asked to
        salvage = any(path is not None for path in (save, files, alembic))
    answers = _Answers(_pairs(rename, "--rename"), _pairs(using, "--using"), _pairs(fill, "--fill"))
    options = options_of(owners=owners, mends=mends, trusted=trusted, encoding=encoding)
    with terminal.progress("reading", tells_lines=True) as progress:
        places = reach_beside(before, after, write=False), reach_beside(after, before, write=False)
        runner = runner_of(before, after)
        sides = [state_of(text, _fitting(text, options), runner=runner, progress=progress) for text in places]
    chosen: dict[str, Any] = {
        "name": name, "online": online, "salvage": salvage, "trusted": trusted, "allow_missing": allow_missing,
        **_remembered(sides, after, keep_others=keep_others),
    }  # fmt: skip
    planned = _planned(sides, answers, chosen, may_ask=not as_json and sys.stdin.isatty())
    migration = planned.migration
    if save is not None:
        _refuse_open(planned)
        migration.save(save)
    if up is not None:
        _write_script(up, migration.plan, migration.name)
    if down is not None:
        _write_script(down, migration.plan.backwards(), f"rollback {migration.name}")
    if files is not None and planned:
        _write_files(files, planned, number=number, idempotent=idempotent, record=record, trusted=trusted, force=force)
    if alembic is not None and planned:
        from designer_kernel.exchange.migrations import write_revision

        alembic.write_text(write_revision(migration, down_revision=down_revision or None), encoding="utf-8")
    if as_json:
        questions = [question.as_dict() for question in planned.questions]
        rest = {
            "salvage": salvage,
            "questions": questions,
            "notes": list(planned.notes),
            "unmanaged": list(map(str, planned.unmanaged)),
        }
        head = {"from": sides[0].label, "to": sides[1].label}
        print_json(head | steps.as_dict(migration, changes=bool(planned)) | rest)
    else:
        steps.say_questions(planned)
        if planned:
            steps.say_plan(migration, salvages=salvage, to_stdout=_STDOUT not in (up, down))
        else:
            terminal.say(f"{sides[0].label} is as {sides[1].label}: there is nothing to do", style="good")
        if save is not None:
            steps.say_how_to_prove(save, before, after)
    if planned:
        raise typer.Exit(Exit.CHANGES)


def _planned(sides: list[State], answers: _Answers, chosen: dict[str, Any], *, may_ask: bool) -> Planned:
    """Return the plan; open questions are asked, if there is somebody, until none is left."""
    from designer_kernel.studio.planning import plan_between

    for _ in range(_ROUNDS):
        with terminal.progress("planning", tells_lines=True) as progress:
            planned = plan_between(
                *sides, renames=answers.renames, using=answers.using, fill=answers.fill, progress=progress, **chosen
            )
        if not planned.questions or not may_ask:
            return planned
        for question in planned.questions:
            _ask(question, getattr(answers, question.option))
    return planned


def _ask(question: Any, answers: dict[str, str]) -> None:
    if question.option == "renames":
        yes = typer.confirm(terminal.printable(str(question)), err=True)
        answers[question.key] = question.suggested if yes else "no"
        return
    text = typer.prompt(terminal.printable(f"{question}\nSQL for {question.key}"), err=True)
    answers[question.key] = str(text)


def _remembered(sides: list[State], text: str, *, keep_others: bool) -> dict[str, Any]:
    """Return what the target remembers of the design that it is to become, and note which version it holds."""
    before, after = sides
    if before.url is None or after.design is None:
        if keep_others:
            raise DesignerError(
                "only a design says what of a database is its own",
                where=text,
                mend="give a connection string and a design file, or leave out --keep-others",
            )
        return {}
    from designer_kernel.studio.recording import known_of
    from designer_kernel.studio.states import versions_of

    known = known_of(before.url, versions_of(text.rpartition("@")[0] if after.number else text))
    sides[0] = replace(before, design=known.design)
    return {"exact": not keep_others, "managed": known.managed, "left_out": known.left_out}


def _fitting(text: str, options: Options) -> Options:
    """Return the options of one side: an encoding is for files alone."""
    from designer_kernel.studio.sources import SUFFIXES

    is_script = SUFFIXES.get(Path(text).suffix.lower()) == "script"
    return options if is_script else replace(options, encoding="", mends=())


def _refuse_open(planned: Planned) -> None:
    if planned.questions:
        first = planned.questions[0]
        others = f", and {len(planned.questions) - 1} more" if len(planned.questions) > 1 else ""
        raise DesignerError(
            f"a plan with open questions is not kept: {first}{others}", mend=f"answer it: {steps.answer(first)}"
        )


def _write_script(path: Path, way: Any, title: str) -> None:
    from designer_kernel.exchange.migrations import write_script

    text = write_script(way, title=title)
    if path == _STDOUT:
        typer.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")


def _write_files(
    folder: Path, planned: Planned, *, number: int, idempotent: bool, record: bool, trusted: bool, force: bool
) -> None:
    from designer_kernel.exchange.migrations import next_number, write_numbered
    from designer_kernel.migrate.rehearsal import Rehearsal
    from designer_kernel.studio.rehearsing import server_of

    rehearsal = Rehearsal(server_of(planned.migration, planned.url, trusted=trusted))
    written = write_numbered(
        planned.migration,
        rehearsal=rehearsal,
        number=number or next_number(folder),
        idempotent=idempotent,
        record=record,
    )
    paths = written.save(folder, replace=force)
    terminal.say(f"wrote {', '.join(map(str, paths))}", style="good")


def _pairs(given: list[str] | None, option: str) -> dict[str, str]:
    pairs = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise DesignerError(f"{text!r} is not NAME=VALUE", where=option, mend="write shop.orders.note=remark")
        pairs[name.strip()] = value.strip()
    return pairs


def _check_free(path: Path | None, *, force: bool) -> None:
    if path is not None and path.exists() and path != _STDOUT and not force:
        raise DesignerError("the file is there already", where=str(path), mend="choose another name, or add --force")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(cls=PlanCommand, epilog=f"{EXAMPLE}\n\n{PLAN_CODES}")(plan)
