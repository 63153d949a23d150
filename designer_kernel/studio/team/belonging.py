"""Who belongs to a workspace, and what one is invited to, by the names that people have for each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team import invitations, people, workspaces
from designer_kernel.studio.team.opening import projects_of, sessions_here, workspace_named
from designer_kernel.studio.team.refusals import NotAllowed, NotFound
from designer_kernel.studio.team.rights import Right, Role, may

if TYPE_CHECKING:
    from designer_kernel.studio.team.invitations import InvitationView
    from designer_kernel.studio.team.people.managing import ResetView
    from designer_kernel.studio.team.session import Sessions
    from designer_kernel.studio.team.workspaces import MemberView


class Members:
    """Who belongs to a workspace, and who is invited to it.

    Parameters
    ----------
    workspace
        Its name, as ``team:workspace/project`` spells it.

    Raises
    ------
    NotFound, BadInput
        If there is no such workspace, or several.
    """

    def __init__(self, workspace: str, sessions: Sessions | None = None) -> None:
        self._sessions = sessions or sessions_here()
        self.name = workspace
        self.workspace = workspace_named(workspace, sessions=self._sessions)

    def all(self) -> list[MemberView]:
        """Return who belongs to it, by name."""
        return self._sessions.team.do(self._sessions.actor, workspaces.members, self.workspace)

    def invited(self) -> list[InvitationView]:
        """Return who is invited and has not answered; nobody, to those who may not know."""
        do, actor = self._sessions.team.do, self._sessions.actor
        own = next((one for one in do(actor, workspaces.mine) if one.id == self.workspace), None)
        if own is None or not may(Role[own.role], Right.administer):
            return []
        return do(actor, invitations.of_workspace, self.workspace)

    def invite(self, name: str, role: str) -> InvitationView:
        """Offer somebody to belong to it; see `designer_kernel.studio.team.invitations.invite`."""
        return self._sessions.team.do(self._sessions.actor, invitations.invite, self.workspace, name, role)

    def change_role(self, name: str, role: str) -> None:
        """Give a member another role; see `designer_kernel.studio.team.workspaces.change_role`."""
        self._sessions.team.do(self._sessions.actor, workspaces.change_role, self.workspace, self._user(name), role)

    def remove(self, name: str) -> str:
        """End a membership, one's own too, or take an invitation back; return which, in words.

        Raises
        ------
        NotFound, NotAllowed
            If there is neither, or it may not be ended.
        """
        do, actor = self._sessions.team.do, self._sessions.actor
        offered = next((one for one in self.invited() if _is(name, one.username)), None)
        if offered is not None:
            do(actor, invitations.take_back, self.workspace, offered.user)
            return f"{offered.username} is not invited to {self.name} any more"
        do(actor, workspaces.remove_member, self.workspace, self._user(name))
        return f"{name} does not belong to {self.name} any more"

    def reset(self, name: str) -> ResetView:
        """Return a one-time code by which a member who forgot their password gives themselves another one."""
        return self._sessions.team.do(self._sessions.actor, people.offer_reset, self.workspace, self._user(name))

    def _user(self, name: str) -> UUID:
        there = self.all()
        found = next((one.user for one in there if _is(name, one.username)), None)
        if found is None:
            names = ", ".join(one.username for one in there[:10])
            raise NotFound(f"{name!r} does not belong to {self.name}", where=name, mend=f"there are: {names}")
        return found


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of answering invitations.

    Attributes
    ----------
    opens
        What opens the projects that one came to by accepting.
    declined
        The names of workspaces that one will not belong to.
    failed
        Why others could not be answered.
    """

    opens: tuple[str, ...]
    declined: tuple[str, ...]
    failed: tuple[str, ...]


def invited_here(by: str = "", *, sessions: Sessions | None = None) -> list[InvitationView]:
    """Return what whoever acts here is invited to, the oldest first; only by one person, if they are named."""
    at = sessions or sessions_here()
    return [one for one in at.team.do(at.actor, invitations.mine) if not by or _is(by, one.inviter)]


def answer(offers: Sequence[InvitationView], *, accept: bool, how: str, sessions: Sessions | None = None) -> Answered:
    """Accept invitations, or turn them down; those of several people are not accepted at once.

    Parameters
    ----------
    how
        How to say whose are meant, for who is refused.

    Raises
    ------
    DesignerError
        If several people made those that are to be accepted.
    """
    at = sessions or sessions_here()
    inviters = sorted({one.inviter for one in offers})
    if accept and len(inviters) > 1:
        raise DesignerError(f"several people invite you: {', '.join(inviters)}", where="accept", mend=how)
    joined, declined, failed = [], [], []
    for one in offers:
        try:
            if accept:
                joined.append(at.team.do(at.actor, invitations.accept, one.id))
            else:
                at.team.do(at.actor, invitations.decline, one.id)
                declined.append(one.workspace_name)
        except DesignerError as error:  # as when whoever invited may not any more: the others are good
            verb = "accepted" if accept else "declined"
            failed.append(f"not {verb}: {one.workspace_name}, by {one.inviter}: {error}")
    opens = (name for one in joined for name in projects_of(one, sessions=at))
    return Answered(tuple(opens), tuple(declined), tuple(failed))


def refuse_without_password() -> None:
    """Refuse to change a password where there is none, before one is typed.

    Raises
    ------
    NotAllowed
        If nobody is logged in to a service: where the store is, the machine or the hub says who one is.
    """
    from designer_kernel.studio.team.remote.logins import LoginFile

    if LoginFile().read() is None:
        raise NotAllowed(
            "you are logged in to no service, and elsewhere there is no password",
            where="password",
            mend="designer login URL NAME, or dk.login(URL, NAME); with a code for a new password: --reset, reset=True",
        )


def _is(name: str, username: str) -> bool:
    return name.strip().lower() == username.lower()
