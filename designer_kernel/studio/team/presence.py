"""Who is looking at a project just now, and what they have chosen: told every few seconds by each, gone after a few.

It is read from the store like everything else that is told of people, since a notification can be sent by anybody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from designer_kernel.store.tables.presences import Presence
from designer_kernel.studio.team import stored
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

LASTS: Final = timedelta(seconds=10)
"""How long somebody is there after they were last heard of."""

MOST: Final = 40
"""Places of one project that are told; more look on unseen."""

MOST_CHOSEN: Final = 50
"""Things that are told to be chosen at one place."""


@dataclass(frozen=True, slots=True)
class PresentView:
    """Somebody who is looking at a project, somewhere; ``chosen`` has ids of what they chose last."""

    place: UUID
    user: UUID
    who: str
    chosen: tuple[UUID, ...]
    seen_at: datetime


@use_case(Right.see, changes=False)
def attend(unit: Unit, project: UUID, place: UUID, chosen: Collection[UUID] = ()) -> list[PresentView]:
    """Tell that one looks at a project, and return who else does. Nothing of it is kept.

    Parameters
    ----------
    place
        Where the actor looks: the same each time, and nobody else's.
    chosen
        What they have chosen there; at most `MOST_CHOSEN` of it are told.

    Raises
    ------
    BadInput
        If the place is somebody else's.
    """
    stored.found(unit, Right.see, project)
    session, user = unit.session, unit.actor.user
    assert user is not None  # they were found to be somebody
    gone = func.clock_timestamp() - LASTS
    expired = select(Presence.id).where(Presence.project_id == project, Presence.seen_at < gone)
    session.execute(delete(Presence).where(Presence.id.in_(expired.with_for_update(skip_locked=True))))
    others = (
        select(Presence.id, Presence.user_id, Presence.who, Presence.chosen, Presence.seen_at)
        .where(Presence.project_id == project, Presence.id != place)
        .order_by(Presence.who, Presence.id)
        .limit(MOST)
    )
    there = [
        PresentView(row.id, row.user_id, row.who, tuple(map(UUID, row.chosen)), row.seen_at)
        for row in session.execute(others)
    ]
    if len(there) < MOST:
        own = {
            "project_id": project,
            "who": unit.actor.name[:255],
            "chosen": [str(one) for one in list(dict.fromkeys(chosen))[:MOST_CHOSEN]],
            "seen_at": func.clock_timestamp(),
        }
        said = insert(Presence).values(id=place, user_id=user, **own)
        kept = session.execute(
            said.on_conflict_do_update(index_elements=["id"], set_=own, where=Presence.user_id == user).returning(
                Presence.id
            )
        )
        if kept.scalar() is None:
            raise BadInput("this place is somebody else's", where="place", mend="choose another id")
    return there


@use_case(Right.see, changes=False)
def leave(unit: Unit, project: UUID, place: UUID) -> None:
    """Tell that one does not look any more."""
    stored.found(unit, Right.see, project)
    session = unit.session
    session.execute(text("SET LOCAL lock_timeout = '2s'"))  # who goes waits for nobody: it ends by itself
    mine = (Presence.project_id == project, Presence.id == place, Presence.user_id == unit.actor.user)
    session.execute(delete(Presence).where(*mine))
