"""Logging out and changing a password: from the next request on."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import (
    Tokens,
    change_password,
    log_out,
    log_out_everywhere,
    me,
    refresh,
)
from designer_kernel.studio.team.people.backing_off import PAIR
from designer_kernel.studio.team.refusals import BadInput, NotAllowed, NotLoggedIn, TooManyAttempts
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit
from tests.designer_kernel.studio.team.people.conftest import PASSWORD, acting, enter

NEW = "yellow submarines hum"


@pytest.fixture
def tokens(team: Team, known: Callable[[str], User]) -> tuple[Tokens, Tokens, Tokens]:
    """Tokens of somebody who logged in twice, and of somebody else."""
    known("ada")
    known("bob")
    return enter(team, "ada"), enter(team, "ada"), enter(team, "bob")


def is_worth_nothing(team: Team, tokens: Tokens) -> bool:
    with pytest.raises(NotLoggedIn):
        acting(team, tokens)
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), refresh, tokens.refresh)
    return True


def test_logging_out_ends_this_log_in(team: Team, tokens: tuple[Tokens, Tokens, Tokens]) -> None:
    here, there, other = tokens
    team.do(acting(team, here), log_out)
    assert is_worth_nothing(team, here)
    assert acting(team, there).name == "ada"
    assert acting(team, other).name == "bob"


def test_nobody_ends_the_log_in_of_others(team: Team, tokens: tuple[Tokens, Tokens, Tokens]) -> None:
    here, _, other = tokens
    ada, bob = acting(team, here), acting(team, other)
    team.do(Actor(bob.user, "bob", session=ada.session), log_out)
    assert acting(team, here).user == ada.user


def test_logging_out_everywhere_ends_all_of_them(team: Team, tokens: tuple[Tokens, Tokens, Tokens]) -> None:
    here, there, other = tokens
    assert team.do(acting(team, here), log_out_everywhere) == 2
    assert is_worth_nothing(team, here)
    assert is_worth_nothing(team, there)
    assert team.do(acting(team, other), me).username == "bob"


def test_a_new_password_ends_all_but_the_new_log_in(team: Team, tokens: tuple[Tokens, Tokens, Tokens]) -> None:
    here, there, other = tokens
    fresh = team.do(acting(team, here), change_password, PASSWORD, NEW)
    assert is_worth_nothing(team, here)
    assert is_worth_nothing(team, there)
    assert (acting(team, fresh).name, acting(team, other).name) == ("ada", "bob")
    with pytest.raises(NotLoggedIn):
        enter(team, "ada", PASSWORD)
    assert enter(team, "ada", NEW).person == fresh.person


def test_a_password_is_changed_by_who_knows_it(team: Team, tokens: tuple[Tokens, Tokens, Tokens]) -> None:
    ada = acting(team, tokens[0])
    for new in ("short", "password1", "ada.ada.ada", "x" * 2000):
        with pytest.raises(BadInput) as refusal:
            team.do(ada, change_password, PASSWORD, new)
        assert refusal.value.where == "new"
    for _ in range(PAIR.free):
        with pytest.raises(BadInput) as refusal:
            team.do(ada, change_password, "not this one", NEW)
        assert refusal.value.where == "old"
    with pytest.raises(TooManyAttempts):
        team.do(ada, change_password, PASSWORD, NEW)
    assert acting(team, tokens[0]).user == ada.user


@pytest.mark.parametrize("way", ["log in", "change it again"])
def test_an_old_password_is_worth_nothing_to_who_waited_for_the_change(
    team: Team, tokens: tuple[Tokens, Tokens, Tokens], way: str
) -> None:
    ada = acting(team, tokens[0])

    def come_late() -> str:
        try:
            if way == "log in":
                enter(team, "ada")
            else:
                team.do(ada, change_password, PASSWORD, "seven silent owls")
        except (NotLoggedIn, BadInput) as error:
            return error.code
        return "got in"

    with ThreadPoolExecutor(1) as pool:
        with team.store.transaction() as session:
            changed = change_password(Unit(session, ada), PASSWORD, NEW)
            late = pool.submit(come_late)
            until_somebody_waits(team)
        assert late.result() in {"not_logged_in", "bad_input"}
    assert acting(team, changed).name == "ada"
    assert enter(team, "ada", NEW).person.username == "ada"


def until_somebody_waits(team: Team) -> None:
    """Return when another transaction waits for a lock."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(500):
        with team.store.engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.02)
    pytest.fail("nobody waits")


def test_who_has_no_password_changes_none(team: Team, quick_hashes: None) -> None:
    with team.store.transaction() as session:
        user = User(username="hugo", email="hugo@hub.invalid", kind="hub")
        session.add(user)
        session.flush()
    with pytest.raises(NotAllowed):
        team.do(Actor(user.id, "hugo"), change_password, "", NEW)
    team.do(Actor(user.id, "hugo"), log_out)
