"""The connections of a workspace in a notebook: listed, tried and used by name; no cell ever shows a secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from getpass import getpass
from typing import TYPE_CHECKING, Any

from designer_kernel.notebook import display
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.results import Said

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.notebook.project import Project
    from designer_kernel.postgres.deploy import Deployment
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.team.connections import ConnectionView as Seen
    from designer_kernel.studio.team.working import Connections

_COLUMNS = ("name", "mode", "has_secret", "is_mine", "updated_at")
_PROMPT = "connection string (postgresql://user:password@host/database): "


class ConnectionView:
    """A connection, by its name: tried and worked on, never looked into.

    Parameters
    ----------
    session
        The project that is deployed over it, if there is one.
    """

    def __init__(self, connections: Connections, seen: Seen, session: ProjectSession | None) -> None:
        self._connections = connections
        self._seen = seen
        self._session = session

    @property
    def name(self) -> str:
        """What it is called in its workspace."""
        return self._seen.name

    @property
    def mode(self) -> str:
        """What its sessions may do at most: ``read-only`` or ``read-write``."""
        return self._seen.mode

    def test(self) -> Said:
        """Connect, and tell what came of it."""
        trial = self._connections.tried(self.name)
        if not trial.is_ok:
            return Said(f"{self.name}: {trial.error}; {trial.mend}")
        lines = [f"{self.name}: connected in {trial.milliseconds} ms, PostgreSQL {trial.version}", *trial.warnings]
        return Said("\n".join(lines))

    def query(self, sql: str, *, limit: int = 10_000) -> pd.DataFrame:
        """Return the rows of one query; it only reads, whatever the connection may do."""
        return self._connections.query(self.name, sql, limit=limit)

    def import_(self, name_or_path: str, *, schemas: tuple[str, ...] | None = None, replace: bool = False) -> Project:
        """Return a new project made of the database; nothing is changed there."""
        from designer_kernel.notebook.opening import import_project

        with bar("reading"):
            imported = self._connections.introspected(self.name, schemas)
        return import_project(imported, name_or_path, replace=replace)

    def deploy(self, *, allow_missing: bool = False) -> Deployment:
        """Create in the database what the project means: all of it or nothing."""
        with self.open() as url, bar("deploying") as progress:
            return self._own().deploy(url, allow_missing=allow_missing, progress=progress)

    def fill(self, rows: Mapping[str, int] | None = None, **options: Any) -> Any:
        """Fill the database with sample data, as `Project.fill` does."""
        with self.open() as url, bar("filling") as progress:
            return self._own().fill(rows, url=url, progress=progress, **options)

    def open(self, *, write: bool = True) -> AbstractContextManager[str]:
        """Return a context that gives a URL for everything else that takes one: ``with prod.open() as url: …``.

        The URL holds while the block runs, in this process alone, and says nothing of where the database is.
        """
        return self._connections.place(self.name, write=write)

    def __repr__(self) -> str:
        return f"connection {self.name}: {', '.join(_words(self._seen))}"

    def _repr_html_(self) -> str:
        return display.card(self.name, display.note(", ".join(_words(self._seen))), subtitle="test() tries it")

    def _own(self) -> ProjectSession:
        from designer_kernel.errors import DesignerError

        if self._session is None:
            raise DesignerError(
                "nobody said which project", where=self.name, mend=f"project.connections[{self.name!r}].deploy()"
            )
        return self._session


class ConnectionViews(Mapping[str, ConnectionView]):
    """The connections of a workspace by name; a cell shows which there are, and nothing of where they lead."""

    def __init__(self, connections: Connections, session: ProjectSession | None = None) -> None:
        self._connections = connections
        self._session = session

    def __getitem__(self, name: str) -> ConnectionView:
        return ConnectionView(self._connections, self._connections.named(name), self._session)

    def __iter__(self) -> Iterator[str]:
        return iter([one.name for one in self._connections.all()])

    def __len__(self) -> int:
        return len(self._connections.all())

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def add(self, name: str, connection_uri: str | None = None, *, mode: str = "read-only") -> ConnectionView:
        """Keep a connection; its string is sealed, and is yours alone to use in copies.

        Parameters
        ----------
        connection_uri
            Without it you are asked, so that no notebook holds it.
        mode
            ``read-only`` or ``read-write``.
        """
        from designer_kernel.studio.team.secrets.secret import Secret

        given = Secret(connection_uri if connection_uri is not None else getpass(_PROMPT))
        return ConnectionView(self._connections, self._connections.add(name, given, mode), self._session)

    def remove(self, name: str) -> Said:
        """Remove a connection, with its secret."""
        self._connections.remove(name)
        return Said(f"connection {name} is removed")

    def test(self) -> Said:
        """Try all of them, and tell what came of it."""
        return Said("\n".join(str(self[name].test()) for name in self) or "there is no connection yet")

    def to_frame(self) -> pd.DataFrame:
        """Return them as a DataFrame: name, mode, whether there is a secret, whether it is yours, when it changed."""
        import pandas as pd

        rows = [[getattr(one, column) for column in _COLUMNS] for one in self._connections.all()]
        return pd.DataFrame(rows, columns=list(_COLUMNS))

    def __repr__(self) -> str:
        lines = [f"{one.name}: {', '.join(_words(one))}" for one in self._connections.all()]
        return "\n".join(lines) or "there is no connection yet: .add(name) keeps one"

    def _repr_html_(self) -> str:
        there = self._connections.all()
        rows = ((one.name, *_words(one)) for one in there)
        body = display.table(("name", "mode", "secret"), rows) if there else display.note("there is none yet")
        return display.card("Connections", body, subtitle="[name].test() tries one; .add(name) keeps one")


def _words(one: Seen) -> tuple[str, str]:
    return one.mode, ("yours" if one.is_mine else "somebody else's") if one.has_secret else "still to be given"


def connections_named(workspace: str) -> ConnectionViews:
    """Return the connections of a workspace by its name.

    Raises
    ------
    NotFound, BadInput
        If there is no such workspace, or several.
    """
    from designer_kernel.studio.team.opening import sessions_here
    from designer_kernel.studio.team.working import Connections

    return ConnectionViews(Connections.of_name(workspace, sessions_here()))
