"""A store that is made once for each server, and emptied for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from designer_kernel.postgres import scratch
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.store.base import Base
from designer_kernel.store.engine import Store, open_store
from designer_kernel.store.tables.people import User
from designer_kernel.studio.team import invitations
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.team import Team


@contextmanager
def new_store(server: EmbeddedServer, kind: str) -> Iterator[Store]:
    """Make a store on the embedded server, at the newest revision, and drop it at the end."""
    name = f"{kind}_{os.getpid()}"
    made = open_store(server.ensure_database(name))
    yield made
    made.close()
    server.drop_database(name)


@pytest.fixture(scope="session")
def store(server: EmbeddedServer) -> Iterator[Store]:
    """A store on the embedded server."""
    with new_store(server, "store") as made:
        yield made


@pytest.fixture(scope="session")
def older_store(older_server: str) -> Iterator[Store]:
    """A store on an older server, at the newest revision."""
    name = f"store_{os.getpid()}"
    with psycopg.connect(older_server, autocommit=True) as connection:
        scratch.create(connection, name)
        made = open_store(older_server.replace("/postgres?", f"/{name}?"))
        yield made
        made.close()
        scratch.drop(connection, name)


def emptied(store: Store) -> Store:
    """Empty all tables of a store."""
    names = ", ".join(f'designer."{table.name}"' for table in Base.metadata.sorted_tables)
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(f"TRUNCATE {names}"))
    return store


@pytest.fixture
def team(store: Store) -> Team:
    """A team without anybody in it."""
    return Team(emptied(store))


@pytest.fixture
def older_team(older_store: Store) -> Team:
    """A team on an older server without anybody in it."""
    return Team(emptied(older_store))


@pytest.fixture
def person(team: Team) -> Callable[[str], Actor]:
    """Return somebody of this name, who is logged in; they are made without a password."""
    return lambda name: registered(team, name)


@pytest.fixture
def ada(person: Callable[[str], Actor]) -> Actor:
    """Somebody who is logged in."""
    return person("ada")


@pytest.fixture
def bob(person: Callable[[str], Actor]) -> Actor:
    """Somebody else."""
    return person("bob")


def registered(team: Team, name: str) -> Actor:
    """Make a person without a password."""
    with team.store.transaction() as session:
        user = User(username=name, email=f"{name}@example.org", full_name=name.title())
        session.add(user)
        session.flush()
        return Actor(user.id, name)


def let_in(team: Team, host: Actor, workspace: UUID, name: str, role: str) -> None:
    """Invite a person into a workspace, who accepts."""
    made = team.do(host, invitations.invite, workspace, name, role)
    team.do(Actor(made.user, made.username), invitations.accept, made.id)
