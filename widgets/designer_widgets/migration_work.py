"""Changing a target for one widget: planned, looked at, proved, and only then applied."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.errors import DesignerError, UnknownObject
from designer_widgets import migration_documents as documents
from designer_widgets.destination import in_words

if TYPE_CHECKING:
    from designer_kernel.studio.planning import Planned
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.destination import Destination
    from designer_widgets.migration_intents import ApplyMigration, PlanMigration
    from designer_widgets.work import Job, Progress, Work

Result = dict[str, Any]

PLANNING: Final = "Planning"
PROVING: Final = "Proving"
APPLYING: Final = "Applying"
READING: Final = "Reading the history"


class MigrationWork:
    """The plan of one widget, and what its target remembers.

    A plan is good for the target that it was made for: choosing another one forgets it.

    Parameters
    ----------
    session
        Whose design the target is to follow.
    work
        Where it is done.
    destination
        The target.
    tell
        Called from any thread with the document of the trait ``migration``.
    """

    def __init__(
        self, session: ProjectSession, work: Work, destination: Destination, tell: Callable[[Result], None]
    ) -> None:
        self._session = session
        self._work = work
        self._destination = destination
        self._tell = tell
        self._lock = threading.Lock()
        self._planned: tuple[str, str, Planned] | None = None
        self._document = dict(documents.NOTHING)

    def plan(self, intent: PlanMigration) -> None:
        """Plan the way from the target to the design."""
        place = self._destination.place

        def make(progress: Progress, cancel: threading.Event) -> Planned:
            return self._session.plan(
                place,
                online=intent.online,
                exact=intent.exact,
                renames=intent.renames,
                using=intent.using,
                fill=intent.fill,
                progress=progress,
                cancel=cancel,
            )

        self._start_planning(place, make)

    def plan_rollback(self, number: int) -> None:
        """Plan the way from the target back to an earlier version."""
        place = self._destination.place

        def make(progress: Progress, cancel: threading.Event) -> Planned:
            return self._session.plan_rollback(place, to=number, progress=progress, cancel=cancel)

        self._start_planning(place, make)

    def plan_revert(self) -> None:
        """Plan the way from the target back to what was last applied to it."""
        place = self._destination.place

        def make(progress: Progress, cancel: threading.Event) -> Planned:
            return self._session.revert_drift(place, progress=progress, cancel=cancel)

        self._start_planning(place, make)

    def prove(self, key: str) -> None:
        """Prove the plan of a key."""
        place, planned = self._open(key)

        def job(progress: Progress, cancel: threading.Event) -> Result:
            proved = self._session.prove(planned, progress=progress, cancel=cancel)
            self._keep(key, place, proved)
            proof = proved.migration.proof
            holds = proof is not None and proof.holds
            return {"words": "the plan is proved" if holds else "the plan does not hold: look at the checks"}

        self._work.start(PROVING, job)

    def apply(self, intent: ApplyMigration) -> None:
        """Apply the plan of a key."""
        place, planned = self._open(intent.key)

        def job(progress: Progress, cancel: threading.Event) -> Result:
            done = self._session.apply_plan(
                planned, place, proof=intent.proof, allow=intent.allow, progress=progress, cancel=cancel
            )
            self._forget()
            self._read(place)
            return {"words": str(done).splitlines()[0]}

        self._work.start(APPLYING, job)

    def roll_back(self) -> None:
        """Plan the way back from the last migration of the target; it is looked at and proved as any other."""
        place = self._destination.place

        def make(progress: Progress, cancel: threading.Event) -> Planned:
            return self._session.plan_rollback(place, progress=progress, cancel=cancel)

        self._start_planning(place, make)

    def read_history(self) -> None:
        """Read what was applied to the target, and what was changed there since."""
        place = self._destination.place

        def job(_progress: Progress, _cancel: threading.Event) -> Result:
            return {"words": self._read(place) or f"this is what {in_words(place)} remembers"}

        self._work.start(READING, job)

    def adopt_drift(self) -> None:
        """Take what was changed in the target into the design."""
        place = self._destination.place

        def job(progress: Progress, _cancel: threading.Event) -> Result:
            self._session.adopt_drift(place, progress=progress)
            self._read(place)
            return {"words": "the design is as the target now; undo takes it back"}

        self._work.start(READING, job)

    def ignore_drift(self) -> None:
        """Do not tell of what was changed in the target any more."""
        place = self._destination.place

        def job(_progress: Progress, _cancel: threading.Event) -> Result:
            self._session.ignore_drift(place)
            self._read(place)
            return {"words": "what was changed is not told any more"}

        self._work.start(READING, job)

    def leave(self) -> None:
        """Forget the plan, and what was read of the target; stop what is running."""
        if self._work.is_busy and self._work.task in {PLANNING, PROVING, APPLYING, READING}:
            self._work.cancel()
        with self._lock:
            self._planned = None
            self._document = dict(documents.NOTHING)
        self._tell(dict(self._document))

    def _start_planning(self, place: str, make: Callable[[Progress, threading.Event], Planned]) -> None:
        def job(progress: Progress, cancel: threading.Event) -> Result:
            planned = make(progress, cancel)
            self._keep(secrets.token_hex(8), place, planned)
            return {"words": self._document["plan"]["words"]}

        self._start(PLANNING, job)

    def _start(self, task: str, job: Job) -> None:
        self._work.start(task, job)

    def _open(self, key: str) -> tuple[str, Planned]:
        planned = self._planned
        if planned is None or not secrets.compare_digest(planned[0], key):
            raise UnknownObject("that plan is not open any more", mend="plan again")
        if planned[1] != self._destination.place:
            raise DesignerError("the plan is for another target", mend="plan again")
        return planned[1], planned[2]

    def _keep(self, key: str, place: str, planned: Planned) -> None:
        self._planned = (key, place, planned)
        self._show(
            plan=documents.plan_document(planned, key, in_words(place)),
            proof=documents.proof_document(planned.migration.proof),
        )

    def _forget(self) -> None:
        self._planned = None
        self._show(plan=None, proof=None)

    def _read(self, place: str) -> str:
        """Read what a target remembers; return words if it is in the middle of a migration, and so has no drift."""
        from designer_kernel.migrate.apply import MigrationUnderWay

        history, drift, words = documents.history_document(self._session.migrations(place)), None, ""
        try:
            drift = documents.drift_document(self._session.drift(place))
        except MigrationUnderWay as error:
            words = f"{error.what}; {error.mend}"
        self._show(history=history, drift=drift)
        return words

    def _show(self, **parts: Any) -> None:
        with self._lock:
            self._document |= parts
            document = dict(self._document)
        self._tell(document)
