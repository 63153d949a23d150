"""A use case that is done once, however often it is asked for with the same key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from designer_kernel.design.identity import new_id
from designer_kernel.store.tables.answers import Answer
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotLoggedIn
from designer_kernel.studio.team.unit import Unit, UseCase

R = TypeVar("R")

KEPT: Final = timedelta(hours=24)
"""How long an answer is known; after that the same key is a new one."""


def once(
    case: UseCase[..., R], key: str, request: str, *, keep: Callable[[R], Any], again: Callable[[Any], R]
) -> UseCase[..., R]:
    """Return a use case that answers as it did when it is asked for again.

    The answer is kept in the transaction of the change, so there is neither one without the other; who asks while the
    first is under way waits for it. A refusal is not kept: it may end differently next time.

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
        unit.session.execute(
            delete(Answer).where(Answer.user_id == user, Answer.created_at < func.clock_timestamp() - KEPT)
        )
        row = {"id": new_id(), "user_id": user, "key": key, "request": request}
        made = unit.session.scalar(
            insert(Answer).values(row).on_conflict_do_nothing(index_elements=["user_id", "key"]).returning(Answer.id)
        )
        if made is not None:
            result = case(unit, *args, **kwargs)
            unit.session.get_one(Answer, made).body = {"answer": keep(result)}
            return result
        found = unit.session.scalars(select(Answer).where(Answer.user_id == user, Answer.key == key)).one()
        if found.request != request:
            raise AlreadyThere(
                "this key belongs to another request", where="Idempotency-Key", mend="choose a key for each request"
            )
        return again(found.body["answer"])

    return UseCase(case.name, case.right, case.changes, done)
