"""Refresh tokens: used once, kept as digests, and a second use ends the log-in."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from designer_kernel.store.base import Base
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import RefreshToken, TokenFamily
from designer_kernel.studio.team.actor import stranger
from designer_kernel.studio.team.people import Tokens, refresh
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.people.conftest import acting, enter, with_password

TEAMS = ["team", pytest.param("older_team", marks=pytest.mark.older)]


@pytest.fixture(params=TEAMS)
def someone(request: pytest.FixtureRequest, quick_hashes: None) -> tuple[Team, Tokens]:
    """A team, and the tokens of somebody who just logged in."""
    team: Team = request.getfixturevalue(request.param)
    with_password(team, "ada")
    return team, enter(team, "ada")


def again(team: Team, token: str) -> Tokens:
    return team.do(stranger("192.0.2.1"), refresh, token)


def why_it_ended(team: Team) -> list[str]:
    with team.store.transaction() as session:
        return list(session.scalars(select(TokenFamily.why).order_by(TokenFamily.started_at)))


def test_each_token_gives_the_next_pair_once(someone: tuple[Team, Tokens]) -> None:
    team, first = someone
    second = again(team, first.refresh)
    third = again(team, second.refresh)
    assert len({first.refresh, second.refresh, third.refresh}) == 3
    assert acting(team, first).session == acting(team, third).session
    other = enter(team, "ada")
    with pytest.raises(NotLoggedIn):
        again(team, second.refresh)
    for ended in (first, second, third):
        with pytest.raises(NotLoggedIn):
            acting(team, ended)
    with pytest.raises(NotLoggedIn):
        again(team, third.refresh)
    assert why_it_ended(team) == ["reuse", ""]
    assert acting(team, other).name == "ada"
    assert again(team, other.refresh)


def test_of_twenty_at_the_same_time_one_gets_through(someone: tuple[Team, Tokens]) -> None:
    team, first = someone
    together, lock = threading.Barrier(20), threading.Lock()
    won: list[Tokens] = []
    lost: list[BaseException] = []

    def go() -> None:
        together.wait()
        try:
            tokens = again(team, first.refresh)
        except BaseException as error:
            with lock:
                lost.append(error)
        else:
            with lock:
                won.append(tokens)

    threads = [threading.Thread(target=go) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(error) for error in lost] == [NotLoggedIn] * 19
    assert len(won) == 1
    assert why_it_ended(team) == ["reuse"]
    with pytest.raises(NotLoggedIn):
        again(team, won[0].refresh)


def test_what_is_too_old_is_worth_nothing(someone: tuple[Team, Tokens]) -> None:
    team, first = someone
    with team.store.transaction() as session:
        session.execute(update(RefreshToken).values(expires_at=RefreshToken.given_at))
    with pytest.raises(NotLoggedIn):
        again(team, first.refresh)
    other = enter(team, "ada")
    with team.store.transaction() as session:
        session.execute(update(TokenFamily).values(ends_at=TokenFamily.started_at))
    with pytest.raises(NotLoggedIn):
        again(team, other.refresh)
    with pytest.raises(NotLoggedIn):
        acting(team, other)
    assert why_it_ended(team) == ["", ""]


def test_log_ins_that_ended_long_ago_are_forgotten(someone: tuple[Team, Tokens]) -> None:
    team, _ = someone
    with team.store.transaction() as session:
        session.execute(update(TokenFamily).values(ends_at=TokenFamily.started_at - timedelta(days=31)))
    enter(team, "ada")
    with team.store.transaction() as session:
        assert len(session.scalars(select(RefreshToken)).all()) == 1


def test_who_does_not_work_here_any_more_gets_nothing(someone: tuple[Team, Tokens]) -> None:
    team, first = someone
    with team.store.transaction() as session:
        session.execute(update(User).values(is_active=False))
    with pytest.raises(NotLoggedIn):
        again(team, first.refresh)


def test_nonsense_is_refused(someone: tuple[Team, Tokens]) -> None:
    team, first = someone
    for token in ("", "sdr_", "\x00", "\udcff", "x" * 100_000, first.refresh[:-1], first.refresh + "A"):
        with pytest.raises(NotLoggedIn):
            again(team, token)
    assert again(team, first.refresh)


def test_no_secret_lies_in_the_store(someone: tuple[Team, Tokens]) -> None:
    team, first = someone
    second = again(team, first.refresh)
    with team.store.engine.connect() as connection:
        rows = [
            str(connection.execute(text(f'SELECT * FROM designer."{table.name}"')).all())
            for table in Base.metadata.sorted_tables
        ]
    everything = "\n".join(rows)
    for secret in (first.refresh, second.refresh, first.access, second.access, "purple elephants"):
        assert secret not in everything
