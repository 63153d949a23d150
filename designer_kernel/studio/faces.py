"""Through what somebody works in this process: a notebook, unless whoever starts it says something else."""

from __future__ import annotations

import os
from typing import Final, Literal

Face = Literal["notebook", "shell", "api", "dashboard"]

OWN: Final = "DESIGNER_OWN_DASHBOARD"
"""Environment variable that ``designer dashboard`` sets: its pages are for whoever started it alone."""

HUB: Final = "JUPYTERHUB_USER"
"""Environment variable that JupyterHub sets for the server of each of its users."""

_faces: Final[list[Face]] = ["notebook"]


def face_here() -> Face:
    """Return through what people work here; the audit of a team is told.

    The kernel of a page stays one, also in a shell that one of its cells starts.
    """
    return "dashboard" if is_page() else _faces[-1]


def work_through(face: Face) -> None:
    """Say through what people work in this process, from now on, unless it is a page."""
    _faces[:] = [face]


def is_page() -> bool:
    """Whether this kernel runs for a page of Voilà, whose visitors are not its authors.

    Voilà says so in the environment that it starts the kernel with; nothing that a visitor sends is asked.
    """
    software = os.environ.get("SERVER_SOFTWARE", "").lower()
    return software.startswith("voila") or any(name.startswith("VOILA_") for name in os.environ)


def serves_others(face: Face) -> bool:
    """Whether whoever works through a face may be somebody else than whose process it is."""
    if face == "dashboard":
        return os.environ.get(OWN) != "1" or HUB in os.environ
    return face == "api"
