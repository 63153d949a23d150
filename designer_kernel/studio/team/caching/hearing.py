"""Forgetting what others have changed or removed, as soon as it is told.

What is told may be made up: that costs the time to make a value again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer_kernel.studio.team.caching.cache import here
from designer_kernel.studio.team.designs import STATE
from designer_kernel.studio.team.stored import KIND

if TYPE_CHECKING:
    from designer_kernel.studio.team.listening import Listener, News


def keep_fresh(listener: Listener) -> Callable[[], None]:
    """Have values forgotten that nobody will ask for again; returns what ends it."""
    return listener.hear(heard)


def heard(news: News) -> None:
    """Forget what was made of a project's states of before; if it was removed, also these."""
    if news.kind == KIND:
        here().memory.drop_about(news.id, but="" if news.is_removed else STATE.name)
