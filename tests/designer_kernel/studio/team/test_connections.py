"""Connections: who sees, uses, changes and takes along what, and that secrets open at their own place alone."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from uuid import UUID

import pytest
from sqlalchemy import text

from designer_kernel.studio.team import connections, workspaces
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.reach import NotReachable
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotFound, NotLoggedIn, NotYet
from designer_kernel.studio.team.secrets.failures import KeyMissing, SecretUnreadable
from designer_kernel.studio.team.secrets.master_keys import KEY, KEY_FILE
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in, registered

URI = "postgresql://reader:c4nary@1.1.1.1:6543/shop"


@dataclass(frozen=True)
class Shop:
    """A workspace with a member of each role, and a stranger."""

    workspace: UUID
    owner: Actor
    admin: Actor
    editor: Actor
    other: Actor
    viewer: Actor
    outsider: Actor


def shop_of(team: Team) -> Shop:
    people = {name: registered(team, name) for name in ("owner", "admin", "editor", "other", "viewer", "outsider")}
    made = team.do(people["owner"], workspaces.create, "shop").id
    for name, role in (("admin", "admin"), ("editor", "editor"), ("other", "editor"), ("viewer", "viewer")):
        let_in(team, people["owner"], made, name, role)
    return Shop(made, **people)


@pytest.fixture
def shop(team: Team) -> Shop:
    return shop_of(team)


@pytest.fixture
def made(team: Team, shop: Shop) -> UUID:
    """A connection of the editor."""
    return team.do(shop.editor, connections.add, shop.workspace, " prod ", URI).id


def revealed(team: Team, actor: Actor, connection: UUID) -> str:
    return team.do(actor, connections.opening, connection)._address.uri().reveal()


def test_a_connection_is_kept_and_every_member_sees_that_it_is_there(team: Team, shop: Shop, made: UUID) -> None:
    seen = team.do(shop.viewer, connections.of_workspace, shop.workspace)
    assert [(view.name, view.mode, view.db_type, view.has_secret, view.is_mine) for view in seen] == [
        ("prod", "read-only", "postgres", True, False)
    ]
    assert team.do(shop.editor, connections.get, made).is_mine
    assert revealed(team, shop.editor, made) == URI


def test_what_members_see_has_no_field_for_anything_of_the_address(team: Team, shop: Shop, made: UUID) -> None:
    assert {field.name for field in fields(connections.ConnectionView)} == {
        "id", "workspace", "name", "db_type", "mode", "has_secret", "is_mine", "created_at", "updated_at",
    }  # fmt: skip
    view = repr(team.do(shop.viewer, connections.get, made))
    assert not [part for part in ("1.1.1.1", "port", "reader", "c4nary") if part in view]


@pytest.mark.parametrize(
    ("may", "act"),
    [
        ("owner admin editor", lambda team, actor, id: team.do(actor, connections.rename, id, f"x{id}")),
        ("owner admin editor", lambda team, actor, id: team.do(actor, connections.replace, id, URI)),
        ("owner admin editor", lambda team, actor, id: team.do(actor, connections.set_mode, id, "read-write")),
        ("owner admin editor", lambda team, actor, id: team.do(actor, connections.look_up, id)),
        ("owner admin editor", lambda team, actor, id: team.do(actor, connections.remove, id)),
        ("owner admin editor other", lambda team, actor, id: team.do(actor, connections.opening, id)),
        ("owner admin editor other viewer", lambda team, actor, id: team.do(actor, connections.get, id)),
    ],
    ids=["rename", "replace", "set_mode", "look_up", "remove", "opening", "get"],
)
def test_who_may_do_what(team: Team, shop: Shop, may: str, act: Callable[[Team, Actor, UUID], object]) -> None:
    for who in ("owner", "admin", "editor", "other", "viewer"):
        made = team.do(shop.editor, connections.add, shop.workspace, f"of {who}", URI).id
        actor = getattr(shop, who)
        if who in may.split():
            act(team, actor, made)
        else:
            with pytest.raises(NotAllowed):
                act(team, actor, made)
        with pytest.raises(NotFound):
            act(team, shop.outsider, made)
        with pytest.raises(NotLoggedIn):
            act(team, stranger(), made)
        team.do(shop.owner, connections.of_workspace, shop.workspace)


def test_members_who_may_not_edit_add_nothing(team: Team, shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        team.do(shop.viewer, connections.add, shop.workspace, "x", URI)
    with pytest.raises(NotFound):
        team.do(shop.outsider, connections.add, shop.workspace, "x", URI)
    with pytest.raises(NotFound):
        team.do(shop.outsider, connections.of_workspace, shop.workspace)


def test_what_leads_inside_is_refused_when_it_is_kept_and_when_it_is_used(team: Team, shop: Shop) -> None:
    for uri in ("postgresql://u@127.0.0.1/d", "postgresql:///d?host=/tmp", "postgresql://u@[::ffff:10.0.0.1]/d"):
        with pytest.raises(NotReachable):
            team.do(shop.editor, connections.add, shop.workspace, "x", uri)
        at_home = replace(shop.editor, face="notebook")
        made = team.do(at_home, connections.add, shop.workspace, f"x{uri}", uri).id
        tried = connections.tried(team, shop.editor, made)
        assert not tried.is_ok
        assert "may not lead to" in tried.error or "not reached from here" in tried.error
    with pytest.raises(BadInput, match="service"):
        team.do(shop.editor, connections.add, shop.workspace, "y", f"{URI}?service=x")


def test_nonsense_is_refused(team: Team, shop: Shop, made: UUID) -> None:
    for name in ("", " ", "x" * 256, "a\nb", "a\x00"):
        with pytest.raises(BadInput):
            team.do(shop.editor, connections.rename, made, name)
    with pytest.raises(BadInput):
        team.do(shop.editor, connections.set_mode, made, "write")
    with pytest.raises(BadInput):
        team.do(shop.editor, connections.add, shop.workspace, "m", URI, db_type="mysql")
    with pytest.raises(AlreadyThere):
        team.do(shop.editor, connections.add, shop.workspace, "prod", URI)
    second = team.do(shop.editor, connections.add, shop.workspace, "second", URI).id
    with pytest.raises(AlreadyThere):
        team.do(shop.editor, connections.rename, second, "prod")


def test_the_mode_of_a_connection_bounds_its_sessions(team: Team, shop: Shop, made: UUID) -> None:
    with pytest.raises(NotAllowed, match="reading only"):
        team.do(shop.owner, connections.opening, made, write=True)
    team.do(shop.editor, connections.set_mode, made, "read-write")
    assert team.do(shop.other, connections.opening, made).mode == "read-only"
    assert team.do(shop.other, connections.opening, made, write=True).mode == "read-write"


def test_a_new_string_is_whole_and_belongs_to_who_gave_it(team: Team, shop: Shop, made: UUID) -> None:
    team.do(shop.admin, connections.replace, made, "postgresql://boss@1.0.0.1/shop")
    assert revealed(team, shop.editor, made) == "postgresql://boss@1.0.0.1/shop"  # and not the old password
    with pytest.raises(NotAllowed):
        team.do(shop.editor, connections.look_up, made)
    seen = team.do(shop.admin, connections.look_up, made)
    assert (seen.host, seen.port, seen.user, seen.has_password) == ("1.0.0.1", 5432, "boss", False)


def test_a_copy_takes_along_ones_own_secret_and_nobody_elses(team: Team, shop: Shop, made: UUID) -> None:
    elsewhere = team.do(shop.other, workspaces.create, "elsewhere").id
    let_in(team, shop.other, elsewhere, "editor", "editor")
    taken = team.do(shop.other, connections.copy, made, elsewhere, "prod")
    assert (taken.has_secret, taken.is_mine, taken.mode) == (False, True, "read-only")
    with pytest.raises(NotYet, match="nobody gave"):
        team.do(shop.other, connections.opening, taken.id)
    boss = team.do(shop.owner, connections.copy, made, shop.workspace, "of the owner")
    assert not boss.has_secret
    own = team.do(shop.editor, connections.copy, made, elsewhere, "own")
    assert own.has_secret
    assert revealed(team, shop.editor, own.id) == URI
    with pytest.raises(NotFound):
        team.do(shop.outsider, connections.copy, made, elsewhere, "x")
    with pytest.raises(NotAllowed):
        team.do(shop.viewer, connections.copy, made, shop.workspace, "x")
    outside = team.do(shop.outsider, workspaces.create, "outside").id
    with pytest.raises(NotFound):
        team.do(shop.editor, connections.copy, made, outside, "x")


def swap(team: Team, columns: str, one: UUID, two: UUID) -> None:
    """Exchange columns of two rows, as somebody with the database in hands would."""
    assert columns in ("connection_uri", "connection_uri, key_id")
    with team.store.engine.begin() as connection:
        rows = {
            id: connection.execute(
                text("SELECT connection_uri, key_id FROM designer.connections WHERE id = :id"), {"id": id}
            ).one()
            for id in (one, two)
        }
        for id, other in ((one, two), (two, one)):
            uri, key = rows[other] if "key_id" in columns else (rows[other][0], rows[id][1])
            connection.execute(
                text("UPDATE designer.connections SET connection_uri = :uri, key_id = :key WHERE id = :id"),
                {"uri": uri, "key": key, "id": id},
            )


@pytest.mark.parametrize("columns", ["connection_uri", "connection_uri, key_id"])
@pytest.mark.parametrize("is_same", [True, False], ids=["same workspace", "another workspace"])
def test_two_rows_that_were_swapped_stay_closed(
    team: Team, shop: Shop, made: UUID, columns: str, is_same: bool
) -> None:
    workspace = shop.workspace if is_same else team.do(shop.editor, workspaces.create, "other").id
    other = team.do(shop.editor, connections.add, workspace, "other", "postgresql://mallory:x@1.0.0.1/shop").id
    swap(team, columns, made, other)
    for connection in (made, other):
        with pytest.raises(SecretUnreadable):
            team.do(shop.editor, connections.opening, connection)
    swap(team, columns, made, other)
    assert revealed(team, shop.editor, made) == URI


def test_a_data_key_serves_no_other_workspace(team: Team, shop: Shop, made: UUID) -> None:
    other = team.do(shop.editor, workspaces.create, "other").id
    with team.store.engine.begin() as connection:
        connection.execute(text("UPDATE designer.data_keys SET workspace_id = :other"), {"other": other})
    with pytest.raises(SecretUnreadable):
        team.do(shop.editor, connections.opening, made)


def test_a_wrong_or_missing_master_key_opens_nothing_and_seals_nothing(
    team: Team, shop: Shop, made: UUID, monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    def refused() -> None:
        other = team.do(shop.editor, workspaces.create, "other").id
        for act in (
            lambda: team.do(shop.editor, connections.opening, made),
            lambda: team.do(shop.editor, connections.add, shop.workspace, "x", URI),
            lambda: team.do(shop.editor, connections.replace, made, URI),
            lambda: team.do(shop.editor, connections.copy, made, other, "x"),
        ):
            with pytest.raises(KeyMissing):
                act()

    file = tmp_path / "none"  # type: ignore[operator]
    with monkeypatch.context() as patch:
        patch.setenv(KEY_FILE, str(file))
        refused()
        other = team.do(shop.editor, workspaces.create, "first of its own").id
        with pytest.raises(KeyMissing):
            team.do(shop.editor, connections.add, other, "x", URI)
        assert not file.exists(), "no second master key is begun beside the one that is missing"
        own = team.do(shop.outsider, workspaces.create, "of who sees no other key").id
        with pytest.raises(KeyMissing):
            team.do(shop.outsider, connections.add, own, "x", URI)
        assert not file.exists()
    with monkeypatch.context() as patch:
        patch.setenv(KEY, b64encode(b"w" * 32).decode())
        refused()
    assert revealed(team, shop.editor, made) == URI
    assert [view.name for view in team.do(shop.editor, connections.of_workspace, shop.workspace)] == ["prod"]


def test_of_many_who_are_first_at_once_all_seal_under_one_key(team: Team, shop: Shop) -> None:
    people = [shop.owner, shop.admin, shop.editor, shop.other] * 3

    def add(number: int) -> UUID:
        return team.do(people[number], connections.add, shop.workspace, f"c{number}", URI).id

    with ThreadPoolExecutor(12) as pool:
        made = list(pool.map(add, range(12)))
    assert [revealed(team, shop.editor, connection) for connection in made] == [URI] * 12
    with team.store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM designer.data_keys")) == 1


def test_a_workspace_goes_with_its_connections_and_keys(team: Team, shop: Shop, made: UUID) -> None:
    team.do(shop.owner, workspaces.remove, shop.workspace)
    with team.store.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM designer.connections")) == 0
        assert connection.scalar(text("SELECT count(*) FROM designer.data_keys")) == 0


@pytest.mark.older
def test_it_works_on_an_older_server(older_team: Team) -> None:
    shop = shop_of(older_team)
    made = older_team.do(shop.editor, connections.add, shop.workspace, "prod", URI).id
    assert revealed(older_team, shop.editor, made) == URI
