"""Requests that may come again: what is told the second time, to whom, and for how long."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from designer_kernel.store.tables.answers import Answer
from designer_kernel.studio.team import invitations, projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.once import once
from designer_kernel.studio.team.refusals import AlreadyThere, NotAllowed, NotFound
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.tidying import Tidying
from designer_kernel.studio.team.unit import UseCase
from tests.designer_kernel.studio.team.conftest import let_in

Person = Callable[[str], Actor]


def again(case: UseCase[..., Any], key: str = "key", request: str = "asked") -> UseCase[..., str]:
    """Return a use case that keeps the id of what it made."""
    return once(case, key, request, keep=lambda made: str(made.id), again=lambda kept: kept)


def answers(team: Team) -> int:
    with team.store.transaction() as session:
        return session.scalar(select(func.count()).select_from(Answer)) or 0


@pytest.fixture
def shop(team: Team, ada: Actor, bob: Actor) -> UUID:
    """Ada's workspace, where Bob edits."""
    made = team.do(ada, workspaces.create, "shop").id
    let_in(team, ada, made, "bob", "editor")
    return made


@pytest.mark.parametrize(("way", "error"), [("lower role", NotAllowed), ("removed", NotFound), ("gone", NotFound)])
def test_who_lost_the_right_is_not_told_again(
    team: Team, ada: Actor, bob: Actor, shop: UUID, way: str, error: type[Exception]
) -> None:
    made = team.do(bob, again(projects.create), shop, "orders")
    assert team.do(bob, again(projects.create), shop, "orders") == str(made.id)
    if way == "lower role":
        team.do(ada, workspaces.change_role, shop, bob.user, "viewer")
    elif way == "removed":
        team.do(ada, workspaces.remove_member, shop, bob.user)
    else:
        team.do(ada, workspaces.remove, shop)
    with pytest.raises(error):
        team.do(bob, again(projects.create), shop, "orders")
    with pytest.raises(error):  # nor whether it was another request
        team.do(bob, again(projects.create, request="another"), shop, "orders")


def test_another_request_with_the_same_key_is_none(team: Team, bob: Actor, shop: UUID) -> None:
    team.do(bob, again(projects.create), shop, "orders")
    with pytest.raises(AlreadyThere):
        team.do(bob, again(projects.create, request="another"), shop, "orders")


def test_a_refusal_that_leaves_traces_leaves_no_answer(team: Team, ada: Actor, shop: UUID, person: Person) -> None:
    eve, carl = person("eve"), person("carl")
    let_in(team, ada, shop, "eve", "admin")
    offer = team.do(eve, invitations.invite, shop, "carl", "viewer").id
    team.do(ada, workspaces.remove_member, shop, eve.user)
    for _ in range(2):
        with pytest.raises(NotFound):
            team.do(carl, again(invitations.accept), offer)
    assert answers(team) == 0


def test_an_old_answer_is_forgotten_whoever_asks(team: Team, ada: Actor, bob: Actor, shop: UUID) -> None:
    team.do(bob, again(projects.create), shop, "orders")
    team.do(ada, again(projects.create), shop, "more")
    with team.store.transaction() as session:
        aged = func.clock_timestamp() - timedelta(hours=25)
        session.execute(update(Answer).where(Answer.user_id == bob.user).values(created_at=aged))
    assert team.do(bob, again(workspaces.create, request="another"), "mine").name == "mine"  # the key is a new one
    assert answers(team) == 2
    with team.store.transaction() as session:
        session.execute(update(Answer).values(created_at=func.clock_timestamp() - timedelta(hours=25)))
    with Tidying(team.store, pytest.fail):
        until = time.monotonic() + 20
        while answers(team):
            assert time.monotonic() < until
            time.sleep(0.02)
