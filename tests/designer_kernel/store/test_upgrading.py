"""The store's migrations lead to what its tables say, and back."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from designer_kernel.store import tables, upgrading
from designer_kernel.store.base import SCHEMA, Base
from designer_kernel.store.engine import Store, open_store

SERVERS = ["database_url", pytest.param("older_url", marks=pytest.mark.older)]


def differences(store: Store) -> list[object]:
    assert tables.people.User.metadata is Base.metadata
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, parents: kind != "schema" or name == SCHEMA,
                "include_object": lambda thing, name, kind, reflected, other: name != "alembic_version",
                "version_table_schema": SCHEMA,
                "compare_type": True,
            },
        )
        return list(compare_metadata(context, Base.metadata))


@pytest.mark.parametrize("server_url", SERVERS)
def test_migrations_make_the_tables_and_take_them_away(request: pytest.FixtureRequest, server_url: str) -> None:
    store = open_store(request.getfixturevalue(server_url))
    try:
        assert differences(store) == []
        with store.engine.begin() as connection:
            assert upgrading.revision_of(connection) == upgrading.newest()
            upgrading.downgrade(connection, "base")
            left = text(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'designer' AND tablename <> 'alembic_version'"
            )
            assert connection.scalar(left) == 0
            upgrading.upgrade(connection)
        assert differences(store) == []
    finally:
        store.close()
