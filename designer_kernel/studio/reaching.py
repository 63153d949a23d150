"""What a text names where the URL of a database could stand: ``connection:NAME`` is one of the project's workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from designer_kernel.studio.locations import CONNECTION

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession


@contextmanager
def reached(session: ProjectSession, place: str | None = None, *, write: bool = True) -> Iterator[str | None]:
    """Yield the URL of a database that is named ``connection:NAME``; what names another one stays as it is.

    The URL holds while the block runs, and says nothing of where that is. Without a name it is the project's target
    that may be a connection.

    Raises
    ------
    NotFound
        If the project's workspace has no such connection, or it belongs to none.
    NotAllowed
        If the connection is for reading only, unless nothing is to be written.
    """
    wanted = place or session.target
    if not wanted.startswith(CONNECTION):
        yield place
        return
    from designer_kernel.studio.team.working import connections_of

    with connections_of(session).place(wanted.removeprefix(CONNECTION), write=write) as url:
        yield url
