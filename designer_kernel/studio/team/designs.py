"""Designs of stored projects, kept in memory, and in Redis where there is one.

A design is known by its project and its state, the id of the change that led to it, so what is known is never wrong. A
newer state is made of an older one by the changes between them.
"""

from __future__ import annotations

import threading
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from designer_kernel.design.design import Design
from designer_kernel.errors import EditConflict
from designer_kernel.store import design_json
from designer_kernel.store.design_rows import Patch, patched
from designer_kernel.store.design_tables import Stored, read
from designer_kernel.store.tables.projects import Change
from designer_kernel.studio.team.caching import weights
from designer_kernel.studio.team.caching.cache import Cache, Kind, here
from designer_kernel.studio.team.refusals import NotFound

FARTHEST: Final = 50
"""Changes between a known state and a newer one; over more of them the newer one is read as a whole."""

KEPT: Final = 64
"""States of one project: edits are made on the newest, or on one of a moment ago."""

A_FEW: Final = {"yield_per": 4}
"""How many changes are in memory at once, each of which may have replaced a whole design."""

_PROJECTS: Final = 10_000
"""Projects whose states are remembered by their ids."""


def _write(stored: Stored) -> bytes:
    return f"{stored.revision} {stored.state} {design_json.to_text(stored.design)}".encode()


def _read(data: bytes) -> Stored:
    revision, state, design = data.split(b" ", 2)
    return Stored(int(revision), UUID(state.decode()), design_json.of_text(design.decode()))


STATE: Final[Kind[Stored]] = Kind(
    "design",
    write=_write,
    read=_read,
    own=lambda stored: weights.of_design(stored.design),
    parts=lambda stored: weights.items_of(stored.design),
    weigh=weights.of_item,
)
"""States in memory, by project and state; in Redis one state of each project, from which others go on."""


class Designs:
    """States of designs that are known in this process; any thread may ask.

    Parameters
    ----------
    cache
        Where they are kept; by default in that of the process.
    """

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._states: dict[UUID, list[tuple[int, UUID]]] = {}

    @property
    def cache(self) -> Cache:
        """Where states are kept."""
        return self._cache if self._cache is not None else here()

    def get(self, project: UUID, state: UUID) -> Design | None:
        """Return a state, if it is known."""
        found = self.cache.get(STATE, project, state)
        return None if found is None else found.design

    def newest(self, project: UUID) -> Stored | None:
        """Return the newest state of a project that is known."""
        with self._lock:
            states = self._states.get(project)
            state = max(states)[1] if states else None
        return None if state is None else self.cache.get(STATE, project, state)

    def put(self, project: UUID, stored: Stored) -> None:
        """Remember a state; the ones that were not asked for longest are forgotten."""
        self.cache.put(STATE, project, stored.state, value=stored, about=project)
        with self._lock:
            if project not in self._states and len(self._states) >= _PROJECTS:
                self._states.clear()
            states = self._states.setdefault(project, [])
            if (stored.revision, stored.state) not in states:
                states.append((stored.revision, stored.state))
            leaving = [states.pop(0) for _ in range(len(states) - KEPT)]
        for _, state in leaving:
            self.cache.drop(STATE, project, state)

    def published(self, project: UUID) -> Stored | None:
        """Return a state of a project that some process has published."""
        return self.cache.fetch(STATE, project)

    def publish(self, project: UUID, stored: Stored) -> None:
        """Let other processes go on from a state."""
        self.cache.publish(STATE, project, value=stored)

    def forget(self, project: UUID) -> None:
        """Forget all states of a project."""
        with self._lock:
            self._states.pop(project, None)
        self.cache.memory.drop_about(project)
        self.cache.withdraw(STATE, project)


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
    stored = _caught_up(session, project, revision, state, DESIGNS.newest(project))
    if stored is None:
        stored = _caught_up(session, project, revision, state, DESIGNS.published(project))
    if stored is None:
        stored = read(session, project)
        if stored is None:  # it was removed since its row was read
            raise NotFound("there is no project", mend="look at what there is: it may have been removed")
        DESIGNS.publish(project, stored)
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
            .order_by(Change.revision.desc()),
            execution_options=A_FEW,
        )
        design = now.design
        for inverse in since:
            design = patched(design, Patch.of_json(inverse))
        DESIGNS.put(project, Stored(revision, state, design))
    return design


def _caught_up(session: Session, project: UUID, revision: int, state: UUID, known: Stored | None) -> Stored | None:
    """Return a state made of one that is known, if that is a state of before, or this one."""
    if known is None or not 0 <= revision - known.revision <= FARTHEST:
        return None
    if known.state == state:
        return known
    of_project = Change.project_id == project
    begins = session.scalar(select(Change.state).where(of_project, Change.revision == known.revision))
    ends = session.scalar(select(Change.state).where(of_project, Change.revision == revision))
    if begins != known.state or ends != state:
        return None
    between = (Change.revision > known.revision) & (Change.revision <= revision)
    steps = select(Change.delta).where(of_project, between).order_by(Change.revision)
    design = known.design
    for delta in session.scalars(steps, execution_options=A_FEW):
        design = patched(design, Patch.of_json(delta))
    return Stored(revision, state, design)
