"""Invitations: nobody belongs to a workspace who did not agree, nor by what an inviter may not do any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from designer_kernel.store.tables import workspaces as tables
from designer_kernel.store.tables.audits import Audit
from designer_kernel.studio.team import invitations, projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.invitations import InvitationView
from designer_kernel.studio.team.opening import open_shared
from designer_kernel.studio.team.people import deactivate
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotFound
from designer_kernel.studio.team.session import Sessions
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.tidying import tidy
from designer_kernel.studio.team.unit import Unit
from tests.designer_kernel.studio.team.conftest import let_in

Person = Callable[[str], Actor]


@pytest.fixture
def shop(team: Team, ada: Actor) -> UUID:
    """Ada's workspace."""
    return team.do(ada, workspaces.create, "shop").id


def asked(team: Team, host: Actor, workspace: UUID, name: str, role: str = "viewer") -> InvitationView:
    return team.do(host, invitations.invite, workspace, name, role)


def test_nobody_belongs_to_what_they_did_not_agree_to(team: Team, ada: Actor, bob: Actor, shop: UUID) -> None:
    made = asked(team, ada, shop, "BOB", "editor")
    assert (made.workspace_name, made.username, made.role, made.inviter) == ("shop", "bob", "editor", "ada")
    assert team.do(bob, workspaces.mine) == []
    with pytest.raises(NotFound):
        team.do(bob, projects.create, shop, "mine")
    assert team.do(bob, invitations.mine) == [made] == team.do(ada, invitations.of_workspace, shop)
    with pytest.raises(AlreadyThere):
        asked(team, ada, shop, "bob")
    assert team.do(bob, invitations.accept, made.id).role == "editor"
    assert team.do(bob, projects.create, shop, "ours").workspace == shop
    assert team.do(bob, invitations.mine) == []
    with pytest.raises(NotFound):
        team.do(bob, invitations.accept, made.id)


def test_an_invitation_is_for_one_person(team: Team, ada: Actor, bob: Actor, shop: UUID, person: Person) -> None:
    made, eve = asked(team, ada, shop, "bob"), person("eve")
    for case in (invitations.accept, invitations.decline):
        for other in (eve, ada):
            with pytest.raises(NotFound):
                team.do(other, case, made.id)
    team.do(bob, invitations.decline, made.id)
    with pytest.raises(NotFound):
        team.do(bob, invitations.accept, made.id)
    assert asked(team, ada, shop, "bob").id != made.id


def test_what_is_taken_back_is_worth_nothing(team: Team, ada: Actor, bob: Actor, shop: UUID, person: Person) -> None:
    made = asked(team, ada, shop, "bob", "owner")
    let_in(team, ada, shop, person("eve").name, "admin")
    eve = Actor(person("eve2").user, "eve2")
    let_in(team, ada, shop, "eve2", "admin")
    with pytest.raises(NotAllowed):  # an admin does nothing about owners
        team.do(eve, invitations.take_back, shop, bob.user)
    team.do(ada, invitations.take_back, shop, bob.user)
    with pytest.raises(NotFound):
        team.do(ada, invitations.take_back, shop, bob.user)
    with pytest.raises(NotFound):
        team.do(bob, invitations.accept, made.id)


@pytest.mark.parametrize("way", ["lower role", "removed", "deactivated"])
def test_an_invitation_is_worth_what_its_inviter_may_still_give(
    team: Team, ada: Actor, bob: Actor, shop: UUID, person: Person, way: str
) -> None:
    eve = person("eve")
    let_in(team, ada, shop, "eve", "admin")
    made = asked(team, eve, shop, "bob", "admin")
    if way == "lower role":
        team.do(ada, workspaces.change_role, shop, eve.user, "editor")
    elif way == "removed":
        team.do(ada, workspaces.remove_member, shop, eve.user)
    else:
        team.do(ada, deactivate, shop, eve.user)
    with pytest.raises(NotFound):
        team.do(bob, invitations.accept, made.id)
    assert team.do(bob, workspaces.mine) == []
    assert team.do(bob, invitations.mine) == []
    with team.store.transaction() as session:
        told = session.scalars(select(Audit.result).where(Audit.action == "member.add", Audit.actor_id == bob.user))
        assert list(told) == ([] if way == "deactivated" else ["failed"])


def test_who_takes_back_first_is_not_passed_by(team: Team, ada: Actor, bob: Actor, shop: UUID) -> None:
    made = asked(team, ada, shop, "bob")
    refused: list[str] = []

    def accept() -> None:
        try:
            team.do(bob, invitations.accept, made.id)
        except NotFound as error:
            refused.append(error.code)

    assert bob.user is not None
    with team.store.transaction() as session:
        invitations.take_back(Unit(session, ada), shop, bob.user)
        session.flush()
        waiting = threading.Thread(target=accept)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join()
    assert refused == ["not_found"]
    assert team.do(bob, workspaces.mine) == []


def test_an_invitation_ends_after_two_weeks(team: Team, ada: Actor, bob: Actor, shop: UUID, person: Person) -> None:
    made, _ = asked(team, ada, shop, "bob"), asked(team, ada, shop, person("eve").name)
    assert made.expires_at - made.created_at == timedelta(days=14)

    def age(**by: int) -> None:
        with team.store.transaction() as session:
            session.execute(update(tables.Invitation).values(created_at=tables.Invitation.created_at - timedelta(**by)))

    age(days=13, hours=23)
    assert [one.id for one in team.do(bob, invitations.mine)] == [made.id]
    age(hours=2)
    assert team.do(bob, invitations.mine) == [] == team.do(ada, invitations.of_workspace, shop)
    for case in (invitations.accept, invitations.decline):
        with pytest.raises(NotFound, match="no invitation"):
            team.do(bob, case, made.id)
    again = asked(team, ada, shop, "bob", "editor")
    tidy(team.store)
    with team.store.transaction() as session:
        assert list(session.scalars(select(tables.Invitation.id))) == [again.id]
    assert team.do(bob, invitations.mine) == [again]
    assert team.do(bob, invitations.accept, again.id).role == "editor"


def test_of_two_answers_at_once_one_counts(team: Team, ada: Actor, bob: Actor, shop: UUID) -> None:
    def answer(case: Any, invitation: UUID) -> bool:
        try:
            team.do(bob, case, invitation)
        except NotFound:
            return False
        return True

    assert bob.user is not None
    with ThreadPoolExecutor(2) as threads:
        for _ in range(10):
            made = asked(team, ada, shop, "bob")
            with team.store.transaction() as session:  # both have come as far as they can
                workspaces.lock_people(Unit(session, ada), bob.user)
                answers = [threads.submit(answer, one, made.id) for one in (invitations.accept, invitations.decline)]
                done, _ = wait(answers, timeout=0.1)
                assert not done
            accepted, declined = (one.result() for one in answers)
            assert accepted is not declined
            assert [one.id for one in team.do(bob, workspaces.mine)] == ([shop] if accepted else [])
            assert team.do(bob, invitations.mine) == []
            if accepted:
                team.do(ada, workspaces.remove_member, shop, bob.user)


def test_a_name_of_two_workspaces_is_refused_with_both(team: Team, ada: Actor, bob: Actor, shop: UUID) -> None:
    other = team.do(bob, workspaces.create, "shop").id
    let_in(team, ada, shop, "bob", "editor")
    for workspace, actor in ((shop, ada), (other, bob)):
        team.do(actor, projects.create, workspace, "orders", "of " + actor.name)
    sessions, hers = Sessions(team, bob), Sessions(team, ada)
    try:
        with pytest.raises(BadInput) as refusal:
            open_shared("team:shop/orders", sessions=sessions)
        assert "team:ada:shop/orders (of ada) or team:bob:shop/orders (of bob)" in refusal.value.mend
        found = [open_shared(f"team:{name}/orders", sessions=sessions) for name in ("ada:shop", "bob:shop", shop)]
        assert [one.design.description for one in found] == ["of ada", "of bob", "of ada"]
        assert open_shared("team:shop/orders", sessions=hers).design.description == "of ada"
    finally:
        sessions.close()
        hers.close()
