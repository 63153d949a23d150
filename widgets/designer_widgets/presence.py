"""Who else is looking at a team's project, for one widget; of a project in a file there is nobody to tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.team.presence import PresentView

COLOURS: Final = ("#b3261e", "#8a5000", "#4f6500", "#006d3c", "#006874", "#0b57d0", "#7048b6", "#a8326f")
"""Colours of people, dark enough for white initials; the same person has the same one everywhere."""

SILENT: Final = 300.0
"""Seconds after which nobody is thought to look: a page that was closed does not always say so, and views that are
there say it every minute."""


class Presence:
    """Tells of this widget, and hears of others, while a view of it is there.

    Parameters
    ----------
    session
        The project.
    tell
        Called, from a thread, with the document of the trait ``presence``.
    """

    def __init__(self, session: ProjectSession, tell: Callable[[dict[str, Any]], None]) -> None:
        self._attendance = getattr(session, "attendance", None)
        self._tell = tell
        self._stop: Callable[[], None] | None = None
        self._is_watched = False
        self._seen_at = 0.0

    def watch(self, *, is_watched: bool) -> None:
        """Begin when the first view has come, and end when the last one has gone, or none has said that it is there."""
        if not is_watched or not self._is_seen():
            self.stop()
        if is_watched and self._attendance is not None:
            self._is_watched, self._seen_at = True, time.monotonic()
            self._stop = self._stop or self._attendance.join(self._hear, self._is_seen)

    def _is_seen(self) -> bool:
        return time.monotonic() - self._seen_at < SILENT

    def _hear(self, there: Iterable[PresentView]) -> None:
        if self._is_watched:  # what was asked before it ended may be answered after that
            self._tell(document(there))

    def choose(self, ids: Iterable[str]) -> None:
        """Say what is chosen here."""
        if self._attendance is not None:
            self._attendance.choose(map(UUID, ids))

    def stop(self) -> None:
        """Be there no more."""
        self._is_watched = False
        if self._stop is not None:
            self._stop()
            self._stop = None


def document(there: Iterable[PresentView]) -> dict[str, Any]:
    """Return who is there, as views are told."""
    return {
        "people": [
            {
                "key": str(one.place),
                "who": one.who,
                "initials": initials(one.who),
                "colour": colour_of(one.user),
                "chosen": [str(each) for each in one.chosen],
            }
            for one in there
        ]
    }


def initials(name: str) -> str:
    """Return one or two letters for a name: ``Ada Lovelace`` is ``AL``, ``ada`` is ``A``."""
    words = [word for word in name.replace(".", " ").replace("_", " ").replace("-", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def colour_of(user: UUID) -> str:
    """Return the colour of a person."""
    return COLOURS[blake2s(user.bytes, digest_size=1).digest()[0] % len(COLOURS)]
