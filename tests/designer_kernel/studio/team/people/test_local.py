"""Who acts where nobody logs in: the local owner, the hub's user, and otherwise nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.actor import stranger
from designer_kernel.studio.team.people import actor_here, claim, offer_code, register
from designer_kernel.studio.team.people.local import is_local
from designer_kernel.studio.team.refusals import AlreadyThere, NotAllowed, NotLoggedIn
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.people.conftest import enter, with_password


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)


def test_on_the_embedded_server_one_owner_exists_without_any_login(team: Team) -> None:
    assert is_local(team.store)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: actor_here(team), range(8)))
    assert len({actor.user for actor in found}) == 1
    assert (found[0].face, found[0].session) == ("notebook", None)
    rooms = team.do(found[0], workspaces.mine)
    assert [(room.name, room.role) for room in rooms] == [("Mine", "owner")]
    assert actor_here(team, "shell").user == found[0].user


def test_the_local_owner_has_no_password_and_leaves_room_for_a_first_owner(team: Team) -> None:
    actor_here(team)
    for name in ("local owner", "owner@local.invalid"):
        for password in ("", "local owner"):
            with pytest.raises(NotLoggedIn):
                enter(team, name, password, address="")
    assert offer_code(team) is not None


@pytest.mark.older
def test_elsewhere_nobody_is_taken_for_the_owner(older_team: Team) -> None:
    assert not is_local(older_team.store)
    with pytest.raises(NotLoggedIn):
        actor_here(older_team)


def test_a_store_that_was_configured_is_not_local(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATABASE_URL", team.store.url)
    with pytest.raises(NotLoggedIn):
        actor_here(team, "dashboard")


def test_under_a_hub_its_user_acts(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "Grace")
    monkeypatch.setenv("QUERY_STRING", "user=root")  # what a page says, as Voilà passes it on
    monkeypatch.setenv("SERVER_NAME", "root")
    grace = actor_here(team, "dashboard")
    assert grace.name == "Grace"
    assert actor_here(team).user == grace.user
    assert team.do(grace, workspaces.mine) == []
    monkeypatch.setenv("JUPYTERHUB_USER", "heidi")
    assert actor_here(team).user != grace.user
    with team.store.transaction() as session:
        assert sorted(session.scalars(select(User.kind))) == ["hub", "hub"]


def test_a_hubs_user_is_never_taken_for_somebody_else(
    team: Team, monkeypatch: pytest.MonkeyPatch, quick_hashes: None
) -> None:
    with_password(team, "ada")
    for name in ("ada", "ADA", "ada@example.org", "Ada@Example.org"):
        monkeypatch.setenv("JUPYTERHUB_USER", name)
        with pytest.raises(NotAllowed):
            actor_here(team)
    monkeypatch.setenv("JUPYTERHUB_USER", "Grace")
    actor_here(team)
    monkeypatch.setenv("JUPYTERHUB_USER", "grace")
    with pytest.raises(NotAllowed):
        actor_here(team)
    monkeypatch.setenv("JUPYTERHUB_USER", "x" * 300)
    with pytest.raises(NotAllowed):
        actor_here(team)


def test_nobody_becomes_a_hubs_user_by_a_password_nor_the_other_way_round(
    team: Team, monkeypatch: pytest.MonkeyPatch, quick_hashes: None
) -> None:
    """A name at the hub may look like an address, by which somebody else would be found."""
    monkeypatch.setenv("JUPYTERHUB_USER", "eve@example.org")
    eve = actor_here(team)
    shop = team.do(eve, workspaces.create, "shop").id
    code = offer_code(team)
    assert code is not None
    monkeypatch.setenv("JUPYTERHUB_USER", "grace")
    actor_here(team)
    for username, email in (("eve", "eve@example.org"), ("eve", "Eve@Example.org"), ("grace", "grace@example.org")):
        with pytest.raises(AlreadyThere):
            team.do(stranger(), claim, code, username, email, "nine violet otters")
    team.do(stranger(), claim, code, "first", "first@example.org", "nine violet otters")
    with pytest.raises(AlreadyThere):
        team.do(stranger(), register, "eve", "eve@example.org", "nine violet otters")
    monkeypatch.setenv("JUPYTERHUB_USER", "eve@example.org")
    assert [one.id for one in team.do(actor_here(team), workspaces.mine)] == [shop]
    with team.store.transaction() as session:  # of an address that nobody can register
        session.execute(update(User).where(User.username == "first").values(email="judy@hub.invalid"))
    monkeypatch.setenv("JUPYTERHUB_USER", "judy")
    with pytest.raises(NotAllowed):
        actor_here(team)


def test_who_was_retired_does_not_act(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "grace")
    actor_here(team)
    with team.store.transaction() as session:
        session.execute(update(User).values(is_active=False))
    with pytest.raises(NotLoggedIn):
        actor_here(team)
