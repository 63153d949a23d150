"""A connection that dies between any two statements of an edit leaves nothing half done; sent again it is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import event, func, select

from designer_kernel.design import Attribute, Design, Entity, Relationship, edits
from designer_kernel.postgres import connection as connections
from designer_kernel.store.engine import StoreUnavailable
from designer_kernel.store.tables import projects as tables
from designer_kernel.studio.team import edits as team_edits
from designer_kernel.studio.team import projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.designs import DESIGNS
from designer_kernel.studio.team.team import Team


@contextmanager
def broken_at(team: Team, place: int) -> Iterator[list[int]]:
    """Kill the server's process of the connection before statement ``place``, or before the commit behind the last."""
    statements = count()
    killed: list[int] = []
    other = psycopg.connect(**connections.parse(team.store.url), autocommit=True)

    def kill(connection: Any) -> None:
        if next(statements) == place:
            pid = connection.connection.driver_connection.info.backend_pid
            killed.append(pid)
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    def before_statement(connection: Any, *_: Any) -> None:
        kill(connection)

    event.listen(team.store.engine, "before_cursor_execute", before_statement)
    event.listen(team.store.engine, "commit", kill)
    try:
        yield killed
    finally:
        event.remove(team.store.engine, "before_cursor_execute", before_statement)
        event.remove(team.store.engine, "commit", kill)
        other.close()


def test_an_edit_is_made_as_a_whole_or_not_at_all(team: Team, person: Callable[[str], Actor]) -> None:
    ada = person("ada")
    shop = team.do(ada, workspaces.create, "shop").id
    keyed = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False)
    users, orders = Entity(name="users", attributes=(keyed,)), Entity(name="orders")
    bond = Relationship(source_entity_id=users.id, target_entity_id=orders.id)
    design = Design(name="p", entities=(users, orders), relationships=(bond,))
    project = team.do(ada, projects.create, shop, design=design).id
    for place in count():
        before = team.do(ada, projects.read, project)
        is_there = before.design.find_entity("orders") is not None
        edit = edits.RemoveEntity(entity_id=orders.id) if is_there else None
        request = f"r{place}"

        def ask(edit: edits.Edit | None = edit, request: str = request) -> team_edits.Applied | None:
            if edit is None:
                return team.do(ada, team_edits.undo, project, request=request)
            return team.do(ada, team_edits.apply, project, edit, request=request)

        with broken_at(team, place) as killed:
            is_broken = False
            try:
                ask()
            except StoreUnavailable:
                is_broken = True
        assert is_broken == bool(killed)
        if not killed:
            break
        DESIGNS.forget(project)
        after = team.do(ada, projects.read, project)
        assert after == before, place
        ask()
        ask()
        done = team.do(ada, projects.read, project)
        assert done.view.revision == before.view.revision + 1
        DESIGNS.forget(project)
        assert team.do(ada, projects.read, project).design == done.design
        with team.store.transaction() as session:
            assert session.scalar(select(func.count()).select_from(tables.Change)) == done.view.revision
    assert place > 8
