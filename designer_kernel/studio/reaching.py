"""What a text names where the URL of a database could stand: ``connection:NAME`` is one of the project's workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from designer_kernel.studio.locations import CONNECTION

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession


@contextmanager
def reached(session: ProjectSession, place: str, *, write: bool = True) -> Iterator[str]:
    """Yield the URL of a database that is named ``connection:NAME``; what names another one stays as it is.

    The URL holds while the block runs, and says nothing of where that is.

    Raises
    ------
    NotFound
        If the project's workspace has no such connection, or it belongs to none.
    NotAllowed
        If the connection is for reading only, unless nothing is to be written.
    """
    if not place.startswith(CONNECTION):
        yield place
        return
    from designer_kernel.studio.team.working import connections_of

    with connections_of(session).place(place.removeprefix(CONNECTION), write=write) as url:
        yield url
