"""Looking back at what a project was: its changes page by page, and its states by name: ``now``, ``v3``, ``c120``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design import edits
from designer_kernel.errors import UnknownObject

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.studio.changes import Change
    from designer_kernel.studio.comparing import Comparison
    from designer_kernel.studio.project import ProjectSession

PAGE: Final = 100
"""Changes of one page."""

NOW: Final = "now"
"""The name of the design as it is."""

STATE: Final = r"^(now|[vc][0-9]{1,9})$"
"""How states are named: as it is now, a version by its number, what a change led to by the change's number."""

_MOST_READ: Final = 100_000
"""A search goes back so far at once; the next page goes on from there."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes, the newest first.

    Attributes
    ----------
    changes
        Entries of the change log by their numbers.
    before
        Where the next page begins; 0 if this is the last one.
    """

    changes: tuple[tuple[int, Mapping[str, Any]], ...]
    before: int


def page(session: ProjectSession, *, before: int = 0, search: str = "") -> Page:
    """Return a page of the change log.

    Parameters
    ----------
    before
        The number of a change: the page begins with the one before it. 0 begins with the newest.
    search
        Words that must all be in what was done, or in the name of who did it.
    """
    words = search.casefold().split()
    found: list[tuple[int, Mapping[str, Any]]] = []
    for read, (number, entry) in enumerate(session.change_log.newest(before)):
        if len(found) == PAGE or read == _MOST_READ:
            return Page(tuple(found), number + 1)
        told = f"{entry.get('label', '')} {entry.get('who', '')} {entry.get('origin', '')}".casefold()
        if all(word in told for word in words):
            found.append((number, entry))
    return Page(tuple(found), 0)


def design_of(session: ProjectSession, state: str) -> Design:
    """Return the design that a state names.

    Raises
    ------
    UnknownObject, VersionDamaged
        If there is no such state, or it is not known any more.
    """
    if re.fullmatch(STATE, state) is None:
        raise UnknownObject(f"{state!r} names no state", mend="such as: now, v3 (a version), c120 (a change)")
    if state == NOW:
        return session.design
    number = int(state[1:])
    return session.design_at(number) if state[0] == "v" else session.design_after(number)


def words_of(state: str) -> str:
    """Return what a state is called: ``version 3``, ``change 120``, ``now``."""
    return {"v": f"version {state[1:]}", "c": f"change {state[1:]}"}.get(state[0], state)


def compare(session: ProjectSession, before: str, after: str = NOW) -> Comparison:
    """Return what differs between two states.

    Raises
    ------
    UnknownObject, VersionDamaged
        As `design_of`.
    """
    from designer_kernel.studio.comparing import Comparison

    return Comparison(design_of(session, before), design_of(session, after), words_of(before), words_of(after))


def go_back(session: ProjectSession, state: str, base_revision: int | None = None) -> Change | None:
    """Make a state the design again, in one step that can be undone; ``None`` if it is already.

    Raises
    ------
    UnknownObject, VersionDamaged
        As `design_of`.
    EditConflict
        If the design has changed since the revision that its author was looking at.
    """
    design = design_of(session, state)
    if design == session.design:
        return None
    return session.apply(edits.ReplaceDesign(design=design, label=f"back to {words_of(state)}"), base_revision)
