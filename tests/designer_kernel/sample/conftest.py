"""A database that is emptied instead of made anew for each test, which is ten times as fast."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from designer_kernel.postgres.server import EmbeddedServer


@pytest.fixture(scope="session")
def workshop(server: EmbeddedServer) -> Iterator[str]:
    """The URL of a database for all tests of sample data."""
    name = f"sample_workshop_{os.getpid()}"
    yield server.ensure_database(name)
    server.drop_database(name)


@pytest.fixture
def clean_url(workshop: str) -> str:
    """The URL of an empty database."""
    with psycopg.connect(workshop, autocommit=True) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        )
        for (name,) in found.fetchall():  # whatever the test before has left
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
        connection.execute("CREATE SCHEMA public")
        connection.execute("GRANT USAGE ON SCHEMA public TO public")
    return workshop
