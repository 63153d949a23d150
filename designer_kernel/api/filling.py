"""Fills that this process works on, each in a thread of its own beside the requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from designer_kernel.api import errors, logs
from designer_kernel.errors import Cancelled
from designer_kernel.store.engine import StoreUnavailable
from designer_kernel.studio.team import fills
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.fills import FillView
from designer_kernel.studio.team.refusals import NotAllowed, NotFound, NotLoggedIn, TooManyAttempts
from designer_kernel.studio.team.team import Team

R = TypeVar("R")

AT_ONCE: Final = 2
"""Fills of one process at a time: making rows keeps a processor busy. One person has one of them at most."""

_PATIENCE: Final = 2.0
"""Seconds that one waits for one's own last fill, which is told to be over just before its place is free."""

_BEAT: Final = 1.0
"""Seconds between two signs of life, after which a cancelled fill knows that it is."""

_LONGEST: Final = 600.0
"""Seconds that a fill may take."""

_AWAY: Final = 30.0
"""Seconds that the store may be away before a fill is left as it is; a while later its silence says that it failed."""

_AGAIN: Final = 0.5
"""Seconds after which a store that is away is asked again."""


@dataclass(slots=True)
class _Work:
    """A fill at work."""

    fill: UUID
    actor: Actor
    counts: dict[str, int] = field(default_factory=dict)
    rows_total: int | None = None
    wanted: threading.Event = field(default_factory=threading.Event)
    """Set when it is to end."""
    over: threading.Event = field(default_factory=threading.Event)
    why: str = ""
    """Why it is to end, unless somebody cancelled it."""

    def end(self, why: str = "") -> None:
        """Let it end at the next batch; the first reason counts."""
        if not self.wanted.is_set():
            self.why = why
        self.wanted.set()

    def heard(self, table: str, rows: int) -> None:
        """Take note of rows that were sent."""
        self.counts[table] = rows
        if self.wanted.is_set():
            why = self.why or "the fill was cancelled"
            raise Cancelled(f"{why}; nothing was changed", mend="ask for it again when you like")

    def planned(self, _name: str, rows: int) -> None:
        """Take note of how many rows there will be."""
        self.rows_total = rows


class Fills:
    """Works on fills.

    Parameters
    ----------
    team
        Whom it asks, as whoever asked for the fill: without their rights it ends.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self._lock = threading.Condition()
        self._closing = threading.Event()
        self._threads: dict[UUID, tuple[_Work, threading.Thread]] = {}
        self._reserved: list[UUID | None] = []

    @contextmanager
    def room(self, person: UUID | None) -> Iterator[None]:
        """Keep a place for a person's fill while it is asked for.

        Raises
        ------
        TooManyAttempts
            If there is none, or the person has one already.
        """
        with self._lock:
            if not self._lock.wait_for(lambda: person not in self._people(), _PATIENCE):
                raise TooManyAttempts("you have a fill under way already", mend="wait for it, or cancel it", seconds=5)
            if len(self._people()) >= AT_ONCE:
                raise TooManyAttempts(
                    "the service fills other projects just now", mend="ask again in a moment", seconds=5
                )
            self._reserved.append(person)
        try:
            yield
        finally:
            with self._lock:
                self._reserved.remove(person)
                self._lock.notify_all()

    def _people(self) -> list[UUID | None]:
        """Return who has a place, as often as they have one."""
        return [*self._reserved, *(work.actor.user for work, _thread in self._threads.values())]

    def start(self, actor: Actor, view: FillView) -> None:
        """Begin to work on a fill, unless somebody does already."""
        if view.status != "pending":
            return
        work = _Work(view.id, actor)
        thread = threading.Thread(target=self._do, args=(work,), name=f"fill-{view.id}", daemon=True)
        with self._lock:
            if view.id in self._threads:
                return
            self._threads[view.id] = work, thread
        thread.start()

    def close(self, seconds: float = 20.0) -> None:
        """End all fills and wait for that: none of their rows will be there."""
        self._closing.set()
        with self._lock:
            at_work = list(self._threads.values())
        for work, _thread in at_work:
            work.end("the service was stopped")
        for _work, thread in at_work:
            thread.join(seconds)

    def _do(self, work: _Work) -> None:
        try:
            if self._take(work):
                self._fill(work)
        except Exception as error:
            logs.crash(error, work.actor.request)  # the job stays silent, which says that it failed
        finally:
            with self._lock:
                del self._threads[work.fill]
                self._lock.notify_all()

    def _take(self, work: _Work) -> bool:
        """Begin with a fill, if it is nobody else's to do."""
        try:
            return self.team.do(work.actor, fills.take, work.fill)
        except StoreUnavailable as error:  # it may have been taken just then, and nobody has heard of it
            is_taken = self._patiently(lambda: self.team.do(work.actor, fills.take, work.fill))
            if not is_taken:
                self._failed(work, error)
            return is_taken

    def _patiently(self, ask: Callable[[], R]) -> R:
        """Ask something of the store, again while it is away."""
        end = time.monotonic() + _AWAY
        while True:
            try:
                return ask()
            except StoreUnavailable:
                if time.monotonic() > end or self._closing.wait(_AGAIN):
                    raise

    def _fill(self, work: _Work) -> None:
        watch = threading.Thread(target=self._watch, args=(work,), name=f"fill-{work.fill}-watch", daemon=True)
        watch.start()
        try:
            self.team.do(work.actor, fills.run, work.fill, work.heard, work.planned)
        except Exception as error:
            work.over.set()
            watch.join()
            self._failed(work, error)
        finally:
            work.over.set()
            watch.join()

    def _failed(self, work: _Work, error: Exception) -> None:
        """Say why a fill came to nothing; what its asker is not told, and what cannot be said to them, the log has."""
        if errors.is_inner(error):
            logs.crash(error, work.actor.request)
        is_cancelled = isinstance(error, Cancelled) and not work.why
        words = errors.words(error)
        self._patiently(lambda: self.team.do(work.actor, fills.fail, work.fill, words, is_cancelled=is_cancelled))

    def _watch(self, work: _Work) -> None:
        """Give signs of life, and find out whether to go on: cancelled, without the right, or too long under way."""
        beats, is_heard = 0, True
        while not work.over.wait(_BEAT):
            beats += 1
            if beats * _BEAT > _LONGEST:
                work.end(f"the fill took longer than {_LONGEST / 60:g} minutes")
            try:
                is_wanted = self._is_wanted(work)
            except Exception as error:  # the store may be away for a moment; without a watch nobody could end it
                if is_heard:
                    logs.crash(error, work.actor.request)
                is_heard = False
            else:
                is_heard = True
                if not is_wanted:
                    work.end()

    def _is_wanted(self, work: _Work) -> bool:
        try:
            return self.team.do(work.actor, fills.beat, work.fill, dict(work.counts), work.rows_total)
        except (NotLoggedIn, NotAllowed, NotFound):
            return False
