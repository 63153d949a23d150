"""Attending a project: telling every few seconds that one is there, and hearing who else is, while somebody looks."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team import presence
from designer_kernel.studio.team.presence import PresentView

if TYPE_CHECKING:
    from designer_kernel.studio.team.session import SharedSession

logger = logging.getLogger(__name__)

Heard = Callable[[list[PresentView]], None]
IsThere = Callable[[], bool]

BEAT: Final = 2.0
"""Seconds between two times that one is told, and asks; `presence.LASTS` is some of them."""

LEAST: Final = 0.5
"""Seconds between two, however often something else is chosen."""

_SLOWEST: Final = 30.0


class Attendance:
    """One place from where a project is looked at. Its thread runs while somebody has joined.

    Parameters
    ----------
    session
        The project; it is not kept alive.
    """

    def __init__(self, session: SharedSession) -> None:
        self.place = uuid4()
        self._session = weakref.ref(session)
        self._lock = threading.Lock()
        self._hearers: dict[int, tuple[Heard, IsThere]] = {}
        self._keys = count(1)
        self._chosen: tuple[UUID, ...] = ()
        self._there: list[PresentView] = []
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def there(self) -> list[PresentView]:
        """Who else was there when it was last asked."""
        return list(self._there)

    def join(self, heard: Heard, is_there: IsThere = lambda: True) -> Callable[[], None]:
        """Look at the project; a function is called, from a thread, with who else is there whenever that changes.

        Parameters
        ----------
        heard
            The function.
        is_there
            Asked at each beat; it ends when nobody is there any more who could end it.

        Returns
        -------
        A function that ends it.
        """
        key = next(self._keys)
        with self._lock:
            self._hearers[key] = heard, is_there
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="designer-presence", daemon=True)
                self._thread.start()
        heard(self.there)
        return lambda: self._leave(key)

    def choose(self, ids: Iterable[UUID]) -> None:
        """Say what is chosen; others hear of it soon, but not of each of many."""
        chosen = tuple(ids)[: presence.MOST_CHOSEN]
        if chosen != self._chosen:
            self._chosen = chosen
            self._wake.set()

    def _leave(self, key: int) -> None:
        with self._lock:
            self._hearers.pop(key, None)
        self._wake.set()

    def _run(self) -> None:
        wait = BEAT
        while self._is_wanted():
            self._wake.clear()
            wait = BEAT if self._beat() else min(wait * 2, _SLOWEST)
            if self._wake.wait(wait) and self._hearers:
                time.sleep(LEAST)
        session = self._session()
        if session is not None:
            with suppress(DesignerError):  # it ends by itself
                session.ask(presence.leave, self.place)

    def _is_wanted(self) -> bool:
        with self._lock:
            self._hearers = {key: one for key, one in self._hearers.items() if one[1]()}
            if self._hearers and self._session() is not None:
                return True
            self._thread, self._there = None, []
            return False

    def _beat(self) -> bool:
        """Tell and ask once; whether it was answered."""
        session = self._session()
        if session is None:
            return False
        try:
            there = session.ask(presence.attend, self.place, self._chosen)
        except DesignerError as error:
            logger.debug("who else is there is not known: %s", error)
            self._tell([])
            return False
        except Exception:  # nobody above this thread would see it
            logger.exception("who else is there could not be asked")
            self._tell([])
            return False
        self._tell(there)
        return True

    def _tell(self, there: list[PresentView]) -> None:
        def seen(views: list[PresentView]) -> list[tuple[UUID, str, tuple[UUID, ...]]]:
            return [(one.place, one.who, one.chosen) for one in views]

        is_news, self._there = seen(there) != seen(self._there), there
        if not is_news:
            return
        with self._lock:
            hearers = [heard for heard, _is_there in self._hearers.values()]
        for heard in hearers:
            try:
                heard(list(there))
            except Exception:
                logger.exception("a callback failed on who is there")
