"""Removing what is worth nothing any more: answers to old requests, old log-ins, codes and invitations not used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from sqlalchemy import delete, func
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import Store
from designer_kernel.store.tables.sessions import FirstOwnerCode, ResetCode, TokenFamily
from designer_kernel.store.tables.workspaces import Invitation
from designer_kernel.studio.team import invitations, once

HOUR: Final = 3600.0

LOOKED_AT: Final = timedelta(days=30)
"""So long a log-in that ended is kept: somebody may want to know of it."""


def tidy(store: Store) -> None:
    """Remove all that is old; it may be done at any time, by several processes."""
    while True:
        with store.transaction() as session:
            if not once.forget(session):
                break
    with store.transaction() as session:
        _forget_people(session)


class Tidying:
    """A context in which a store is tidied: at its beginning, and after each interval.

    Parameters
    ----------
    tell
        Who hears, in a few words, that it could not be done; it is tried again after the next interval.
    seconds
        Between two times.
    """

    def __init__(self, store: Store, tell: Callable[[str], None], seconds: float = HOUR) -> None:
        self._store = store
        self._tell = tell
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="designer-tidying", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                tidy(self._store)
            except (DesignerError, SQLAlchemyError) as error:
                self._tell(f"what is old could not be removed from the store: {type(error).__name__}")
            self._over.wait(self._seconds)


def _forget_people(session: Session) -> None:
    now = func.clock_timestamp()
    session.execute(delete(TokenFamily).where(TokenFamily.ends_at < now - LOOKED_AT))
    session.execute(delete(ResetCode).where(ResetCode.expires_at < now))
    session.execute(delete(Invitation).where(Invitation.created_at < now - invitations.LASTS))
    session.execute(delete(FirstOwnerCode).where(FirstOwnerCode.expires_at < now))
