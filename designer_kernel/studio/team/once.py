"""A use case that is done once, however often it is asked for with the same key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from designer_kernel.design.identity import new_id
from designer_kernel.store.tables.answers import Answer
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotLoggedIn
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Kept, Unit, UseCase

R = TypeVar("R")

KEPT: Final = timedelta(hours=24)
"""How long an answer is known; after that the same key is a new one."""

_AT_ONCE: Final = 500


def once(
    case: UseCase[..., R], key: str, request: str, *, keep: Callable[[R], Any], again: Callable[[Any], R]
) -> UseCase[..., R]:
    """Return a use case that answers as it did when it is asked for again.

    The answer is kept in the transaction of the change, so there is neither one without the other; who asks while the
    first is under way waits for it. A refusal is not kept: it may end differently next time. Who gets an answer again
    needs the rights again that it took, and may have lost them meanwhile.

    Parameters
    ----------
    key
        What the actor calls this request.
    request
        A digest of what is asked.
    keep, again
        Make an answer JSON, and the answer from it.
    """

    def done(unit: Unit, *args: Any, **kwargs: Any) -> R:
        user = unit.actor.user
        if user is None:
            raise NotLoggedIn("nobody is logged in", mend="log in first")
        if not 1 <= len(key) <= 255 or not key.isprintable():
            raise BadInput("this cannot be the key of a request", where="Idempotency-Key", mend="give 1 to 255 signs")
        forget(unit.session, Answer.user_id == user, Answer.key == key)
        row = {"id": new_id(), "user_id": user, "key": key, "request": request}
        made = unit.session.scalar(
            insert(Answer).values(row).on_conflict_do_nothing(index_elements=["user_id", "key"]).returning(Answer.id)
        )
        if made is not None:
            try:
                result = case(unit, *args, **kwargs)
            except Kept:  # what else stays, no answer does
                unit.session.execute(delete(Answer).where(Answer.id == made))
                raise
            rights = [[one.right.value, one.workspace and str(one.workspace), one.what] for one in unit.granted]
            unit.session.get_one(Answer, made).body = {"answer": keep(result), "rights": rights}
            return result
        found = unit.session.scalars(select(Answer).where(Answer.user_id == user, Answer.key == key)).one()
        _authorise(unit, found)
        if found.request != request:
            raise AlreadyThere(
                "this key belongs to another request", where="Idempotency-Key", mend="choose a key for each request"
            )
        return again(found.body["answer"])

    return UseCase(case.name, case.right, case.changes, done)


def forget(session: Session, *which: ColumnElement[bool]) -> int:
    """Remove some answers that are too old to be given again, but none that somebody uses; return how many."""
    old = (
        select(Answer.id)
        .where(Answer.created_at < func.clock_timestamp() - KEPT, *which)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return len(session.scalars(delete(Answer).where(Answer.id.in_(old)).returning(Answer.id)).all())


def _authorise(unit: Unit, found: Answer) -> None:
    """Refuse an answer to somebody who would not get it today."""
    if "rights" not in found.body:
        raise AlreadyThere(
            "it is not known any more what the answer to this key took",
            where="Idempotency-Key",
            mend="look at what there is",
        )
    for right, workspace, what in found.body["rights"]:
        unit.authorise(Right(right), UUID(workspace) if workspace else None, what)
