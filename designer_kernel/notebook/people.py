"""Projects, members and invitations of a team in a notebook: told as tables, and answered by calls."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from designer_kernel.errors import DesignerError
from designer_kernel.notebook import display
from designer_kernel.notebook.results import Said
from designer_kernel.studio import spelling
from designer_kernel.studio.team import belonging
from designer_kernel.studio.team.belonging import Members
from designer_kernel.studio.team.listing import Listed, projects_here
from designer_kernel.studio.team.opening import looked_at

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.studio.team.invitations import InvitationView

_MEMBER = ("username", "full_name", "role", "since", "is_active")
_OFFER = ("workspace", "role", "inviter", "created_at")


def projects_frame(workspace: str | None = None) -> pd.DataFrame:
    """Return the projects of one's workspaces, or of one of them; ``place`` is what ``dk.open`` takes.

    If there is none, it says where it looked.

    Raises
    ------
    NotFound, BadInput
        If there is no such workspace, or several.
    """
    import pandas as pd

    names = [field.name for field in fields(Listed)]
    found = projects_here(workspace)
    if not found:
        print(f"there is no project; {looked_at()}")
    frame = pd.DataFrame([asdict(one) for one in found], columns=names)
    numbers = dict.fromkeys(("deployed_revision", "deployed_version"), "Int64")  # there may be none
    return frame.astype(numbers)


def invite(name: str, to: str = "Team", role: str = "editor") -> Said:
    """Invite somebody into a workspace; they belong to it once they accept."""
    made = Members(to).invite(name, role)
    return Said(f"{made.username} is invited to {made.workspace_name} as {spelling.a(made.role)}")


class MemberViews:
    """Who belongs to a workspace; a cell shows them, and who is invited.

    Parameters
    ----------
    workspace
        Its name, as ``team:workspace/project`` spells it.
    """

    def __init__(self, workspace: str) -> None:
        self._members = Members(workspace)

    def remove(self, name: str) -> Said:
        """End a membership, one's own too, or take an invitation back."""
        return Said(self._members.remove(name))

    def change_role(self, name: str, role: str) -> Said:
        """Give a member another role: ``viewer``, ``editor``, ``admin`` or ``owner``."""
        self._members.change_role(name, role)
        return Said(f"{name} is {spelling.a(role)} of {self._members.name} now")

    def invite(self, name: str, role: str = "editor") -> Said:
        """Invite somebody; they belong to it once they accept."""
        return invite(name, self._members.name, role)

    def reset(self, name: str) -> Said:
        """Return a one-time code for a member who forgot their password; hand it on, and clear the cell."""
        made = self._members.reset(name)
        return Said(f"{made.code}\n{made.username}: designer login URL {made.username} --reset, within a day")

    def to_frame(self) -> pd.DataFrame:
        """Return the members as a DataFrame: username, full name, role, since when, whether they work here."""
        import pandas as pd

        rows = [[getattr(one, name) for name in _MEMBER] for one in self._members.all()]
        return pd.DataFrame(rows, columns=list(_MEMBER))

    def __len__(self) -> int:
        return len(self._members.all())

    def __repr__(self) -> str:
        return "\n".join(" ".join(row).rstrip() for row in self._rows())

    def _repr_html_(self) -> str:
        body = display.table(("name", "role", ""), self._rows())
        more = "invite(name), change_role(name, role), remove(name), reset(name)"
        return display.card(f"Members of {self._members.name}", body, subtitle=more)

    def _rows(self) -> list[tuple[str, str, str]]:
        here = [(one.username, one.role, "" if one.is_active else "deactivated") for one in self._members.all()]
        return here + [(one.username, one.role, f"invited by {one.inviter}") for one in self._members.invited()]


class Offers:
    """What one is invited to; nothing happens until it is accepted or declined.

    Parameters
    ----------
    by
        Only those that this person made.
    """

    def __init__(self, by: str = "") -> None:
        self._by = by

    def accept(self, by: str = "", *, workspace: str = "") -> Said:
        """Accept them: all, or those that one person made, or into a workspace of one name."""
        return self._answer(by, workspace, accept=True)

    def decline(self, by: str = "", *, workspace: str = "") -> Said:
        """Turn them down: all, or those that one person made, or into a workspace of one name."""
        return self._answer(by, workspace, accept=False)

    def to_frame(self) -> pd.DataFrame:
        """Return them as a DataFrame: workspace, role, who invites, since when."""
        import pandas as pd

        rows = [(one.workspace_name, one.role, one.inviter, one.created_at) for one in self._found()]
        return pd.DataFrame(rows, columns=list(_OFFER))

    def __len__(self) -> int:
        return len(self._found())

    def __repr__(self) -> str:
        lines = [f"{one.workspace_name}: as {spelling.a(one.role)}, by {one.inviter}" for one in self._found()]
        return "\n".join([*lines, "accept() or decline()"]) if lines else "there is no invitation"

    def _repr_html_(self) -> str:
        rows = [(one.workspace_name, one.role, one.inviter) for one in self._found()]
        body = display.table(("workspace", "as", "by"), rows) if rows else display.note("there is none")
        return display.card("Invitations", body, subtitle="accept() or decline(); of several people's, say whose")

    def _found(self, by: str = "", workspace: str = "") -> list[InvitationView]:
        found = belonging.invited_here(by or self._by)
        return [one for one in found if workspace in ("", one.workspace_name)]

    def _answer(self, by: str, workspace: str, *, accept: bool) -> Said:
        found = self._found(by, workspace)
        done = belonging.answer(found, accept=accept, how="accept(by=…), naming one whom you know")
        if done.failed:
            raise DesignerError("; ".join(done.failed), where="invitations", mend="ask who invited you to do it again")
        told = [f"accepted: {name}" for name in done.opens] + [f"declined: {name}" for name in done.declined]
        return Said("\n".join(told) or "there is no invitation")
