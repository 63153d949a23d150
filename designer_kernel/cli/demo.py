"""``designer demo``: the whole main job on the marketplace, from nothing to answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, told
from designer_kernel.cli.words import summary

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.studio.project import ProjectSession

TEMPLATE: Final = "marketplace"
DATABASE: Final = "marketplace_demo"
EXAMPLE = "Example: `designer demo --output out --seed 7`"


@told
def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Directory to write to.")] = Path("out"),
    seed: Annotated[int, typer.Option("--seed", help="Same seed, same rows.")] = 7,
) -> None:
    """Draw the marketplace, check it, deploy it, fill it, question it; a second run gives the same."""
    started = time.monotonic()
    _heading("Schema Designer: a marketplace, from the design to answers")
    output.mkdir(parents=True, exist_ok=True)
    try:
        _start_server()
        session = _open_design(output)
        _write_ddl(session, output)
        _deploy(session)
        _fill(session, seed)
        broken = _verify(session)
        _ask(session)
        _draw(session, output)
    except KeyboardInterrupt:
        terminal.say("\ncancelled: the step that ran was taken back; those before it stay", style="warning")
        raise typer.Exit(Exit.CANCELLED) from None
    finally:
        stopped = _stop_server()
    _say("")
    _say(f"Done in {time.monotonic() - started:.1f} s. {stopped}", "good")
    _tell_files(session, output)
    if broken:
        raise typer.Exit(Exit.REFUSED)


def _start_server() -> None:
    from designer_kernel.postgres import target
    from designer_kernel.postgres.server import EmbeddedServer

    with _step("Server") as told_line, terminal.progress("starting") as progress:
        server = target.default_server(progress=progress)
        if isinstance(server, EmbeddedServer):
            server.drop_database(DATABASE)  # it is the demo's own, and a second run begins as the first did
            told_line.append(f"embedded PostgreSQL, data in {server.data_directory}")
        else:
            told_line.append(repr(server))


def _stop_server() -> str:
    from designer_kernel.postgres import target

    stopped = target.release()
    return "The server was stopped." if stopped else "The server is left to those who use it."


def _open_design(output: Path) -> ProjectSession:
    from designer_kernel import templates
    from designer_kernel.studio.design_file import DesignFile
    from designer_kernel.studio.project import ProjectSession

    path = output / f"{TEMPLATE}.design.yaml"
    with _step("Design") as lines:
        DesignFile(path).write(templates.load(TEMPLATE), overwrite=True)
        session = ProjectSession(path.absolute())
        session.target = DATABASE
        design = session.design
        attributes = sum(len(entity.attributes) for entity in design.entities)
        traits = sum(len(entity.traits) for entity in design.entities)
        lines.append(
            f"{session.name}: {len(design.entities)} entities, {attributes} attributes, {traits} traits, "
            f"{len(design.relationships)} relationships, {len(design.views) + len(design.materialized_views)} views"
        )
        lines.append(f"findings: {summary(session.findings)}")
        lines += [f"  {finding.severity}: {finding.message}" for finding in session.findings[:3]]
    return session


def _write_ddl(session: ProjectSession, output: Path) -> None:
    with _step("DDL") as lines:
        script = session.ddl()
        (output / f"{TEMPLATE}.sql").write_text(script.text, encoding="utf-8")
        lines.append(f"{len(script.statements)} statements, {script.text.count(chr(10)):,} lines")


def _deploy(session: ProjectSession) -> None:
    with _step("Deploy") as lines, terminal.progress("deploying") as progress:
        deployment = session.deploy(allow_missing=True, progress=progress)
        # roles belong to the whole server, so that a second run finds them; together the numbers stay
        objects = len(deployment.created) + len(deployment.kept)
        lines.append(f"{objects:,} objects; what came to be equals what was meant")
        for missing in deployment.missing:
            lines.append(f"left out, since the server lacks it: {missing.what}")
            lines.append(f"  mend: {missing.mend}")


def _fill(session: ProjectSession, seed: int) -> None:
    with _step("Fill") as lines, terminal.progress("filling") as progress:
        filling = session.fill(seed=seed, replace=True, progress=progress)
        lines.append(
            f"{filling.rows:,} rows into {len(filling.tables)} tables, seed {seed}: "
            f"{filling.rows_per_second:,.0f} rows a second"
        )
        lines += list(filling.notes)


def _verify(session: ProjectSession) -> int:
    with _step("Check") as lines, terminal.progress("checking") as progress:
        checked = session.verify(progress=progress)
        broken = int(checked["violations"].sum())
        tables = checked.drop_duplicates("table")
        lines.append(f"{len(checked)} constraints of {len(tables)} tables hold {int(tables['rows'].sum()):,} rows")
        lines.append(f"{broken} rows break one" if broken else "no row breaks one")
    return broken


def _ask(session: ProjectSession) -> None:
    from designer_kernel import templates

    for title, sql in templates.queries(TEMPLATE).items():
        with _step("Query") as lines:
            answer = session.query(sql)
            lines.append(title)
        _say(_table(answer.head(6)))


def _draw(session: ProjectSession, output: Path) -> None:
    from designer_kernel.cli.preview import page

    with _step("Draw") as lines, terminal.progress("drawing") as progress:
        (output / f"{TEMPLATE}.svg").write_text(session.svg("light"), encoding="utf-8")
        counts = dict(session.row_counts()[["table", "rows"]].itertuples(index=False, name=None))
        shown = [e for e in session.design.entities if session.design.qualified_name(e) in counts]
        frames = []
        for done, entity in enumerate(shown):
            name = session.design.qualified_name(entity)
            progress(done, len(shown), name)
            frames.append((name, int(counts[name]), session.preview(name, 8)))
        (output / "preview.html").write_text(page(f"{session.name}: sample data", frames), encoding="utf-8")
        lines.append("the ER diagram, and the first rows of every table")


def _tell_files(session: ProjectSession, output: Path) -> None:
    files = (
        ("the design", f"{TEMPLATE}.design.yaml"),
        ("the SQL script", f"{TEMPLATE}.sql"),
        ("the ER diagram", f"{TEMPLATE}.svg"),
        ("the data preview", "preview.html"),
    )
    for label, name in files:
        _say(f"  {label:<17} {(output / name).absolute()}")
    _say(f"  {'the database':<17} {session.target}")
    _say("")
    _say("Next: draw it yourself", "title")
    _say("  make lab          JupyterLab on the quickstart notebook   (or: designer lab)")
    _say("  make dashboard    the designer and a dashboard, no code   (or: designer dashboard)")


@contextmanager
def _step(title: str) -> Iterator[list[str]]:
    """Time a step; what is put into the list is told when it is done."""
    lines: list[str] = []
    started = time.monotonic()
    yield lines
    seconds = f"{time.monotonic() - started:5.1f} s"
    for number, line in enumerate(lines):
        head = terminal.styled(f"{title:<7}", "title") if number == 0 else " " * 7
        _say(f"{head} {terminal.styled(seconds, 'quiet') if number == 0 else ' ' * 7}  {line}", is_styled=True)


def _table(frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"{'':17}no rows"
    text = frame.to_string(index=False, max_colwidth=34, line_width=None)
    return "\n".join(f"{'':17}{line}" for line in text.splitlines())


def _heading(text: str) -> None:
    _say(text, "title")
    _say("")


def _say(text: str, style: str = "", *, is_styled: bool = False) -> None:
    if is_styled:
        typer.echo(text)
    else:
        terminal.say(text, style=style, to_stdout=True)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=f"{EXAMPLE}\n\n{EXIT_CODES}")(demo)
