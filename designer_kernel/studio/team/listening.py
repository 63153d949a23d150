"""Hearing what others do: one connection that listens, and calls back within a second.

What comes over the channel is a hint and no more. Whatever code runs in the database may send there, also what a
workspace has deployed, so a notification says at most that it is time to look; which revision there is, and who made
it, is read from the store, once in a while however many are sent. One that was sent while the connection was broken is
gone: after every new connection the listener looks at all that is watched, so a change is told late then, but it is
told.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections import OrderedDict
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
from designer_kernel.studio.team.hinting import Hints
from designer_kernel.studio.team.stored import KIND
from designer_kernel.studio.team.unit import CHANNEL

logger = logging.getLogger(__name__)

_LOOK: Final = 0.5
"""Seconds until the thread sees that it is to stop."""

_ALIVE: Final = 10.0
"""Seconds after which all that is watched is looked at unasked: a cable that was pulled says nothing."""

_BREATH: Final = 0.02
"""Seconds from a look that found something new to the next."""

_IDLE: Final = 0.5
"""Seconds from a look that found nothing new to the next: a flood of notifications makes no flood of questions."""

_ANSWER: Final = 10.0
"""Seconds that a server may take to say that it is still there."""

_END: Final = 5.0
"""Seconds that who stops waits for the thread; it may be waiting for somebody who is called."""

_KNOWN: Final = 10_000
"""Projects of which it is known what those heard last who hear of all."""

_REACH: Final = {
    "connect_timeout": 5, "tcp_user_timeout": 10_000,
    "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
}  # fmt: skip
"""What libpq is told, so that a server that went without a word is missed; the store's URL may say otherwise."""

_QUIET: Final = 60
"""Seconds between two complaints about notifications."""

_AGAIN: Final = (0.1, 0.3, 1.0, 3.0)
"""Seconds between attempts to connect, or to call back; the last for all further ones."""


@dataclass(frozen=True, slots=True)
class News:
    """What was told: the kind of object, which one, who did it, and what belongs to the kind.

    It is what the store says: ``revision`` is the one that it has now, which may be several changes ahead of the last
    that was told, ``who`` made that one, and ``more`` has its label.
    """

    kind: str
    id: UUID
    who: str
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
        self._known: OrderedDict[UUID, int] = OrderedDict()
        self._keys = count(1)
        self._stopped = threading.Event()
        self._listening = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: psycopg.Connection[Any] | None = None
        self._complained = float("-inf")

    def start(self) -> None:
        """Begin to listen; returns at once."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._stopped = threading.Event()  # each thread has its own: the one of before may still be at its end
                self._thread = threading.Thread(
                    target=self._run, args=(self._stopped,), name="designer-listener", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        """Stop listening, and wait until nobody is called any more, but not for a server or somebody who hangs."""
        with self._lock:
            self._stopped.set()
            thread, self._thread = self._thread, None
        if thread is None or thread is threading.current_thread():
            return
        thread.join(2 * _LOOK)
        if thread.is_alive():
            self._hang_up()
            thread.join(_END)
        if thread.is_alive():
            logger.warning("the listener has not stopped in %d seconds, and is left alone", _END)

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
        """Have a function called with news of any project while there is a connection; the function returned ends it.

        It is called once for each revision that the store has when it is looked at, and when a project was removed.
        """
        key = next(self._keys)
        with self._lock:
            self._hearers[key] = hearer
        self.start()
        return lambda: self._forget(key)

    def _forget(self, key: int) -> None:
        with self._lock:
            self._watches.pop(key, None)
            self._hearers.pop(key, None)

    def _run(self, stopped: threading.Event) -> None:
        attempt = 0
        while not stopped.is_set():
            try:
                with self._connected() as connection:
                    self._connection = connection
                    self._begin(connection)
                    attempt = 0
                    self._listen(connection, stopped)
            except (psycopg.Error, OSError, DesignerError):
                logger.debug("the listener lost its connection", exc_info=True)
            except Exception:  # nobody above this thread would see it, and everybody would go deaf
                logger.exception("the listener failed, and begins again")
            finally:
                self._listening.clear()
            stopped.wait(_AGAIN[min(attempt, len(_AGAIN) - 1)])
            attempt += 1

    def _connected(self) -> psycopg.Connection[Any]:
        given: dict[str, Any] = {**_REACH, **connections.parse(self._store.url)}
        return psycopg.connect(**given | {"application_name": "schema-designer listener"}, autocommit=True)

    def _hang_up(self) -> None:
        """End the connection, whatever the thread waits for on it."""
        connection = self._connection
        if connection is not None:
            with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)

    def _begin(self, connection: psycopg.Connection[Any]) -> None:
        self._asked(connection, sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        self._look_at(self._watched())  # after LISTEN: what comes from now on is heard
        self._listening.set()

    def _asked(self, connection: psycopg.Connection[Any], statement: sql.SQL | sql.Composed) -> None:
        """Have a statement run, and end the connection if the server does not answer in time."""
        timer = threading.Timer(_ANSWER, self._hang_up)
        timer.daemon = True
        timer.start()
        try:
            connection.execute(statement)
        finally:
            timer.cancel()

    def _listen(self, connection: psycopg.Connection[Any], stopped: threading.Event) -> None:
        asked, due, hints = time.monotonic(), 0.0, Hints()
        while not stopped.is_set():
            wait = min(_LOOK, max(0.0, due - time.monotonic())) if hints else _LOOK
            for told in connection.notifies(timeout=wait, stop_after=1):  # as it comes: the server keeps the rest
                hints.add(told.payload)
            wanted, now = self._failed(), time.monotonic()
            if now - asked > _ALIVE:
                self._asked(connection, sql.SQL("SELECT 1"))
                asked, hints.are_many = now, True
            is_due = bool(hints) and now >= due
            if is_due:
                wanted |= self._hinted(hints)
                if hints.has_nonsense:
                    self._complain()
                hints = Hints()
            is_news = self._look_at(wanted)
            if is_due:
                due = time.monotonic() + (_BREATH if is_news else _IDLE)

    def _hinted(self, hints: Hints) -> set[UUID]:
        """Return the projects to look at that somebody watches, and those that somebody hears of."""
        watched = self._watched()
        if hints.are_many:
            return watched | (hints.projects if self._hearers else set())
        return hints.projects if self._hearers else hints.projects & watched

    def _watched(self) -> set[UUID]:
        with self._lock:
            return {watch.project for watch in self._watches.values()}

    def _failed(self) -> set[UUID]:
        """Return the projects whose watchers failed, and are to be told again by now."""
        now = time.monotonic()
        with self._lock:
            return {each.project for each in self._watches.values() if each.failures and each.again_at <= now}

    def _complain(self) -> None:
        """Say that a notification could not be read, once in a while: whoever sends nonsense may send much of it."""
        now = time.monotonic()
        if now - self._complained > _QUIET:
            self._complained = now
            logger.warning("a notification could not be read; more of them are not told for %d seconds", _QUIET)

    def _look_at(self, projects: Iterable[UUID], keys: Iterable[int] | None = None) -> bool:
        """Tell those who watch some projects, or of them only those of some keys, what they have not been told.

        Returns
        -------
        Whether there was anything to tell.
        """
        wanted = list(projects)
        if not wanted:
            return False
        statement = (
            select(Project.id, Project.revision, Change.who, Change.label)
            .outerjoin(Change, (Change.project_id == Project.id) & (Change.revision == Project.revision))
            .where(Project.id.in_(wanted))
        )
        with self._store.transaction() as session:
            there = {row.id: row for row in session.execute(statement)}
        is_news = False
        for project in wanted:
            row = there.get(project)
            if row is None:
                news = News(KIND, project, "", is_removed=True)
            else:
                news = News(KIND, project, row.who or "", revision=row.revision, more={"label": row.label or ""})
            is_news = self._pass_on(news, keys) or is_news
            if keys is None:
                is_news = self._tell_all(news) or is_news
        return is_news

    def _tell_all(self, news: News) -> bool:
        """Tell those who hear of all projects, unless they know; return whether the store says something new."""
        with self._lock:
            hearers = list(self._hearers.values())
            if not hearers or (not news.is_removed and self._known.get(news.id, -1) >= news.revision):
                return False
            if news.is_removed:
                is_news = self._known.pop(news.id, None) is not None
            else:
                self._known[news.id], is_news = news.revision, True
                self._known.move_to_end(news.id)
                while len(self._known) > _KNOWN:
                    self._known.popitem(last=False)
        for hearer in hearers:
            _call(hearer, news)
        return is_news

    def _pass_on(self, news: News, keys: Iterable[int] | None) -> bool:
        """Tell those who watch a project and do not know this revision yet; return whether there was one."""
        with self._lock:
            chosen = self._watches.keys() if keys is None else self._watches.keys() & set(keys)
            waiting = [(key, self._watches[key]) for key in chosen if self._watches[key].project == news.id]
        is_news = False
        for key, watch in waiting:
            with watch.lock:
                if not news.is_removed and watch.revision >= news.revision:
                    continue
                is_news = True
                if _call(watch.hearer, news):  # only who has taken it in knows it
                    watch.revision, watch.failures = max(watch.revision, news.revision), 0
                    if news.is_removed:
                        self._forget(key)
                else:
                    watch.again_at = time.monotonic() + _AGAIN[min(watch.failures, len(_AGAIN) - 1)]
                    watch.failures += 1
        return is_news


def _call(hearer: Hearer, news: News) -> bool:
    """Call somebody, and return whether they did not fail."""
    try:
        hearer(news)
    except Exception:
        logger.exception("a callback failed on news of %s", news.kind)
        return False
    return True
