"""Parts of times, as ``extract`` and ``date_trunc`` tell them, in UTC; times are microseconds since 1970."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from designer_kernel.sample.constraints.nodes import Unreadable

DAY: Final = 86_400_000_000
"""Microseconds of a day."""
_HOUR: Final = 3_600_000_000
_MINUTE: Final = 60_000_000
_MONDAY: Final = 3
"""1970 began on a Thursday, three days after a Monday."""


def part_of(name: Any, moments: Any) -> tuple[Any, int]:
    """Return a part of each time, and with how many decimals; raises `Unreadable` for parts unknown here."""
    days = moments // DAY
    within = moments - days * DAY
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    match name:
        case "dow":
            return (days + 4) % 7, 0
        case "isodow":
            return (days + _MONDAY) % 7 + 1, 0
        case "year":
            return months // 12 + 1970, 0
        case "month":
            return months % 12 + 1, 0
        case "quarter":
            return months % 12 // 3 + 1, 0
        case "day":
            return days - _first(months, "M") + 1, 0
        case "doy":
            return days - _first(months // 12, "Y") + 1, 0
        case "hour":
            return within // _HOUR, 0
        case "minute":
            return within % _HOUR // _MINUTE, 0
        case "second":
            return within % _MINUTE, 6
        case "epoch":
            return moments, 6
        case _:
            raise Unreadable(str(name))


def truncated(name: Any, moments: Any) -> Any:
    """Return each time brought back to the beginning of its hour, day, week, month, quarter or year."""
    days = moments // DAY
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    match name:
        case "second":
            return moments // 1_000_000 * 1_000_000
        case "minute":
            return moments // _MINUTE * _MINUTE
        case "hour":
            return moments // _HOUR * _HOUR
        case "day":
            return days * DAY
        case "week":
            return ((days + _MONDAY) // 7 * 7 - _MONDAY) * DAY
        case "month":
            return _first(months, "M") * DAY
        case "quarter":
            return _first(months // 3 * 3, "M") * DAY
        case "year":
            return _first(months // 12, "Y") * DAY
        case _:
            raise Unreadable(str(name))


def _first(count: Any, unit: str) -> Any:
    """Return the first day of each month or year since 1970."""
    return count.astype(f"datetime64[{unit}]").astype("datetime64[D]").astype(np.int64)
