"""Becoming known: the first owner by a code, everybody else by themselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import Attempts, FirstOwnerCode
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import PersonView, claim, offer_code, register, registering
from designer_kernel.studio.team.people.backing_off import PAIR
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotLoggedIn, TooManyAttempts
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in
from tests.designer_kernel.studio.team.people.conftest import PASSWORD, enter

pytestmark = pytest.mark.usefixtures("quick_hashes")


def join(team: Team, username: str, email: str = "", password: str = PASSWORD, full_name: str = "") -> PersonView:
    return team.do(stranger("192.0.2.1"), register, username, email or f"{username}@example.org", password, full_name)


def begin(team: Team, code: str | None = None, username: str = "ada", password: str = PASSWORD) -> PersonView:
    given = offer_code(team) if code is None else code
    assert given is not None
    return team.do(stranger("192.0.2.1"), claim, given, username, f"{username}@example.org", password, "Ada L.")


def people(team: Team) -> int:
    with team.store.transaction() as session:
        return session.scalar(select(func.count()).select_from(User)) or 0


def test_nobody_is_there_to_begin_with(team: Team) -> None:
    assert people(team) == 0
    with pytest.raises(NotAllowed, match="code that was shown"):
        join(team, "eve")
    for name in ("admin", "postgres", "root", "designer"):
        with pytest.raises(NotLoggedIn):
            enter(team, name, name)
    assert people(team) == 0


def test_the_code_makes_one_owner_once(team: Team) -> None:
    code = offer_code(team)
    assert code is not None
    with team.store.transaction() as session:
        assert code.replace("-", "") not in str(session.execute(select(FirstOwnerCode.digest)).all())
    ada = begin(team, code.lower().replace("-", " "))
    assert (ada.username, ada.full_name) == ("ada", "Ada L.")
    rooms = team.do(Actor(ada.id, "ada"), workspaces.mine)
    assert [(room.name, room.role) for room in rooms] == [("Team", "owner")]
    assert offer_code(team) is None
    with pytest.raises(NotLoggedIn):
        begin(team, code, "eve")
    assert enter(team, "ada").person == ada
    assert people(team) == 1


def test_only_the_last_code_counts_and_for_a_day(team: Team) -> None:
    first, second = offer_code(team), offer_code(team)
    with pytest.raises(NotLoggedIn):
        begin(team, first)
    with team.store.transaction() as session:
        session.execute(update(FirstOwnerCode).values(expires_at=func.clock_timestamp()))
    with pytest.raises(NotLoggedIn):
        begin(team, second)
    for wrong in ("", "-----", "A" * 20, "\x00", "x" * 100_000):
        with team.store.transaction() as session:
            session.execute(update(Attempts).values(failures=0, wait_until=None))
        with pytest.raises(NotLoggedIn):
            begin(team, wrong)
    assert people(team) == 0


def test_the_code_is_good_for_another_try_after_a_slip(team: Team) -> None:
    code = offer_code(team)
    with pytest.raises(BadInput):
        begin(team, code, password="password1")
    assert begin(team, code).username == "ada"


def test_guessing_the_code_gets_slower(team: Team) -> None:
    offer_code(team)
    wrong = "ABCDE-ABCDE-ABCDE-ABCDE"
    for _ in range(PAIR.free):
        with pytest.raises(NotLoggedIn):
            begin(team, wrong)
    with pytest.raises(TooManyAttempts):
        begin(team, wrong)


def test_two_who_claim_at_the_same_time_make_one_owner(team: Team) -> None:
    code = offer_code(team)

    def go(number: int) -> bool:
        try:
            begin(team, code, f"ada{number}")
        except NotLoggedIn:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(go, range(4))) == 1
    assert people(team) == 1


def test_who_registers_has_no_rights_in_what_is_there(team: Team) -> None:
    ada = begin(team)
    bob = join(team, " Bob ", "Bob@Example.ORG", full_name=" Боб B. ")
    assert (bob.username, bob.email) == ("bob", "bob@example.org")
    assert enter(team, "BOB@example.org").person.id == bob.id
    assert team.do(Actor(bob.id, "bob"), workspaces.mine) == []
    room = team.do(Actor(ada.id, "ada"), workspaces.mine)[0].id
    let_in(team, Actor(ada.id, "ada"), room, "bob", "editor")
    assert [room.role for room in team.do(Actor(bob.id, "bob"), workspaces.mine)] == ["editor"]


def test_names_and_addresses_are_had_once_whatever_their_case(team: Team) -> None:
    begin(team)
    join(team, "bob")
    said = set()
    for username, email in (("bob", "other@example.org"), ("BOB", "o@example.org"), ("rob", "BOB@example.org")):
        with pytest.raises(AlreadyThere) as refusal:
            join(team, username, email)
        said.add(str(refusal.value))
    assert len(said) == 1

    def go(number: int) -> bool:
        try:
            join(team, "carol" if number % 2 else "CAROL")
        except AlreadyThere:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(go, range(6))) == 1


WRONG = {
    "username": ("", " ", "a b", "a@b", "аda", "x" * 256, "a\x00", "-a", "\udcff", "local owner"),
    "email": ("", "a", "a@b", "a@b c.d", "x" * 250 + "@b.cd", "a@hub.invalid", "ä@b.c", "a\x00@b.c"),
    "full_name": ("x" * 256, "a\x00b", "a\nb", "\udcff", "a\u202eb"),
    "password": ("", "1234567", "password", "robert99", "qwertyuiop"),
}


def test_what_cannot_be_taken_is_refused_by_its_field(team: Team) -> None:
    begin(team)
    fields = {"username": "robert", "email": "robert@example.org", "password": PASSWORD, "full_name": "Rob"}
    for field, values in WRONG.items():
        for value in values:
            with pytest.raises(BadInput) as refusal:
                team.do(stranger("192.0.2.1"), register, **(fields | {field: value}))
            assert refusal.value.where == field, (field, value)
    assert people(team) == 1
    assert team.do(stranger("192.0.2.1"), register, **fields).username == "robert"


def test_registration_can_be_closed(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(team)
    monkeypatch.setenv(registering.ENVIRONMENT, "closed")
    with pytest.raises(NotAllowed, match="nobody registers"):
        join(team, "bob")


def test_registering_by_the_dozen_gets_slower(team: Team) -> None:
    begin(team)
    with team.store.transaction() as session:
        session.add(Attempts(subject="register", address="192.0.2.1", failures=registering.PACE.free - 1))
    join(team, "bob")
    with pytest.raises(TooManyAttempts):
        join(team, "carol")
    assert team.do(stranger("198.51.100.7"), register, "carol", "carol@example.org", PASSWORD).username == "carol"
