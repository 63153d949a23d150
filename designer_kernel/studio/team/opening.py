"""Opening projects of a team by name, as notebooks, dashboards and the shell do: ``team:workspace/project``.

Workspaces of several people may have one name: then it is ``team:owner:workspace/project``.
"""

from __future__ import annotations

import threading
from difflib import get_close_matches
from uuid import UUID

from designer_kernel.postgres.target import describe
from designer_kernel.store.engine import open_store
from designer_kernel.studio.faces import face_here
from designer_kernel.studio.locations import SHARED
from designer_kernel.studio.team import projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people.local import actor_here
from designer_kernel.studio.team.refusals import BadInput, NotFound
from designer_kernel.studio.team.session import Sessions, SharedSession
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.workspaces import WorkspaceView

_lock = threading.Lock()
_here: list[Sessions] = []


def sessions_here() -> Sessions:
    """Return the shared projects of this process, as whoever acts here; the store is opened when it is first asked.

    Who is logged in to a service (``designer login``) works there; others in the store that is here.

    Raises
    ------
    NotLoggedIn, StoreUnavailable
        If nobody is known here, or the store cannot be reached.
    """
    with _lock:
        if not _here:
            _here.append(_behind_service() or _of_store())
        return _here[0]


def forget_sessions() -> None:
    """Let this process open what it is asked for anew, such as when somebody has logged in or out."""
    with _lock:
        while _here:
            _here.pop().close()


def _of_store() -> Sessions:
    team = Team(open_store())
    return Sessions(team, actor_here(team, face_here()))


def _behind_service() -> Sessions | None:
    from designer_kernel.studio.team.remote.logins import LoginFile

    logins = LoginFile()
    if logins.read() is None:
        return None
    from designer_kernel.studio.team.remote.hearing import ServiceListener
    from designer_kernel.studio.team.remote.service import Service
    from designer_kernel.studio.team.remote.team import ServiceTeam

    service = Service(logins)
    who = Actor(service.login.user, service.login.username, face_here())
    return Sessions(ServiceTeam(service), who, ServiceListener(service))


def open_shared(name: str, template: str | None = None, *, sessions: Sessions | None = None) -> SharedSession:
    """Return the session of a project that is named ``team:workspace/project``; with a template, make it if need be.

    Raises
    ------
    BadInput
        If it is not named so.
    NotFound
        If there is no such workspace or project; the mend says which was probably meant.
    """
    at = sessions or sessions_here()
    workspace, project = _place(name, at)
    there = {one.name: one.id for one in _all_of(at, workspace)}
    if project not in there and template is not None:
        return make_shared(name, template, sessions=at)
    if project not in there:
        raise _missing("project", project, list(there), f"dk.new({name!r}) makes it")
    return at.open(there[project])


def find_shared(name: str, *, sessions: Sessions | None = None) -> tuple[UUID, str, UUID | None]:
    """Return the workspace that a name ``team:workspace/project`` speaks of, the project's own name, and its id.

    There is no id if the workspace has no such project.

    Raises
    ------
    BadInput, NotFound
        If it is not named so, or there is no such workspace.
    """
    at = sessions or sessions_here()
    workspace, project = _place(name, at)
    return workspace, project, next((one.id for one in _all_of(at, workspace) if one.name == project), None)


def make_shared(name: str, template: str = "blank", *, sessions: Sessions | None = None) -> SharedSession:
    """Return the session of a new project that is to be named ``team:workspace/project``.

    Raises
    ------
    BadInput, NotFound, NotAllowed, AlreadyThere
        If it cannot be made there.
    """
    at = sessions or sessions_here()
    workspace, project = _place(name, at)
    return at.open(at.team.do(at.actor, projects.create, workspace, project, template=template).id)


def _place(name: str, at: Sessions) -> tuple[UUID, str]:
    workspace, _, project = name.removeprefix(SHARED).partition("/")
    if not workspace or not project:
        raise BadInput(f"{name!r} names no project of a team", where="name", mend="write team:workspace/project")
    return _workspace(workspace, project, at), project


def workspace_named(name: str, *, sessions: Sessions | None = None) -> UUID:
    """Return the workspace of a name, written with ``team:`` or without.

    Raises
    ------
    BadInput, NotFound
        If there are several, or none.
    """
    at = sessions or sessions_here()
    return _workspace(name.removeprefix(SHARED), None, at)


def _workspace(workspace: str, project: str | None, at: Sessions) -> UUID:
    """Return the workspace of a name; the project is what else was named, if anything was."""
    there = at.team.do(at.actor, workspaces.mine)
    meant = [one for one in there if workspace in workspaces.ways(one)]
    if not meant:
        in_service = "designer login URL NAME, if it is a service's" if isinstance(at.team, Team) else ""
        raise _missing("workspace", workspace, [one.name for one in there], in_service)
    if len(meant) > 1:
        raise _ambiguous(workspace, project, meant, there)
    return meant[0].id


def _ambiguous(name: str, project: str | None, meant: list[WorkspaceView], there: list[WorkspaceView]) -> BadInput:
    """Refuse a name that several workspaces have, and tell how each is meant: work must not go astray."""
    ways = [workspaces.spelled(one, there) for one in meant]
    choices = ways
    if project is not None:
        choices = [f"{SHARED}{way}/{project} (of {one.owner})" for one, way in zip(meant, ways, strict=True)]
    return BadInput(
        f"{len(meant)} workspaces are named {name!r}", where="name", mend=f"write {' or '.join(sorted(choices))}"
    )


def _all_of(at: Sessions, workspace: UUID) -> list[ProjectView]:
    found: list[ProjectView] = []
    while more := at.team.do(
        at.actor, projects.accessible, workspace=workspace, after=found[-1].id if found else None, limit=500
    ):
        found += more
    return found


def projects_of(workspace: WorkspaceView, *, sessions: Sessions | None = None) -> list[str]:
    """Return the names that open the projects of a workspace; of one that has none, ``team:workspace/…``."""
    at = sessions or sessions_here()
    way = workspaces.spelled(workspace, at.team.do(at.actor, workspaces.mine))
    return [f"{SHARED}{way}/{one.name}" for one in _all_of(at, workspace.id)] or [f"{SHARED}{way}/…"]


def workspaces_here(*, sessions: Sessions | None = None) -> list[str]:
    """Return the names that mean the workspaces of whoever acts here, each of them one and no other."""
    at = sessions or sessions_here()
    there = at.team.do(at.actor, workspaces.mine)
    return [workspaces.spelled(one, there) for one in there]


def looked_at(*, sessions: Sessions | None = None) -> str:
    """Return where whoever acts here looks for projects, in words: who sees nothing may have looked elsewhere."""
    at = sessions or sessions_here()
    if isinstance(at.team, Team):
        place = describe(at.team.store.url)
        return f"looked in the store here, {place}; nobody is logged in to a service: designer login URL NAME"
    from designer_kernel.studio.team.remote.logins import LoginFile

    login = LoginFile().read()
    return f"looked at {login.url}, as {login.username}" if login is not None else "looked at a service"


def _missing(kind: str, name: str, there: list[str], make: str = "") -> NotFound:
    names = sorted(set(there))  # workspaces of several people may have one
    close = get_close_matches(name, names, n=3, cutoff=0.6)
    mend = f"did you mean {', '.join(close)}?" if close else f"there are: {', '.join(names[:10])}"
    if not names:
        mend = "there is none yet"
        if kind == "workspace":
            mend = "you belong to none: designer invitations, or dk.invitations(), or ask to be invited"
    return NotFound(f"there is no {kind} {name!r}", where=name, mend=f"{mend}; {make}" if make else mend)
