"""Twenty people edit one project at once: no edit is lost, none is made twice, and all see the same."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.store.engine import Store
from designer_kernel.studio.team import edits as team_edits
from designer_kernel.studio.team import projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.conflicts import Conflict
from designer_kernel.studio.team.designs import DESIGNS
from designer_kernel.studio.team.listening import Listener, News
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in

WRITERS, EDITS = 20, 3


def shared_project(team: Team, actor: Actor, people: list[Actor]) -> tuple[UUID, Design]:
    """Return a project that all may edit, with an entity for each, and one for all."""
    shop = team.do(actor, workspaces.create, "shop").id
    for one in people:
        let_in(team, actor, shop, one.name, "editor")
    own = [Entity(name=f"of_{one.name}", attributes=(Attribute(name="a", data_type="text"),)) for one in people]
    common = Entity(name="common", attributes=(Attribute(name="one", data_type="text"),))
    design = Design(name="p", entities=(*own, common))
    return team.do(actor, projects.create, shop, design=design).id, design


def test_no_edit_of_twenty_writers_is_lost_or_made_twice(
    team: Team, store: Store, person: Callable[[str], Actor]
) -> None:
    ada = person("ada")
    people = [person(f"writer{n}") for n in range(WRITERS)]
    project, design = shared_project(team, ada, people)
    common = design.entity("common")
    heard: list[int] = []
    listener = Listener(store)
    listener.watch(project, 1, lambda news: heard.append(news.revision))
    assert listener.wait(10)
    gate = threading.Barrier(WRITERS)

    def write(number: int) -> list[str]:
        actor, own, made = people[number], design.entities[number], []
        dice = random.Random(number)
        gate.wait()
        for count in range(EDITS):
            entity = own if count % 2 else common
            name = f"w{number}_{count}"
            edit = edits.AddAttribute(entity_id=entity.id, attribute=Attribute(name=name, data_type="text"))
            for _ in range(dice.choice([1, 2])):  # some send it again, as after an answer that was lost
                team.do(actor, team_edits.apply, project, edit, 1, request=name)  # all look at the first revision
            made.append(name)
        return made

    def rename(number: int) -> str:
        edit = edits.RenameAttribute(
            entity_id=common.id, attribute_id=common.attributes[0].id, name=f"named_by_{number}"
        )
        gate.wait()
        try:
            team.do(people[number], team_edits.apply, project, edit, 1)
        except Conflict as told:
            return told.theirs[-1].label
        return "won"

    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            made = [name for names in pool.map(write, range(WRITERS)) for name in names]
            fates = Counter(pool.map(rename, range(WRITERS)))
        last = 1 + len(made) + 1
        now = team.do(ada, projects.read, project)
        assert now.view.revision == last
        names = Counter(a.name for entity in now.design.entities for a in entity.attributes)
        assert {name for name in names if name.startswith("w")} == set(made)
        assert all(names[name] == 1 for name in made)
        assert fates.pop("won") == 1
        assert sum(fates.values()) == WRITERS - 1
        (winner,) = {told.removeprefix("rename attribute one of common to ") for told in fates}
        assert names[winner] == 1
        changes = team.do(ada, team_edits.changes, project)
        assert [change.revision for change in changes] == list(range(1, last + 1))
        DESIGNS.forget(project)
        assert team.do(ada, projects.read, project).design == now.design
        again = design
        for change in changes[1:]:  # the edits as they were asked for, one after the other
            assert change.edit is not None
            again = edits.apply(again, edits.parse_edit(change.edit))
        assert again == now.design
        for _ in range(100):
            if heard and heard[-1] == last:
                break
            threading.Event().wait(0.05)
        assert heard[-1] == last
        assert heard == sorted(set(heard))
    finally:
        listener.stop()


def test_two_who_follow_each_other_by_news_end_at_the_same(team: Team, person: Callable[[str], Actor]) -> None:
    """Two processes, each with what it remembers: what one does the other hears, and reads."""
    ada, bob = person("ada"), person("bob")
    project, design = shared_project(team, ada, [bob])
    seen: dict[str, tuple[int, str]] = {}
    come = threading.Condition()

    def hear(who: str) -> Callable[[News], None]:
        def heard(news: News) -> None:
            with come:
                seen[who] = (news.revision, news.who)
                come.notify_all()

        return heard

    second = Store(team.store.url)
    listeners = [Listener(team.store), Listener(second)]
    try:
        for who, listener in zip(("ada", "bob"), listeners, strict=True):
            listener.watch(project, 1, hear(who))
            assert listener.wait(10)
        edit = edits.RenameEntity(entity_id=design.entities[0].id, name="renamed")
        team.do(ada, team_edits.apply, project, edit, 1)
        with come:  # a requirement: within a second
            assert come.wait_for(lambda: len(seen) == 2, timeout=1)
        assert seen == {"ada": (2, "ada"), "bob": (2, "ada")}
        assert Team(second).do(bob, projects.read, project).design == team.do(ada, projects.read, project).design
    finally:
        for listener in listeners:
            listener.stop()
        second.close()
