"""Whether anybody looks: begun, ended and forgotten with the views that say so."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from designer_widgets import presence


class Attended:
    """Joins as `designer_kernel.studio.team.attending.Attendance` does, without a thread."""

    def __init__(self) -> None:
        self.joined: list[tuple[Callable[[list[Any]], None], Callable[[], bool]]] = []
        self.left = 0

    def join(self, heard: Callable[[list[Any]], None], is_there: Callable[[], bool]) -> Callable[[], None]:
        self.joined.append((heard, is_there))
        heard([])
        return self._leave

    def _leave(self) -> None:
        self.left += 1


def test_who_says_nothing_any_more_is_gone_and_can_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(presence, "time", SimpleNamespace(monotonic=lambda: now))
    attended, told = Attended(), list[dict[str, Any]]()
    there = presence.Presence(SimpleNamespace(attendance=attended), told.append)  # type: ignore[arg-type]
    there.watch(is_watched=True)
    heard, is_there = attended.joined[0]
    now += presence.SILENT - 1
    there.watch(is_watched=True)
    now += presence.SILENT - 1
    assert (is_there(), len(attended.joined), attended.left) == (True, 1, 0)
    now += 2
    assert not is_there()
    there.watch(is_watched=True)
    assert (is_there(), len(attended.joined), attended.left) == (True, 2, 1)

    there.watch(is_watched=False)
    assert attended.left == 2
    heard([])
    assert told == [{"people": []}] * 2, "nothing is told after the end"
