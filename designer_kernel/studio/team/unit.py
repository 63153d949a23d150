"""A unit of work: one use case in one transaction, with authorisation, audit rows and notifications inside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, Generic, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError
from designer_kernel.store.tables.workspaces import Membership
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.refusals import NotAllowed, NotFound, NotLoggedIn
from designer_kernel.studio.team.rights import Right, Role, may

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
    """

    session: Session
    actor: Actor
    entries: list[Entry] = field(default_factory=list)
    asked: UUID | None = None

    def role_in(self, workspace: UUID) -> Role | None:
        """Return what the actor is in a workspace; nothing if no member."""
        if self.actor.user is None:
            return None
        found = self.session.scalar(
            select(Membership.role).where(Membership.workspace_id == workspace, Membership.user_id == self.actor.user)
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
            If nobody is logged in.
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
            return None
        role = self.role_in(workspace) if workspace is not None else None
        if role is None:
            raise NotFound(f"there is no {what}", mend="look at what there is: it may have been removed")
        if not may(role, right):
            raise NotAllowed(
                f"a {role.name} may not do that ({right.value})",
                where=what,
                mend="ask an owner or admin of the workspace",
            )
        return role

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
