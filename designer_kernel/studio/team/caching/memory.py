"""The first level: values of this process, up to a number of bytes; who was not asked for longest goes first.

Values share parts: two states of a design have all but one of their entities in common. Each part counts once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class _Held:
    """A value, with the bytes that are its own alone, the identities of its parts, and what it is about."""

    value: Any
    own: int
    parts: tuple[int, ...]
    about: UUID | None


class Memory:
    """Values by their keys; any thread may ask.

    Parameters
    ----------
    limit
        Bytes that all values may have together.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, _Held] = OrderedDict()
        self._parts: dict[int, tuple[int, int]] = {}
        self._about: dict[UUID, set[Hashable]] = {}
        self._bytes = 0

    @property
    def bytes(self) -> int:
        """What all values have together."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> Any:
        """Return a value; ``None`` if it is not known."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found.value

    def put(
        self,
        key: Hashable,
        value: Any,
        own: int,
        parts: Sequence[object] = (),
        weigh: Callable[[Any], int] | None = None,
        about: UUID | None = None,
    ) -> None:
        """Keep a value; one that is larger than all may be is not kept.

        Parameters
        ----------
        own
            Its bytes without its parts.
        parts
            Objects that it holds, and other values may hold too.
        weigh
            Tells the bytes of a part.
        about
            What it is about, so that it can be dropped with all else about that.
        """
        with self._lock:
            unknown = [part for part in parts if id(part) not in self._parts]
        weights = {id(part): weigh(part) for part in unknown} if weigh is not None else {}  # while nobody has to wait
        with self._lock:
            known = {id(part): self._parts.get(id(part)) or (0, weights.get(id(part), 0)) for part in parts}
            self._drop(key)
            if own + sum(weight for _, weight in known.values()) > self.limit:
                return  # rather than forget all the others for it
            for part in parts:
                count, weight = self._parts.get(id(part), (0, known[id(part)][1]))
                self._parts[id(part)] = (count + 1, weight)
                self._bytes += weight if count == 0 else 0
            self._held[key] = _Held(value, own, tuple(map(id, parts)), about)
            self._bytes += own
            if about is not None:
                self._about.setdefault(about, set()).add(key)
            while self._bytes > self.limit:
                self._drop(next(iter(self._held)))

    def drop(self, key: Hashable) -> None:
        """Forget a value."""
        with self._lock:
            self._drop(key)

    def drop_about(self, about: UUID, *, but: str = "") -> None:
        """Forget all values about something, but those of one kind, if it is named: the first part of their keys."""
        with self._lock:
            for key in list(self._about.get(about, ())):
                if not but or (isinstance(key, tuple) and key[0] != but):
                    self._drop(key)

    def _drop(self, key: Hashable) -> None:
        held = self._held.pop(key, None)
        if held is None:
            return
        self._bytes -= held.own
        for part in held.parts:
            count, weight = self._parts[part]
            if count == 1:
                del self._parts[part]
                self._bytes -= weight
            else:
                self._parts[part] = (count - 1, weight)
        if held.about is not None:
            keys = self._about[held.about]
            keys.discard(key)
            if not keys:
                del self._about[held.about]
