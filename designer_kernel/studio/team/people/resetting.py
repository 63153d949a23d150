"""A new password by a one-time code, for whoever forgot theirs; who gives codes is in `managing`."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select

from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.sessions import ResetCode
from designer_kernel.studio.team.people import backing_off, codes, families, leaving, logging_in, managing, passwords
from designer_kernel.studio.team.people.families import Tokens
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

ACTION: Final = "person.reset_password"


@use_case(Right.anybody)
def reset_password(unit: Unit, name: str, code: str, new: str) -> Tokens:
    """Give oneself a new password by a code, which is used up. All log-ins end; the new tokens are for whoever did it.

    Raises
    ------
    NotLoggedIn
        If there is no such code for this name: wrong, too old, used, or of nobody.
    BadInput
        If the new password cannot be taken; the code is good for another try then.
    TooManyAttempts
        If this was tried in vain too often.
    """
    unit.authorise(Right.anybody, None)
    found = unit.session.scalar(logging_in.named(name, User.id))
    attempt = backing_off.begin(unit, str(found) if found else logging_in.unknown(name), ACTION)
    user = _holder(unit, found, code) if found else None
    if user is None:
        attempt.failed()
        unit.audit(ACTION, attempt.subject, result="failed")
        unit.refuse(NotLoggedIn("this code gives nobody a new password", mend="ask an owner or admin for another one"))
    passwords.check(new, user.username, user.email, user.email.partition("@")[0], user.full_name, where="new")
    attempt.succeeded()
    unit.session.execute(delete(ResetCode).where(ResetCode.user_id == user.id))
    user.password_hash, user.updated_at = passwords.hashed(new), func.clock_timestamp()
    unit.session.flush()
    ended = leaving.end_all(unit, "reset", user.id)
    unit.session.refresh(user)
    session, tokens = families.start(unit.session, unit.actor, user)
    unit.audit(ACTION, str(user.id), sessions=ended, session=str(session))
    return tokens


def _holder(unit: Unit, user: UUID, code: str) -> User | None:
    """Return the person, if the code is theirs and who gave it still may: they may have joined others since.

    The person is locked before the code, as wherever both are: nobody invites them either until this is decided.
    """
    holder = unit.session.scalar(
        select(User).where(User.id == user, User.is_active, User.kind == "password").with_for_update()
    )
    wanted = select(ResetCode.giver_id).where(
        ResetCode.user_id == user,
        ResetCode.digest == codes.digest(code),
        ResetCode.expires_at > func.clock_timestamp(),
    )
    given = unit.session.execute(wanted.with_for_update()).one_or_none()
    if holder is None or given is None:
        return None
    (giver,) = given
    if giver is not None and not managing.is_in_reach(unit, giver, user, offered=True):
        return None
    return holder
