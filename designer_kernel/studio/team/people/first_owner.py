"""The first owner: there is no account to begin with, only a code that whoever serves the designer sees once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func

from designer_kernel.design.identity import new_id
from designer_kernel.store import turns
from designer_kernel.store.tables.sessions import FirstOwnerCode
from designer_kernel.store.tables.workspaces import Membership, Workspace
from designer_kernel.studio.team.actor import stranger
from designer_kernel.studio.team.people import backing_off, codes, registering
from designer_kernel.studio.team.people.families import PersonView
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.rights import Right, Role
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit, UseCase, use_case

ACTION: Final = "person.first_owner"
WORKSPACE: Final = "Team"
LASTS: Final = timedelta(hours=24)


def offer_code(team: Team) -> str | None:
    """Return a new code for the first owner, to be shown where only whoever runs the designer sees it.

    Codes of before are worth nothing then. Nothing is returned if there was a first owner.
    """
    return team.do(stranger(face="shell"), _OFFER)


@use_case(Right.anybody)
def claim(unit: Unit, code: str, username: str, email: str, password: str, full_name: str = "") -> PersonView:
    """Become the first owner, of a first workspace, by the code that was shown at start.

    Raises
    ------
    NotLoggedIn
        If the code is wrong, too old, or used.
    BadInput, AlreadyThere
        If the name, the address or the password cannot be taken; the code is good for another try then.
    TooManyAttempts
        If this was tried in vain too often.
    """
    unit.authorise(Right.anybody, None)
    turns.take(unit.session, turns.FIRST_OWNER)
    attempt = backing_off.begin(unit, "first owner", ACTION)
    is_owned = registering.has_people(unit)
    if is_owned or not _use(unit, code):
        attempt.failed()
        unit.audit(ACTION, "code", result="failed")
        what = "this code makes nobody an owner" + (": somebody owns this already" if is_owned else "")
        unit.refuse(
            NotLoggedIn(what, mend="leave the code out" if is_owned else "take the one that the last start showed")
        )
    user = registering.checked(username, email, full_name, password)
    if registering.is_taken(unit, user):  # people of a hub may have come before
        raise registering.taken()
    person = registering.add(unit, user, password)
    workspace = Workspace(id=new_id(), name=WORKSPACE, owner_id=person.id)
    unit.admit(workspace.id)
    unit.session.add(workspace)
    unit.session.flush()
    unit.session.add(Membership(workspace_id=workspace.id, user_id=person.id, role=Role.owner.name))
    unit.audit(ACTION, str(person.id), workspace=workspace.id)
    return person


def _use(unit: Unit, code: str) -> bool:
    """Use up the code, and return whether it was the right one."""
    used = (
        delete(FirstOwnerCode)
        .where(FirstOwnerCode.digest == codes.digest(code), FirstOwnerCode.expires_at > func.clock_timestamp())
        .returning(FirstOwnerCode.id)
    )
    return unit.session.scalar(used) is not None


def _offer(unit: Unit) -> str | None:
    turns.take(unit.session, turns.FIRST_OWNER)
    unit.session.execute(delete(FirstOwnerCode))
    if registering.has_people(unit):
        return None
    code = codes.new()
    unit.session.add(FirstOwnerCode(digest=codes.digest(code), expires_at=func.clock_timestamp() + LASTS))
    unit.audit("person.first_owner_code", "code")
    return code


_OFFER: Final[UseCase[[], str | None]] = UseCase("first_owner.offer", Right.anybody, True, _offer)
"""No use case that a face can find: the code is for whoever starts the server."""
