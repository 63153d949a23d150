"""Sample data into a team's project where the team has its databases."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import print_json
from designer_kernel.cli.words import counted
from designer_kernel.errors import Cancelled, DesignerError

if TYPE_CHECKING:
    from designer_kernel.studio.team.session import SharedSession

_BEAT: Final = 1.0
"""Seconds between two signs of life; others may cancel the fill meanwhile."""


def refuse_options(given: Mapping[str, Any]) -> None:
    """Refuse options that are for databases of one's own.

    Raises
    ------
    BadParameter
        For the first that was given.
    """
    for option, value in given.items():
        if value:
            raise typer.BadParameter("this is for a database that is named: give its URL", param_hint=option)


def fill(session: SharedSession, config: dict[str, Any], *, yes: bool, as_json: bool) -> None:
    """Fill what is deployed of a project, and say what was done.

    Raises
    ------
    DesignerError
        If the rows cannot be made, or nobody agreed to remove those that are there.
    """
    from designer_kernel.studio.team import fills

    if config["mode"] == "replace" and not yes:
        raise DesignerError("nobody was asked whether to remove rows", where=session.name, mend="add --yes")
    job = session.ask(fills.begin, {key: value for key, value in config.items() if value is not None})
    work = _Work(session, job.id)
    with terminal.progress("filling") as progress:
        work.progress = progress
        done = work.done()
    if as_json:
        print_json(asdict(done))
        return
    terminal.say(f"{counted(done.rows, 'row')} in {counted(len(done.counts), 'table')}", to_stdout=True)
    for note in done.notes:
        terminal.say(f"note: {note}")


class _Work:
    """A fill at work; it gives a sign of life now and then, on a transaction of its own."""

    def __init__(self, session: SharedSession, job: UUID) -> None:
        self._do, self._actor = session.sessions.team.do, session.sessions.actor
        self._job = job
        self._counts: dict[str, int] = {}
        self._total = 0
        self._told = time.monotonic()
        self.progress: Any = None

    def done(self) -> Any:
        """Do it; a failure stays with the job."""
        from designer_kernel.studio.team import fills

        try:
            if not self._do(self._actor, fills.take, self._job):
                raise Cancelled("the fill was cancelled; nothing was changed")
            return self._do(self._actor, fills.run, self._job, self._heard, self._planned)
        except BaseException as error:
            what = error.what if isinstance(error, DesignerError) else type(error).__name__
            is_cancelled = isinstance(error, Cancelled | KeyboardInterrupt)
            self._do(self._actor, fills.fail, self._job, what, is_cancelled=is_cancelled)
            raise

    def _planned(self, _name: str, rows: int) -> None:
        self._total = rows

    def _heard(self, table: str, rows: int) -> None:
        from designer_kernel.studio.team import fills

        self._counts[table] = rows
        self.progress(sum(self._counts.values()), self._total, table)
        if time.monotonic() - self._told < _BEAT:
            return
        self._told = time.monotonic()
        if not self._do(self._actor, fills.beat, self._job, self._counts, self._total):
            raise Cancelled("the fill was cancelled; nothing was changed")
