"""Through what somebody works in this process: a notebook, unless whoever starts it says something else."""

from __future__ import annotations

from typing import Final, Literal

Face = Literal["notebook", "shell", "api", "dashboard"]

_faces: Final[list[Face]] = ["notebook"]


def face_here() -> Face:
    """Return through what people work here; the audit of a team is told."""
    return _faces[-1]


def work_through(face: Face) -> None:
    """Say through what people work in this process, from now on."""
    _faces[:] = [face]
