"""Hearing what others do: one connection that listens, and calls back within a second.

What comes over the channel is a hint and no more. Whatever code runs in the database may send there, also what a
workspace has deployed, so a notification says at most that it is time to look; which revision there is, and who made
it, is read from the store. One that was sent while the connection was broken is gone: after every new connection the
listener looks at all that is watched, so a change is told late then, but it is told.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
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

_ALIVE: Final = 10.0
"""Seconds after which all that is watched is looked at unasked: a cable that was pulled says nothing."""

_BREATH: Final = 0.02
"""Seconds between two looks, so that a flood of notifications makes no flood of questions."""

_QUIET: Final = 60
"""Seconds between two complaints about notifications."""

_AGAIN: Final = (0.1, 0.3, 1.0, 3.0)
"""Seconds between attempts to connect, or to call back; the last for all further ones."""


@dataclass(frozen=True, slots=True)
class News:
    """What was told: the kind of object, which one, who did it, and what belongs to the kind.

    To who watches a project the store itself speaks: ``revision`` is the one that it has now, which may be several
    changes ahead of the last that was told, ``who`` made that one, and ``more`` has its label. Who hears whatever is
    told gets hints that anybody can have sent, of which only the types are sure.
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
    """Somebody who watches a project; ``revision`` is the last that they know, since they were told and did not fail.

    ``lock`` is held while they are called, so that two threads do not tell them the same.
    """

    project: UUID
    revision: int
    hearer: Hearer
    failures: int = 0
    again_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Listener:
    """Listens to a store, on a connection and in a thread of its own, and calls back there.

    What a callback raises is logged, and the others are still called; it is called again later, until it has taken in
    what there is. Whatever else goes wrong is logged too, and the thread begins again.

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
        self._complained = float("-inf")

    def start(self) -> None:
        """Begin to listen; returns at once."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
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
        watch = _Watch(project, revision, hearer)
        with self._lock:
            self._watches[key] = watch
        self.start()
        with suppress(DesignerError):  # while the store does not answer; the thread looks when it does again
            self._look_at({project}, (key,))
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
                    self._begin(connection)
                    attempt = 0
                    self._listen(connection)
            except (psycopg.Error, OSError, DesignerError):
                logger.debug("the listener lost its connection", exc_info=True)
            except Exception:  # nobody above this thread would see it, and everybody would go deaf
                logger.exception("the listener failed, and begins again")
            finally:
                self._listening.clear()
            self._stopped.wait(_AGAIN[min(attempt, len(_AGAIN) - 1)])
            attempt += 1

    def _connected(self) -> psycopg.Connection[Any]:
        given: dict[str, Any] = {**connections.parse(self._store.url), "application_name": "schema-designer listener"}
        return psycopg.connect(**given, autocommit=True)

    def _begin(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        self._look_at(self._watched())  # after LISTEN: what comes from now on is heard
        self._listening.set()

    def _listen(self, connection: psycopg.Connection[Any]) -> None:
        looked = time.monotonic()
        while not self._stopped.is_set():
            hinted = {self._heard(told.payload) for told in connection.notifies(timeout=_LOOK, stop_after=1)}
            wanted = (hinted | self._failed()) & self._watched()
            now = time.monotonic()
            if now - looked > _ALIVE:
                connection.execute("SELECT 1")
                wanted, looked = self._watched(), now
            if wanted:
                self._look_at(wanted)
                self._stopped.wait(_BREATH)

    def _watched(self) -> set[UUID | None]:
        with self._lock:
            return {watch.project for watch in self._watches.values()}

    def _failed(self) -> set[UUID | None]:
        """Return the projects whose watchers failed, and are to be told again by now."""
        now = time.monotonic()
        with self._lock:
            return {each.project for each in self._watches.values() if each.failures and each.again_at <= now}

    def _heard(self, payload: str) -> UUID | None:
        """Tell those who hear everything of a notification; return the project that it is about, if it is about one."""
        try:
            news = _read(payload)
        except (ValueError, TypeError, RecursionError):
            self._complain()
            return None
        with self._lock:
            hearers = list(self._hearers.values())
        for hearer in hearers:
            _call(hearer, news)
        return news.id if news.kind == KIND else None

    def _complain(self) -> None:
        """Say that a notification could not be read, once in a while: whoever sends nonsense may send much of it."""
        now = time.monotonic()
        if now - self._complained > _QUIET:
            self._complained = now
            logger.warning("a notification could not be read; more of them are not told for %d seconds", _QUIET)

    def _look_at(self, projects: Iterable[UUID | None], keys: Iterable[int] | None = None) -> None:
        """Tell those who watch some projects, or of them only those of some keys, what they have not been told."""
        wanted = [project for project in projects if project is not None]
        if not wanted:
            return
        statement = (
            select(Project.id, Project.revision, Change.who, Change.label)
            .outerjoin(Change, (Change.project_id == Project.id) & (Change.revision == Project.revision))
            .where(Project.id.in_(wanted))
        )
        with self._store.transaction() as session:
            there = {row.id: row for row in session.execute(statement)}
        for project in wanted:
            row = there.get(project)
            if row is None:
                news = News(KIND, project, "", is_removed=True)
            else:
                news = News(KIND, project, row.who or "", revision=row.revision, more={"label": row.label or ""})
            self._pass_on(news, keys)

    def _pass_on(self, news: News, keys: Iterable[int] | None) -> None:
        """Tell those who watch a project and do not know this revision yet."""
        with self._lock:
            chosen = self._watches.keys() if keys is None else self._watches.keys() & set(keys)
            waiting = [(key, self._watches[key]) for key in chosen if self._watches[key].project == news.id]
        for key, watch in waiting:
            with watch.lock:
                if not news.is_removed and watch.revision >= news.revision:
                    continue
                if _call(watch.hearer, news):  # only who has taken it in knows it
                    watch.revision, watch.failures = max(watch.revision, news.revision), 0
                    if news.is_removed:
                        self._forget(key)
                else:
                    watch.again_at = time.monotonic() + _AGAIN[min(watch.failures, len(_AGAIN) - 1)]
                    watch.failures += 1


def _read(payload: str) -> News:
    """Return what a notification says, if all of it has the type that it should have.

    Raises
    ------
    ValueError, TypeError, RecursionError
        If it has not.
    """
    data = _typed(dict, json.loads(payload))
    kind, id, who, request = (_typed(str, data.pop(name, "")) for name in ("kind", "id", "who", "request"))
    revision, is_removed = _typed(int, data.pop("revision", 0)), _typed(bool, data.pop("removed", False))
    return News(kind, UUID(id), who, request, revision, is_removed, data)


def _typed(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:  # exactly: for Python True is a number
        raise TypeError
    return value


def _call(hearer: Hearer, news: News) -> bool:
    """Call somebody, and return whether they did not fail."""
    try:
        hearer(news)
    except Exception:
        logger.exception("a callback failed on news of %s", news.kind)
        return False
    return True
