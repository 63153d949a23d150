"""What holds of two people who look at one project, wherever it is: where the store is, or by way of a service."""

from __future__ import annotations

import threading
from uuid import uuid4

from designer_kernel.studio.team.presence import PresentView
from tests.designer_kernel.studio.team.side_by_side import Both


class Looking:
    """What one of them has heard."""

    def __init__(self) -> None:
        self.there: list[PresentView] = []
        self.news = threading.Event()

    def hear(self, there: list[PresentView]) -> None:
        self.there = there
        self.news.set()

    def until(self, wanted: list[tuple[str, int]], seconds: float = 20) -> None:
        """Wait until just these are there, each with as many things chosen."""
        for _ in range(40):
            self.news.clear()
            if [(one.who, len(one.chosen)) for one in self.there] == wanted:
                return
            self.news.wait(seconds / 40)
        assert [(one.who, len(one.chosen)) for one in self.there] == wanted


def check_presence(both: Both) -> None:
    """Each hears of the other, of what they choose, and that they have gone; nothing of it is a change."""
    ada, bob = both
    revision = ada.revision
    seen, other = Looking(), Looking()
    pages = ["bob's"]
    stops = [ada.attendance.join(seen.hear), bob.attendance.join(other.hear, lambda: bool(pages))]
    other.until([("ada", 0)])
    seen.until([("bob", 0)])
    bob.attendance.choose([uuid4(), uuid4()])
    seen.until([("bob", 2)])
    pages.clear()  # and nobody says so
    seen.until([])
    assert bob.attendance.there == []
    for stop in stops:
        stop()
    assert (ada.reload(), ada.revision, len(list(ada.change_log))) == (None, revision, 1)
