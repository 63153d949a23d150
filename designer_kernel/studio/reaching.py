"""What a text names where the URL of a database could stand: ``connection:NAME`` is one of a workspace's.

Whose, is said by the project that the work is about or by a ``team:workspace/project`` beside it; alone it is
``connection:WORKSPACE/NAME``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from designer_kernel.studio.locations import CONNECTION, is_shared

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession


@contextmanager
def reached(session: ProjectSession, place: str | None = None, *, write: bool = True) -> Iterator[str | None]:
    """Yield the URL of a database that is named ``connection:NAME``; what names another one stays as it is.

    The URL holds while the block runs, and says nothing of where that is. Without a name it is the project's target
    that may be a connection.

    Raises
    ------
    NotFound, BadInput
        If the workspace has no such connection, or nothing says which workspace is meant.
    NotAllowed
        If the connection is for reading only, unless nothing is to be written.
    """
    wanted = place or session.target
    if not wanted.startswith(CONNECTION):
        yield place
        return
    from designer_kernel.studio.team.session import SharedSession
    from designer_kernel.studio.team.working import Connections, connection_meant

    own = Connections(session.sessions, session.workspace) if isinstance(session, SharedSession) else None
    connections, name = connection_meant(wanted, own)
    with connections.place(name, write=write) as url:
        yield url


@contextmanager
def reached_beside(place: str, *beside: str | None, write: bool = True) -> Iterator[str]:
    """Yield the URL of a database as `reached` does, for who has no project open.

    Parameters
    ----------
    beside
        What else was named: the first ``team:workspace/project`` says whose connections are meant.

    Raises
    ------
    NotFound, BadInput, NotAllowed
        As `reached`.
    """
    if not place.startswith(CONNECTION):
        yield place
        return
    from designer_kernel.studio.team.opening import find_shared, sessions_here
    from designer_kernel.studio.team.working import Connections, connection_meant

    named = next((one for one in beside if one is not None and is_shared(one)), None)
    own = None
    if named is not None:
        there = sessions_here()
        own = Connections(there, find_shared(named, sessions=there)[0])
    connections, name = connection_meant(place, own)
    with connections.place(name, write=write) as url:
        yield url


def is_connection(text: str) -> bool:
    """Whether a text names a connection of a workspace, and neither a URL nor a database."""
    return text.startswith(CONNECTION)
