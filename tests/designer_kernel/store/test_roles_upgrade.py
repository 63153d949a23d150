"""A store with all sorts in it goes back to the revision with one role for all stores, and comes again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from designer_kernel.postgres import connection as connections
from designer_kernel.postgres import scratch
from designer_kernel.store import upgrading
from designer_kernel.store.engine import Store, open_store
from designer_kernel.studio.team import rows, workspaces
from designer_kernel.studio.team.audit.verifying import verify
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import registered
from tests.designer_kernel.studio.team.rooms import VAULT, deployed

SERVERS = ["database_url", pytest.param("older_url", marks=pytest.mark.older)]
OLD = "schema_designer_app"


@pytest.fixture(params=SERVERS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of this test alone."""
    opened = open_store(request.getfixturevalue(request.param))
    yield opened
    opened.close()


def rights(connection: Connection, role: str, gate: str) -> list[bool]:
    """Return whether a role may look into the store, write its rows, change audit rows, and pass a gate."""
    asked = text(
        "SELECT has_schema_privilege(:role, 'designer', 'USAGE'),"
        " has_table_privilege(:role, 'designer.projects', 'SELECT, INSERT, UPDATE, DELETE'),"
        " has_table_privilege(:role, 'designer.audits', 'UPDATE'),"
        " has_function_privilege(:role, :gate, 'EXECUTE')"
    )
    if connection.scalar(text("SELECT to_regrole(:role)"), {"role": role}) is None:
        return []
    return list(connection.execute(asked, {"role": role, "gate": gate}).one())


def test_rights_move_from_one_role_to_the_other_and_back(store: Store) -> None:
    team = Team(store)
    ada = registered(team, "ada")
    made = deployed(team, ada, VAULT)
    team.do(ada, rows.insert, made, "secrets", [{"id": 1, "word": "swordfish"}])
    room = team.do(ada, workspaces.mine)[0].id
    gate = f"designer_gates.sd_w_{room.hex}(text, text, jsonb, boolean)"
    with store.engine.begin() as connection:
        own = upgrading.application(connection)
        assert rights(connection, own, gate) == [True, True, False, True]
    with store.engine.begin() as connection:
        upgrading.downgrade(connection, "0006")
        assert rights(connection, OLD, gate) == [True, True, False, True]
        assert rights(connection, own, gate) == []
        assert not upgrading.is_ready(connection)
    with store.engine.begin() as connection:
        upgrading.upgrade(connection)
        assert rights(connection, own, gate) == [True, True, False, True]
        assert rights(connection, OLD, gate) in ([], [False, False, False, False])
    assert team.do(ada, rows.get, made, "secrets", {"id": 1}).values["word"] == "swordfish"
    team.do(ada, workspaces.rename, room, "after all")
    assert verify(store, Path("nowhere"), None).fault is None
    team.do(ada, workspaces.remove, room)


def test_another_store_of_the_same_login_keeps_the_role_of_before(store: Store) -> None:
    """Two stores worked as one role; when one is brought up to date, the other still does."""
    name = f"other_{os.getpid()}"
    with psycopg.connect(store.url, autocommit=True) as admin:
        scratch.create(admin, name)
    parameters = connections.parse(store.url)
    other = open_store(connections.to_url(parameters | {"dbname": name}))
    try:
        for each in (store, other):
            with each.engine.begin() as connection:
                upgrading.downgrade(connection, "0006")
        store.upgrade()
        with other.engine.begin() as connection:
            assert connection.scalar(text(f"SELECT has_schema_privilege('{OLD}', 'designer', 'USAGE')"))
        other.upgrade()
        registered(Team(other), "ada")
    finally:
        other.close()
        with psycopg.connect(store.url, autocommit=True) as admin:
            scratch.drop(admin, name)
