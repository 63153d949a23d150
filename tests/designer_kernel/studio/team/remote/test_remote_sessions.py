"""A team's project by way of its service: the same as where the store is, for who has a name and a password."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from designer_kernel.design import Attribute, Entity, edits
from designer_kernel.design.design import Design
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.studio.design_file import DesignFile
from designer_kernel.studio.team import attending, deploying, fills, moving, projects
from designer_kernel.studio.team.audit import reading as audit
from designer_kernel.studio.team.conflicts import Conflict
from designer_kernel.studio.team.keeping import keep_file, refuse_taken
from designer_kernel.studio.team.opening import make_shared, open_shared
from designer_kernel.studio.team.reach import NETWORKS
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotFound
from designer_kernel.studio.team.remote import team as moving_remote
from designer_kernel.studio.team.remote.problems import ServiceRefused
from designer_kernel.studio.team.session import Sessions
from designer_kernel.studio.team.working import connections_of
from designer_kernel.studio.templates import from_template
from tests.designer_kernel.api.conftest import Service
from tests.designer_kernel.cli.conftest import Ran, designer
from tests.designer_kernel.studio.team.presences import check_presence
from tests.designer_kernel.studio.team.side_by_side import Both, add, names, shown

__all__ = ["designer"]


def test_what_one_does_the_other_sees(service: Service, both: Both) -> None:
    ada, bob = both
    ada.apply(add("users"))
    assert names(shown(bob, 2)) == {"users"}
    assert bob.news is not None
    assert (bob.news.who, bob.news.more["label"]) == ("ada", "add entity users")
    bob.apply(add("orders"))
    assert shown(ada, 3).design == bob.design
    assert [one["who"] for one in ada.change_log] == ["ada", "ada", "bob"]
    kept = service.team.do(bob.sessions.actor, projects.read, next(iter(bob.sessions._open)))
    assert kept.design == bob.design


def test_each_knows_that_the_other_looks_and_what_they_chose(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attending, "BEAT", 0.2)
    check_presence(both)


def test_edits_on_what_each_sees_merge_or_conflict(both: Both) -> None:
    ada, bob = both
    ada.apply(add("users"))
    entity = shown(bob, 2).design.entities[0]
    ada.apply(edits.RenameEntity(entity_id=entity.id, name="people"), 2)
    with pytest.raises(Conflict, match="both changed the same") as caught:
        bob.apply(edits.RenameEntity(entity_id=entity.id, name="persons"), 2)
    conflict = caught.value
    assert [one.who for one in conflict.theirs] == ["ada"]
    assert [(one.theirs, one.mine) for one in conflict.clashes] == [({"name": "people"}, {"name": "persons"})]
    assert {one.choice for one in conflict.choices} == {"theirs", "mine"}
    bob.apply(add("orders"), 2)
    assert names(bob) == names(shown(ada, 4)) == {"people", "orders"}


def test_undo_takes_back_what_was_done_here(both: Both) -> None:
    ada, bob = both
    ada.apply(add("users"))
    shown(bob, 2).apply(add("orders"))
    undone = shown(ada, 3).undo()
    assert undone is not None
    assert undone.origin == "undo"
    assert names(shown(bob, 4)) == names(ada) == {"orders"}
    ada.redo()
    assert names(shown(bob, 5)) == names(ada) == {"users", "orders"}


def test_versions_and_files(
    both: Both, tmp_path: Path, designer: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = both
    ada.apply(add("users"))
    first = ada.versions.save(ada.design, "the first")
    shown(bob, 2).apply(add("orders"))
    assert [(one.number, one.message, one.who) for one in bob.versions] == [(1, "the first", "ada")]
    assert bob.versions.version(1).design == first.design != bob.design
    with pytest.raises(UnknownObject):
        bob.versions.version(2)
    path = bob.save_as(tmp_path / "out.design.yaml")
    assert DesignFile(path).read() == bob.design
    with pytest.raises(AlreadyThere, match="named 'p'"):
        refuse_taken("team:shop/p", sessions=bob.sessions)
    brought = keep_file("team:shop/with versions", path, sessions=bob.sessions)
    assert [(one.number, one.message, one.who) for one in brought.versions] == [
        (1, "the first", "ada (brought by bob)")
    ]
    mine, theirs = brought.versions.version(1), bob.versions.version(1)
    assert (mine.design, mine.design_hash, mine.when) == (theirs.design, theirs.design_hash, theirs.when)
    monkeypatch.setattr(moving_remote, "MOST_VERSIONS", 0)
    with pytest.raises(ServiceRefused, match="its 1 version are more") as caught:
        keep_file("team:shop/q", path, sessions=bob.sessions)
    assert "designer export FILE --to yaml -o copy.design.yaml" in caught.value.mend
    assert designer("export", path, "--to", "yaml", "-o", "copy.design.yaml").code == 0
    assert names(keep_file("team:shop/q", tmp_path / "copy.design.yaml", sessions=bob.sessions)) == names(bob)


@pytest.mark.parametrize("template", ["blog", "marketplace"])
def test_nothing_of_a_design_is_lost_on_the_way(people: tuple[Sessions, Sessions], template: str) -> None:
    ada, bob = people
    design: Design = from_template(template, "whole")
    workspace = make_shared("team:shop/other", sessions=ada).workspace
    made = ada.team.do(ada.actor, projects.create, workspace, "whole", design=design)
    opened = open_shared("team:shop/whole", sessions=bob)
    assert (opened.design, made.name) == (ada.open(made.id).design, "whole")
    assert opened.design == design.replace(id=opened.design.id)


def test_deploying_and_filling(both: Both) -> None:
    ada, _ = both
    ada.apply(add("users"))
    assert ada.ask(deploying.preview).statements
    done = ada.ask(deploying.deploy)
    assert (done.revision, bool(done.statements)) == (2, True)
    assert [one.to_revision for one in ada.ask(deploying.deployments)] == [2]
    heard: dict[str, int] = {}
    job = ada.ask(fills.begin, {"rows": {"users": 30}, "mode": "refuse"})
    team, who = ada.sessions.team, ada.sessions.actor
    assert team.do(who, fills.take, job.id)
    assert team.do(who, fills.beat, job.id, {}, 30)
    view = team.do(who, fills.run, job.id, heard.__setitem__, lambda name, rows: None)
    assert (view.status, view.rows, heard) == ("completed", 30, {"users": 30})
    assert [one.id for one in ada.ask(fills.of_project)] == [job.id]
    with pytest.raises(BadInput, match="less than or equal to 100000"):
        ada.ask(fills.begin, {"rows": {"users": 500_000}})
    ada.apply(edits.RemoveEntity(entity_id=ada.design.entities[0].id))
    with pytest.raises(DesignerError, match="users") as caught:
        ada.ask(deploying.deploy)
    assert caught.value.code == "loss_refused"


def test_a_type_that_is_not_there_is_named_with_its_attribute(both: Both) -> None:
    ada, _ = both
    attributes = (Attribute(name="id", data_type="bigint"), Attribute(name="State", data_type="nonsense"))
    ada.apply(edits.AddEntity(entity=Entity(name="users", attributes=attributes)))
    with pytest.raises(ServiceRefused, match="no such type or object: nonsense") as caught:
        ada.ask(deploying.deploy)
    assert (caught.value.code, caught.value.where) == ("statement_failed", "users.State")
    assert "designer check" in caught.value.mend
    assert "sd_p_" not in str(caught.value)


def test_refusals_are_those_of_the_store(
    people: tuple[Sessions, Sessions], logged_in: Callable[[str], Sessions]
) -> None:
    ada, bob = people
    project = make_shared("team:shop/p", sessions=ada)
    with pytest.raises(NotFound, match="no workspace"):
        open_shared("team:shop/p", sessions=logged_in("eve"))
    with pytest.raises(AlreadyThere):
        make_shared("team:shop/p", sessions=bob)
    with pytest.raises(BadInput):
        make_shared("team:shop/" + "x" * 300, sessions=bob)
    shared = open_shared("team:shop/p", sessions=bob)
    with pytest.raises(NotAllowed):
        shared.ask(deploying.undeploy)
    with pytest.raises(ServiceRefused, match="does not go by way of the service"):
        bob.team.do(bob.actor, audit.entries, project.workspace)
    assert isinstance(bob.team.do(bob.actor, moving.give, next(iter(bob._open)))[0], Design)


def test_connections_are_kept_and_tried_there(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their strings go to the service once, and come back never."""
    ada, bob = both
    hers = connections_of(ada)
    monkeypatch.setenv(NETWORKS, "127.0.0.0/8")
    assert hers.add("prod", "postgresql://ada:swordfish@127.0.0.1:1/shop", "read-write").has_secret
    trial = hers.tried("prod")
    assert (trial.is_ok, "swordfish" in str(trial)) == (False, False)
    (seen,) = connections_of(bob).all()
    assert (seen.name, seen.is_mine) == ("prod", False)
    with pytest.raises(ServiceRefused, match="never gives away"), hers.place("prod"):
        pass
    hers.remove("prod")
    assert hers.all() == []


def test_who_can_see_a_project_no_more_hears_of_it(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    ada, bob = both
    gone = threading.Event()
    listener = bob.sessions.listener
    stop = listener.watch(bob._project, bob.revision, lambda news: gone.set() if news.is_removed else None)
    with caplog.at_level(logging.ERROR):
        ada.sessions.team.service.ask("DELETE", f"/api/projects/{ada._project}")  # type: ignore[attr-defined]
        assert gone.wait(10)
    stop()
    assert not caplog.records
