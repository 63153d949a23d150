"""Keeping what was read elsewhere as a project of a team: a design, or a design file with its versions."""

from __future__ import annotations

from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING

from designer_kernel.studio.team import moving, projects
from designer_kernel.studio.team.opening import find_shared, open_shared, sessions_here
from designer_kernel.studio.team.refusals import AlreadyThere

if TYPE_CHECKING:
    from designer_kernel.exchange.transfer import Imported
    from designer_kernel.studio.team.session import Sessions, SharedSession


def refuse_taken(name: str, *, replace: bool = False, sessions: Sessions | None = None) -> None:
    """Refuse a name that a project has, before anything is read for it.

    Raises
    ------
    BadInput, NotFound
        If ``team:workspace/project`` is not what it says, or there is no such workspace.
    AlreadyThere
        If there is a project of this name, unless it is to be replaced.
    """
    workspace, project, known = find_shared(name, sessions=sessions)
    at = sessions or sessions_here()
    at.team.do(at.actor, moving.ask, workspace)
    if known is not None and not replace:
        raise AlreadyThere(
            f"the workspace has a project named {project!r}", where=name, mend="choose another name, or replace=True"
        )


def keep_imported(
    name: str, imported: Imported, *, replace: bool = False, sessions: Sessions | None = None
) -> SharedSession:
    """Return a project that holds what was imported; the session knows what became of each object.

    Parameters
    ----------
    replace
        Whether to replace the design of a project that is there: a change like others, which can be undone.

    Raises
    ------
    BadInput, NotFound, NotAllowed, AlreadyThere
        If it cannot be kept there.
    """
    at = sessions or sessions_here()
    refuse_taken(name, replace=replace, sessions=at)
    workspace, project, known = find_shared(name, sessions=at)
    if known is None:
        session = at.open(at.team.do(at.actor, projects.create, workspace, project, design=imported.design).id)
        session.losses = imported.losses
    else:
        session = at.open(known)
        session.take_over(replaced(imported, design=imported.design.replace(name=project)))
    return session


def keep_file(name: str, path: Path, *, sessions: Sessions | None = None) -> SharedSession:
    """Return a new project of a design file, with the versions beside it.

    Raises
    ------
    BadInput, NotFound, NotAllowed, AlreadyThere
        If it cannot be kept there.
    DocumentError, VersionDamaged
        If the file, or a version of it, cannot be read.
    """
    at = sessions or sessions_here()
    refuse_taken(name, sessions=at)
    workspace, project, _ = find_shared(name, sessions=at)
    return at.open(moving.from_file(at.team, at.actor, workspace, path.expanduser().absolute(), name=project).id)


def shared_design_file(name: str, path: Path) -> Path:
    """Write a project of a team to a design file that is not there yet, with its versions beside it; return its path.

    Raises
    ------
    DesignerError
        If there is no such project, or the file is there.
    """
    return open_shared(name).save_as(path)
