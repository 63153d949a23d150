"""Who acts in a notebook, a dashboard or a shell without any login: the one local owner, or the user of the hub.

Who may use the embedded server is settled by the rights on its socket, and who a hub's user is by the hub, which
starts the server of the notebook with the name in its environment. Neither comes from a page.
"""

from __future__ import annotations

import os
from typing import Final

from sqlalchemy import exists, func, or_, select

from designer_kernel.design.identity import new_id
from designer_kernel.postgres import connection as connections
from designer_kernel.postgres import target
from designer_kernel.store import turns
from designer_kernel.store.engine import Store
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.workspaces import Membership, Workspace
from designer_kernel.studio.author import whoever
from designer_kernel.studio.faces import HUB
from designer_kernel.studio.team import naming
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people.actors import Face
from designer_kernel.studio.team.refusals import NotAllowed, NotLoggedIn
from designer_kernel.studio.team.rights import Right, Role
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit, UseCase

WORKSPACE: Final = "Mine"
_LOCAL: Final = "local owner"
"""Nobody can register it: it has a space."""

_LONGEST: Final = 255


def actor_here(team: Team, face: Face = "notebook") -> Actor:
    """Return who acts in this process, without any login.

    Under JupyterHub, and in a Voilà behind it, that is the hub's user. Otherwise, on the embedded server, it is its
    local owner, who has a workspace of their own.

    Raises
    ------
    NotLoggedIn
        If the store is elsewhere, and no hub says who this is.
    NotAllowed
        If the hub's user has the name of somebody else, who logs in by a password.
    """
    name = os.environ.get(HUB, "")
    if name:
        return team.do(stranger(face=face), _HUB_USER, name)
    if not is_local(team.store):
        raise NotLoggedIn("nobody is logged in to this store", mend="log in with a name and a password")
    return team.do(stranger(face=face), _LOCAL_OWNER)


def is_local(store: Store) -> bool:
    """Whether a store is on the embedded server of this user, which nobody else reaches."""
    if os.environ.get(target.ENVIRONMENT):
        return False
    host = str(connections.parse(store.url).get("host", ""))
    return host.startswith("/") and host == str(connections.parse(target.embedded_server().url()).get("host"))


def _local_owner(unit: Unit) -> Actor:
    turns.take(unit.session, turns.LOCAL_OWNER)  # two notebooks may be the first
    user = unit.session.scalar(select(User).where(User.kind == "local"))
    if user is None:
        user = _appear(unit, User(username=_LOCAL, email="owner@local.invalid", full_name=whoever(), kind="local"))
        workspace = Workspace(id=new_id(), name=WORKSPACE, owner_id=user.id)
        unit.admit(workspace.id)
        unit.session.add(workspace)
        unit.session.flush()
        unit.session.add(Membership(workspace_id=workspace.id, user_id=user.id, role=Role.owner.name))
    return _acting(unit, user)


def _hub_user(unit: Unit, name: str) -> Actor:
    turns.take(unit.session, turns.LOCAL_OWNER)  # two notebooks may be the first
    if not naming.is_line(name):
        raise NotAllowed("the hub's user has a name that looks like another", where=HUB, mend="rename them at the hub")
    email = f"{name}@hub.invalid"
    if len(email) > _LONGEST:
        raise NotAllowed("the hub's user has too long a name", where=HUB, mend="whoever runs the hub shortens it")
    user = unit.session.scalar(select(User).where(User.email == email, User.kind == "hub"))
    if user is None:
        _refuse_taken(unit, name.lower(), email.lower())
        user = _appear(unit, User(username=name.lower(), email=email, full_name=name, kind="hub"))
    return _acting(unit, user)


def _refuse_taken(unit: Unit, *names: str) -> None:
    """Refuse names that somebody else has, by a password or as the hub spells them in other cases.

    A name at the hub may look like an address: everybody is found by either, so neither may be another's.
    """
    same = or_(func.lower(User.username).in_(names), func.lower(User.email).in_(names))
    if unit.session.scalar(select(exists().where(same))):
        raise NotAllowed(
            "the hub's user has the name of somebody else",
            where=HUB,
            mend="whoever runs the designer renames one of them",
        )


def _appear(unit: Unit, user: User) -> User:
    unit.session.add(user)
    unit.session.flush()
    unit.audit("person.appear", str(user.id), username=user.username, kind=user.kind)
    return user


def _acting(unit: Unit, user: User) -> Actor:
    if not user.is_active:
        raise NotLoggedIn("this person does not work here any more", mend="ask whoever runs the designer")
    return Actor(user.id, user.full_name or user.username, unit.actor.face)


_LOCAL_OWNER: Final[UseCase[[], Actor]] = UseCase("local.owner", Right.anybody, True, _local_owner)
_HUB_USER: Final[UseCase[[str], Actor]] = UseCase("local.hub_user", Right.anybody, True, _hub_user)
"""No use cases that a face can find: what they believe comes from the server's environment alone."""
