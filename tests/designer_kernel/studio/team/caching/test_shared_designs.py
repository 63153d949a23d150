"""Designs of stored projects on both levels: each process shows what the store holds, whatever the caches hold."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design import edits as of_designs
from designer_kernel.store.design_tables import Stored
from designer_kernel.studio.team import designs, edits, projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.caching.cache import Cache
from designer_kernel.studio.team.caching.memory import Memory
from designer_kernel.studio.team.caching.remote import Remote
from designer_kernel.studio.team.designs import KEPT, Designs
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.caching.conftest import RedisServer

Process = Callable[[Remote | None], Cache]


@pytest.fixture
def project(team: Team, ada: Actor) -> UUID:
    shop = team.do(ada, workspaces.create, "shop").id
    return team.do(ada, projects.create, shop, "blog", template="blog").id


@contextmanager
def read_whole(team: Team) -> Iterator[list[str]]:
    """Tell the statements that read a design as a whole."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "jsonb_object_agg" in statement:
            found.append(statement)

    event.listen(team.store.engine, "before_cursor_execute", note)
    yield found
    event.remove(team.store.engine, "before_cursor_execute", note)


def describe(text: str) -> of_designs.Edit:
    return of_designs.ChangeDesign(changes={"description": text})


def test_a_new_process_goes_on_from_what_another_has_read(
    team: Team, ada: Actor, project: UUID, remote: Remote, process: Process
) -> None:
    with read_whole(team) as whole:
        process(remote)
        first = team.do(ada, projects.read, project).design
        assert len(whole) == 1
        process(remote)
        assert team.do(ada, projects.read, project).design == first
        for n in range(3):
            team.do(ada, edits.apply, project, describe(f"change {n}"))
        process(remote)
        assert team.do(ada, projects.read, project).design.description == "change 2"
        assert len(whole) == 1
        process(None)
        assert team.do(ada, projects.read, project).design.description == "change 2"
        assert len(whole) == 2


def test_what_is_published_wrongly_is_not_believed(
    team: Team, ada: Actor, project: UUID, remote: Remote, process: Process
) -> None:
    truth = team.do(ada, projects.read, project)
    wrong = Design(name="wrong")
    for revision, state in ((1, uuid4()), (7, uuid4()), (0, uuid4()), (7, truth.view.state)):
        process(remote)
        designs.DESIGNS.publish(project, Stored(revision, state, wrong))
        assert team.do(ada, projects.read, project).design == truth.design


def test_a_server_that_dies_changes_no_answer(
    team: Team, ada: Actor, project: UUID, redis: RedisServer, remote: Remote, process: Process
) -> None:
    process(remote)
    truth = team.do(ada, projects.read, project).design
    redis.kill()
    process(remote)
    assert team.do(ada, projects.read, project).design == truth
    team.do(ada, edits.apply, project, describe("later"))
    team.do(ada, projects.remove, project)


def test_a_project_that_is_removed_is_withdrawn(
    team: Team, ada: Actor, project: UUID, redis: RedisServer, remote: Remote, process: Process
) -> None:
    process(remote)
    team.do(ada, projects.read, project)
    with redis.client() as client:
        assert len(client.keys("*")) == 1
        team.do(ada, projects.remove, project)
        assert client.keys("*") == []


def test_the_past_is_read_a_few_changes_at_a_time(team: Team, ada: Actor, process: Process) -> None:
    process(None)
    shop = team.do(ada, workspaces.create, "shop").id
    first = Design(name="large", entities=tuple(Entity(name=f"e{n}", description="x" * 90_000) for n in range(10)))
    project = team.do(ada, projects.create, shop, design=first).id
    for letter in "abcdefghijklmnopqrst":
        now = tuple(entity.replace(description=letter * 90_000) for entity in first.entities)
        team.do(ada, edits.apply, project, of_designs.ReplaceDesign(design=first.replace(entities=now)))
    process(None)
    team.do(ada, projects.show, project)
    tracemalloc.start()
    assert team.do(ada, projects.read, project, 1).design == first
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 14 << 20  # each of the twenty changes has 1 MB before and as much after, as text and as data


def test_states_of_one_project_do_not_crowd_out_others() -> None:
    held = Designs(Cache(Memory(64 << 20)))
    busy, quiet = uuid4(), uuid4()
    entity = Entity(name="e", attributes=(Attribute(name="a", data_type="text"),))
    design = Design(name="d", entities=(entity,))
    held.put(quiet, Stored(1, UUID(int=1), design))
    for n in range(1, 3 * KEPT):
        held.put(busy, Stored(n, UUID(int=n), design))
        held.put(busy, Stored(n, UUID(int=n), design))
    assert len(held.cache.memory) == KEPT + 1
    assert held.newest(busy).revision == 3 * KEPT - 1
    assert held.get(quiet, UUID(int=1)) is design
    assert (held.get(busy, UUID(int=1)), held.newest(uuid4())) == (None, None)


def test_memory_is_bounded_by_bytes_whatever_designs_hold() -> None:
    held = Designs(Cache(Memory(1 << 20)))
    for n in range(40):
        huge = Design(name="d", entities=(Entity(name="e", description="x" * 90_000),))
        held.put(uuid4(), Stored(1, UUID(int=n), huge))
        assert held.cache.memory.bytes <= 1 << 20
    assert 3 <= len(held.cache.memory) <= 11
