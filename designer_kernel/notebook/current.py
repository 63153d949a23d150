"""The project that magics speak of: the one opened last, in a cell or by ``%design``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.notebook.project import Project

_opened: list[Project] = []


def remember(project: Project) -> Project:
    """Make a project the current one, and return it; in IPython its names complete from now on."""
    _opened[:] = [project]
    if "IPython" in sys.modules:
        from designer_kernel.notebook.completion import trust_views

        trust_views()
    return project


def current() -> Project:
    """Return the current project.

    Raises
    ------
    DesignerError
        If none has been opened.
    """
    if not _opened:
        raise DesignerError("no project is open", mend="%design marketplace --template marketplace")
    return _opened[0]


def current_or_none() -> Project | None:
    """Return the current project, if there is one."""
    return _opened[0] if _opened else None
