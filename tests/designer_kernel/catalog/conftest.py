"""Several databases for one test."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from designer_kernel.postgres import scratch
from tests.designer_kernel.catalog.databases import FreshUrl


@pytest.fixture
def fresh_url(database_url: str) -> Iterator[FreshUrl]:
    """Gives URLs of further empty databases on the embedded server."""
    yield from _fresh(database_url)


@pytest.fixture
def fresh_older_url(older_url: str) -> Iterator[FreshUrl]:
    """Gives URLs of further empty databases on the older server."""
    yield from _fresh(older_url)


def _fresh(url: str) -> Iterator[FreshUrl]:
    base = urlsplit(url).path[1:]
    made: list[str] = []

    def give() -> str:
        name = f"{base}_{len(made)}"
        with psycopg.connect(url, autocommit=True) as connection:
            scratch.create(connection, name)
        made.append(name)
        return url.replace(f"/{base}?", f"/{name}?")

    yield give
    with psycopg.connect(url, autocommit=True) as connection:
        for name in _with_subscriptions(connection, made):
            _forget_subscriptions(url.replace(f"/{base}?", f"/{name}?"))
        for name in made:
            scratch.drop(connection, name)


def _with_subscriptions(connection: psycopg.Connection, names: list[str]) -> list[str]:
    """Return which databases have subscriptions: the server knows those of all."""
    found = connection.execute(
        "SELECT DISTINCT d.datname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
        " WHERE d.datname = ANY(%s)",
        [names],
    ).fetchall()
    return [name for (name,) in found]


def _forget_subscriptions(url: str) -> None:
    """Take away what would keep a database from being dropped: subscriptions, which have no slot anywhere."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
            " WHERE d.datname = current_database()"
        ).fetchall()
        for (name,) in rows:
            for statement in ("ALTER SUBSCRIPTION {} DISABLE", "ALTER SUBSCRIPTION {} SET (slot_name = NONE)"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP SUBSCRIPTION {}").format(sql.Identifier(name)))
