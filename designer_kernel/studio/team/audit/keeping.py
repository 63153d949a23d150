"""Checkpoints at regular times, as long as a service runs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import Store
from designer_kernel.studio.team.audit.checkpointing import book_of, checkpoint, key_of
from designer_kernel.studio.team.audit.keys import signing_key

MINUTES: Final = "DESIGNER_CHECKPOINT_MINUTES"
"""Environment variable: minutes between two checkpoints; ``0`` for none."""

USUAL: Final = 60
_LONGEST: Final = 60 * 24 * 365


class Keeper:
    """A context in which checkpoints are made: one at its beginning, one after each interval, one at its end.

    One that cannot be made is told, and tried again after the next interval; nothing else depends on it.

    Parameters
    ----------
    seconds
        Between two checkpoints; 0 for none at all.
    tell
        Who hears, in a few words, that one could not be made.
    book, key
        The file of the checkpoints, and the one of the key; by default those of the user's data directory.
    """

    def __init__(
        self,
        store: Store,
        seconds: float,
        tell: Callable[[str], None],
        *,
        book: Path | None = None,
        key: Path | None = None,
    ) -> None:
        self._store = store
        self._seconds = seconds
        self._tell = tell
        self._book = book or book_of(store.url)
        self._key = key or key_of()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="designer-checkpoints", daemon=True)

    def __enter__(self) -> Self:
        if self._seconds:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._seconds:
            self._over.set()
            self._thread.join()

    def _run(self) -> None:
        is_over = False
        while not is_over:
            self._make()
            is_over = self._over.wait(self._seconds)
        self._make()

    def _make(self) -> None:
        try:
            checkpoint(self._store, self._book, signing_key(self._key))
        except DesignerError as error:
            self._tell(f"no checkpoint of the audit ({error.code}): {error.what}")
        except Exception as error:  # whatever it is, the next one is tried
            self._tell(f"no checkpoint of the audit: {type(error).__name__}")


def of_environment(store: Store, tell: Callable[[str], None], environment: Mapping[str, str] = os.environ) -> Keeper:
    """Return a keeper of a store with the interval that the environment gives, by default `USUAL` minutes.

    Raises
    ------
    DesignerError
        If it gives no number.
    """
    text = environment.get(MINUTES) or str(USUAL)
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= _LONGEST):
        raise DesignerError(f"{text!r} is no number of minutes", where=MINUTES, mend="write one such as 60; 0 for none")
    return Keeper(store, int(text) * 60.0, tell)
