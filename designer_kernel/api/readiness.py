"""Whether the service can work: one look at its database at a time, whose answer all have who ask meanwhile.

Strangers may ask, and as often as they like; so nobody stands in a line for it, and it takes one thread of its own.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from anyio import CapacityLimiter, to_thread
from sqlalchemy import text

from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import Store, StoreUnavailable

logger = logging.getLogger(__name__)

_SECONDS: Final = 5.0
"""How long the database may take to answer."""


class Readiness:
    """Whether a store answers.

    Parameters
    ----------
    store
        The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = CapacityLimiter(1)
        self._look: asyncio.Task[DesignerError | None] | None = None
        self._until = 0.0

    async def check(self) -> None:
        """Return if the store answers.

        Raises
        ------
        DesignerError
            If it does not, or not in time.
        """
        if self._look is None or self._look.done():
            self._until = asyncio.get_running_loop().time() + _SECONDS
            self._look = asyncio.create_task(self._looked())
        try:
            async with asyncio.timeout_at(self._until):
                error = await asyncio.shield(self._look)
        except TimeoutError:
            error = StoreUnavailable("the designer's database does not answer in time", mend="try again")
        if error is not None:
            raise error

    async def _looked(self) -> DesignerError | None:
        try:
            await to_thread.run_sync(self._ask, limiter=self._thread)
        except DesignerError as error:
            return error
        except Exception:  # nobody may be left to hear of it
            logger.exception("the database could not be looked at")
            return StoreUnavailable("the designer's database does not answer", mend="look at the log")
        return None

    def _ask(self) -> None:
        with self._store.transaction() as session:
            session.execute(text("SELECT 1"))
