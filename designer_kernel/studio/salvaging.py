"""The part of a project that minds what was salvaged in its target: listed, brought back, purged on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from designer_kernel.migrate import salvage
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.deploy import alone
from designer_kernel.studio.drifting import MindsDrift

if TYPE_CHECKING:
    import psycopg

    from designer_kernel.migrate.salvage import Salvaged


class KeepsSalvage(MindsDrift):
    """The part of a project that minds what was salvaged in its target."""

    def salvaged(self, url: str | None = None) -> list[Salvaged]:
        """Return what was kept of all that went, the oldest first; looking makes no database.

        Raises
        ------
        ServerUnavailable
            If the target cannot be reached.
        """
        place = url or self.target
        if not target.is_url(place) and not target.exists(place):
            return []
        with connect(target.resolve(place, create=False), autocommit=True) as connection:
            return salvage.salvaged(connection)

    def restore_salvaged(self, number: int, url: str | None = None, *, into: str | None = None) -> int:
        """Bring salvaged rows or values back by hand, and return how many; see `designer_kernel.migrate.salvage`.

        Raises
        ------
        UnknownObject, NotRestored, StatementFailed
            If there is none of this number, or its place cannot take it back.
        """
        with self._alone(url) as connection:
            return salvage.restore(connection, number, into)

    def purge_salvaged(self, numbers: Iterable[int], url: str | None = None) -> int:
        """Delete salvaged rows for good, and return how many.

        Raises
        ------
        UnknownObject
            If there is none of one of the numbers; nothing is deleted then.
        """
        with self._alone(url) as connection:
            return salvage.purge(connection, numbers)

    @contextmanager
    def _alone(self, url: str | None) -> Iterator[psycopg.Connection[Any]]:
        address = self.url(url)
        with connect(address, autocommit=True) as connection, alone(connection, address):
            yield connection
