"""How each use case is asked, for the matrix of roles: one maker of arguments for each, in `CASES`.

A new use case needs a line here, or the matrix fails. A maker gets a `World`, whose workspace is fresh, and the actor
who will ask; it makes what is needed as one of the world's owners, and returns `Asked(*arguments)` such that the least
role with the right succeeds. One that takes long asks `World.is_refused` whether that would be in vain, and keeps what
it made in `World.made`: marked by `lasting`, it gets one world for all roles.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import update

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.edits import AddEntity
from designer_kernel.store.tables.connections import Connection
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sample_jobs import SampleJob
from designer_kernel.studio import team as package
from designer_kernel.studio.team import (
    connections,
    deploying,
    edits,
    invitations,
    people,
    projects,
    rows,
    versions,
    workspaces,
)
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people import families, first_owner, passwords
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import USE_CASES

PASSWORD = "purple elephants sing"
NEW_PASSWORD = "yellow submarines hum"


@dataclass(frozen=True)
class World:
    """A fresh workspace with a member of each role, and what makers need."""

    team: Team
    workspace: UUID
    members: dict[str, Actor]
    """By role: ``viewer``, ``editor``, ``admin``, ``owner``; and ``second`` owner, so that no owner is the last."""
    newcomer: Actor
    """Somebody who belongs to no workspace."""
    number: int
    """Tells worlds apart, which lie in one store."""
    is_refused: bool = False
    """Whether who asks will be refused, so that nothing need be there but what the right is looked up by."""
    made: dict[str, Any] = field(default_factory=dict)
    """What makers made before in this world."""

    @property
    def owner(self) -> Actor:
        return self.members["second"]


class Asked:
    """The arguments of a use case."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.arguments, self.named = arguments, named


Maker = Callable[[World, Actor], Asked]

LASTING: set[Maker] = set()
"""Makers that can be asked several times in one world."""


def lasting(maker: Maker) -> Maker:
    """Mark a maker that can be asked several times in one world."""
    LASTING.add(maker)
    return maker


def of_workspace(*more: Any) -> Maker:
    """Ask about the workspace itself."""
    return lambda world, actor: Asked(world.workspace, *more)


def always(*arguments: Any) -> Maker:
    """Ask the same each time."""
    return lambda world, actor: Asked(*arguments)


def _changing_a_password(world: World, actor: Actor) -> Asked:
    with world.team.store.transaction() as session:
        kept = passwords.hashed(PASSWORD)
        session.execute(update(User).where(User.id == actor.user).values(password_hash=kept))
    return Asked(PASSWORD, NEW_PASSWORD)


def _logging_in(world: World, actor: Actor) -> Asked:
    _changing_a_password(world, world.owner)
    return Asked(world.owner.name, PASSWORD)


def _refreshing(world: World, actor: Actor) -> Asked:
    with world.team.store.transaction() as session:
        user = session.get_one(User, world.owner.user)
        return Asked(families.start(session, world.owner, user)[1].refresh)


def _resetting(world: World, actor: Actor) -> Asked:
    viewer = world.members["viewer"]
    made = world.team.do(world.owner, people.offer_reset, world.workspace, viewer.user)
    return Asked(viewer.name, made.code, NEW_PASSWORD)


def _offered(world: World) -> UUID:
    """Invite the newcomer."""
    return world.team.do(world.owner, invitations.invite, world.workspace, world.newcomer.name, "viewer").user


def _invited(world: World, actor: Actor) -> UUID:
    """Invite the actor into another workspace."""
    other = world.team.do(world.owner, workspaces.create, "another").id
    return world.team.do(world.owner, invitations.invite, other, actor.name, "viewer").id


def _claiming(world: World, actor: Actor) -> Asked:
    with world.team.store.transaction() as session:  # nobody logs in by a password, so that there is a code
        session.execute(update(User).values(kind="hub"))
    return Asked(first_owner.offer_code(world.team), *_new_name(world), PASSWORD)


def _new_name(world: World) -> tuple[str, str]:
    return f"new{world.number}", f"new{world.number}@example.org"


def of_connection(*more: Any, **named: Any) -> Maker:
    """Ask about a connection whose secret is the actor's."""

    def make(world: World, actor: Actor) -> Asked:
        uri = "postgresql://reader:c4nary@1.1.1.1/shop"
        made = world.team.do(world.owner, connections.add, world.workspace, "prod", uri).id
        with world.team.store.transaction() as session:
            session.execute(update(Connection).where(Connection.id == made).values(person_id=actor.user))
        return Asked(made, *(world.workspace if each is WORKSPACE else each for each in more), **named)

    return make


WORKSPACE = object()
"""Stands for the workspace among arguments."""


def of_project(*more: Any, **named: Any) -> Maker:
    """Ask about a project with an edit and a version."""

    def make(world: World, actor: Actor) -> Asked:
        return Asked(_edited(world), *more, **named)

    return make


def _edited(world: World) -> UUID:
    made = world.team.do(world.owner, projects.create, world.workspace, "shop").id
    world.team.do(world.owner, edits.apply, made, AN_EDIT)
    world.team.do(world.owner, versions.save, made, "first")
    return made


def _naming(world: World, actor: Actor) -> Asked:
    _edited(world)
    return Asked(world.workspace, "shop")


def _undoing(world: World, actor: Actor) -> Asked:
    project = _edited(world)
    if not world.is_refused:  # each takes back what is theirs
        world.team.do(actor, edits.apply, project, AddEntity(entity=Entity(name="theirs")))
    return Asked(project)


def of_room(*more: Any, **named: Any) -> Maker:
    """Ask about a project that is deployed, with a row of key 1 in ``items``."""
    return lasting(lambda world, actor: Asked(_room(world), *more, **named))


def _room(world: World) -> UUID:
    if "room" not in world.made:
        design = Design(name="store", entities=(ITEMS,))
        made = world.made["room"] = world.team.do(world.owner, projects.create, world.workspace, design=design).id
        if not world.is_refused:
            world.team.do(world.owner, deploying.deploy, made)
            world.team.do(world.owner, rows.insert, made, "items", [{"id": 1, "name": "one"}])
    return world.made["room"]


def _undeploying(world: World, actor: Actor) -> Asked:
    is_again = "room" in world.made
    room = _room(world)
    if is_again:
        world.team.do(world.owner, deploying.deploy, room)
    return Asked(room)


def _new_key(world: World) -> int:
    world.made["key"] = key = world.made.get("key", 1) + 1
    return key


def _deleting(world: World, actor: Actor) -> Asked:
    room, key = _room(world), _new_key(world)
    if not world.is_refused:
        world.team.do(world.owner, rows.insert, room, "items", [{"id": key, "name": "more"}])
    return Asked(room, "items", {"id": key}, rows.ANY)


def _inserting(world: World, actor: Actor) -> Asked:
    return Asked(_room(world), "items", [{"id": _new_key(world), "name": "another"}])


def of_fill(status: str, *more: Any) -> Maker:
    """Ask about a fill of a deployed project."""

    def make(world: World, actor: Actor) -> Asked:
        config = {"rows": {"items": 2}, "mode": "replace"}
        made = SampleJob(project_id=_room(world), who="somebody", config=config, status=status)
        with world.team.store.transaction() as session:
            session.execute(update(SampleJob).values(status="failed"))
            session.add(made)
            session.flush()
        return Asked(made.id, *more)

    return lasting(make)


def _beginning(world: World, actor: Actor) -> Asked:
    of_fill("completed")(world, actor)
    return Asked(_room(world), {"rows": {"items": 2}})


ITEMS = Entity(
    name="items",
    attributes=(
        Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False, identity="BY DEFAULT"),
        Attribute(name="name", data_type="text"),
    ),
)
AN_EDIT = AddEntity(entity=Entity(name="users"))

CASES: dict[str, Maker] = {
    # audit
    "reading.entries": of_workspace(),
    # connections
    "connections.add": of_workspace("prod", "postgresql://reader:c4nary@1.1.1.1/shop"),
    "connections.copy": of_connection(WORKSPACE, "copy"),
    "connections.get": of_connection(),
    "connections.look_up": of_connection(),
    "connections.of_workspace": of_workspace(),
    "connections.opening": of_connection(),
    "connections.remove": of_connection(),
    "connections.rename": of_connection("renamed"),
    "connections.replace": of_connection("postgresql://writer@1.0.0.1/shop"),
    "connections.set_mode": of_connection("read-write"),
    # deployed projects
    "deploying.deploy": of_room(),
    "deploying.deployments": of_room(),
    "deploying.drift": of_room(),
    "deploying.preview": of_room(),
    "deploying.undeploy": lasting(_undeploying),
    "fills.beat": of_fill("running", {"items": 1}, 2),
    "fills.begin": lasting(_beginning),
    "fills.cancel": of_fill("running"),
    "fills.fail": of_fill("running", "it did not work"),
    "fills.of_project": of_room(),
    "fills.run": of_fill("running"),
    "fills.show": of_fill("completed"),
    "fills.take": of_fill("pending"),
    "rows.delete": lasting(_deleting),
    "rows.get": of_room("items", {"id": 1}),
    "rows.insert": lasting(_inserting),
    "rows.query": of_room("items"),
    "rows.tables": of_room(),
    "rows.update": of_room("items", {"id": 1}, {"name": "two"}, rows.ANY),
    # invitations
    "invitations.accept": lambda world, actor: Asked(_invited(world, actor)),
    "invitations.decline": lambda world, actor: Asked(_invited(world, actor)),
    "invitations.invite": lambda world, actor: Asked(world.workspace, world.newcomer.name, "viewer"),
    "invitations.mine": always(),
    "invitations.of_workspace": of_workspace(),
    "invitations.take_back": lambda world, actor: Asked(world.workspace, _offered(world)),
    # people
    "changing.change_password": _changing_a_password,
    "changing.me": always(),
    "first_owner.claim": _claiming,
    "leaving.log_out": always(),
    "leaving.log_out_everywhere": always(),
    "logging_in.log_in": _logging_in,
    "managing.activate": lambda world, actor: Asked(world.workspace, world.members["viewer"].user),
    "managing.deactivate": lambda world, actor: Asked(world.workspace, world.members["viewer"].user),
    "managing.offer_reset": lambda world, actor: Asked(world.workspace, world.members["viewer"].user),
    "refreshing.refresh": _refreshing,
    "resetting.reset_password": _resetting,
    "registering.register": lambda world, actor: Asked(*_new_name(world), PASSWORD),
    # projects
    "edits.apply": of_project(AddEntity(entity=Entity(name="orders"))),
    "edits.changes": of_project(),
    "edits.undo": _undoing,
    "listing.listed": always(),
    "moving.ask": of_workspace(),
    "moving.give": of_project(),
    "moving.receive": of_workspace(Design(name="moved", entities=(ITEMS,))),
    "presence.attend": lambda world, actor: Asked(_edited(world), actor.user),
    "presence.leave": lambda world, actor: Asked(_edited(world), actor.user),
    "projects.accessible": always(),
    "projects.create": of_workspace("blog"),
    "projects.describe": of_project(name="renamed"),
    "projects.export": of_project("yaml"),
    "projects.named": _naming,
    "projects.read": of_project(),
    "projects.remove": of_project(),
    "projects.show": of_project(),
    "versions.read": of_project(1),
    "versions.restore": of_project(1),
    "versions.save": of_project("second"),
    "versions.versions": of_project(),
    # workspaces
    "workspaces.change_role": lambda world, actor: Asked(world.workspace, world.members["viewer"].user, "editor"),
    "workspaces.create": always("another"),
    "workspaces.members": of_workspace(),
    "workspaces.mine": always(),
    "workspaces.remove": of_workspace(),
    "workspaces.remove_member": lambda world, actor: Asked(world.workspace, actor.user),
    "workspaces.rename": of_workspace("renamed"),
    "workspaces.show": of_workspace(),
}


def know_all() -> None:
    """Import every module of the team's services, so that `USE_CASES` holds all there are."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


know_all()
NAMES = sorted(USE_CASES)
