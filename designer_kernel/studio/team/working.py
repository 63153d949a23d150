"""Work on the databases that a workspace's connections lead to, by name; nobody sees where that is, or who logs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from designer_kernel.studio.locations import CONNECTION
from designer_kernel.studio.team import connections
from designer_kernel.studio.team.opening import sessions_here, workspace_named
from designer_kernel.studio.team.refusals import BadInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from designer_kernel.exchange.transfer import Imported
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.team.access import Trial
    from designer_kernel.studio.team.connections import ConnectionView
    from designer_kernel.studio.team.secrets.secret import Secret
    from designer_kernel.studio.team.session import Sessions


class Connections:
    """The connections of a workspace, as whoever acts here may use them.

    Parameters
    ----------
    sessions
        The store, and who acts.
    workspace
        Whose connections.
    """

    def __init__(self, sessions: Sessions, workspace: UUID) -> None:
        self._sessions = sessions
        self.workspace = workspace

    @classmethod
    def of_name(cls, workspace: str, sessions: Sessions) -> Connections:
        """Return those of a workspace by its name.

        Raises
        ------
        NotFound, BadInput
            If there is no such workspace, or several.
        """
        return cls(sessions, workspace_named(workspace, sessions=sessions))

    def all(self) -> list[ConnectionView]:
        """Return the connections, by name."""
        return self._sessions.team.do(self._sessions.actor, connections.of_workspace, self.workspace)

    def named(self, name: str) -> ConnectionView:
        """Return a connection by its name.

        Raises
        ------
        NotFound
            If there is none; the mend says which there are.
        """
        there = self.all()
        found = next((one for one in there if one.name == name), None)
        if found is None:
            names = ", ".join(one.name for one in there[:10])
            raise NotFound(f"there is no connection {name!r}", where=name, mend=f"there are: {names or 'none yet'}")
        return found

    def add(self, name: str, uri: str | Secret, mode: str = "read-only") -> ConnectionView:
        """Keep a connection; see `designer_kernel.studio.team.connections.add`."""
        do, actor = self._sessions.team.do, self._sessions.actor
        return do(actor, connections.add, self.workspace, name, uri, mode=mode)

    def remove(self, name: str) -> None:
        """Remove a connection, with its secret."""
        self._sessions.team.do(self._sessions.actor, connections.remove, self.named(name).id)

    def tried(self, name: str) -> Trial:
        """Try a connection, and tell what came of it."""
        return connections.tried(self._sessions.team, self._sessions.actor, self.named(name).id)

    @contextmanager
    def place(self, name: str, *, write: bool = True) -> Iterator[str]:
        """Yield a URL that stands for the database of a connection while the block runs.

        Raises
        ------
        NotAllowed
            If the connection is for reading only, unless nothing is to be written.
        """
        do, actor = self._sessions.team.do, self._sessions.actor
        access = do(actor, connections.opening, self.named(name).id, write=write)
        with access.place(name) as url:
            yield url

    def query(self, name: str, sql: str, *, limit: int = 10_000) -> pd.DataFrame:
        """Return the rows of one query that somebody wrote; it only reads.

        Raises
        ------
        InvalidSql, StatementFailed
            If it is not exactly one query that only reads, or PostgreSQL refuses it.
        """
        access = self._sessions.team.do(self._sessions.actor, connections.opening, self.named(name).id)
        return access.query(sql, limit=limit)

    def introspected(self, name: str, schemas: Sequence[str] | None = None) -> Imported:
        """Return the design that the database of a connection means; nothing is changed there.

        Raises
        ------
        ServerUnavailable, ConnectionFailed
            If it cannot be reached.
        """
        from designer_kernel.exchange.database import import_database

        with self.place(name, write=False) as url:
            return import_database(url, name=name, schemas=schemas, privileges=False)


def connection_meant(text: str, own: Connections | None = None) -> tuple[Connections, str]:
    """Return the connections of the workspace that ``connection:NAME`` speaks of, and the name there.

    Parameters
    ----------
    own
        Those of the workspace that else is spoken of; without, or for others', it is ``connection:WORKSPACE/NAME``.

    Raises
    ------
    NotFound, BadInput
        If there is no such workspace, or none is named.
    """
    name = text.removeprefix(CONNECTION)
    workspace, slash, rest = name.partition("/")
    if own is not None and (not slash or any(one.name == name for one in own.all())):
        return own, name
    if not (workspace and rest):
        raise BadInput(
            "a connection belongs to a workspace, and none is named",
            where=text,
            mend=f"write {CONNECTION}WORKSPACE/{name}, or name the team's project beside it",
        )
    return Connections.of_name(workspace, sessions_here()), rest


def connections_of(session: ProjectSession) -> Connections:
    """Return the connections of the workspace that a project belongs to.

    Raises
    ------
    NotFound
        If it is no project of a team.
    """
    from designer_kernel.studio.team.session import SharedSession

    if not isinstance(session, SharedSession):
        raise NotFound("a project in a file has no connections", where=session.name, mend="give the database's URL")
    return Connections(session.sessions, session.workspace)
