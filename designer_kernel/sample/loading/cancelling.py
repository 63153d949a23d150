"""Cancelling what the server is in the middle of: an index on a million rows takes seconds, a foreign key as well."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Final, Self

import psycopg

from designer_kernel.errors import Cancelled

_PATIENCE: Final = 0.1


class Watch:
    """While its ``with`` block runs, setting ``cancel`` ends the statement that the connection waits for.

    The server's refusal of that statement leaves the block as `Cancelled`.
    """

    def __init__(self, connection: psycopg.Connection[Any], cancel: threading.Event | None) -> None:
        self._connection = connection
        self._cancel = cancel
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="sample-cancel", daemon=True)

    def __enter__(self) -> Self:
        if self._cancel is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._cancel is None:
            return
        self._thread.join()
        if _is_cancelling(error) and self._cancel.is_set():
            raise cancelled() from error

    def _watch(self) -> None:
        assert self._cancel is not None
        while not self._over.wait(_PATIENCE):
            if self._cancel.is_set():
                self._connection.cancel_safe(timeout=5)
                return


def _is_cancelling(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, psycopg.errors.QueryCanceled):
        error = error.__cause__
    return error is not None


def cancelled() -> Cancelled:
    """Return the error that says that nothing was changed."""
    return Cancelled("the fill was cancelled; nothing was changed", mend="start it again when you like")
