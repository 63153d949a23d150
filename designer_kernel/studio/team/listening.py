"""Hearing what others do: one connection that listens, and calls back within a second.

A notification that was sent while the connection was broken is gone. So whoever watches a project says which revision
it knows, and after every new connection the listener asks for those that there are now: a change is told late then,
but it is told.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql
from sqlalchemy import select

from designer_kernel.errors import DesignerError
from designer_kernel.postgres import connection as connections
from designer_kernel.store.engine import Store
from designer_kernel.store.tables.projects import Change, Project
from designer_kernel.studio.team.stored import KIND
from designer_kernel.studio.team.unit import CHANNEL

logger = logging.getLogger(__name__)

_LOOK: Final = 0.5
"""Seconds until the thread sees that it is to stop."""

_ALIVE: Final = 20
"""Looks after which the connection is tried: a cable that was pulled says nothing."""

_AGAIN: Final = (0.1, 0.3, 1.0, 3.0)
"""Seconds between attempts to connect; the last for all further ones."""


@dataclass(frozen=True, slots=True)
class News:
    """What was told: the kind of object, which one, who did it, and what belongs to the kind.

    Of a project ``revision`` is the one that it has now; it may be several changes ahead of the last that was told.
    """

    kind: str
    id: UUID
    who: str
    request: str = ""
    revision: int = 0
    is_removed: bool = False
    more: dict[str, Any] = field(default_factory=dict)


Hearer = Callable[[News], None]


@dataclass(slots=True)
class _Watch:
    project: UUID
    revision: int
    hearer: Hearer


class Listener:
    """Listens to a store, on a connection and in a thread of its own, and calls back there.

    What a callback raises is logged, and the others are still called.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._watches: dict[int, _Watch] = {}
        self._hearers: dict[int, Hearer] = {}
        self._keys = count(1)
        self._stopped = threading.Event()
        self._listening = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to listen; returns at once."""
        with self._lock:
            if self._thread is None:
                self._stopped.clear()
                self._thread = threading.Thread(target=self._run, name="designer-listener", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop listening, and wait until nobody is called any more."""
        self._stopped.set()
        thread, self._thread = self._thread, None
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def wait(self, seconds: float) -> bool:
        """Wait until there is a connection that listens, and return whether there is."""
        return self._listening.wait(seconds)

    def watch(self, project: UUID, revision: int, hearer: Hearer) -> Callable[[], None]:
        """Have a function called whenever a project is at a later revision than the last that was told.

        Parameters
        ----------
        revision
            The one that is known; if there is a later one already, the function is called from here.

        Returns
        -------
        A function that ends it.
        """
        key = next(self._keys)
        with self._lock:
            self._watches[key] = _Watch(project, revision, hearer)
        self.start()
        with suppress(DesignerError):  # while the store does not answer; the thread asks when it does again
            self._catch_up()
        return lambda: self._forget(key)

    def hear(self, hearer: Hearer) -> Callable[[], None]:
        """Have a function called with whatever is told while there is a connection; the function returned ends it."""
        key = next(self._keys)
        with self._lock:
            self._hearers[key] = hearer
        self.start()
        return lambda: self._forget(key)

    def _forget(self, key: int) -> None:
        with self._lock:
            self._watches.pop(key, None)
            self._hearers.pop(key, None)

    def _run(self) -> None:
        attempt = 0
        while not self._stopped.is_set():
            try:
                with self._connected() as connection:
                    attempt = 0
                    self._listen(connection)
            except (psycopg.Error, OSError, DesignerError):
                logger.debug("the listener lost its connection", exc_info=True)
            finally:
                self._listening.clear()
            self._stopped.wait(_AGAIN[min(attempt, len(_AGAIN) - 1)])
            attempt += 1

    def _connected(self) -> psycopg.Connection[Any]:
        given: dict[str, Any] = {**connections.parse(self._store.url), "application_name": "schema-designer listener"}
        return psycopg.connect(**given, autocommit=True)

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        self._catch_up()  # after LISTEN: what comes from now on is heard
        self._listening.set()
        looks = 0
        while not self._stopped.is_set():
            for told in connection.notifies(timeout=_LOOK, stop_after=1):
                self._tell(told.payload)
                looks = 0
            looks += 1
            if looks % _ALIVE == 0:
                connection.execute("SELECT 1")

    def _catch_up(self) -> None:
        """Tell those who watch of what they have not been told."""
        with self._lock:
            projects = {watch.project for watch in self._watches.values()}
        if not projects:
            return
        wanted = (
            select(Project.id, Project.revision, Change.who)
            .outerjoin(Change, (Change.project_id == Project.id) & (Change.revision == Project.revision))
            .where(Project.id.in_(projects))
        )
        with self._store.transaction() as session:
            there = {row.id: row for row in session.execute(wanted)}
        for project in projects:
            row = there.get(project)
            if row is None:
                self._pass_on(News(KIND, project, "", is_removed=True))
            else:
                self._pass_on(News(KIND, project, row.who or "", revision=row.revision))

    def _tell(self, payload: str) -> None:
        try:
            news = _read(payload)
        except (ValueError, LookupError, TypeError):
            logger.warning("a notification could not be read")
            return
        with self._lock:
            hearers = list(self._hearers.values())
        for hearer in hearers:
            _call(hearer, news)
        if news.kind == KIND:
            self._pass_on(news)

    def _pass_on(self, news: News) -> None:
        """Tell those who watch a project and do not know this revision yet."""
        with self._lock:
            waiting: list[Hearer] = []
            for key, watch in list(self._watches.items()):
                if watch.project == news.id and (news.is_removed or watch.revision < news.revision):
                    watch.revision = news.revision
                    waiting.append(watch.hearer)
                    if news.is_removed:
                        del self._watches[key]
        for hearer in waiting:
            _call(hearer, news)


def _read(payload: str) -> News:
    data = json.loads(payload)
    known = {name: data.pop(name, "") for name in ("kind", "id", "who", "request")}
    revision, is_removed = data.pop("revision", 0), bool(data.pop("removed", False))
    return News(known["kind"], UUID(known["id"]), known["who"], known["request"], revision, is_removed, data)


def _call(hearer: Hearer, news: News) -> None:
    try:
        hearer(news)
    except Exception:
        logger.exception("a callback failed on news of %s", news.kind)
