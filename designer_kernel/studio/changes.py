"""Changes of a project, and who is told of them."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.design.edits import Edit

Origin = Literal["edit", "undo", "redo", "reload"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """What a subscriber is told: the new revision, the edit that led to it (``None`` unless ``origin`` is ``edit``).

    ``design`` is the design of that revision, so that a subscriber need not ask back.
    """

    revision: int
    edit: Edit | None
    design: Design
    origin: Origin = "edit"


Subscriber = Callable[[Change], None]


class Subscribers:
    """Functions that are told of changes, each once, in the order of the revisions.

    A change made from within a subscriber is delivered after the one that is being delivered, so nobody sees
    revisions out of order. What one subscriber raises is logged and kept in `failures`; the others are still told.
    """

    def __init__(self) -> None:
        self._subscribers: dict[int, Subscriber] = {}
        self._next_key = 0
        self._queue: deque[Change] = deque()
        self._is_delivering = False
        self.failures: deque[Exception] = deque(maxlen=20)

    def add(self, subscriber: Subscriber) -> Callable[[], None]:
        """Add a subscriber; the function returned removes it, and may be called more than once."""
        key = self._next_key
        self._next_key += 1
        self._subscribers[key] = subscriber
        return lambda: self._remove(key)

    def tell(self, change: Change) -> None:
        """Deliver a change to everybody."""
        self._queue.append(change)
        if self._is_delivering:
            return
        self._is_delivering = True
        try:
            while self._queue:
                self._deliver(self._queue.popleft())
        finally:
            self._is_delivering = False

    def _deliver(self, change: Change) -> None:
        for key, subscriber in list(self._subscribers.items()):
            if key not in self._subscribers:
                continue  # an earlier subscriber removed it
            try:
                subscriber(change)
            except Exception as error:
                self.failures.append(error)
                logger.exception("a subscriber of the project failed on revision %d", change.revision)

    def _remove(self, key: int) -> None:
        self._subscribers.pop(key, None)
