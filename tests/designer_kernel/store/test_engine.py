"""The way to the store: what it tells of a server that goes away, and whose rights its transactions have."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from designer_kernel.postgres import connection, scratch
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.store import upgrading
from designer_kernel.store.engine import Store, StoreUnavailable, open_store


@pytest.fixture(scope="module")
def kept(server: EmbeddedServer) -> Iterator[Store]:
    """A store of this module alone."""
    name = f"engine_{os.getpid()}"
    made = open_store(server.ensure_database(name))
    yield made
    made.close()
    server.drop_database(name)


def application(store: Store) -> str:
    with store.transaction() as session:
        return str(session.scalar(text("SELECT current_user")))


def test_a_server_that_goes_away_is_told_even_where_the_driver_is_asked_itself(kept: Store) -> None:
    def ask() -> None:
        with kept.transaction() as session:
            raw = session.connection().connection.driver_connection
            assert isinstance(raw, psycopg.Connection)
            kept.terminate(raw.info.backend_pid)
            raw.execute("SELECT 1")

    with pytest.raises(StoreUnavailable):
        ask()
    assert application(kept)  # the next one gets another connection


def test_our_statements_find_nothing_but_what_they_name(kept: Store) -> None:
    with kept.transaction() as session:
        assert session.scalar(text("SHOW search_path")) == "pg_catalog, pg_temp"
        assert session.scalar(text("SELECT current_schemas(false)")) == ["pg_catalog"]


def test_each_store_has_a_role_of_its_own(kept: Store, server: EmbeddedServer) -> None:
    name = f"another_{os.getpid()}"
    other = open_store(server.ensure_database(name))
    try:
        assert application(kept) != application(other)
        with other.engine.connect() as session:
            session.execute(text(f"SET ROLE {application(kept)}"))
            with pytest.raises(ProgrammingError, match="permission denied for schema designer"):
                session.execute(text("SELECT FROM designer.users"))
    finally:
        other.close()
        server.drop_database(name)


def test_a_copied_database_is_a_store_with_a_role_of_its_own(kept: Store, server: EmbeddedServer) -> None:
    before, name = application(kept), f"copy_{os.getpid()}"
    parameters = connection.parse(kept.url)
    kept.close()
    with psycopg.connect(connection.to_url(parameters | {"dbname": "postgres"}), autocommit=True) as admin:
        scratch.create(admin, name, template=str(parameters["dbname"]))
    copy = open_store(connection.to_url(parameters | {"dbname": name}))
    try:
        assert application(copy) != before
        with copy.engine.connect() as session:
            assert upgrading.is_ready(session)
        with copy.transaction() as session:
            assert session.scalar(text("SELECT count(*) FROM designer.users")) == 0
            asked = text("SELECT has_schema_privilege(:role, 'designer', 'USAGE')")
            assert session.scalar(asked, {"role": before}) is False
    finally:
        copy.close()
        server.drop_database(name)
