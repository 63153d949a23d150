"""Filling what is deployed of a team's project, from where somebody waits for it: a shell or a notebook."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from designer_kernel.errors import Cancelled, DesignerError
from designer_kernel.studio.team import fills
from designer_kernel.studio.team.fills import FillView
from designer_kernel.studio.team.session import SharedSession

Progress = Callable[[int, int, str], None]
"""Told the rows that were sent, how many there will be, and of which table."""

_BEAT: Final = 1.0
"""Seconds between two signs of life; others may cancel the fill meanwhile."""


def fill(session: SharedSession, config: Mapping[str, Any], progress: Progress) -> FillView:
    """Fill what is deployed of a project in the team's database, all of it or nothing.

    Parameters
    ----------
    config
        What is wanted, see `designer_kernel.studio.team.fills.begin`; what is ``None`` is not said.

    Raises
    ------
    Cancelled
        If somebody cancelled it.
    DesignerError
        If the rows cannot be made. The job keeps why.
    """
    job = session.ask(fills.begin, {key: value for key, value in config.items() if value is not None})
    return _Work(session, job.id, progress).done()


class _Work:
    """A fill at work; it gives a sign of life now and then, on a transaction of its own."""

    def __init__(self, session: SharedSession, job: UUID, progress: Progress) -> None:
        self._do, self._actor = session.sessions.team.do, session.sessions.actor
        self._job = job
        self._progress = progress
        self._counts: dict[str, int] = {}
        self._total = 0
        self._told = time.monotonic()

    def done(self) -> FillView:
        """Do it; a failure stays with the job."""
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
        self._counts[table] = rows
        self._progress(sum(self._counts.values()), self._total, table)
        if time.monotonic() - self._told < _BEAT:
            return
        self._told = time.monotonic()
        if not self._do(self._actor, fills.beat, self._job, self._counts, self._total):
            raise Cancelled("the fill was cancelled; nothing was changed")
