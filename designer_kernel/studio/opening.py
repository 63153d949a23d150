"""Opening projects: one session for one file, so that all its views show one design."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING
from weakref import WeakSet

from designer_kernel.design import Design
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.studio.design_file import DesignFile
from designer_kernel.studio.locations import SUFFIX, data_directory, project_name, project_path
from designer_kernel.studio.project import ProjectSession

if TYPE_CHECKING:
    from designer_kernel.exchange.transfer import Imported

_open: WeakSet[ProjectSession] = WeakSet()
_open_lock = threading.Lock()


def project_names() -> list[str]:
    """Return the names of the projects in the user's data directory."""
    directory = data_directory() / "projects"
    return [project_name(path) for path in sorted(directory.glob(f"*{SUFFIX}"))]


def refuse_unknown(name_or_path: str | os.PathLike[str]) -> None:
    """Refuse the name of a project that is not there: a slip must not become an empty project.

    Raises
    ------
    UnknownObject
        The mend says which project was probably meant.
    """
    path = project_path(name_or_path)
    if path.exists():
        return
    is_bare = path == project_path(project_name(path))
    names = project_names() if is_bare else [other.name for other in sorted(path.parent.glob(f"*{SUFFIX}"))]
    close = get_close_matches(project_name(path) if is_bare else path.name, names, n=3, cutoff=0.6)
    make = f"dk.new({os.fspath(name_or_path)!r}) makes it"
    raise UnknownObject(
        f"there is no project {os.fspath(name_or_path)!r}",
        where=str(path),
        mend=f"did you mean {', '.join(close)}? {make}" if close else make,
    )


def open_imported(name_or_path: str | os.PathLike[str], imported: Imported, *, replace: bool = False) -> ProjectSession:
    """Return a new project that holds what was imported; the session knows what became of each object.

    Parameters
    ----------
    replace
        Whether to replace the design of a project that is there; that can be undone.

    Raises
    ------
    DesignerError
        If there is a project of this name, unless ``replace``.
    """
    path = project_path(name_or_path)
    if path.exists() and not replace:
        raise DesignerError(
            "there is a project of this name already", where=str(path), mend="choose another name, or replace=True"
        )
    session = open_session(name_or_path, lambda _name: imported.design)
    session.take_over(imported)
    return session


def open_session(path: str | os.PathLike[str], make: Callable[[str], Design] | None = None) -> ProjectSession:
    """Return the project in a file: the same session for the same file, so that all its views show one design.

    A session that is open already takes over what others have written to the file since.

    Parameters
    ----------
    path
        A bare name or the path of a design file, see `designer_kernel.studio.locations.project_path`.
    make
        Called with the project's name to make the design if there is no file.

    Raises
    ------
    DocumentError
        If the file is no design.
    DesignerError
        If there is no file and no ``make``.
    """
    file = DesignFile(project_path(path))
    key = file.path.resolve()
    with _open_lock:
        # Asked each time, since a session can go on in another file.
        session = next((session for session in _open if session.path.resolve() == key), None)
        if session is not None:
            if session.path.exists():
                if session.is_changed_on_disk:
                    session.reload()
                return session
            _open.discard(session)  # its file is gone; the session that makes it again takes its place
        design = make(file.name) if make is not None and not file.exists() else None
        session = ProjectSession(file.path, design)
        _open.add(session)
        return session
