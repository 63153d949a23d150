"""New passwords by one-time codes, and an end to working here: by whom, about whom, and from when on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from designer_kernel.store.tables.audits import Audit
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import ResetCode
from designer_kernel.studio.team import invitations, projects, workspaces
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import (
    activate,
    deactivate,
    me,
    offer_reset,
    refresh,
    reset_password,
)
from designer_kernel.studio.team.people.backing_off import PAIR
from designer_kernel.studio.team.people.managing import ACTIVATE, DEACTIVATE, EVERYBODY, OFFER_RESET
from designer_kernel.studio.team.refusals import BadInput, NotAllowed, NotFound, NotLoggedIn, TooManyAttempts
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit
from tests.designer_kernel.studio.team.conftest import let_in
from tests.designer_kernel.studio.team.people.conftest import PASSWORD, acting, enter
from tests.designer_kernel.studio.team.people.test_leaving import until_somebody_waits

NEW = "yellow submarines hum"
OPERATOR = Actor(None, "an operator", "shell")


@pytest.fixture
def people(team: Team, known: Callable[[str], User]) -> dict[str, Actor]:
    """Ada, who owns a workspace, and others, who have passwords."""
    return {name: Actor(known(name).id, name) for name in ("ada", "bob", "eve")}


@pytest.fixture
def shop(team: Team, people: dict[str, Actor]) -> UUID:
    """Ada's workspace, where Bob edits and Eve is an admin."""
    made = team.do(people["ada"], workspaces.create, "shop").id
    let_in(team, people["ada"], made, "bob", "editor")
    let_in(team, people["ada"], made, "eve", "admin")
    return made


def test_a_code_gives_a_new_password_once(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    before = enter(team, "bob")
    made = team.do(people["eve"], offer_reset, shop, people["bob"].user)
    assert made.code not in repr(made)
    for code in ("", "AAAAA-BBBBB-CCCCC-DDDDD", made.code[:-1]):
        with pytest.raises(NotLoggedIn):
            team.do(stranger(), reset_password, "bob", code, NEW)
    with pytest.raises(NotLoggedIn):  # nobody else's
        team.do(stranger(), reset_password, "ada", made.code, NEW)
    with pytest.raises(BadInput) as refusal:
        team.do(stranger(), reset_password, "bob", made.code, "password1")
    assert refusal.value.where == "new"
    fresh = team.do(stranger(), reset_password, "BOB@example.org", made.code.lower().replace("-", " "), NEW)
    assert team.do(acting(team, fresh), me).username == "bob"
    with pytest.raises(NotLoggedIn):
        acting(team, before)
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), refresh, before.refresh)
    with pytest.raises(NotLoggedIn):
        enter(team, "bob", PASSWORD)
    assert enter(team, "bob", NEW).person.username == "bob"
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), reset_password, "bob", made.code, PASSWORD)


def test_only_the_last_code_counts_and_not_for_long(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    first, second = (team.do(people["ada"], offer_reset, shop, people["bob"].user) for _ in range(2))
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), reset_password, "bob", first.code, NEW)
    with team.store.transaction() as session:
        session.execute(update(ResetCode).values(expires_at=func.clock_timestamp()))
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), reset_password, "bob", second.code, NEW)


def test_codes_are_not_guessed_for_long(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    made = team.do(people["ada"], offer_reset, shop, people["bob"].user)
    for name in ("bob", "nobody at all"):
        for _ in range(PAIR.free):
            with pytest.raises(NotLoggedIn):
                team.do(stranger("192.0.2.7"), reset_password, name, "AAAAA-BBBBB-CCCCC-DDDDD", NEW)
        with pytest.raises(TooManyAttempts):
            team.do(stranger("192.0.2.7"), reset_password, name, made.code, NEW)


def test_nobody_takes_over_who_they_are_not_above_everywhere(
    team: Team, people: dict[str, Actor], shop: UUID, known: Callable[[str], User]
) -> None:
    ada, bob, eve = (people[name] for name in ("ada", "bob", "eve"))
    for actor, about in ((eve, ada), (bob, eve), (ada, ada), (eve, eve)):
        for case in (offer_reset, deactivate, activate):
            with pytest.raises(NotAllowed):
                team.do(actor, case, shop, about.user)
    made = team.do(ada, offer_reset, shop, bob.user)
    team.do(bob, workspaces.create, "own")  # where Ada is nobody
    for case in (offer_reset, deactivate):
        with pytest.raises(NotAllowed):
            team.do(ada, case, shop, bob.user)
    with pytest.raises(NotLoggedIn):  # nor by a code of before
        team.do(stranger(), reset_password, "bob", made.code, NEW)
    with pytest.raises(NotFound):
        team.do(ada, offer_reset, shop, known("carl").id)


def test_an_invitation_counts_as_much_as_a_membership_where_a_code_is_given_or_used(
    team: Team, people: dict[str, Actor], shop: UUID
) -> None:
    ada, bob, eve = (people[name] for name in ("ada", "bob", "eve"))
    trap = team.do(eve, workspaces.create, "trap").id
    team.do(ada, workspaces.remove_member, shop, bob.user)
    let_in(team, eve, trap, "bob", "viewer")
    made = team.do(eve, offer_reset, trap, bob.user)
    offered = team.do(ada, invitations.invite, team.do(ada, workspaces.create, "high").id, "bob", "admin")
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), reset_password, "bob", made.code, NEW)
    with pytest.raises(NotAllowed):
        team.do(eve, offer_reset, trap, bob.user)
    team.do(bob, invitations.decline, offered.id)
    code = team.do(eve, offer_reset, trap, bob.user).code
    assert team.do(stranger(), reset_password, "bob", code, NEW).person.username == "bob"


def test_a_code_is_worth_nothing_once_its_holder_left(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    ada, bob = people["ada"], people["bob"]
    made = team.do(ada, offer_reset, shop, bob.user)
    team.do(bob, workspaces.remove_member, shop, bob.user)
    with team.store.transaction() as session:
        assert session.scalars(select(ResetCode.user_id)).all() == []
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), reset_password, "bob", made.code, NEW)
    let_in(team, ada, shop, "bob", "editor")
    made = team.do(ada, offer_reset, shop, bob.user)
    team.do(ada, workspaces.remove, shop)  # nobody left, and yet they have nothing in common any more
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), reset_password, "bob", made.code, NEW)


def test_who_is_deactivated_is_out_at_once(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    ada, bob = people["ada"], people["bob"]
    tokens = enter(team, "bob")
    made = team.do(acting(team, tokens), projects.create, shop, "orders").id
    team.do(ada, deactivate, shop, bob.user)
    with pytest.raises(NotLoggedIn):
        acting(team, tokens)
    for case in (lambda: enter(team, "bob"), lambda: team.do(stranger(), refresh, tokens.refresh)):
        with pytest.raises(NotLoggedIn):
            case()
    # a notebook that knew them before goes nowhere either
    with pytest.raises(NotFound):
        team.do(bob, projects.read, made)
    with pytest.raises(NotLoggedIn):
        team.do(bob, workspaces.create, "elsewhere")
    with pytest.raises(NotFound):
        team.do(ada, invitations.invite, team.do(ada, workspaces.create, "more").id, "bob", "viewer")
    seen = {one.username: one.is_active for one in team.do(ada, workspaces.members, shop)}
    assert seen == {"ada": True, "bob": False, "eve": True}
    assert team.do(ada, projects.show, made).owner == bob.user
    team.do(ada, activate, shop, bob.user)
    assert acting(team, enter(team, "bob")).name == "bob"
    with pytest.raises(NotLoggedIn):
        acting(team, tokens)


def two_owners(team: Team, people: dict[str, Actor], shop: UUID) -> tuple[Actor, Actor, UUID]:
    """Let Ada and Eve both own the shop and another workspace; return them and that one."""
    ada, eve = people["ada"], people["eve"]
    team.do(ada, workspaces.change_role, shop, eve.user, "owner")
    other = team.do(ada, workspaces.create, "other").id
    let_in(team, ada, other, "eve", "owner")
    return ada, eve, other


def test_two_owners_cannot_end_each_others_work_at_once(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    ada, eve, other = two_owners(team, people, shop)
    with ThreadPoolExecutor(1) as pool:
        with team.store.transaction() as session:
            deactivate(Unit(session, ada), shop, eve.user)
            late = pool.submit(team.do, eve, deactivate, other, ada.user)
            until_somebody_waits(team)
        assert isinstance(late.exception(), NotFound | NotAllowed | NotLoggedIn)
    assert [one.is_active for one in team.do(ada, workspaces.members, other)] == [True, False]


def test_an_owner_who_leaves_waits_for_the_end_of_the_other(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    ada, eve, other = two_owners(team, people, shop)
    with ThreadPoolExecutor(1) as pool:
        with team.store.transaction() as session:
            deactivate(Unit(session, ada), shop, eve.user)
            late = pool.submit(team.do, ada, workspaces.remove_member, other, ada.user)
            until_somebody_waits(team)
        assert isinstance(late.exception(), NotAllowed)


def test_a_new_password_waits_for_the_person_before_it_takes_the_code(
    team: Team, people: dict[str, Actor], shop: UUID
) -> None:
    ada, bob = people["ada"], people["bob"]
    code = team.do(ada, offer_reset, shop, bob.user).code
    with ThreadPoolExecutor(1) as pool:
        with team.store.transaction() as session:
            session.execute(select(User.id).where(User.id == bob.user).with_for_update())
            late = pool.submit(team.do, stranger(), reset_password, "bob", code, NEW)
            until_somebody_waits(team)
            deactivate(Unit(session, ada), shop, bob.user)  # removes the code
        assert isinstance(late.exception(), NotLoggedIn)


def test_the_last_owner_who_works_here_stays(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    ada, eve = people["ada"], people["eve"]
    team.do(ada, workspaces.change_role, shop, eve.user, "owner")
    team.do(ada, deactivate, shop, eve.user)
    with pytest.raises(NotAllowed, match="last owner"):
        team.do(ada, workspaces.remove_member, shop, ada.user)


def test_whoever_runs_the_designer_may_do_it_about_anybody(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    team.do(people["bob"], workspaces.create, "own")
    code = team.do(OPERATOR, OFFER_RESET, "ADA").code
    assert team.do(stranger(), reset_password, "ada", code, NEW).person.username == "ada"
    team.do(OPERATOR, DEACTIVATE, "bob@example.org")
    assert [one.is_active for one in team.do(OPERATOR, EVERYBODY)] == [True, False, True]
    team.do(OPERATOR, ACTIVATE, "bob")
    with pytest.raises(NotFound):
        team.do(OPERATOR, DEACTIVATE, "nobody")
    with team.store.transaction() as session:
        actions = session.scalars(select(Audit.action).where(Audit.actor_name == "an operator").order_by(Audit.seq))
        assert list(actions) == ["person.offer_reset", "person.deactivate", "person.activate"]


def test_a_name_that_is_the_address_of_another_means_nobody(team: Team, people: dict[str, Actor]) -> None:
    with team.store.transaction() as session:
        session.execute(update(User).where(User.username == "eve").values(username="bob@example.org", kind="hub"))
    with pytest.raises(NotAllowed):
        team.do(OPERATOR, DEACTIVATE, "bob@example.org")
    assert enter(team, "bob@example.org").person.username == "bob"
    team.do(OPERATOR, DEACTIVATE, "bob")


def test_who_logs_in_by_the_hub_has_nothing_to_reset(team: Team, people: dict[str, Actor], shop: UUID) -> None:
    with team.store.transaction() as session:
        session.execute(update(User).where(User.username == "bob").values(kind="hub"))
    with pytest.raises(NotAllowed):
        team.do(people["ada"], offer_reset, shop, people["bob"].user)
