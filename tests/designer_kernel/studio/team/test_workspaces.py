"""Workspaces, and what nobody may do to who belongs to them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from designer_kernel.studio.team import invitations, workspaces
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotFound, NotLoggedIn
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit
from tests.designer_kernel.studio.team.conftest import let_in

Person = Callable[[str], Actor]


def roles(team: Team, actor: Actor, workspace) -> dict[str, str]:
    return {m.username: m.role for m in team.do(actor, workspaces.members, workspace)}


def test_who_makes_a_workspace_owns_it_and_lets_others_in(team: Team, ada: Actor, bob: Actor) -> None:
    made = team.do(ada, workspaces.create, "  shop ")
    assert (made.name, made.role) == ("shop", "owner")
    assert team.do(bob, workspaces.mine) == []
    with pytest.raises(NotFound):
        team.do(bob, workspaces.members, made.id)
    let_in(team, ada, made.id, "BOB", "viewer")
    assert roles(team, bob, made.id) == {"ada": "owner", "bob": "viewer"}
    assert [(w.role, w.owner) for w in team.do(bob, workspaces.mine)] == [("viewer", "ada")]
    assert team.do(bob, workspaces.show, made.id) == team.do(bob, workspaces.mine)[0]
    with pytest.raises(AlreadyThere):
        team.do(ada, invitations.invite, made.id, "bob", "editor")


def test_nobody_promotes_themselves_or_acts_on_those_above(team: Team, ada: Actor, bob: Actor, person: Person) -> None:
    made = team.do(ada, workspaces.create, "shop").id
    let_in(team, ada, made, "bob", "admin")
    person("eve")
    assert bob.user is not None
    assert ada.user is not None
    for refused in (
        lambda: team.do(bob, workspaces.change_role, made, bob.user, "owner"),
        lambda: team.do(bob, workspaces.change_role, made, ada.user, "viewer"),
        lambda: team.do(bob, workspaces.remove_member, made, ada.user),
        lambda: team.do(bob, invitations.invite, made, "eve", "owner"),
        lambda: team.do(bob, workspaces.remove, made),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert roles(team, ada, made) == {"ada": "owner", "bob": "admin"}


def test_the_last_owner_stays(team: Team, ada: Actor, bob: Actor) -> None:
    made = team.do(ada, workspaces.create, "shop").id
    with pytest.raises(NotAllowed, match="last owner"):
        team.do(ada, workspaces.remove_member, made, ada.user)
    with pytest.raises(NotAllowed, match="last owner"):
        team.do(ada, workspaces.change_role, made, ada.user, "admin")
    let_in(team, ada, made, "bob", "owner")
    team.do(ada, workspaces.remove_member, made, ada.user)
    assert roles(team, bob, made) == {"bob": "owner"}


def test_who_is_removed_meanwhile_gives_no_more_rights(team: Team, ada: Actor, bob: Actor, person: Person) -> None:
    made = team.do(ada, workspaces.create, "shop").id
    let_in(team, ada, made, "bob", "admin")
    person("eve")
    assert bob.user is not None
    refusals: list[type[Exception]] = []

    def add() -> None:
        try:
            team.do(bob, invitations.invite, made, "eve", "admin")
        except NotFound as error:
            refusals.append(type(error))

    with team.store.transaction() as session:  # ada removes bob, and has not committed yet
        workspaces.remove_member(Unit(session, ada), made, bob.user)
        session.flush()
        waiting = threading.Thread(target=add)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join()
    assert refusals == [NotFound]
    assert roles(team, ada, made) == {"ada": "owner"}


def test_strangers_and_nonsense_are_refused(team: Team, ada: Actor) -> None:
    with pytest.raises(NotLoggedIn):
        team.do(stranger(), workspaces.create, "shop")
    for name in ("", "  ", "x" * 256, "a\x00b", "shop\nown", "a\x1b[2Jb", "a\u2028b"):
        with pytest.raises(BadInput):
            team.do(ada, workspaces.create, name)
    made = team.do(ada, workspaces.create, "shop").id
    with pytest.raises(NotFound):
        team.do(ada, invitations.invite, made, "nobody", "viewer")
    with pytest.raises(BadInput):
        team.do(ada, invitations.invite, made, "ada", "king")
    team.do(ada, workspaces.remove, made)
    assert team.do(ada, workspaces.mine) == []
