"""The history of an Alembic project as SQL: what Alembic itself writes offline, revision by revision.

That runs the project's own Python: its ``env.py`` and every revision. So it is done only when somebody has said that he
trusts the project, in a process of its own.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.exchange.migrations.folders import MigrationFile

_RUNNING: Final = re.compile(r"^-- Running upgrade (?P<old>.*?) ?-> (?P<new>[\w., ]+?)\s*$", re.MULTILINE)
_LINE: Final = re.compile(r"^(?:.*?) -> (?P<revision>\w+)[^,]*,(?P<message>.*)$", re.MULTILINE)
_OWN: Final = re.compile(
    r"^(?:CREATE TABLE (?:\w+\.)?alembic_version \(.*?\)"
    r"|(?:INSERT INTO|UPDATE|DELETE FROM) (?:\w+\.)?alembic_version\b.*?);$",
    re.MULTILINE | re.DOTALL,
)
"""What Alembic itself keeps in a database."""

_SECONDS: Final = 300
_SHOWN: Final = 500


class PythonWouldRun(DesignerError):
    """Reading something would run somebody's Python, and nobody has agreed to that."""

    code = "python_would_run"


def read_alembic(
    config: Path, *, run_python: bool = False, python: str = "", seconds: float = _SECONDS
) -> tuple[MigrationFile, ...]:
    """Return the migrations of an Alembic project, in the order in which they are applied.

    Parameters
    ----------
    config
        Its ``alembic.ini``, or the folder that holds it.
    run_python
        That the project's Python may run, with all the rights of whoever asks.
    python
        The interpreter that has what the project imports; the one that runs this, if not given.
    seconds
        How long it may take.

    Raises
    ------
    PythonWouldRun
        If ``run_python`` was not said.
    DocumentError
        If there is no such project, or Alembic fails.
    """
    path = config / "alembic.ini" if config.is_dir() else config
    if not path.is_file():
        raise DocumentError("there is no alembic.ini here", where=str(path), mend="name the project's alembic.ini")
    if not run_python:
        raise PythonWouldRun(
            "the history of Alembic is Python: its env.py and every revision would run with your rights",
            where=str(path),
            mend="if the project is your own or you trust it, say so: run_python=True",
        )

    def alembic(*arguments: str) -> str:
        return _output([python or sys.executable, "-m", "alembic", "-c", path.name, *arguments], path, seconds)

    messages = {found["revision"]: found["message"].strip() for found in _LINE.finditer(alembic("history"))}
    script = alembic("upgrade", "heads", "--sql")
    starts = list(_RUNNING.finditer(script))
    if not starts:
        raise DocumentError("the project has no revision", where=str(path), mend="name another project")
    ends = [start.start() for start in starts[1:]] + [len(script)]
    return tuple(
        MigrationFile(
            f"{path}:{start['new']}",
            start["new"],
            messages.get(start["new"], "") or start["new"],
            _OWN.sub(lambda own: "\n" * own[0].count("\n"), script[start.end() : end]),
        )
        for start, end in zip(starts, ends, strict=True)
    )


def _output(command: list[str], path: Path, seconds: float) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", cwd=path.parent, check=False, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DocumentError(f"Alembic did not answer: {error}", where=str(path), mend="run it by hand") from error
    if done.returncode:
        said = done.stderr.strip()[-_SHOWN:]
        raise DocumentError(
            f"Alembic cannot write this history as a script: {said}",
            where=str(path),
            mend="see that `alembic upgrade heads --sql` works there; those that ask the database cannot be written",
        )
    return done.stdout
