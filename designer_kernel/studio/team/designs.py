"""Designs of stored projects, kept in memory.

A design is known by its project and its state, the id of the change that led to it, so what is known is never wrong. A
newer state is made of an older one by the changes between them.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from designer_kernel.design.design import Design
from designer_kernel.errors import EditConflict
from designer_kernel.store.design_rows import Patch, patched
from designer_kernel.store.design_tables import Stored, read
from designer_kernel.store.tables.projects import Change
from designer_kernel.studio.team.refusals import NotFound

REMEMBERED: Final = 500
"""States that are kept in memory, of all projects; those of one project share what did not change."""

FARTHEST: Final = 50
"""Changes between a known state and a newer one; over more of them the newer one is read as a whole."""


class Designs:
    """States of designs that are known in this process; any thread may ask."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[UUID, UUID], Design] = OrderedDict()
        self._newest: dict[UUID, Stored] = {}

    def get(self, project: UUID, state: UUID) -> Design | None:
        """Return a state, if it is known."""
        with self._lock:
            found = self._known.get((project, state))
            if found is not None:
                self._known.move_to_end((project, state))
            return found

    def newest(self, project: UUID) -> Stored | None:
        """Return the newest state of a project that is known."""
        with self._lock:
            return self._newest.get(project)

    def put(self, project: UUID, stored: Stored) -> None:
        """Remember a state; the ones that were not asked for longest are forgotten."""
        with self._lock:
            self._known[project, stored.state] = stored.design
            self._known.move_to_end((project, stored.state))
            newest = self._newest.get(project)
            if newest is None or newest.revision <= stored.revision:
                self._newest[project] = stored
            while len(self._known) > self._limit:
                (other, state), _ = self._known.popitem(last=False)
                if (kept := self._newest.get(other)) is not None and kept.state == state:
                    del self._newest[other]

    def forget(self, project: UUID) -> None:
        """Forget all states of a project."""
        with self._lock:
            self._newest.pop(project, None)
            for key in [key for key in self._known if key[0] == project]:
                del self._known[key]


DESIGNS: Final = Designs()
"""The states that are known in this process."""


def current(session: Session, project: UUID, revision: int, state: UUID) -> Design:
    """Return the design of a project at the revision that its row shows.

    Raises
    ------
    NotFound
        If it was removed just now.
    """
    known = DESIGNS.get(project, state)
    if known is not None:
        return known
    stored = _caught_up(session, project, revision, state) or read(session, project)
    if stored is None:  # it was removed since its row was read
        raise NotFound("there is no project", mend="look at what there is: it may have been removed")
    DESIGNS.put(project, stored)
    if stored.state == state:
        return stored.design
    return at_revision(session, project, stored, revision)


def at_revision(session: Session, project: UUID, now: Stored, revision: int) -> Design:
    """Return the design of a project as it was at a revision: what was changed since is taken back.

    Raises
    ------
    EditConflict
        If there is no such revision.
    """
    if revision == now.revision:
        return now.design
    state = session.scalar(select(Change.state).where(Change.project_id == project, Change.revision == revision))
    if state is None or revision > now.revision:
        raise EditConflict(
            f"there is no revision {revision}; this is revision {now.revision}",
            where=now.design.name,
            mend="look at the design as it is now and make the edit again",
        )
    design = DESIGNS.get(project, state)
    if design is None:
        since = session.scalars(
            select(Change.inverse)
            .where(Change.project_id == project, Change.revision > revision, Change.revision <= now.revision)
            .order_by(Change.revision.desc())
        )
        design = now.design
        for inverse in since:
            design = patched(design, Patch.of_json(inverse))
        DESIGNS.put(project, Stored(revision, state, design))
    return design


def _caught_up(session: Session, project: UUID, revision: int, state: UUID) -> Stored | None:
    """Return a state made of the newest one that is known, if that is a state of before."""
    known = DESIGNS.newest(project)
    if known is None or not 0 < revision - known.revision <= FARTHEST:
        return None
    steps = session.execute(
        select(Change.state, Change.delta)
        .where(Change.project_id == project, Change.revision >= known.revision, Change.revision <= revision)
        .order_by(Change.revision)
    ).all()
    if not steps or steps[0].state != known.state or steps[-1].state != state:
        return None
    design = known.design
    for step in steps[1:]:
        design = patched(design, Patch.of_json(step.delta))
    return Stored(revision, state, design)
