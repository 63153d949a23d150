"""`Store`: the way to the designer's own database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Final
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError
from designer_kernel.postgres import connection as connections
from designer_kernel.postgres import target
from designer_kernel.postgres.server import Progress
from designer_kernel.store import scope, upgrading

DATABASE: Final = "schema_designer"
"""The database of the store on the embedded server; elsewhere it is the one that ``DESIGNER_DATABASE_URL`` names."""

STORE: Final = "store"
"""Under this name the `info` of a session knows its store."""

_CONNECT_SECONDS: Final = 5
_POOL: Final = 10
_OVERFLOW: Final = 20


class StoreUnavailable(DesignerError):
    """The designer's own database cannot be reached just now."""

    code = "store_unavailable"


class Store:
    """The designer's own database: one engine with a pool, brought to the newest revision when it is opened.

    Parameters
    ----------
    url
        Where it is, as libpq writes it.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        parameters = connections.parse(url)
        # psycopg gets the parameters as they were parsed: SQLAlchemy need not understand them
        self.engine: Engine = create_engine(
            make_url("postgresql+psycopg://"),
            connect_args={**parameters, "application_name": "schema-designer"},
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
            pool_pre_ping=True,
            hide_parameters=True,  # errors and logs tell the statement, not what it was given
        )
        event.listen(self.engine, "connect", lambda connection, _record: _prepare(connection))

    def upgrade(self) -> None:
        """Bring the store to the newest revision; it is made if there is none.

        Raises
        ------
        StoreUnavailable
            If the server cannot be reached.
        """
        with _reachable(), self.engine.begin() as connection:
            if not upgrading.is_ready(connection):
                upgrading.upgrade(connection)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session whose transaction is committed at the end, or rolled back if something is raised.

        It acts as the application role, which may not alter tables or what was audited. It is about the store as a
        whole, and sees all of it; what people do is done in `transaction_of`.
        """
        with self._session() as session:
            scope.begin(session, self._role, whole=True)
            yield session

    @contextmanager
    def transaction_of(self, person: UUID | None) -> Iterator[Session]:
        """Yield a session as `transaction` does, which sees the workspaces of a person, or none."""
        with self._session() as session:
            scope.begin(session, self._role, person)
            yield session

    @contextmanager
    def _session(self) -> Iterator[Session]:
        known = {STORE: self}
        with _reachable(), Session(self.engine, expire_on_commit=False, info=known) as session, session.begin():
            yield session

    def terminate(self, pid: int) -> None:
        """End a connection of the store at the server, by way of another one, whatever it is busy with.

        Raises
        ------
        StoreUnavailable
            If there is no other one.
        """
        with self.beside() as other:
            other.execute("SELECT pg_catalog.pg_terminate_backend(%s)", [pid])

    @contextmanager
    def beside(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """Yield a connection of the store's login for one short transaction, beside those of the pool.

        Raises
        ------
        StoreUnavailable
            If there is none.
        """
        given = {"connect_timeout": _CONNECT_SECONDS, **connections.parse(self.url)}
        with _reachable(), psycopg.connect("", **given) as connection:
            _prepare(connection)
            yield connection

    @cached_property
    def _role(self) -> str:
        with self.engine.connect() as connection:
            return upgrading.application(connection)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __repr__(self) -> str:
        return f"Store({connections.redact(self.url)!r})"


def open_store(url: str | None = None, *, progress: Progress | None = None) -> Store:
    """Return the store, at the newest revision.

    Parameters
    ----------
    url
        Where it is; by default ``DESIGNER_DATABASE_URL``, or else a database of the embedded server.

    Raises
    ------
    StoreUnavailable, ServerUnavailable
        If it cannot be reached.
    """
    store = Store(url or address(progress=progress))
    store.upgrade()
    return store


def address(*, progress: Progress | None = None) -> str:
    """Return the URL of the store that is used by default; the embedded server is started if it is there."""
    configured = os.environ.get(target.ENVIRONMENT)
    return configured or target.embedded_server(progress=progress).ensure_database(DATABASE)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (OperationalError, psycopg.OperationalError) as error:  # the driver's own, where it is asked itself
        raise StoreUnavailable(
            "the designer's database does not answer", mend="look whether the server runs, and try again"
        ) from error


def _prepare(connection: object) -> None:
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SET search_path = pg_catalog, pg_temp")  # our statements say where everything else is
        cursor.execute("SET timezone = 'UTC'")
        cursor.execute("SET statement_timeout = '30s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()  # type: ignore[attr-defined]
