"""What was of a team's project: the steps that a session made, the project's versions, and the log of its changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from designer_kernel.design.history import History, Step
from designer_kernel.design.identity import new_id
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.studio.change_log import ChangeLog
from designer_kernel.studio.changes import Change
from designer_kernel.studio.team import edits, versions
from designer_kernel.studio.team.edits import Applied
from designer_kernel.studio.team.refusals import NotFound
from designer_kernel.studio.team.stored import ChangeView
from designer_kernel.studio.team.versions import OpenedVersion
from designer_kernel.studio.versions import Version, Versions, hash_of

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.design.edits import Edit
    from designer_kernel.studio.team.session import SharedSession


_SOME: Final = 100
"""Changes that are asked for at once when the newest come first."""


class SharedHistory(History):
    """What this session did, and can take back: changes of others are none of its steps."""

    def __init__(self, design: Design) -> None:
        super().__init__(design)
        self._made: list[int] = []
        self._back: list[int] = []

    @property
    def last_made(self) -> int:
        """The revision of the change that an undo takes back."""
        return self._made[-1]

    @property
    def last_back(self) -> int:
        """The revision of the undo that a redo takes back."""
        return self._back[-1]

    def came(self, design: Design) -> None:
        """Take over what others made."""
        self._design = design

    def made(self, edit: Edit, applied: Applied) -> None:
        """Remember an edit, and forget what was undone."""
        self._done.append(Step(edit, applied.change.label, self._design, applied.design))
        self._undone.clear()
        self._made.append(applied.change.revision)
        self._back.clear()
        self._design = applied.design

    def went_back(self, applied: Applied) -> None:
        """Remember that the last edit was taken back."""
        self._undone.append(self._done.pop())
        self._made.pop()
        self._back.append(applied.change.revision)
        self._design = applied.design

    def came_again(self, applied: Applied) -> None:
        """Remember that what was undone last was made again."""
        self._done.append(self._undone.pop())
        self._back.pop()
        self._made.append(applied.change.revision)
        self._design = applied.design

    def apply(self, edit: Edit) -> NoReturn:
        """Refuse: the store makes edits of a shared project."""
        raise TypeError("a shared project changes by its session")

    def undo(self) -> NoReturn:
        """Refuse: the store takes edits of a shared project back."""
        raise TypeError("a shared project changes by its session")

    def redo(self) -> NoReturn:
        """Refuse: the store makes edits of a shared project."""
        raise TypeError("a shared project changes by its session")


@dataclass(frozen=True, slots=True)
class SharedVersion(Version):
    """A version of a shared project; there is no document of it."""

    opened: OpenedVersion | None = None

    @property
    def design(self) -> Design:
        """The design as it was."""
        assert self.opened is not None
        return self.opened.design


class SharedVersions(Versions):
    """The versions of a shared project."""

    def __init__(self, session: SharedSession) -> None:
        super().__init__(session.path.parent)
        self._session = session

    def version(self, number: int) -> SharedVersion:
        """Return a version by its number.

        Raises
        ------
        UnknownObject
            If there is none.
        VersionDamaged
            If it is not as it was written.
        """
        try:
            opened = self._session.ask(versions.read, number)
        except NotFound as error:
            raise UnknownObject(error.what, where=self._session.name, mend=error.mend) from error
        view = opened.view
        return SharedVersion(
            view.number,
            view.message,
            f"{view.author} (brought by {view.brought_by})" if view.brought_by else view.author,
            view.created_at,
            view.design_hash,
            view.catalog_hash,
            self._session.path,
            opened,
        )

    def of_design(self, design: Design) -> Version | None:
        """Return the newest version of exactly this design, if there is one."""
        wanted = hash_of(design)
        found = (view.number for view in reversed(self._views()) if view.design_hash == wanted)
        number = next(found, None)
        return None if number is None else self.version(number)

    def save(self, design: Design, message: str = "", who: str = "") -> Version:
        """Keep the design as the next version; who does it is known.

        Raises
        ------
        DesignerError
            If it is another design than the project's.
        """
        revision, now = self._session.seen()
        if design != now:
            raise DesignerError(
                "this is not the design as it is now", where=self._session.name, mend="look at it again, and save that"
            )
        made = self._session.ask(versions.save, message, revision, request=str(new_id()))
        return self.version(made.number)

    def _views(self) -> list[versions.VersionView]:
        found: list[versions.VersionView] = []
        while more := self._session.ask(versions.versions, after=found[-1].number if found else 0, limit=500):
            found += more
        return found

    def _numbers(self) -> list[int]:
        return [view.number for view in self._views()]


class SharedLog(ChangeLog):
    """The changes of a shared project, whoever made them; the store writes them."""

    def __init__(self, session: SharedSession) -> None:
        super().__init__(session.path)
        self._session = session

    def add(self, change: Change, label: str) -> None:
        """Do nothing: the change is in the log already."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the changes, the oldest first."""
        last = 0
        while more := self._session.ask(edits.changes, after=last, limit=500):
            for one in more:
                last = one.revision
                yield _entry(one)

    def newest(self, before: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the changes with their revisions, the newest first; those before a revision, if it is given."""
        last = before - 1 if before else self._session.seen()[0]
        while last > 0:
            first = max(last - _SOME, 0)
            some = [one for one in self._session.ask(edits.changes, after=first, limit=_SOME) if one.revision <= last]
            yield from ((one.revision, _entry(one)) for one in reversed(some))
            last = first


def _entry(one: ChangeView) -> dict[str, Any]:
    return {
        "revision": one.revision,
        "when": one.when.isoformat(timespec="milliseconds"),
        "who": one.who,
        "origin": one.origin,
        "label": one.label,
        "edit": one.edit,
    }
