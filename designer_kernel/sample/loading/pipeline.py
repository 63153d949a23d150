"""Rows made one chunk ahead of the one that is sent: numpy and the server work at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, Full, Queue
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_AHEAD: Final = 2
_PATIENCE: Final = 0.1


class Ahead(Generic[T]):
    """Iterates over another iterator in a thread, some items ahead; its ``with`` block ends the thread."""

    def __init__(self, source: Iterator[T]) -> None:
        self._source = source
        self._items: Queue[tuple[str, T | BaseException | None]] = Queue(maxsize=_AHEAD)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sample-rows", daemon=True)

    def __enter__(self) -> Iterator[T]:
        self._thread.start()
        return self._items_in_turn()

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            for item in self._source:
                if not self._put("item", item):
                    return
            self._put("end", None)
        except BaseException as error:  # it is raised again where the items are used
            self._put("error", error)

    def _put(self, kind: str, item: T | BaseException | None) -> bool:
        while not self._stop.is_set():
            try:
                self._items.put((kind, item), timeout=_PATIENCE)
                return True
            except Full:
                continue
        return False

    def _items_in_turn(self) -> Iterator[T]:
        while True:
            try:
                kind, item = self._items.get(timeout=_PATIENCE)
            except Empty:
                continue
            if kind == "end":
                return
            if kind == "error":
                assert isinstance(item, BaseException)
                raise item
            yield item  # type: ignore[misc]
