"""Schema Designer: design a PostgreSQL database inside a notebook.

>>> import designer_kernel as dk
>>> project = dk.open("marketplace", template="marketplace")  # doctest: +SKIP
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from designer_kernel.notebook.project import Project

__all__ = ["load_ipython_extension", "new", "open", "unload_ipython_extension"]


def __dir__() -> list[str]:
    return list(__all__)


def open(name_or_path: str | os.PathLike[str], template: str | None = None) -> Project:
    """Return a project, with a template made if need be; see `designer_kernel.notebook.project.open_project`."""
    from designer_kernel.notebook.current import remember
    from designer_kernel.notebook.project import open_project

    return remember(open_project(name_or_path, template))


def new(name_or_path: str | os.PathLike[str], template: str | None = None) -> Project:
    """Return a new project; see `designer_kernel.notebook.project.new_project`."""
    from designer_kernel.notebook.current import remember
    from designer_kernel.notebook.project import new_project

    return remember(new_project(name_or_path, template))


def load_ipython_extension(shell: Any) -> None:
    """Add the magics and the completion of names; IPython calls this for ``%load_ext designer_kernel``."""
    from designer_kernel.notebook.extension import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """Take away what `load_ipython_extension` added."""
    from designer_kernel.notebook.extension import unload

    unload(shell)
