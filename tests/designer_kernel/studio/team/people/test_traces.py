"""What people's comings and goings leave in the audit: each log-in, failure, theft and refusal, and no secret."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from designer_kernel.errors import DesignerError
from designer_kernel.store.tables.audits import Audit
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import Attempts
from designer_kernel.studio.team import projects, workspaces
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import (
    actor_here,
    change_password,
    claim,
    log_out,
    log_out_everywhere,
    offer_code,
    refresh,
    register,
)
from designer_kernel.studio.team.people.backing_off import PAIR
from designer_kernel.studio.team.refusals import NotAllowed, NotFound, NotLoggedIn, TooManyAttempts
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in
from tests.designer_kernel.studio.team.people.conftest import PASSWORD, acting, enter

NEW = "yellow submarines hum"


def traces(team: Team) -> list[tuple[str, str]]:
    """Return what the audit holds: actions and results, in their order."""
    with team.store.transaction() as session:
        return [(row.action, row.result) for row in session.scalars(select(Audit).order_by(Audit.seq))]


def told(team: Team) -> str:
    with team.store.transaction() as session:
        return "\n".join(str(row) for row in session.execute(select(Audit.__table__)))


def test_what_people_do_is_told_in_order(team: Team, quick_hashes: None) -> None:
    code = offer_code(team)
    assert code is not None
    team.do(stranger(), claim, code, "ada", "ada@example.org", PASSWORD)
    team.do(stranger(), register, "bob", "bob@example.org", PASSWORD)
    first = enter(team, "ada")
    second = team.do(stranger(), refresh, first.refresh)
    third = team.do(acting(team, second), change_password, PASSWORD, NEW)
    team.do(acting(team, third), log_out)
    team.do(acting(team, enter(team, "bob")), log_out_everywhere)
    assert traces(team) == [
        ("person.first_owner_code", "ok"),
        ("person.register", "ok"),
        ("person.first_owner", "ok"),
        ("person.register", "ok"),
        ("person.log_in", "ok"),
        ("person.refresh", "ok"),
        ("person.change_password", "ok"),
        ("person.log_out", "ok"),
        ("person.log_in", "ok"),
        ("person.log_out_everywhere", "ok"),
    ]
    everything = told(team)
    tokens = [each for pair in (first, second, third) for each in (pair.access, pair.refresh)]
    for secret in (code, code.replace("-", ""), PASSWORD, NEW, "argon2id", *tokens):
        assert secret not in everything


def test_what_fails_is_told_although_it_fails(team: Team, known: Callable[[str], User]) -> None:
    ada = known("ada")
    for name, password in (("ada", "a wrong guess"), (PASSWORD, PASSWORD), ("nobody here", "another guess")):
        with pytest.raises(NotLoggedIn):
            enter(team, name, password)
    assert traces(team) == [("person.log_in", "failed")] * 3
    everything = told(team)
    assert str(ada.id) in everything
    assert "192.0.2.1" in everything
    for secret in ("a wrong guess", "another guess", PASSWORD, "nobody here"):
        assert secret not in everything


def test_who_is_turned_away_is_told_of_once_and_counted(team: Team, known: Callable[[str], User]) -> None:
    known("ada")
    for _ in range(PAIR.free):
        with pytest.raises(NotLoggedIn):
            enter(team, "ada", "a wrong guess")
    for _ in range(4):
        with pytest.raises(TooManyAttempts):
            enter(team, "ada")
    assert traces(team) == [("person.log_in", "failed")] * PAIR.free + [("person.log_in", "refused")]
    with team.store.transaction() as session:
        assert session.scalar(select(func.max(Attempts.refused))) == 4
        session.execute(update(Attempts).values(wait_until=None))
    with pytest.raises(NotLoggedIn):
        enter(team, "ada", "a wrong guess")
    assert "'unheard': 4" in told(team)


def test_a_theft_and_a_refusal_are_told(team: Team, known: Callable[[str], User]) -> None:
    known("ada")
    known("bob")
    tokens = enter(team, "ada")
    ada, bob = acting(team, tokens), acting(team, enter(team, "bob"))
    room = team.do(ada, workspaces.create, "shop").id
    let_in(team, ada, room, "bob", "viewer")
    bob = acting(team, enter(team, "bob"))
    with pytest.raises(NotAllowed):
        team.do(bob, workspaces.rename, room, "mine")
    team.do(stranger(), refresh, tokens.refresh)
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), refresh, tokens.refresh)
    assert traces(team)[-3:] == [
        ("workspaces.rename", "denied"),
        ("person.refresh", "ok"),
        ("person.token_reuse", "refused"),
    ]


def test_what_is_denied_is_told_with_what_was_tried_and_nothing_else_is(
    team: Team, known: Callable[[str], User]
) -> None:
    ada, bob = (Actor(known(name).id, name) for name in ("ada", "bob"))
    assert bob.user is not None
    room = team.do(ada, workspaces.create, "shop").id
    made, never = team.do(ada, projects.create, room, "orders").id, uuid4()
    before = len(traces(team))
    for actor, case, arguments in (
        (bob, projects.read, (made,)),
        (bob, projects.read, (never,)),
        (bob, workspaces.change_role, (room, bob.user, "owner")),
    ):
        with pytest.raises(NotFound):
            team.do(actor, case, *arguments)  # type: ignore[arg-type]
    with team.store.transaction() as session:
        rows = session.execute(select(Audit.resource, Audit.result, Audit.details).order_by(Audit.seq)).all()[before:]
    assert [(row.resource, row.result, row.details["tried"]) for row in rows] == [
        (str(made), "denied", []),
        (str(never), "denied", []),
        (str(room), "denied", [str(bob.user)]),
    ]
    with pytest.raises(NotFound):  # what is missing in one's own workspace is just not there
        team.do(ada, projects.named, room, "nothing")
    with pytest.raises(NotFound):
        team.do(ada, workspaces.remove_member, room, bob.user)
    assert len(traces(team)) == before + 3


def test_what_leaves_the_designer_is_told(team: Team, known: Callable[[str], User]) -> None:
    ada = Actor(known("ada").id, "ada")
    made = team.do(ada, projects.create, team.do(ada, workspaces.create, "shop").id, "orders").id
    for notation in ("sql", "yaml"):
        team.do(ada, projects.export, made, notation).written()
    with team.store.transaction() as session:
        told = session.scalars(select(Audit).where(Audit.action == "project.export").order_by(Audit.seq)).all()
    assert [one.details for one in told] == [{"revision": 1, "format": "sql"}, {"revision": 1, "format": "yaml"}]
    assert {one.resource for one in told} == {str(made)}


@pytest.mark.parametrize("name", ["", "grace"])
def test_who_appears_without_a_login_is_told_of_once(team: Team, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", name)
    for _ in range(3):
        actor_here(team)
    assert traces(team) == [("person.appear", "ok")]


def test_nothing_else_says_that_something_was_done(team: Team, known: Callable[[str], User]) -> None:
    known("ada")
    for token in ("nonsense", "sdr_nonsense"):
        with pytest.raises(DesignerError):
            team.do(stranger(), refresh, token)
    assert traces(team) == []


def test_an_error_of_the_store_does_not_tell_what_it_was_given(team: Team) -> None:
    secret = "$argon2id$canary"
    with pytest.raises(DBAPIError) as error, team.store.transaction() as session:
        session.execute(insert(User).values(username="ada", email="a@b.c", password_hash=secret * 100))
    shown = "".join(traceback.format_exception(error.value))
    assert "INSERT INTO" in shown
    assert secret not in shown
