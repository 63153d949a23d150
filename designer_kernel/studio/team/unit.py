"""A unit of work: one use case in one transaction, with authorisation, audit rows and notifications inside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, Generic, NamedTuple, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError
from designer_kernel.store import scope
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.workspaces import Membership
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.refusals import NotAllowed, NotFound, NotLoggedIn
from designer_kernel.studio.team.rights import WORDS, Right, Role, may

P = ParamSpec("P")
R = TypeVar("R")

CHANNEL: Final = "schema_designer"
"""Where changes are told (NOTIFY): a JSON object with ``kind``, ``id``, ``who`` and what else belongs to the kind."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the audit is told: an action on an object, what came of it, and details without any secret."""

    action: str
    object: str
    result: str = "ok"
    workspace: UUID | None = None
    details: dict[str, Any] = field(default_factory=dict)


class Granted(NamedTuple):
    """A right that was asked for and found: in which workspace, if it is about any, and about what."""

    right: Right
    workspace: UUID | None
    what: str


class Kept(Exception):
    """A refusal whose traces stay: what was changed and audited before it is committed; then it is raised."""

    def __init__(self, refusal: DesignerError) -> None:
        super().__init__(refusal.what)
        self.refusal = refusal


@dataclass(slots=True)
class Unit:
    """One use case at work.

    Attributes
    ----------
    session
        The open transaction.
    actor
        Who acts.
    entries
        What the audit will be told at the end, in the same transaction.
    asked
        The workspace that was asked for last: a refusal is told to its audit.
    granted
        Which rights were asked for and found, in which workspaces: whoever gets the same answer again needs them again.
    is_denied
        Whether what was refused is a right: what is missing in one's own workspace is just not there.
    """

    session: Session
    actor: Actor
    entries: list[Entry] = field(default_factory=list)
    asked: UUID | None = None
    granted: list[Granted] = field(default_factory=list)
    is_denied: bool = False

    def role_in(self, workspace: UUID) -> Role | None:
        """Return what the actor is in a workspace; nothing if no member, or if they do not work here any more."""
        if self.actor.user is None:
            return None
        found = self.session.scalar(
            select(Membership.role)
            .join(User, User.id == Membership.user_id)
            .where(Membership.workspace_id == workspace, Membership.user_id == self.actor.user, User.is_active)
        )
        return None if found is None else Role[found]

    def authorise(self, right: Right, workspace: UUID | None, what: str = "this") -> Role | None:
        """Refuse what the actor may not do; return their role.

        Parameters
        ----------
        workspace
            Whose object it is; ``None`` if there is no such object.
        what
            The object, as the actor named it.

        Raises
        ------
        NotLoggedIn
            If nobody is logged in, or they do not work here any more.
        NotFound
            If there is no such object, or the actor is no member of its workspace: both look the same.
        NotAllowed
            If the actor's role is not enough.
        """
        if right is Right.anybody:
            return None
        self.asked = workspace
        if self.actor.user is None:
            raise NotLoggedIn("nobody is logged in", mend="log in first")
        if right is Right.person:
            self._check_active()
            self.granted.append(Granted(right, None, what))
            return None
        role = self.role_in(workspace) if workspace is not None else None
        if role is None:
            self.is_denied = True
            raise NotFound(f"there is no {what}", mend="look at what there is: it may have been removed")
        if not may(role, right):
            raise NotAllowed(
                f"{'a' if role is Role.viewer else 'an'} {role.name} may not {WORDS[right]}",
                where=what,
                mend="ask an owner or admin of the workspace",
            )
        self.granted.append(Granted(right, workspace, what))
        return role

    def _check_active(self) -> None:
        """Refuse whoever was deactivated: notebooks know them for longer than tokens last."""
        if not self.session.scalar(select(User.is_active).where(User.id == self.actor.user)):
            raise NotLoggedIn("this person does not work here any more", mend="ask whoever runs the designer")

    def admit(self, workspace: UUID) -> None:
        """Let this transaction see a workspace that its actor comes to belong to in it; of others it sees nothing."""
        scope.admit(self.session, workspace)

    def refuse(self, refusal: DesignerError) -> NoReturn:
        """Refuse, and keep what was changed and audited before: a wrong password that is counted, a theft that revokes.

        Raises
        ------
        Kept
            Which `Team.do` takes apart: it commits, and raises the refusal.
        """
        raise Kept(refusal)

    def audit(
        self, action: str, object: str, *, workspace: UUID | None = None, result: str = "ok", **details: Any
    ) -> None:
        """Tell the audit, in this transaction."""
        self.entries.append(Entry(action, object, result, workspace, details))

    def tell(self, kind: str, id: UUID, **more: Any) -> None:
        """Tell everybody who listens, once this is committed; ``more`` must be short: 8,000 bytes in all."""
        message = {"kind": kind, "id": str(id), "who": self.actor.name, "request": self.actor.request, **more}
        self.session.execute(
            text("SELECT pg_notify(:channel, :message)"),
            {"channel": CHANNEL, "message": json.dumps(message, default=str)},
        )


@dataclass(frozen=True, slots=True)
class UseCase(Generic[P, R]):
    """A function of a unit of work, with what it asks for.

    Attributes
    ----------
    right
        What the actor must have. The function itself asks `Unit.authorise`, as soon as it knows the workspace; tests
        see to it that each does.
    changes
        Whether it changes anything: then it leaves an audit row.
    """

    name: str
    right: Right
    changes: bool
    function: Callable[Concatenate[Unit, P], R]

    def __call__(self, unit: Unit, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it within a unit of work that is open."""
        return self.function(unit, *args, **kwargs)


USE_CASES: Final[dict[str, UseCase[..., Any]]] = {}
"""All use cases by name, for the matrix of roles and for the faces."""


def use_case(right: Right, *, changes: bool = True) -> Callable[[Callable[Concatenate[Unit, P], R]], UseCase[P, R]]:
    """Make a function a use case: ``@use_case(Right.edit)``."""

    def made(function: Callable[Concatenate[Unit, P], R]) -> UseCase[P, R]:
        name = f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"
        found: UseCase[P, R] = UseCase(name, right, changes, function)
        before = USE_CASES.setdefault(name, found)
        assert before.function.__module__ == function.__module__, f"two use cases are called {name}"
        USE_CASES[name] = found
        return found

    return made
