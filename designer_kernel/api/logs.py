"""Logs as lines of JSON: what was asked, what came of it, how long it took; never a body, a token or a message."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

LOGGER: Final = logging.getLogger("designer_kernel.api")

_FRAMES: Final = 12


class Lines(logging.Formatter):
    """Formats a record as one line of JSON; control characters are escaped by that."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        return json.dumps(told | getattr(record, "fields", {}), default=str)


def to_standard_error() -> None:
    """Write the API's log to standard error, one line of JSON for each request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def request(**fields: Any) -> None:
    """Tell of a request that has been answered."""
    LOGGER.info("request", extra={"fields": fields})


def warning(event: str) -> None:
    """Tell whoever runs the service of something that they should mend."""
    LOGGER.warning(event)


def crash(error: BaseException, request_id: str) -> None:
    """Tell where an error came from, without its words, which may hold what users typed."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    fields = {
        "request": request_id,
        "error": type(error).__name__,
        "frames": [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames],
    }
    LOGGER.error("crash", extra={"fields": fields})
