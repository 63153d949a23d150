"""One project that two people have open: what they add to it, and what each of them sees."""

from __future__ import annotations

import threading

from designer_kernel.design import Attribute, Entity, edits
from designer_kernel.studio.team.session import SharedSession

Both = tuple[SharedSession, SharedSession]


def shown(session: SharedSession, revision: int) -> SharedSession:
    """Return a session when it shows a revision."""
    come = threading.Event()
    end = session.subscribe(lambda change: come.set() if change.revision >= revision else None)
    try:
        assert session.revision >= revision or come.wait(10)
    finally:
        end()
    return session


def add(name: str) -> edits.Edit:
    """Return the edit that adds an entity of this name."""
    return edits.AddEntity(entity=Entity(name=name, attributes=(Attribute(name="a", data_type="text"),)))


def names(session: SharedSession) -> set[str]:
    """Return the names of the entities that a session shows."""
    return {entity.name for entity in session.design.entities}
