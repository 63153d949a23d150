"""Importing for one widget: read, looked at, and only then taken. Nothing changes before somebody says so."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.losses import LossReport
from designer_kernel.errors import Cancelled, DesignerError, UnknownObject
from designer_kernel.studio.adding import Addition, addition
from designer_kernel.studio.importing import Candidate, kind_of_text, read_place, read_texts
from designer_kernel.studio.refreshing import Comparison, compare, compare_with_database
from designer_kernel.studio.sources import Options
from designer_widgets import transfer_documents as documents
from designer_widgets.destination import checked, in_words

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.design.refresh import Decision, Refresh
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.transfer_intents import ReadPlace, ReadTexts
    from designer_widgets.work import Progress, Work

Result = dict[str, Any]

IMPORTING: Final = "Importing"
COMPARING: Final = "Comparing"

PASTED: Final = "Pasted text"
LONGEST_SOURCE: Final = 80


@dataclass(slots=True)
class _Open:
    """What is being looked at: what was read, and how it compares with the design of a revision."""

    key: str
    title: str
    candidate: Candidate | None = None
    added: Addition | None = None
    added_to: int = -1
    comparison: Comparison | None = None
    compared_with: int = -1
    refresh: Refresh | None = None
    asked: dict[str, Decision] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)

    def compared(self, comparison: Comparison, revision: int, refresh: Refresh) -> None:
        """Take over what a comparison with a revision came to."""
        self.comparison, self.compared_with, self.refresh = comparison, revision, refresh
        self.asked |= {one.key: one for one in refresh.decisions}


class ImportWork:
    """The imports of one widget, one at a time.

    Parameters
    ----------
    session
        Whose design changes in the end.
    work
        Where reading is done.
    tell
        Called from any thread with the document of the trait ``transfer``.
    can_use_server
        Whether scripts may be run, which needs a server.
    """

    def __init__(
        self, session: ProjectSession, work: Work, tell: Callable[[Result], None], *, can_use_server: bool
    ) -> None:
        self._session = session
        self._work = work
        self._tell = tell
        self._can_use_server = can_use_server
        self._open: _Open | None = None
        self._lock = threading.Lock()

    # reading

    def read_texts(self, intent: ReadTexts) -> None:
        """Read what was pasted, or chosen in a browser."""
        kind = intent.notation or kind_of_text(intent.files[0].text, intent.files[0].name)
        if kind == "script" and not self._can_use_server:
            raise DesignerError(
                "a script is read by running it, which this page may not", mend="export it as DBML or a design first"
            )
        texts = {file.name or "pasted": file.text for file in intent.files}
        if len(texts) < len(intent.files):
            raise DesignerError("two files have one name", mend="choose each file once")
        name = self._session.name

        def job(progress: Progress, cancel: threading.Event) -> Result:
            read = read_texts(texts, kind=kind, name=name, progress=progress, cancel=cancel)
            title = ", ".join(texts) if all(file.name for file in intent.files) else PASTED
            return self._show(title, read, cancel)

        self._work.start(IMPORTING, job)

    def read_place(self, intent: ReadPlace) -> None:
        """Read a database, or a file on this machine."""
        place = intent.place.strip()
        if "://" in place:
            place = checked(place)
        options = Options(
            self._session.name, intent.schemas or None, owners=intent.owners, privileges=intent.privileges
        )  # fmt: skip

        def job(progress: Progress, cancel: threading.Event) -> Result:
            read = read_place(place, options, progress=progress, cancel=cancel)
            return self._show(in_words(place) if read.kind == "database" else place, read, cancel)

        self._work.start(IMPORTING, job)

    def apply_mends(self, key: str, mends: tuple[str, ...]) -> None:
        """Read the script again with these mends."""
        candidate, title = self._candidate(key), self._at(key).title

        def job(progress: Progress, cancel: threading.Event) -> Result:
            return self._show(title, candidate.with_mends(mends, progress=progress, cancel=cancel), cancel, key)

        self._work.start(IMPORTING, job)

    def accept_suggestions(self, key: str, accepted: tuple[str, ...]) -> None:
        """Make the design of these suggestions."""
        candidate, title = self._candidate(key), self._at(key).title

        def job(_progress: Progress, cancel: threading.Event) -> Result:
            return self._show(title, candidate.with_suggestions(accepted), cancel, key)

        self._work.start(IMPORTING, job)

    # comparing

    def compare_database(self, place: str) -> None:
        """Compare the design with a database."""
        design, revision = self._now()

        def job(progress: Progress, cancel: threading.Event) -> Result:
            found = compare_with_database(design, place, progress=progress, cancel=cancel)
            opened = _Open(secrets.token_hex(8), in_words(place))
            refresh = found.refreshed()
            opened.compared(found, revision, refresh)
            self._keep(opened, cancel)
            return {"words": _words(refresh)}

        self._work.start(COMPARING, job)

    def compare_import(self, key: str, decide: dict[str, Any]) -> None:
        """Compare the design with what was read, going by these answers."""
        opened = self._at(key)
        design, revision = self._now()

        def job(progress: Progress, cancel: threading.Event) -> Result:
            found = opened.comparison
            if found is None or opened.compared_with != revision:
                if opened.candidate is None or opened.candidate.catalog is None:
                    raise DesignerError("the design has changed since it was compared", mend="compare it again")
                catalog = opened.candidate.catalog
                found = compare(design, catalog, progress=progress, cancel=cancel)
            refresh = found.refreshed(decide)
            opened.answers = decide
            opened.compared(found, revision, refresh)
            self._keep(opened, cancel)
            return {"words": _words(refresh)}

        self._work.start(COMPARING, job)

    # ending it

    def take(self, key: str, way: str) -> Result:
        """Change the design by what was read, in one step that can be undone.

        Raises
        ------
        DesignerError
            If that cannot be done; nothing has changed then.
        """
        opened = self._at(key)
        session = self._session
        before = {entity.id for entity in session.design.entities}
        if way == "refresh":
            changed = self._refresh(opened)
        elif way == "add":
            candidate = self._candidate(key)
            design, revision = self._now()
            added = opened.added
            if added is None or opened.added_to != revision:
                added = addition(design, candidate.imported.design, _step(opened.title, "added"))
            if added.edit is None:
                names = ", ".join(added.clashes[:10]) or "all of it is there already"
                raise DesignerError(f"it cannot be added: {names}", mend="rename these, or replace the design")
            changed = session.apply_import(added.edit, candidate.imported.losses, revision) is not None
        else:
            label = _step(opened.title, "replacing the design")
            changed = session.take_over(self._candidate(key).imported, label) is not None
        self.leave()
        return {"changed": changed, "added": sum(entity.id not in before for entity in session.design.entities)}

    def leave(self) -> None:
        """Stop reading, and forget what was read."""
        with self._lock:
            self._open = None
            if self._work.task in {IMPORTING, COMPARING}:
                self._work.cancel()
        self._tell(documents.NO_IMPORT)

    def losses(self) -> LossReport:
        """Return what became of what was read."""
        opened = self._open
        if opened is None:
            return LossReport()
        if opened.candidate is not None:
            return opened.candidate.imported.losses
        return opened.refresh.losses if opened.refresh is not None else LossReport()

    def _refresh(self, opened: _Open) -> bool:
        if opened.refresh is None:
            raise DesignerError("it was not compared with the design yet", mend="compare it first")
        if opened.refresh.is_waiting:
            raise DesignerError("there are open questions", mend="answer each of them, then refresh")
        done = opened.refresh
        return self._session.apply_import(done.edit, done.losses, opened.compared_with) is not None

    def _now(self) -> tuple[Design, int]:
        with self._session.lock:
            return self._session.design, self._session.revision

    def _show(self, title: str, candidate: Candidate, cancel: threading.Event, key: str = "") -> Result:
        design, revision = self._now()
        label = _step(title, "added")
        added = addition(design, candidate.imported.design, label) if any(design.items()) else None
        opened = _Open(key or secrets.token_hex(8), title, candidate, added, revision)
        self._keep(opened, cancel)
        return {"words": f"{candidate.imported.losses}; nothing is changed yet"}

    def _keep(self, opened: _Open, cancel: threading.Event) -> None:
        with self._lock:
            if cancel.is_set():
                raise Cancelled("importing was cancelled")
            self._open = opened
        self._tell(self._document(opened))

    def _document(self, opened: _Open) -> Result:
        design = self._session.design
        if opened.candidate is not None:
            document = documents.candidate_document(
                opened.key, opened.title, opened.candidate, design, opened.added
            )  # fmt: skip
        else:
            document = documents.comparison_document(opened.key, opened.title)
        if opened.refresh is None or opened.comparison is None:
            return document
        shown = documents.refresh_document(opened.comparison.design, opened.refresh, opened.asked, opened.answers)
        return document | {"refresh": shown} | ({} if opened.candidate else {"losses": shown["losses"]})

    def _at(self, key: str) -> _Open:
        if self._open is None or self._open.key != key:
            raise UnknownObject("that import is not open any more", mend="read it again")
        return self._open

    def _candidate(self, key: str) -> Candidate:
        candidate = self._at(key).candidate
        if candidate is None:
            raise UnknownObject("nothing was read yet", mend="choose what to import")
        return candidate


def _step(title: str, how: str) -> str:
    """Return what a step is called in the history: where it is from, without the folders of this machine."""
    source = "pasted text" if title == PASTED else title
    if "://" not in source and "/" in source:
        source = PurePath(source).name or source
    return f"import of {source if len(source) <= LONGEST_SOURCE else f'{source[:LONGEST_SOURCE]}…'}, {how}"


def _words(done: Refresh) -> str:
    if done.decisions:
        return f"compared; {len(done.decisions)} to decide; nothing is changed yet"
    return "the design is up to date" if done.edit is None else "compared; nothing is changed yet"
