"""`ProjectSession`: a design in a file, and the one door through which it changes and is used."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.known import Known
from designer_kernel.catalog.rendering import Rendering
from designer_kernel.design import Design, edits
from designer_kernel.design.history import History
from designer_kernel.design.losses import LossReport
from designer_kernel.design.lower import lower
from designer_kernel.design.lowered import Lowered
from designer_kernel.errors import DesignerError, EditConflict, UnknownObject
from designer_kernel.studio.changes import Change, Origin, Subscriber, Subscribers
from designer_kernel.studio.database import Progress
from designer_kernel.studio.design_file import DesignFile
from designer_kernel.studio.locations import project_path
from designer_kernel.studio.merging import merge, refuse_contradiction
from designer_kernel.studio.pictured import IsDrawn
from designer_kernel.studio.salvaging import KeepsSalvage
from designer_kernel.studio.sample_data import HasSampleData

if TYPE_CHECKING:
    from designer_kernel.catalog.render import Script
    from designer_kernel.design.edits import Edit
    from designer_kernel.design.refresh import Answer, Refresh
    from designer_kernel.exchange.transfer import Exported, Imported
    from designer_kernel.lint import Finding

REMEMBERED: Final = 500
"""Revisions that an edit may be based on; older ones are a conflict."""


class ProjectSession(KeepsSalvage, HasSampleData, IsDrawn):
    """A design in a file, with its history, its subscribers and the database that it is deployed to.

    Every change is one revision. It is checked, written to the file and only then taken over, so that a change that
    fails leaves both as they were. One re-entrant lock guards the state; long work (deploying, filling, querying) runs
    on a snapshot, outside the lock, on a connection of its own.

    Parameters
    ----------
    path
        The design file; it is read if it exists.
    design
        The design to begin with if there is no file yet; it is written at once.

    Raises
    ------
    DocumentError
        If the file is no design.
    DesignerError
        If there is neither a file nor a design.
    """

    def __init__(self, path: str | os.PathLike[str], design: Design | None = None) -> None:
        self._file = DesignFile(project_path(path))
        if self._file.exists():
            first = self._file.read()
        elif design is not None:
            first = design
            self._file.write(first)
        else:
            raise DesignerError(
                "there is no such project",
                where=str(self._file.path),
                mend="make it with dk.new(name) or dk.open(name, template='marketplace')",
            )
        self._begin(first)

    def _begin(self, first: Design, revision: int = 0) -> None:
        self._lock = threading.RLock()
        self._history = History(first)
        self._revision = revision
        self._revisions: dict[int, Design] = {revision: first}
        self._subscribers = Subscribers()
        self._begin_drawing()
        self._lowered, self._rendering, self._found_before = Lowered(), Rendering(), Known()
        self.losses = LossReport()
        """What became of each object when the design was imported in this session."""

    # what it is

    @property
    def lock(self) -> threading.RLock:
        """The re-entrant lock around the state; hold it to read several properties of one revision."""
        return self._lock

    @property
    def path(self) -> Path:
        """The design file."""
        return self._file.path

    @property
    def place(self) -> str:
        """Where the project is, as a person names it to open it again."""
        return str(self.path)

    @property
    def name(self) -> str:
        """The design's name."""
        return self.design.name

    @property
    def design(self) -> Design:
        """The design as it is now; immutable, so it can be kept."""
        return self._history.design

    @property
    def revision(self) -> int:
        """How many changes there have been since the project was opened."""
        return self._revision

    @property
    def history(self) -> History:
        """What can be undone and redone."""
        return self._history

    # changing it

    def apply(self, edit: Edit, base_revision: int | None = None) -> Change:
        """Change the design.

        Parameters
        ----------
        edit
            The edit.
        base_revision
            The revision that its author was looking at. If it is an older one, the edit is merged, unless it touches
            what has changed since.

        Raises
        ------
        EditConflict
            If it does; the message names both sides.
        DesignerError
            If the edit does not fit the design, or the file cannot be written. Nothing has changed then.
        """
        with self._lock:
            if base_revision is None or base_revision == self._revision:
                design = edits.apply(self.design, edit)
            else:
                design = merge(self._base(base_revision), self.design, edit)
            refuse_contradiction(self.design, design)
            self._file.write(design)  # first: an edit that cannot be kept is not made
            self._history.take(edit, design)
            return self._tell(edit, "edit", self._history.undo_label)

    def take_over(self, imported: Imported, label: str = "") -> Change | None:
        """Make what was imported the design, in one step that can be undone, and keep its loss report.

        Parameters
        ----------
        imported
            What was read.
        label
            What the step is called; by the name of the imported design, if nothing is said.

        Raises
        ------
        DesignerError
            If it contradicts itself, or the file cannot be written. Nothing has changed then.
        """
        edit = edits.ReplaceDesign(design=imported.design, label=label or f"import {imported.design.name}")
        with self._lock:
            return self.apply_import(None if imported.design == self.design else edit, imported.losses)

    def apply_import(self, edit: Edit | None, losses: LossReport, base_revision: int | None = None) -> Change | None:
        """Make the edit that an import comes to, if any, and keep its loss report; see `apply`.

        Raises
        ------
        EditConflict, DesignerError
            As `apply`; neither the design nor the report has changed then.
        """
        with self._lock:
            before, self.losses = self.losses, losses  # first: who is told of the change may ask for the report
            try:
                return self.apply(edit, base_revision) if edit is not None else None
            except BaseException:
                self.losses = before
                raise

    def refresh(
        self,
        url: str | None = None,
        *,
        decide: Mapping[str, Answer] | None = None,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Refresh:
        """Bring the design up to date with the target, or with the database of ``url``, in one step.

        While it is open what was renamed, nothing changes. What is drawn and not there stays unless it is answered
        that it was removed there.

        Raises
        ------
        NotDeployed
            If nothing of the design is there: a slip in a name must not empty it.
        ServerUnavailable
            If the database cannot be reached.
        UnknownObject
            If an answer is to no question, or is none of those that its question allows.
        EditConflict
            If the design has changed in the same places meanwhile.
        """
        from designer_kernel.studio.deployed import nothing_in
        from designer_kernel.studio.refreshing import compare_with_database

        with self._lock:
            design, revision = self.design, self._revision
        done = compare_with_database(design, url or self.target, progress=progress, cancel=cancel).answered(decide)
        if done.is_elsewhere:
            raise nothing_in(self.url(url))
        if not done.is_waiting:
            self.apply_import(done.edit, done.losses, revision)
        return done

    def export(self, to: str) -> Exported:
        """Return the design in another notation, see `designer_kernel.studio.exports.NOTATIONS`.

        Raises
        ------
        DesignerError
            If there is no such notation, or the design cannot be lowered.
        """
        from designer_kernel.studio.exports import notation

        return notation(to).write(self.design)

    def undo(self) -> Change | None:
        """Take the last change back; ``None`` if there is none."""
        with self._lock:
            if not self._history.can_undo:
                return None
            self._write_or(self._history.undo(), self._history.redo)
            return self._tell(None, "undo", self._history.redo_label)

    def redo(self) -> Change | None:
        """Make the change again that was undone last; ``None`` if there is none."""
        with self._lock:
            if not self._history.can_redo:
                return None
            self._write_or(self._history.redo(), self._history.undo)
            return self._tell(None, "redo", self._history.undo_label)

    def design_after(self, change: int) -> Design:
        """Return the design after a change, by its number in the log.

        Raises
        ------
        UnknownObject
            If the change is of an earlier session, or too many others followed: only versions are kept for good.
        """
        return self._known(change, 0)

    def design_before(self, change: int) -> Design:
        """Return the design before a change; see `design_after`."""
        return self._known(change, 1)

    def remembered(self) -> AbstractSet[int] | None:
        """Return the numbers of the changes that this session has made or taken over, and whose states it has."""
        return {number for number, revision in self.change_log.revisions_here().items() if revision in self._revisions}

    def _known(self, change: int, steps_before: int) -> Design:
        revision = self.change_log.revisions_here().get(change, -1)
        found = self._revisions.get(revision - steps_before)
        if found is None or revision not in self._revisions:
            raise UnknownObject(
                f"what change {change} led to is not known any more",
                where=self.name,
                mend="go back to a version: those are kept for good",
            )
        return found

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Have a function called with every `Change`; the function returned ends that."""
        with self._lock:
            return self._subscribers.add(callback)

    # its file

    @property
    def is_changed_on_disk(self) -> bool:
        """Whether someone else has changed the file since it was read or written here."""
        return self._file.is_changed()

    def save(self) -> None:
        """Write the file again, for instance after it was deleted; every change is saved at once by itself.

        Raises
        ------
        FileChanged
            If someone else has changed the file.
        """
        with self._lock:
            self._file.write(self.design)

    def save_as(self, path: str | os.PathLike[str]) -> Path:
        """Go on in another file, which must not exist yet, and return its path.

        Raises
        ------
        DesignerError
            If the file exists or cannot be written.
        """
        with self._lock:
            file = DesignFile(project_path(path))
            if file.exists():
                raise DesignerError(
                    "there is a file of this name already", where=str(file.path), mend="choose another name"
                )
            file.write(self.design)
            self._file = file
            return file.path

    def reload(self) -> Change | None:
        """Take over what is in the file now; ``None`` if that is the same design. The history begins anew.

        Raises
        ------
        DocumentError
            If the file is no design; the project stays as it was.
        """
        with self._lock:
            design = self._file.read()
            if design == self.design:
                return None
            self._history = History(design)
            return self._tell(None, "reload", "what somebody else wrote to the file")

    # what follows from it

    @property
    def findings(self) -> list[Finding]:
        """What the rules have found in this revision, the gravest first."""
        from designer_kernel import lint

        return list(self._once("findings", partial(lint.check, known=self._found_before)))

    def ddl(self, entity: str | None = None) -> Script:
        """Return the script that creates the database, or only the table of an entity with all that is part of it.

        Raises
        ------
        UnknownObject
            If there is no such entity.
        DesignerError
            If the design cannot be lowered; `findings` say more.
        """
        from designer_kernel.catalog import render
        from designer_kernel.studio import excerpt

        with self._lock:
            catalog = self._once("catalog", partial(lower, known=self._lowered))
            if entity is None:
                return self._once("ddl", lambda design: self._rendering.script(catalog, title=design.name))
            part = excerpt.of_entity(self.design, catalog, entity)
            return render.script(part, title=f"{entity} of {self.name}")

    def __repr__(self) -> str:
        return f"<ProjectSession {self.name!r} revision {self.revision} in {self.place}>"

    def _base(self, revision: int) -> Design:
        base = self._revisions.get(revision)
        if base is None:
            raise EditConflict(
                f"revision {revision} is not known any more; this is revision {self._revision}",
                where=self.name,
                mend="look at the design as it is now and make the edit again",
            )
        return base

    def _write_or(self, design: Design, step_back: Callable[[], Design]) -> None:
        try:
            self._file.write(design)
        except BaseException:
            step_back()
            raise

    def _tell(self, edit: Edit | None, origin: Origin, label: str) -> Change:
        """Count the revision that was just taken over and tell everybody."""
        self._revision += 1
        self._revisions[self._revision] = self.design
        self._revisions.pop(self._revision - REMEMBERED, None)
        change = Change(self._revision, edit, self.design, origin)
        self.change_log.add(change, label)
        self._subscribers.tell(change)
        return change
