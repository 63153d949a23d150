"""How each use case is asked, for the matrix of roles: one maker of arguments for each, in `CASES`.

A new use case needs a line here, or the matrix fails. A maker gets a `World`, whose workspace is fresh, and the actor
who will ask; it makes what is needed as one of the world's owners, and returns `Asked(*arguments)` such that the least
role with the right succeeds.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update

from designer_kernel.store.tables.connections import Connection
from designer_kernel.store.tables.people import User
from designer_kernel.studio import team as package
from designer_kernel.studio.team import connections
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

    @property
    def owner(self) -> Actor:
        return self.members["second"]


class Asked:
    """The arguments of a use case."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.arguments, self.named = arguments, named


Maker = Callable[[World, Actor], Asked]


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


def _claiming(world: World, actor: Actor) -> Asked:
    with world.team.store.transaction() as session:  # nobody logs in by a password, so that there is a code
        session.execute(update(User).values(kind="hub"))
    return Asked(first_owner.offer_code(world.team), "first", "first@example.org", PASSWORD)


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

CASES: dict[str, Maker] = {
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
    # people
    "changing.change_password": _changing_a_password,
    "changing.me": always(),
    "first_owner.claim": _claiming,
    "leaving.log_out": always(),
    "leaving.log_out_everywhere": always(),
    "logging_in.log_in": _logging_in,
    "refreshing.refresh": _refreshing,
    "registering.register": always("newbie", "newbie@example.org", PASSWORD),
    # workspaces
    "workspaces.add_member": lambda world, actor: Asked(world.workspace, world.newcomer.name, "viewer"),
    "workspaces.change_role": lambda world, actor: Asked(world.workspace, world.members["viewer"].user, "editor"),
    "workspaces.create": always("another"),
    "workspaces.members": of_workspace(),
    "workspaces.mine": always(),
    "workspaces.remove": of_workspace(),
    "workspaces.remove_member": lambda world, actor: Asked(world.workspace, actor.user),
    "workspaces.rename": of_workspace("renamed"),
}


def know_all() -> None:
    """Import every module of the team's services, so that `USE_CASES` holds all there are."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


know_all()
NAMES = sorted(USE_CASES)
