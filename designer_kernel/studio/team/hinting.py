"""`Hints`: what notifications say between two looks at the store, in bounded time and memory, whoever sent them.

Whatever code runs in the database may send some, also what a workspace has deployed, and as many as it likes.
"""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

from designer_kernel.studio.team.stored import KIND

MOST: Final = 500
"""Notifications that are read between two looks; if more come, all that is watched is looked at."""


class Hints:
    """Which projects it is time to look at.

    Attributes
    ----------
    projects
        Those that were named.
    are_many
        Whether more was said than is read, so that any project may be meant.
    has_nonsense
        Whether something could not be read.
    """

    def __init__(self) -> None:
        self.projects: set[UUID] = set()
        self.are_many = False
        self.has_nonsense = False
        self._payloads: set[str] = set()

    def __bool__(self) -> bool:
        """Whether anything was said that is to be dealt with."""
        return bool(self.projects) or self.are_many or self.has_nonsense

    def add(self, payload: str) -> None:
        """Take in a notification; what is said twice is read once."""
        if self.are_many or payload in self._payloads:
            return
        if len(self._payloads) == MOST:
            self.are_many = True
            return
        self._payloads.add(payload)
        try:
            project = _project_of(payload)
        except (ValueError, TypeError, RecursionError):
            self.has_nonsense = True
            return
        if project is not None:
            self.projects.add(project)


def _project_of(payload: str) -> UUID | None:
    """Return the project that a notification is about, if it is about one, and all of it has its type.

    Raises
    ------
    ValueError, TypeError, RecursionError
        If something has not.
    """
    data = _typed(dict, json.loads(payload))
    kind, id = (_typed(str, data.pop(name, "")) for name in ("kind", "id"))
    for name, type_ in (("who", str), ("request", str), ("revision", int), ("removed", bool)):
        if name in data:
            _typed(type_, data[name])
    known = UUID(id)
    return known if kind == KIND else None


def _typed(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:  # exactly: for Python True is a number
        raise TypeError
    return value
