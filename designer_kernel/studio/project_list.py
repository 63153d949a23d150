"""Which projects somebody can open from here, in files and in teams, and what is done with them as wholes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from designer_kernel.catalog import identifiers
from designer_kernel.design import Design, edits
from designer_kernel.design.identity import new_id
from designer_kernel.errors import DesignerError
from designer_kernel.studio import change_log, fills, versions
from designer_kernel.studio.design_file import DesignFile
from designer_kernel.studio.locations import SUFFIX, data_directory, is_shared, project_name, project_path
from designer_kernel.studio.opening import open_session
from designer_kernel.studio.templates import from_template

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.team.listing import Listed

Status = Literal["saved", "deployed", "changed", "new"]
"""Saved, and nothing more is known; deployed as it is; changed since it was deployed; never deployed."""

MOST: Final = 1000
"""Files of one folder that are told."""

_HEAD: Final = 4096
_NAME: Final = re.compile(r"^name:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_DEPLOYED: Final = ("deployed to ", "applied: ")
"""What the messages of versions begin with that are kept because they were deployed."""

REMOVED: Final = "removed"
"""The folder that removed files go to, beside the others."""


@dataclass(frozen=True, slots=True)
class ListedProject:
    """A project that can be opened.

    Attributes
    ----------
    place
        What opens it: a path, or ``team:workspace/project``.
    name
        What its design is called.
    kind
        Where it is.
    where
        The folder, or the workspace and whose it is.
    status, words
        How it stands, as far as that costs nothing to know.
    changed_at, changed_by
        When, and by whom, it was changed last.
    """

    place: str
    name: str
    kind: Literal["file", "team"]
    where: str
    status: Status
    words: str
    changed_at: datetime
    changed_by: str = ""


def files_here(session: ProjectSession | None = None) -> list[ListedProject]:
    """Return the design files of the user's data directory, and those beside the one that is open."""
    folders = [data_directory() / "projects"]
    if session is not None and not is_shared(session.place):
        folders.append(session.path.parent)
    found = {path.resolve(): path for folder in folders for path in _design_files(folder)}
    return sorted((_of_file(path) for path in found.values()), key=lambda one: (one.name.casefold(), one.place))


def team_here() -> list[ListedProject]:
    """Return the projects of the teams of whoever acts here.

    Raises
    ------
    DesignerError
        If nobody is known here, or the store or the service does not answer.
    """
    from designer_kernel.studio.team.listing import projects_here

    return [_of_team(one) for one in projects_here()]


def is_team_at_hand() -> bool:
    """Whether it costs nothing to ask for the projects of a team: its store is named, or somebody has logged in."""
    from designer_kernel.postgres.target import ENVIRONMENT
    from designer_kernel.studio.team.remote.logins import LoginFile

    return bool(os.environ.get(ENVIRONMENT)) or LoginFile().path.exists()


def opened(place: str) -> ProjectSession:
    """Return the session of a project that is there.

    Raises
    ------
    DesignerError
        If it is not there, or cannot be read.
    """
    if is_shared(place):
        from designer_kernel.studio.team.opening import open_shared

        return open_shared(place)
    return open_session(Path(place))


def made(name: str, template: str = "blank", *, beside: ProjectSession | None = None) -> ProjectSession:
    """Return a new project, where the one ``beside`` it is: a file, or a team's.

    Raises
    ------
    DesignerError
        If it cannot be called so, or is there already.
    """
    return _kept(name, from_template(template, name), beside)


def duplicated(place: str, name: str) -> ProjectSession:
    """Return a copy of a project under another name, where the first one is; its versions stay with the first.

    Raises
    ------
    DesignerError
        If it cannot be called so, or there is one of this name.
    """
    identifiers.check(name)
    original = opened(place)
    return _kept(name, original.design.replace(id=new_id(), name=name), original)


def renamed(place: str, name: str) -> ProjectSession:
    """Give a project another name, in one step that can be undone; a file stays where it is.

    Raises
    ------
    DesignerError
        If it cannot be called so.
    """
    session = opened(place)
    if session.name != name:
        session.apply(edits.ChangeDesign(changes={"name": name}))
    return session


def removed(place: str) -> str:
    """Remove a project, and return in words where it went.

    A file goes into the folder ``removed`` beside it, with its versions and its changes. A team's project goes for
    good, with all that is deployed of it in the team's database.

    Raises
    ------
    NotAllowed, NotFound
        If it is a team's, and not for this person to remove.
    DesignerError
        If it cannot be moved.
    """
    if is_shared(place):
        return _removed_from_team(place)
    path = Path(place)
    folder = path.parent / REMOVED / f"{project_name(path)}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    try:
        folder.mkdir(parents=True)
        for each in _all_of(path):
            each.rename(folder / each.name)
    except OSError as error:
        raise DesignerError(
            f"it cannot be moved: {error.strerror or error}", where=str(path), mend="look at who may write there"
        ) from error
    return f"it lies in {folder}, and can be moved back"


def _design_files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob(f"*{SUFFIX}"))[:MOST]
    except OSError:
        return []


def _all_of(path: Path) -> Iterator[Path]:
    """Yield what belongs to a design file; the file itself comes last, so that it is there until the rest has gone."""
    beside = (change_log.SUFFIX, versions.SUFFIX, fills.SUFFIX)
    yield from (one for end in beside if (one := path.with_name(project_name(path) + end)).exists())
    yield path


def _of_file(path: Path) -> ListedProject:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            head = _NAME.search(file.read(_HEAD))
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        head, changed = None, datetime.fromtimestamp(0, UTC)
    name = _plain(head[1]) if head else project_name(path)
    status, words = _status_of_file(path, changed)
    return ListedProject(str(path), name, "file", str(path.parent), status, words, changed)


def _plain(written: str) -> str:
    """Return a name as it is meant: in quotes, YAML may have written a letter as several."""
    try:
        return str(json.loads(written)) if written.startswith('"') else written.strip("'")
    except ValueError:
        return written.strip('"')


def _status_of_file(path: Path, changed: datetime) -> tuple[Status, str]:
    """Return what the versions beside a file say of it: each deployment keeps one."""
    try:
        last = versions.Versions.beside(path).last
    except DesignerError:
        last = None
    if last is None or not last.message.startswith(_DEPLOYED):
        return "saved", "saved"
    if changed.replace(microsecond=0) <= last.when:  # versions know seconds
        return "deployed", "deployed"
    return "changed", "changed since it was deployed"


def _of_team(one: Listed) -> ListedProject:
    status: Status = "new"
    words = "not deployed"
    if one.deployed_revision is not None:
        is_now = one.deployed_revision == one.revision
        status = "deployed" if is_now else "changed"
        words = "deployed" if is_now else f"changed since revision {one.deployed_revision} was deployed"
    where = f"{one.workspace}, of {one.owner}"
    return ListedProject(one.place, one.name, "team", where, status, words, one.changed_at, one.changed_by)


def _kept(name: str, design: Design, beside: ProjectSession | None) -> ProjectSession:
    if beside is not None and is_shared(beside.place):
        return _kept_in_team(design, beside)
    folder = data_directory() / "projects" if beside is None else beside.path.parent
    path = folder / f"{name}{SUFFIX}"
    if path.parent != folder or project_path(path) != path.absolute():
        raise DesignerError(f"{name!r} cannot name a file", where="name", mend="leave out / and \\")
    if DesignFile(path).exists():
        raise DesignerError("there is a project of this name already", where=str(path), mend="choose another name")
    return open_session(path, lambda _name: design)


def _kept_in_team(design: Design, beside: ProjectSession) -> ProjectSession:
    from designer_kernel.studio.team import projects
    from designer_kernel.studio.team.session import SharedSession

    assert isinstance(beside, SharedSession)
    at = beside.sessions
    return at.open(at.team.do(at.actor, projects.create, beside.workspace, design.name, design=design).id)


def _removed_from_team(place: str) -> str:
    from designer_kernel.studio.team import projects
    from designer_kernel.studio.team.opening import find_shared, sessions_here
    from designer_kernel.studio.team.refusals import NotFound

    _workspace, _name, project = find_shared(place)
    if project is None:
        raise NotFound("there is no project", where=place, mend="look at what there is: it may have been removed")
    at = sessions_here()
    at.team.do(at.actor, projects.remove, project)
    return "it is gone, with all that was deployed of it"
