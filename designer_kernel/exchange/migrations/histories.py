"""A history of migrations as versions: each is run in a shadow database, and what is there then is drawn."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from designer_kernel.design.design import Design
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.errors import DocumentError
from designer_kernel.exchange.migrations.alembic_history import read_alembic
from designer_kernel.exchange.migrations.folders import MigrationFile, read_folder
from designer_kernel.exchange.migrations.lineage import continued
from designer_kernel.exchange.sql import ScriptReading, imported
from designer_kernel.exchange.sql.parts import read_parts
from designer_kernel.postgres.server import Progress
from designer_kernel.postgres.target import Server


@dataclass(frozen=True, slots=True)
class ImportedVersion:
    """The design after a migration, where that is from, and what became of its objects and statements."""

    file: MigrationFile
    design: Design
    losses: LossReport


def read_history(
    place: Path,
    *,
    name: str = "",
    run_python: bool = False,
    python: str = "",
    encoding: str = "",
    trusted: bool = False,
    server: Server | str | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> tuple[ImportedVersion, ...]:
    """Return the versions of a design that a history of migrations leads to.

    Parameters
    ----------
    place
        A folder of migrations, or the ``alembic.ini`` of an Alembic project.
    name
        What to call the design; the folder's name, if not given.
    run_python, python
        As for `designer_kernel.exchange.migrations.alembic_history.read_alembic`.
    encoding, trusted, server, progress, cancel
        As for `designer_kernel.exchange.sql.read_script`.

    Raises
    ------
    DocumentError
        If there is no history, or a statement of it fails: with file, line and statement.
    PythonWouldRun
        If it is Alembic's, and nobody has agreed to run its Python.
    """
    is_alembic = place.suffix == ".ini" or (place / "alembic.ini").is_file()
    if is_alembic:
        files = read_alembic(place, run_python=run_python, python=python)
    else:
        files = read_folder(place, encoding=encoding)
    called = name or (place if place.is_dir() else place.parent).resolve().name
    texts = [file.sql for file in files]
    readings = read_parts(texts, server=server, trusted=trusted, cancel=cancel)
    return tuple(_versions(files, readings, called, progress))


def _versions(
    files: Sequence[MigrationFile], readings: Iterator[ScriptReading], name: str, progress: Progress | None
) -> Iterator[ImportedVersion]:
    last: Design | None = None
    for number, (file, reading) in enumerate(zip(files, readings, strict=True)):
        if progress is not None:
            progress(number, len(files), file.message)
        _refuse_failed(file, reading)
        made = imported(reading, name)
        design = made.design if last is None else continued(last, made.design, _sql(reading))
        moved = [
            Loss(" ".join(o.sql.split())[:80], "statement", "changed", f"line {_line(file, o.line)}: {o.message}")
            for o in reading.outcomes
            if o.state == "ran after retry"
        ]
        yield ImportedVersion(file, design, made.losses + moved)
        last = design
    if progress is not None:
        progress(len(files), len(files), "done")


def _sql(reading: ScriptReading) -> Iterator[str]:
    return (outcome.sql for outcome in reading.outcomes)


def _refuse_failed(file: MigrationFile, reading: ScriptReading) -> None:
    if not reading.failed:
        return
    first = reading.failed[0]
    statement = " ".join(first.sql.split())[:200]
    raise DocumentError(
        f"a statement of this migration fails: {first.message}: {statement}",
        where=f"{file.place}:{_line(file, first.line)}",
        mend="mend the migration, or leave it and those after it out of the folder",
    )


def _line(file: MigrationFile, line: int) -> int:
    return file.line + line - 1
