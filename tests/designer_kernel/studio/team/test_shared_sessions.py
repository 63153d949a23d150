"""A team's project in a notebook: what others do shows there, and undo takes back what was done there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

import designer_kernel as dk
from designer_kernel.design import edits
from designer_kernel.errors import DesignerError, EditConflict, UnknownObject
from designer_kernel.store.engine import StoreUnavailable
from designer_kernel.studio import looking_back, project_list
from designer_kernel.studio.changes import Change
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.team import attending, opening, presence, versions, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.opening import make_shared, open_shared
from designer_kernel.studio.team.refusals import BadInput, NotAllowed, NotFound
from designer_kernel.studio.team.session import Sessions
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in
from tests.designer_kernel.studio.team.presences import check_presence
from tests.designer_kernel.studio.team.side_by_side import Both, add, names, shown


@pytest.fixture
def people(team: Team, person: Callable[[str], Actor]) -> Iterator[tuple[Sessions, Sessions]]:
    ada, bob = person("ada"), person("bob")
    shop = team.do(ada, workspaces.create, "shop").id
    let_in(team, ada, shop, "bob", "editor")
    made = Sessions(team, ada), Sessions(team, bob)
    yield made
    for one in made:
        one.close()


@pytest.fixture
def both(people: tuple[Sessions, Sessions]) -> Both:
    """One project, as two people have it open."""
    first = make_shared("team:shop/p", sessions=people[0])
    return first, open_shared("team:shop/p", sessions=people[1])


def test_what_one_does_the_other_sees(both: Both) -> None:
    ada, bob = both
    told: list[Change] = []
    bob.subscribe(told.append)
    assert ada.apply(add("users")).revision == 2
    assert names(shown(bob, 2)) == {"users"}
    assert [(one.revision, one.origin) for one in told] == [(2, "reload")]
    assert bob.news is not None
    assert bob.news.who == "ada"
    bob.apply(add("orders"))
    assert shown(ada, 3).design == bob.design
    assert "users" in ada.svg()
    assert [one["who"] for one in ada.change_log] == ["ada", "ada", "bob"]
    assert [(number, one["who"]) for number, one in bob.change_log.newest()] == [(3, "bob"), (2, "ada"), (1, "ada")]
    assert looking_back.page(bob, before=3, search="users").changes[0][0] == 2
    assert [one.name for one in ada.design_before(3).entities] == ["users"]
    assert [one.name for one in ada.design_after(3).entities] == ["users", "orders"]
    assert ada.remembered() is None
    change = looking_back.go_back(bob, "c2")
    assert change is not None
    assert names(shown(ada, 4)) == {"users"}
    bob.undo()
    assert names(shown(ada, 5)) == {"users", "orders"}


def test_each_knows_that_the_other_looks_and_what_they_chose(
    team: Team, both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attending, "BEAT", 0.2)
    check_presence(both)
    ada, bob = both
    project, actor = ada._project, bob.sessions.actor
    place = uuid4()
    for _ in range(3):
        team.do(actor, presence.attend, project, place, [uuid4() for _ in range(60)])
    with pytest.raises(BadInput, match="somebody else's"):
        team.do(ada.sessions.actor, presence.attend, project, place)
    (one,) = (one for one in team.do(ada.sessions.actor, presence.attend, project, uuid4()) if one.place == place)
    assert (one.who, len(one.chosen)) == ("bob", presence.MOST_CHOSEN)
    with team.store.transaction() as session:  # who was killed has not left
        session.execute(text("UPDATE designer.presences SET seen_at = seen_at - interval '11 seconds'"))
    assert team.do(ada.sessions.actor, presence.attend, project, uuid4()) == []
    with team.store.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM designer.presences")) == 1


def test_edits_on_what_each_sees_merge_or_conflict(both: Both) -> None:
    ada, bob = both
    ada.apply(add("users"))
    entity = shown(bob, 2).design.entities[0]
    ada.apply(edits.RenameEntity(entity_id=entity.id, name="people"), 2)
    with pytest.raises(EditConflict, match="both changed the same"):
        bob.apply(edits.RenameEntity(entity_id=entity.id, name="persons"), 2)
    assert names(bob) == {"people"}  # seen at once, without waiting to be told
    bob.apply(add("orders"), 2)
    assert names(bob) == names(shown(ada, 4)) == {"people", "orders"}


def test_undo_takes_back_what_was_done_here(both: Both) -> None:
    ada, bob = both
    ada.apply(add("users"))
    shown(bob, 2).apply(add("orders"))
    shown(ada, 3)
    assert (ada.history.can_undo, ada.history.undo_label) == (True, "add entity users")
    assert ada.undo().origin == "undo"
    assert names(shown(bob, 4)) == names(ada) == {"orders"}
    assert (ada.history.can_undo, ada.history.redo_label) == (False, "add entity users")
    assert ada.undo() is None
    ada.redo()
    assert names(shown(bob, 5)) == {"users", "orders"}
    assert ada.redo() is None
    bob.undo()
    assert names(shown(ada, 6)) == {"users"}


def test_versions_and_files(both: Both, tmp_path: Path) -> None:
    ada, bob = both
    ada.apply(add("users"))
    made = ada.save_version("first")
    shown(bob, 2).apply(add("orders"))
    assert [(one.number, one.message, one.who) for one in bob.versions] == [(1, "first", "ada")]
    assert bob.versions.of_design(shown(ada, 3).design) is None
    assert bob.versions.of_design(made.design).number == 1
    bob.set_back(1)
    assert names(shown(ada, 4)) == {"users"}
    with pytest.raises(UnknownObject):
        ada.design_at(7)
    copy = ProjectSession(ada.save_as(tmp_path / "copy"))
    assert (copy.design, len(copy.versions)) == (ada.design, 1)


def test_what_is_not_known_to_be_done_is_repeated_only_if_that_is_harmless(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, _ = both
    do, broken = Team.do, set()

    def breaks_after(team: Team, actor: Actor, case: Any, *given: Any, **named: Any) -> Any:
        """Commit, and lose the connection before the answer, the first time that something is asked for."""
        done = do(team, actor, case, *given, **named)
        asked = (case.name, given, named.get("request"))
        if threading.current_thread() is threading.main_thread() and str(asked) not in broken:
            broken.add(str(asked))
            raise StoreUnavailable("the connection broke")
        return done

    monkeypatch.setattr(Team, "do", breaks_after)
    ada.apply(add("users"))
    assert (ada.revision, names(ada)) == (2, {"users"})
    ada.save_version("first")
    assert [one.message for one in ada.versions] == ["first"]
    ada.undo()
    assert (ada.revision, names(ada)) == (3, set())
    with pytest.raises(StoreUnavailable):
        ada.ask(versions.save, "who knows")
    monkeypatch.setattr(Team, "do", do)
    assert [one.message for one in ada.versions] == ["first", "who knows"]


def test_who_is_let_out_hears_of_it_no_more(team: Team, people: tuple[Sessions, Sessions], both: Both) -> None:
    ada, bob = both
    team.do(people[0].actor, workspaces.remove_member, ada.workspace, people[1].actor.user)
    ada.apply(add("secret"))
    until = time.monotonic() + 10
    while bob.news is None and time.monotonic() < until:
        time.sleep(0.02)
    assert bob.news is not None
    assert (bob.news.is_removed, bob.news.who, bob.news.more) == (True, "", {})
    assert names(bob) == set()


def test_names_that_lead_nowhere(people: tuple[Sessions, Sessions], both: Both) -> None:
    for name in ("team:", "team:shop", "team:/p", "team:shop/"):
        with pytest.raises(BadInput):
            open_shared(name, sessions=people[0])
    with pytest.raises(NotFound, match="did you mean shop"):
        open_shared("team:shp/p", sessions=people[0])
    with pytest.raises(NotFound, match="there are: p"):
        open_shared("team:shop/other", sessions=people[0])
    assert open_shared("team:shop/p", sessions=people[0]) is both[0]


def test_a_notebook_opens_it_without_any_login(no_store_yet: None) -> None:
    project = dk.new("team:Mine/shop", template="blog")
    assert dk.open("team:Mine/shop").session is project.session
    project.add_entity("added")
    assert repr(project).endswith("\nteam:Mine/shop"), "what opens it again, and no path of this machine"
    assert "added" in {entity.name for entity in dk.open("team:Mine/shop").design.entities}
    project.undo()
    assert "added" not in project.session.ddl().text
    with pytest.raises(DesignerError, match="shop"):
        dk.new("team:Mine/shop")


def test_workspaces_of_one_name_are_told_apart(team: Team, people: tuple[Sessions, Sessions]) -> None:
    ada, bob = people
    own = team.do(bob.actor, workspaces.create, "shop")
    for one in people:
        make_shared("team:ada:shop/p" if one is bob else "team:shop/q", sessions=one)
    with pytest.raises(BadInput) as caught:
        opening.workspace_named("shop", sessions=bob)
    assert caught.value.mend == "write ada:shop or bob:shop"
    with pytest.raises(NotFound) as missing:
        opening.workspace_named("shp", sessions=bob)
    assert missing.value.mend == "did you mean shop?; designer login URL NAME, if it is a service's"
    there = next(one for one in team.do(bob.actor, workspaces.mine) if one.owner == "ada")
    assert sorted(opening.projects_of(there, sessions=bob)) == ["team:ada:shop/p", "team:ada:shop/q"]
    assert opening.projects_of(own, sessions=bob) == ["team:bob:shop/…"]
    (only,) = team.do(ada.actor, workspaces.mine)
    assert sorted(opening.projects_of(only, sessions=ada)) == ["team:shop/p", "team:shop/q"]


def test_a_project_of_a_team_is_copied_renamed_and_removed_by_whoever_may(
    team: Team, people: tuple[Sessions, Sessions], person: Callable[[str], Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = people
    eve = Sessions(team, person("eve"))
    let_in(team, ada.actor, make_shared("team:shop/p", sessions=ada).workspace, "eve", "viewer")
    monkeypatch.setattr(opening, "sessions_here", lambda: eve)
    listed = project_list.team_here()
    assert [(one.name, one.status) for one in listed] == [("p", "new")]
    (place,) = (one.place for one in listed)
    for refused in (
        lambda: project_list.duplicated(place, "q"),
        lambda: project_list.renamed(place, "q"),
        lambda: project_list.removed(place),
        lambda: project_list.made("q", beside=project_list.opened(place)),
    ):
        with pytest.raises(NotAllowed):
            refused()
    monkeypatch.setattr(opening, "sessions_here", lambda: bob)
    copy = project_list.duplicated(place, "q")
    renamed = project_list.renamed(copy.place, "r")
    assert sorted(one.place for one in project_list.team_here()) == [place, renamed.place]
    monkeypatch.setattr(opening, "sessions_here", lambda: ada)
    assert "it is gone" in project_list.removed(renamed.place)
    assert [one.place for one in project_list.team_here()] == [place]
    eve.close()
