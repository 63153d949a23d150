"""What a function said of values before: it is not asked again about those that are the very same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Known:
    """Answers of the last look and of this one; what neither asked for is forgotten. Not for several threads."""

    def __init__(self) -> None:
        self._before: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}
        self._now: dict[tuple[Any, ...], tuple[tuple[Any, ...], Any]] = {}

    def turn(self) -> None:
        """Begin another look."""
        self._before, self._now = self._now, {}

    def once(self, make: Callable[..., Iterable[T]], *values: Any) -> tuple[T, ...]:
        """Return what a function says about values that never change; it must follow from nothing else."""
        key = (make, *map(id, values))
        found = self._now.get(key) or self._before.get(key)  # it holds the values, so no others can have their ids
        if found is None:
            found = values, tuple(make(*values))
        self._now[key] = found
        answers: tuple[T, ...] = found[1]
        return answers
