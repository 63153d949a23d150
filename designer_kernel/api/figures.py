"""Figures for Prometheus: requests by route, never by what was asked for in them."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy.pool import QueuePool

from designer_kernel.store.engine import Store
from designer_kernel.studio.team.caching.cache import Cache

MEDIA_TYPE: Final = CONTENT_TYPE_LATEST
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Figures:
    """The figures of one application.

    Parameters
    ----------
    store
        Whose connections are counted.
    cache
        Whose memory is told.
    """

    def __init__(self, store: Store, cache: Cache) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "designer_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "designer_request_seconds", "Time to an answer", ["method", "route"], buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.under_way = Gauge("designer_requests_under_way", "Requests under way", registry=self.registry)
        pool = store.engine.pool
        connections = Gauge("designer_store_connections", "Connections to the store in use", registry=self.registry)
        kept = Gauge("designer_cache_bytes", "Bytes of the designs and the like that are kept", registry=self.registry)
        kept.set_function(lambda: float(cache.memory.bytes))
        connections.set_function(lambda: float(pool.checkedout()) if isinstance(pool, QueuePool) else 0.0)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)
