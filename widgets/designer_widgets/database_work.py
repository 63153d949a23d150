"""What a view may have done to a database. Whatever would surprise somebody is asked first, and done when confirmed.

Asked are: to remove rows, and to touch a server that is not the embedded one. The question is part of the document of
the trait ``progress``; its key is good for one answer.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from designer_kernel.errors import UnknownObject
from designer_widgets import state
from designer_widgets.destination import Destination, checked, in_words, is_embedded, tried
from designer_widgets.work import Job, Progress

if TYPE_CHECKING:
    from designer_kernel.lint import Finding
    from designer_kernel.studio.filled import Filled
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intents import Fill
    from designer_widgets.work import Work

Result = dict[str, Any]


class DatabaseWork:
    """Deploying, filling and asking, for one widget.

    Parameters
    ----------
    session
        Whose design is deployed.
    work
        Where it is done.
    judged
        Called with PostgreSQL's findings and the revision that they are about.
    """

    def __init__(self, session: ProjectSession, work: Work, judged: Callable[[list[Finding], int], None]) -> None:
        self.destination = Destination(session)
        self._session = session
        self._work = work
        self._judged = judged
        self._asked: tuple[str, str, Job] | None = None
        self.filled: Filled | None = None
        """What the last fill did."""

    def validate(self) -> None:
        """Ask PostgreSQL what it thinks of the design."""

        def job(progress: Progress, cancel: threading.Event) -> Result:
            revision = self._session.revision
            found = self._session.server_verdict(progress=progress)
            self._judged(found, revision)
            return {"words": f"PostgreSQL {state.verdict_words(found)}"}

        self._start("Asking PostgreSQL", job)

    def deploy(self, *, allow_missing: bool) -> None:
        """Deploy; to another server than the embedded one, after asking."""
        place = self.destination.place

        def job(progress: Progress, cancel: threading.Event) -> Result:
            done = self._session.deploy(place, allow_missing=allow_missing, progress=progress, cancel=cancel)
            lacking = [str(item) for item in done.missing]
            return {"words": str(done).splitlines()[0], "notes": [*lacking, *done.notes]}

        def ask(progress: Progress, cancel: threading.Event) -> Result:
            return self._question("Deploying", job, place, "deploy")

        self._start("Deploying", job if is_embedded(place) else ask)

    def fill(self, intent: Fill) -> None:
        """Fill; if rows would be removed, or on another server than the embedded one, after asking."""
        self._start("Filling", self._filling(intent, self.destination.place, None))

    def confirm(self, key: str) -> None:
        """Do what was asked about.

        Raises
        ------
        UnknownObject
            If nothing was, or something else since.
        """
        asked, self._asked = self._asked, None
        if asked is None or not secrets.compare_digest(asked[0], key):
            raise UnknownObject("that question is not open any more", mend="begin again")
        self._work.start(asked[1], asked[2])

    def cancel(self) -> None:
        """Cancel what is running, or the question that is open."""
        self._asked = None
        self._work.cancel()

    def choose_target(self, place: str) -> None:
        """Deploy to and fill another database from now on; an empty text stands for the project's own."""
        self.destination.choose(place)
        self.cancel()

    def try_target(self, place: str) -> None:
        """Connect to a database, or to the one that is chosen, and tell what is there."""
        wanted = checked(place) or self.destination.place
        self._start("Connecting", lambda progress, cancel: {"words": tried(wanted)})

    def _start(self, task: str, job: Job) -> None:
        self._work.start(task, job)
        self._asked = None

    def _filling(self, intent: Fill, place: str, agreed: dict[str, int] | None) -> Job:
        """Return the job of a fill; ``agreed`` are the rows that somebody has agreed to remove."""

        def job(progress: Progress, cancel: threading.Event) -> Result:
            gone = self._session.rows_to_replace(place) if intent.is_replacing else {}
            if gone != agreed and (gone or not is_embedded(place)):
                return self._question("Filling", self._filling(intent, place, gone), place, "fill", gone)
            done = self._session.fill(
                url=place,
                mode="replace" if intent.is_replacing else intent.mode,
                progress=progress,
                cancel=cancel,
                **{n: v for n in ("scale", "seed") if (v := getattr(intent, n)) is not None},
            )
            self.filled = done
            words = f"{done.rows:,} rows in {len(done.tables)} tables in {done.seconds:.1f} s"
            rows = [[table.table, table.rows] for table in done.tables]
            return {"words": words, "notes": list(done.notes), "rows": rows, "total": done.rows}

        return job

    def _question(self, task: str, job: Job, place: str, what: str, gone: dict[str, int] | None = None) -> Result:
        key = secrets.token_hex(8)
        self._asked = (key, task, job)
        rows = sorted((gone or {}).items(), key=lambda item: (-item[1], item[0]))
        return {
            "ask": {
                "key": key,
                "what": what,
                "target": in_words(place),
                "is_embedded": is_embedded(place),
                "rows": [list(row) for row in rows],
                "total": sum(count for _, count in rows),
            }
        }
