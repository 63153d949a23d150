"""Hearing what others do by way of a service: it is asked, often enough that a change is told within a second."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Final
from uuid import UUID

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.listening import Hearer, News
from designer_kernel.studio.team.refusals import NotAllowed, NotFound, NotLoggedIn
from designer_kernel.studio.team.remote.service import Service

logger = logging.getLogger(__name__)

_BEAT: Final = 0.6
"""Seconds between two questions."""

_SLOWER: Final = 1.5
_SLOWEST: Final = 30.0
"""How much longer it waits after each question that was not answered, and how long at most."""

_KIND: Final = "project"


@dataclass(slots=True)
class _Watch:
    project: UUID
    revision: int
    hearer: Hearer


class ServiceListener:
    """Asks a service for changes, in a thread of its own, and calls back there.

    Parameters
    ----------
    service
        The service.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lock = threading.Lock()
        self._watches: dict[int, _Watch] = {}
        self._keys = count(1)
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, project: UUID, revision: int, hearer: Hearer) -> Callable[[], None]:
        """Have a function called when a project is at a later revision; the function returned ends it."""
        with self._lock:
            key = next(self._keys)
            self._watches[key] = _Watch(project, revision, hearer)
            if self._thread is None or not self._thread.is_alive():
                self._stopped.clear()
                self._thread = threading.Thread(target=self._run, name="designer-service-listener", daemon=True)
                self._thread.start()
        return lambda: self._forget(key)

    def stop(self) -> None:
        """Stop asking."""
        self._stopped.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _forget(self, key: int) -> None:
        with self._lock:
            self._watches.pop(key, None)

    def _run(self) -> None:
        wait = _BEAT
        while not self._stopped.wait(wait):
            with self._lock:
                watches = dict(self._watches)
            is_well = True
            for key, watch in watches.items():
                is_well &= self._look(key, watch)
            wait = _BEAT if is_well else min(wait * _SLOWER, _SLOWEST)

    def _look(self, key: int, watch: _Watch) -> bool:
        """Tell what is new of a project, if there is something; return whether the service answered."""
        try:
            news = self._news(watch)
        except (NotFound, NotAllowed):
            news = News(_KIND, watch.project, "", is_removed=True)
        except DesignerError as error:
            logger.log(logging.WARNING if isinstance(error, NotLoggedIn) else logging.DEBUG, "not heard: %s", error)
            return False
        if news is None:
            return True
        try:
            watch.hearer(news)
        except Exception:  # one who fails must not keep the others from hearing; it is told again
            logger.exception("who watches a project could not take in what is new")
            return False
        watch.revision = news.revision
        if news.is_removed:
            self._forget(key)
        return True

    def _news(self, watch: _Watch) -> News | None:
        last = None
        revision = watch.revision
        while not self._stopped.is_set():
            query = {"after": revision, "limit": 200}
            page = self._service.ask("GET", f"/api/projects/{watch.project}/changes", query=query)
            if not page["items"] or page["items"][-1]["revision"] <= revision:
                break
            last = page["items"][-1]
            revision = last["revision"]
            if page["next"] is None:
                break
        if last is None:
            return None
        return News(_KIND, watch.project, last["who"], revision=revision, more={"label": last["label"]})
