"""Scratch databases in which plans are tried: they hold a catalog, take statements, and say what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.owner import Owner
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.subscription import Subscription
from designer_kernel.catalog.render import Statement
from designer_kernel.catalog.render import script as render
from designer_kernel.migrate.running import prepare
from designer_kernel.postgres import shadow
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.script import run
from designer_kernel.postgres.target import Server

_KEPT: Final = 3
"""How many databases are kept at once: a round of planning begins with few states."""


class Rehearsal:
    """Tries statements on a server for shadows. What was tried once is not tried again.

    Each trial makes a database and drops it; within `kept` databases stay for trials that begin with the same catalog.

    Parameters
    ----------
    server
        The server, see `designer_kernel.postgres.shadow.shadow_database`.
    on_target
        Whether that is the server of the database that a plan is for: its people should know.
    """

    def __init__(self, server: Server | str | None = None, *, on_target: bool = False) -> None:
        self._server = server
        self.on_target = on_target
        self._known: dict[tuple[str, tuple[str, ...]], Catalog] = {}
        self._came: dict[int, tuple[Catalog, tuple[str, ...]]] = {}
        self._kept: dict[str, psycopg.Connection[Any]] | None = None
        self._open = ExitStack()

    def __call__(self, catalog: Catalog, statements: tuple[str, ...]) -> Catalog:
        """Return what a catalog, as the server writes it, is after statements.

        A catalog that an earlier trial gave is not made by itself: its statements run again, and then these. Made from
        nothing it would not be the same. The server gives parts that no catalog tells other names, for example.

        Raises
        ------
        StatementFailed
            If PostgreSQL refuses one of them.
        """
        if not statements:
            return catalog
        start, done = self._came.get(id(catalog), (catalog, ()))
        key = (canonical.content_hash(start), (*done, *statements))
        if key not in self._known:
            with self._trial(start, key[0]) as connection, connection.transaction(force_rollback=True):
                prepare(connection)
                run(connection, [Statement(text) for text in key[1]])
                found = self._known[key] = read_like(connection, start)
            self._came[id(found)] = (start, key[1])
        return self._known[key]

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep databases from one trial to the next; at the end they go. May be nested."""
        if self._kept is not None:
            yield
            return
        self._kept = {}
        try:
            with self._open:
                yield
        finally:
            self._kept = None

    @contextmanager
    def _trial(self, catalog: Catalog, key: str) -> Iterator[psycopg.Connection[Any]]:
        if self._kept is None:
            with self.database(catalog) as connection:
                yield connection
            return
        if key not in self._kept or self._kept[key].broken:
            if len(self._kept) == _KEPT:
                self._kept.clear()
                self._open.close()
            self._kept[key] = self._open.enter_context(self.database(catalog))
        yield self._kept[key]

    @contextmanager
    def database(self, catalog: Catalog) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection to a database of its own that holds a catalog; at the end both are gone."""
        with shadow.shadow_database(self._server) as url:
            shadow.install(catalog, url)
            with connect(url, autocommit=True) as connection:
                made = _missing_roles(connection, catalog)
                try:
                    run(connection, render(catalog))
                    yield connection
                finally:
                    if not connection.closed:
                        connection.execute("ROLLBACK")
                        _forget_subscriptions(connection)
        self._forget(made)

    def _forget(self, roles: Sequence[str]) -> None:
        """Drop roles that came with a catalog, unless something else has come to need them."""
        with connect(shadow.server_for(self._server).url(), autocommit=True) as admin:
            for role in roles:
                with suppress(psycopg.errors.DependentObjectsStillExist, psycopg.errors.UndefinedObject):
                    admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def read_like(connection: psycopg.Connection[Any], catalog: Catalog) -> Catalog:
    """Return what a database holds, with the owners if a catalog tells them."""
    return introspect(connection, owners=bool(catalog.of(Owner)))


def _forget_subscriptions(connection: psycopg.Connection[Any]) -> None:
    """Take away what would keep the database from being dropped; no subscription of a scratch database has a slot."""
    rows = connection.execute(
        "SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid"
        " WHERE d.datname = pg_catalog.current_database()"
    ).fetchall()
    for (name,) in rows:
        for statement in Subscription(name=name, publications=()).drop(Catalog()):
            connection.execute(statement.encode())


def _missing_roles(connection: psycopg.Connection[Any], catalog: Catalog) -> list[str]:
    names = [role.name for role in catalog.of(Role)]
    rows = connection.execute("SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = ANY(%s)", [names]).fetchall()
    return [name for name in names if name not in {row[0] for row in rows}]
