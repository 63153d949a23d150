"""`SharedSession`: a project of a team as notebooks and dashboards use it; what others do shows at once."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import UUID

from designer_kernel.design.identity import new_id
from designer_kernel.errors import DesignerError, EditConflict
from designer_kernel.postgres.target import plain_name
from designer_kernel.store.engine import StoreUnavailable
from designer_kernel.studio.change_log import ChangeLog
from designer_kernel.studio.changes import Change, Origin
from designer_kernel.studio.locations import SHARED, SUFFIX, data_directory
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.team import edits, moving, projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.attending import Attendance
from designer_kernel.studio.team.listening import Hearer, Listener, News
from designer_kernel.studio.team.past import SharedHistory, SharedLog, SharedVersions
from designer_kernel.studio.team.projects import OpenedProject
from designer_kernel.studio.team.refusals import NotFound
from designer_kernel.studio.team.team import Door, Team
from designer_kernel.studio.team.unit import UseCase
from designer_kernel.studio.versions import Versions

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.design.edits import Edit

logger = logging.getLogger(__name__)

R = TypeVar("R")


class SharedSession(ProjectSession):
    """A project of a team. An edit is made in the store; what others do comes by the listener, as a reload.

    Parameters
    ----------
    sessions
        The store, and who acts; its listener tells of changes, from a thread of its own.

    Attributes
    ----------
    workspace
        The workspace that the project belongs to.
    """

    def __init__(self, sessions: Sessions, project: UUID) -> None:
        self.sessions = sessions
        self._team, self._actor, self._project = sessions.team, sessions.actor, project
        opened = self._team.do(self._actor, projects.read, project)
        self.workspace = opened.view.workspace
        there = self._team.do(self._actor, workspaces.mine)
        own = next((one for one in there if one.id == self.workspace), None)
        self._workspace_name = str(self.workspace) if own is None else workspaces.spelled(own, there)
        self._begin(opened.design, opened.view.revision)
        self._history: SharedHistory = SharedHistory(opened.design)
        self.news: News | None = None
        """What was told last of this project, with who did it."""
        self.attendance = Attendance(self)
        """Who else is looking, while somebody looks here."""
        place = opened.view.name.replace("/", "_").replace("\\", "_")
        self._path = data_directory() / "shared" / str(project) / f"{place}{SUFFIX}"
        self._path.parent.mkdir(parents=True, exist_ok=True)
        hear = weakref.WeakMethod(self._hear)
        stop = sessions.listener.watch(project, opened.view.revision, lambda news: _pass_on(hear, news))
        weakref.finalize(self, stop)

    @property
    def path(self) -> Path:
        """Where what belongs to this person alone lies; the design itself is in the store, and no file."""
        return self._path

    @property
    def place(self) -> str:
        """What opens it again: ``team:workspace/project``, or with whose it is: ``team:owner:workspace/project``."""
        return f"{SHARED}{self._workspace_name}/{self.name}"

    @property
    def target(self) -> str:
        """A database of one's own to try things in, unless it is set; the team's is another one.

        Its name tells projects of one name apart, which several workspaces may have, and files.
        """
        return self._target or plain_name(f"{self.name}_{self._project.hex[-6:]}")

    @target.setter
    def target(self, value: str) -> None:
        self._target = value

    @property
    def versions(self) -> Versions:
        """The versions, the oldest first."""
        return SharedVersions(self)

    @property
    def change_log(self) -> ChangeLog:
        """Every change of the project."""
        return SharedLog(self)

    def ask(self, case: UseCase[..., R], /, *args: Any, **kwargs: Any) -> R:
        """Do something with the project as the session's actor.

        If the connection broke meanwhile, nobody knows whether it was done. It is done once more if that cannot do it
        twice: if it changes nothing, or has a ``request`` by which the store knows it again.

        Raises
        ------
        StoreUnavailable
            If the store does not answer, or it is not known whether it was done.
        """
        try:
            return self._team.do(self._actor, case, self._project, *args, **kwargs)
        except StoreUnavailable:
            if case.changes and "request" not in kwargs:
                raise
            return self._team.do(self._actor, case, self._project, *args, **kwargs)

    def seen(self) -> tuple[int, Design]:
        """Return the revision that this session shows, and its design."""
        with self._lock:
            return self._revision, self.design

    def apply(self, edit: Edit, base_revision: int | None = None) -> Change:
        """Change the project; what others did since is merged.

        Raises
        ------
        Conflict
            If they changed the same.
        DesignerError
            If the edit does not fit the design. Nothing has changed then.
        """
        with self._lock:
            base = self._revision if base_revision is None else base_revision
            with self._looking_again():
                applied = self.ask(edits.apply, edit, base, request=str(new_id()))
            self._history.made(edit, applied)
            return self._show(applied.change.revision, edit, "edit")

    def undo(self) -> Change | None:
        """Take this session's last change back; what others did since stays.

        Raises
        ------
        MergeConflict
            If others have changed the same since.
        """
        with self._lock:
            if not self._history.can_undo:
                return None
            with self._looking_again():
                applied = self.ask(edits.undo, self._history.last_made, request=str(new_id()))
            assert applied is not None  # there is a change of this revision
            self._history.went_back(applied)
            return self._show(applied.change.revision, None, "undo")

    def redo(self) -> Change | None:
        """Make the change again that was undone last.

        Raises
        ------
        MergeConflict
            If others have changed the same since.
        """
        with self._lock:
            if not self._history.can_redo:
                return None
            with self._looking_again():
                applied = self.ask(edits.undo, self._history.last_back, request=str(new_id()))
            assert applied is not None  # there is a change of this revision
            self._history.came_again(applied)
            return self._show(applied.change.revision, None, "redo")

    def design_after(self, change: int) -> Design:
        """Return the design after a change; the store knows all of them.

        Raises
        ------
        EditConflict
            If there is no such change.
        """
        return self.ask(projects.read, change).design

    def design_before(self, change: int) -> Design:
        """Return the design before a change; see `design_after`."""
        return self.ask(projects.read, change - 1).design

    def remembered(self) -> None:
        """Return ``None``: the store knows the state after each change."""
        return

    @property
    def is_changed_on_disk(self) -> bool:
        """Whether somebody has changed a file: there is none."""
        return False

    def save(self) -> None:
        """Do nothing: every change is in the store at once."""

    def save_as(self, path: str | os.PathLike[str]) -> Path:
        """Write the design and its versions to a file that is not there yet; the session stays with the store.

        Raises
        ------
        DesignerError
            If the file exists or cannot be written.
        """
        return moving.to_file(self._team, self._actor, self._project, path)

    def reload(self) -> Change | None:
        """Take over what is in the store; ``None`` if this shows it already."""
        return self._take_over(self.ask(projects.read))

    @contextmanager
    def _looking_again(self) -> Iterator[None]:
        """Take over what others did if it is in the way: who looks after a conflict sees what it is about."""
        try:
            yield
        except EditConflict:
            with suppress(DesignerError):  # the conflict says more
                self.reload()
            raise

    def _take_over(self, opened: OpenedProject, news: News | None = None) -> Change | None:
        with self._lock:
            self.news = news or self.news
            if opened.view.revision <= self._revision:
                return None
            self._history.came(opened.design)
            return self._show(opened.view.revision, None, "reload")

    def __repr__(self) -> str:
        return f"<SharedSession {self.name!r} revision {self.revision}>"

    def _hear(self, news: News) -> None:
        """Take over what others did; what goes wrong is raised, so that the listener tells it again."""
        if news.is_removed or news.revision <= self._revision:
            self.news = news
            return
        try:
            self._take_over(self.ask(projects.read), news)
        except NotFound:  # who did what there is not for this person any more
            self.news = News(news.kind, news.id, "", is_removed=True)
            logger.info("the project is not there any more, or for others only")

    def _show(self, revision: int, edit: Edit | None, origin: Origin) -> Change:
        """Count the revision that was just taken over and tell everybody."""
        self._revision = revision
        change = Change(revision, edit, self.design, origin)
        self._subscribers.tell(change)
        return change


class Watching(Protocol):
    """What tells of changes: `designer_kernel.studio.team.listening.Listener`, or who asks a service for them."""

    def watch(self, project: UUID, revision: int, hearer: Hearer) -> Callable[[], None]:
        """Have a function called when a project is at a later revision; the function returned ends it."""
        ...

    def stop(self) -> None:
        """Stop, and wait until nobody is called any more."""
        ...


class Sessions:
    """The shared projects that are open in this process: one session for each, so that all its views show the same.

    Parameters
    ----------
    team
        The way to the projects.
    actor
        Who acts.
    listener
        What tells of others' changes; by default, notifications of the team's store.
    """

    def __init__(self, team: Team | Door, actor: Actor, listener: Watching | None = None) -> None:
        self.team: Door = team
        self.actor = actor
        if listener is None:
            assert isinstance(team, Team)
            listener = Listener(team.store)
        self.listener = listener
        self._lock = threading.Lock()
        self._open: weakref.WeakValueDictionary[UUID, SharedSession] = weakref.WeakValueDictionary()

    def open(self, project: UUID) -> SharedSession:
        """Return the session of a project.

        Raises
        ------
        NotFound
            If there is none that the actor may see.
        """
        with self._lock:
            session = self._open.get(project)
            if session is None:
                session = SharedSession(self, project)
                self._open[project] = session
                return session
        session.reload()
        return session

    def close(self) -> None:
        """Stop listening."""
        self.listener.stop()


def _pass_on(hear: Callable[[], Callable[[News], None] | None], news: News) -> None:
    found = hear()
    if found is not None:
        found(news)
