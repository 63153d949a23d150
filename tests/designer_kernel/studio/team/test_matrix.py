"""Every role tries every use case, on a workspace of its own and on one of others; see `cases` for what is asked."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import select

from designer_kernel.store.engine import Store
from designer_kernel.store.tables.audits import Audit
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.workspaces import Membership, Workspace
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import passwords
from designer_kernel.studio.team.refusals import NotAllowed, NotFound, NotLoggedIn
from designer_kernel.studio.team.rights import Right, Role, may
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import USE_CASES
from tests.designer_kernel.studio.team.cases import CASES, LASTING, NAMES, Asked, World
from tests.designer_kernel.studio.team.conftest import emptied

ROLES = {"viewer": "viewer", "editor": "editor", "admin": "admin", "owner": "owner", "second": "owner"}
NUMBERS = count(1)
KNOWN = [name for name in NAMES if name in CASES]
OF_WORKSPACES = [name for name in KNOWN if USE_CASES[name].right not in (Right.anybody, Right.person)]
IN_VAIN = {"versions.restore"}
"""What changes nothing as it is asked for in `cases`: the version is what there is."""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed in less memory: this is not about them."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture(autouse=True, scope="module")
def nobody_else(store: Store) -> None:
    """The store is emptied once; after that all worlds lie side by side in it."""
    emptied(store)


def a_user(name: str) -> User:
    return User(username=name, email=f"{name}@example.org")


def new_world(store: Store, *, is_refused: bool = False) -> World:
    """Make a workspace with a member of each role, none of whom is in any other."""
    number = next(NUMBERS)
    with store.transaction() as session:
        people = {name: a_user(f"{name}{number}") for name in (*ROLES, "newcomer")}
        session.add_all(people.values())
        session.flush()
        room = Workspace(name="theirs", owner_id=people["second"].id)
        session.add(room)
        session.flush()
        for name, role in ROLES.items():
            session.add(Membership(workspace_id=room.id, user_id=people[name].id, role=role))
        actors = {name: Actor(user.id, user.username) for name, user in people.items()}
        newcomer = actors.pop("newcomer")
        return World(Team(store), room.id, actors, newcomer, number, is_refused)


def a_neighbour(world: World) -> tuple[Actor, UUID]:
    """Return somebody who owns another workspace of the same store, and that."""
    with world.team.store.transaction() as session:
        user = a_user(f"neighbour{world.number}")
        session.add(user)
        session.flush()
        room = Workspace(name="ours", owner_id=user.id)
        session.add(room)
        session.flush()
        session.add(Membership(workspace_id=room.id, user_id=user.id, role="owner"))
        return Actor(user.id, user.username), room.id


def do(world: World, actor: Actor, name: str, asked: Asked) -> object:
    return world.team.do(actor, USE_CASES[name], *asked.arguments, **asked.named)


def audited(world: World) -> tuple[object, ...] | None:
    """Return what the last audit row tells."""
    columns = (Audit.actor_id, Audit.workspace_id, Audit.action, Audit.result, Audit.request_id)
    with world.team.store.transaction() as session:
        found = session.execute(select(*columns, Audit.seq).order_by(Audit.seq.desc()).limit(1)).one_or_none()
    return None if found is None else tuple(found)


def test_every_use_case_is_in_the_matrix() -> None:
    assert set(NAMES) - set(CASES) == set(), "give them a maker of arguments in cases.py"
    assert set(CASES) - set(NAMES) == set(), "these are no use cases any more"


@pytest.mark.parametrize("name", KNOWN)
def test_members_may_do_what_their_role_may(store: Store, name: str) -> None:
    world: World | None = None
    for role in [role.name for role in Role if may(role, USE_CASES[name].right)]:
        if world is None or CASES[name] not in LASTING:
            world = new_world(store)
        actor = world.members[role]
        asked = CASES[name](world, actor)
        before = audited(world)
        do(world, actor, name, asked)
        changes = USE_CASES[name].changes and name not in IN_VAIN
        assert audited(world) != before or not changes, "the audit was not told"


@pytest.mark.parametrize("name", OF_WORKSPACES)
def test_members_may_not_do_more(store: Store, name: str) -> None:
    for role in [role.name for role in Role if not may(role, USE_CASES[name].right)]:
        world = new_world(store, is_refused=True)
        actor = world.members[role]
        asked = CASES[name](world, actor)
        with pytest.raises(NotAllowed):
            do(world, actor, name, asked)
        told = audited(world)
        assert told is not None
        assert told[:-1] == (actor.user, world.workspace, name, "denied", actor.request)


@pytest.mark.parametrize("name", KNOWN)
def test_strangers_may_only_become_known(store: Store, name: str) -> None:
    world = new_world(store, is_refused=USE_CASES[name].right is not Right.anybody)
    asked = CASES[name](world, world.members["viewer"])
    if USE_CASES[name].right is Right.anybody:
        do(world, stranger(), name, asked)
    else:
        with pytest.raises(NotLoggedIn):
            do(world, stranger(), name, asked)


@pytest.mark.parametrize("name", OF_WORKSPACES)
def test_what_is_of_others_is_not_there(store: Store, name: str) -> None:
    world = new_world(store, is_refused=True)
    neighbour, own = a_neighbour(world)
    asked = CASES[name](world, world.members["viewer"])
    with pytest.raises(NotFound):
        do(world, neighbour, name, asked)
    with pytest.raises(NotFound):
        do(world, world.newcomer, name, asked)
    if world.workspace not in asked.arguments:
        return
    through_own = Asked(*(own if a == world.workspace else a for a in asked.arguments), **asked.named)
    if any(isinstance(a, UUID) and a != own for a in through_own.arguments):  # their object, said to be in ours
        with pytest.raises(NotFound):
            do(world, neighbour, name, through_own)


@pytest.mark.parametrize("name", OF_WORKSPACES)
def test_what_is_of_others_looks_like_what_never_was(store: Store, name: str) -> None:
    world = new_world(store, is_refused=True)
    neighbour, _ = a_neighbour(world)
    asked = CASES[name](world, world.members["viewer"])
    gone = Asked(*(UUID(int=a.int ^ 1) if isinstance(a, UUID) else a for a in asked.arguments), **asked.named)
    said = []
    for each in (asked, gone):
        with pytest.raises(NotFound) as refusal:
            do(world, neighbour, name, each)
        said.append(refusal.value.as_dict())
    assert said[0] == said[1]
