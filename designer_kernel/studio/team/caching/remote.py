"""The second level: a Redis server that several processes share, through dogpile.cache.

It is trusted with nothing. Values are sealed, so who can write there cannot make one up, and who can read there learns
nothing but sizes and times; nothing is unpickled, and no more is read than a value of ours can have. A server that is
slow or away is left alone for a while: everything goes on without it, and one question tries whether it is back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from dogpile.cache import make_region, register_backend
from dogpile.cache.api import NO_VALUE
from dogpile.cache.backends.redis import RedisBackend
from redis.backoff import NoBackoff
from redis.retry import Retry

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.caching.bounded import Bounds, pool_of
from designer_kernel.studio.team.caching.sealed import Seal

logger = logging.getLogger(__name__)

T = TypeVar("T")

ENVIRONMENT: Final = "DESIGNER_REDIS_URL"
"""Environment variable with the server's URL: ``redis://``, ``rediss://`` or ``unix://``."""

MOST_BYTES: Final = 16 << 20
"""Of one value as it is sent."""

_BACKEND: Final = "schema_designer.redis"
_SECONDS: Final = 0.25
"""How long a server may say nothing."""

_WHOLE: Final = 1.0
"""Seconds that a question and its whole answer may take, with the connection and the log-in that it needs."""

_ABOUT: Final = 1 << 16
"""Bytes of an answer beside the value: what a log-in says, and marks between values."""

_PATIENCE: Final = 5.0
"""Seconds that a server is left alone which did not answer."""

_KEPT: Final = 24 * 3600
"""Seconds after which the server forgets a value that nobody wrote again."""


class BoundedRedis(RedisBackend):
    """Reads no more of a value than ours can have, whoever wrote it."""

    def get_serialized(self, key: str) -> Any:
        """Return a value as it was sent."""
        return self.reader_client.getrange(key, 0, MOST_BYTES + 1_000) or NO_VALUE

    def set_serialized(self, key: str, value: bytes) -> None:
        """Have a value kept for a time, by the command that servers want to be told it by."""
        self.writer_client.set(key, value, ex=_KEPT)


register_backend(_BACKEND, __name__, BoundedRedis.__name__)  # type: ignore[no-untyped-call]


class Remote:
    """Values in a Redis server.

    Parameters
    ----------
    url
        Where it is.
    secret
        What values are sealed under.
    space
        What all names begin with: programs that make other values of the same use other names.

    Raises
    ------
    DesignerError
        If this is no URL of such a server. Whether it answers is not asked.
    """

    def __init__(self, url: str, secret: bytes, space: str) -> None:
        if urlsplit(url).scheme not in ("redis", "rediss", "unix"):
            raise DesignerError("this is no URL of a Redis server", where=ENVIRONMENT, mend="write redis://host:port/0")
        self._seal = Seal(secret)
        self._space = space
        self._lock = threading.Lock()
        self._away_until = 0.0
        self._bounds = Bounds()
        pool = pool_of(url, self._bounds, _SECONDS, retry=Retry(NoBackoff(), 0))
        self._region = make_region(serializer=bytes, deserializer=bytes).configure(
            _BACKEND, arguments={"connection_pool": pool}
        )

    def __repr__(self) -> str:
        return "Remote()"  # the URL may hold a password

    def get(self, name: str) -> bytes | None:
        """Return a value; ``None`` if there is none of ours."""
        full = f"{self._space}:{name}"
        found = self._asked(lambda: self._region.get(full))
        return self._seal.open(full, found) if isinstance(found, bytes) else None

    def put(self, name: str, value: bytes) -> None:
        """Keep a value, if it is not too large."""
        full = f"{self._space}:{name}"
        sealed = self._seal.close(full, value)
        if len(sealed) <= MOST_BYTES:
            self._asked(lambda: self._region.set(full, sealed))

    def drop(self, name: str) -> None:
        """Forget a value."""
        self._asked(lambda: self._region.delete(f"{self._space}:{name}"))

    def _asked(self, question: Callable[[], T]) -> T | None:
        """Ask the server; ``None`` if it does not answer, whatever the reason."""
        with self._lock:
            if time.monotonic() < self._away_until:
                return None
            is_trial = self._away_until > 0
            if is_trial:  # the others go on without it until this one has heard something
                self._away_until = time.monotonic() + _PATIENCE
        try:
            with self._bounds.question(_WHOLE, MOST_BYTES + _ABOUT):
                answer = question()
        except Exception as error:  # of the network, the server, or what somebody else has written there
            with self._lock:
                is_news = is_trial or time.monotonic() >= self._away_until
                self._away_until = time.monotonic() + _PATIENCE
            if is_news:  # its words might tell where the server is
                logger.warning("the cache in Redis is left alone for a while (%s)", type(error).__name__)
            return None
        if is_trial:
            self._away_until = 0.0
        return answer
