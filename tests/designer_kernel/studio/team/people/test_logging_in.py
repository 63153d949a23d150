"""Logging in: the same answer for everybody who may not, and ever later answers for whoever guesses."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, func, select, update

from designer_kernel.store.engine import Store
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import EVERYWHERE, Attempts
from designer_kernel.studio.team.people import Tokens, passwords
from designer_kernel.studio.team.people.backing_off import PAIR, SUBJECT, Pace, network
from designer_kernel.studio.team.refusals import NotLoggedIn, TooManyAttempts
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.people.conftest import PASSWORD, acting, enter, with_password

Known = Callable[[str], User]


def refused(team: Team, name: str, password: str = "wrong and long", address: str = "192.0.2.1") -> dict[str, object]:
    with pytest.raises(NotLoggedIn) as refusal:
        enter(team, name, password, address)
    return refusal.value.as_dict()


def wait_over(store: Store) -> None:
    """Let time pass for everybody who waits."""
    with store.transaction() as session:
        session.execute(update(Attempts).values(wait_until=func.clock_timestamp()))


def test_who_knows_the_password_gets_tokens(team: Team, known: Known) -> None:
    ada = known("ada")
    for name in ("ada", "ADA", " ada@example.org "):
        tokens = enter(team, name)
        assert tokens.person.id == ada.id
        assert (acting(team, tokens).user, acting(team, tokens).name) == (ada.id, "ada")
        assert tokens.access not in repr(tokens)
        assert tokens.refresh not in repr(tokens)


def test_all_who_may_not_are_told_the_same(team: Team, known: Known) -> None:
    known("ada")
    retired, hub = known("eve"), known("hugo")
    with team.store.transaction() as session:
        session.execute(update(User).where(User.id == retired.id).values(is_active=False))
        session.execute(update(User).where(User.id == hub.id).values(kind="hub"))
    answers = [
        refused(team, "ada"),
        refused(team, "nobody"),
        refused(team, "nobody", PASSWORD),
        refused(team, "eve", PASSWORD),
        refused(team, "hugo", PASSWORD),
        refused(team, "a\x00da"),
        refused(team, "ädä \udcff"),
        refused(team, "ada", ""),
        refused(team, "ada", "x" * 5000, "198.51.100.7"),
    ]
    assert all(answer == answers[0] for answer in answers)
    assert PASSWORD not in str(answers)


def test_an_unknown_name_takes_the_same_way(team: Team, known: Known) -> None:
    known("ada")
    said: list[str] = []
    listener = lambda conn, cursor, statement, parameters, context, many: said.append(statement)  # noqa: E731
    enter(team, "ada")
    event.listen(team.store.engine, "before_cursor_execute", listener)
    try:
        ways = []
        for name in ("ada", "nobody"):
            refused(team, name, address="")
            said.clear()
            refused(team, name, address="")
            ways.append(list(said))
    finally:
        event.remove(team.store.engine, "before_cursor_execute", listener)
    assert ways[0] == ways[1]


def test_an_unknown_name_takes_the_same_time(team: Team) -> None:
    with_password(team, "ada")
    refused(team, "nobody")

    def seconds(name: str) -> float:
        with team.store.transaction() as session:
            session.execute(update(Attempts).values(failures=0, wait_until=None))
        begun = time.thread_time()  # of this thread alone: what else the machine does is not ours
        refused(team, name)
        return time.thread_time() - begun

    apart = []
    for _ in range(6):  # a disturbed round is not a difference in the way, which would be in all of them
        pairs = [(seconds("ada"), seconds("nobody")) for _ in range(5)]
        known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
        apart.append(round((unknown - known) / known, 3))
        if abs(apart[-1]) < 0.1:
            return
    pytest.fail(f"the times are {apart} apart")


def test_a_hash_is_renewed_when_parameters_rise(team: Team, known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = known("ada")
    before = ada.password_hash
    enter(team, "ada")
    stronger = PasswordHasher(time_cost=1, memory_cost=128, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: stronger)
    monkeypatch.setattr(passwords, "MEMORY_KIB", 128)
    enter(team, "ada")
    with team.store.transaction() as session:
        after = session.scalar(select(User.password_hash).where(User.id == ada.id)) or ""
    assert before != after
    assert "m=128," in after
    enter(team, "ada")


def test_guessing_gets_slower_and_is_told_how_long(team: Team, known: Known) -> None:
    known("ada")
    for name in ("ada", "nobody"):
        for _ in range(PAIR.free):
            refused(team, name)
        with pytest.raises(TooManyAttempts) as early:
            enter(team, name, PASSWORD)
        assert 0 < early.value.seconds <= 1
    wait_over(team.store)
    refused(team, "ada")
    with pytest.raises(TooManyAttempts) as early:
        enter(team, "ada", PASSWORD)
    assert 1 < early.value.seconds <= 2
    assert enter(team, "ada", address="198.51.100.7").person.username == "ada"  # somebody elsewhere does not wait
    wait_over(team.store)
    assert enter(team, "ada").person.username == "ada"
    refused(team, "ada")  # counting began anew


def test_nobody_is_kept_out_of_their_account_by_what_others_try(team: Team, known: Known) -> None:
    ada = known("ada")
    enter(team, "ada", address="203.0.113.9")
    for number in range(SUBJECT.free):
        refused(team, "ada", address=f"198.51.100.{number}")
    with pytest.raises(TooManyAttempts):
        enter(team, "ada", address="198.51.100.200")
    assert enter(team, "ada", address="203.0.113.9").person.id == ada.id


def test_who_guesses_at_many_accounts_waits_too(team: Team, known: Known) -> None:
    known("ada")
    with team.store.transaction() as session:
        session.add(Attempts(subject="", address="192.0.2.1", failures=49))
    refused(team, "nobody")
    with pytest.raises(TooManyAttempts):
        enter(team, "ada")
    assert enter(team, "ada", address="198.51.100.7")


def test_guesses_at_the_same_time_are_heard_one_after_the_other(team: Team, known: Known) -> None:
    known("ada")

    def guess(number: int) -> type[Exception]:
        try:
            enter(team, "ada", f"wrong guess {number}")
        except (NotLoggedIn, TooManyAttempts) as error:
            return type(error)
        raise AssertionError

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(guess, range(32)))
    assert found.count(NotLoggedIn) == PAIR.free
    assert found.count(TooManyAttempts) == 32 - PAIR.free
    with team.store.transaction() as session:
        assert session.scalar(select(Attempts.failures).where(Attempts.address == "192.0.2.1", Attempts.subject != ""))


def test_what_was_tried_long_ago_is_forgotten(team: Team, known: Known) -> None:
    known("ada")
    for _ in range(PAIR.free):
        refused(team, "ada")
        refused(team, "nobody")
    with team.store.transaction() as session:
        session.execute(update(Attempts).values(last_at=Attempts.last_at - timedelta(hours=2), wait_until=None))
    refused(team, "ada")
    with team.store.transaction() as session:
        left = {(row.subject[:7] == "unknown", row.address): row.failures for row in session.scalars(select(Attempts))}
    assert left == {(False, EVERYWHERE): 1, (False, "192.0.2.1"): 1}


def test_waiting_doubles_up_to_a_limit() -> None:
    pace = Pace(3, timedelta(seconds=60))
    waits = [pace.wait(failures).total_seconds() for failures in (0, 2, 3, 4, 5, 8, 9, 10, 10_000)]
    assert waits == [0, 0, 1, 2, 4, 32, 60, 60, 60]


def test_addresses_are_counted_by_who_has_them() -> None:
    assert network("192.0.2.1") == "192.0.2.1"
    assert network("::ffff:192.0.2.1") == "192.0.2.1"
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert network("fe80::1%eth0") == "fe80::/64"
    assert network("") == network("testclient") == network("1.2.3.4.5; DROP") == ""


def test_many_log_in_at_the_same_time(team: Team, known: Known) -> None:
    for name in ("ada", "bob", "eve"):
        known(name)

    def go(number: int) -> Tokens:
        return enter(team, ("ada", "bob", "eve")[number % 3])

    with ThreadPoolExecutor(12) as pool:
        tokens = list(pool.map(go, range(24)))
    assert len({each.refresh for each in tokens}) == 24
    assert {acting(team, each).name for each in tokens} == {"ada", "bob", "eve"}
