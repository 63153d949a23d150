"""Time zones as rules, so that a local hour is the same on every machine whatever its own tables of zones say.

Standard offsets in minutes east of Greenwich, and whose summer time is kept: the European Union's (last Sundays of
March and October, 01:00 UTC), the United States' (second Sunday of March, first of November, 02:00), Australia's (first
Sundays of October and April) or none; other rules (Egypt, Israel, Chile, New Zealand) are left out. As of 2025, for
all years.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_RULES: Final = {
    "eu": {
        0: "Europe/London Europe/Lisbon Europe/Dublin",
        60: "Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Amsterdam Europe/Brussels "
             "Europe/Vienna Europe/Zurich "
            "Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague Europe/Warsaw Europe/Budapest "
             "Europe/Belgrade "
            "Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Luxembourg",
        120: "Europe/Helsinki Europe/Athens Europe/Bucharest Europe/Sofia Europe/Kyiv Europe/Kiev Europe/Riga "
             "Europe/Vilnius "
             "Europe/Tallinn",
    },
    "us": {
        -240: "America/Halifax", -300: "America/New_York America/Toronto America/Detroit",
        -360: "America/Chicago America/Winnipeg", -420: "America/Denver America/Edmonton",
        -480: "America/Los_Angeles America/Vancouver", -540: "America/Anchorage",
    },
    "au": {570: "Australia/Adelaide", 600: "Australia/Sydney Australia/Melbourne Australia/Hobart"},
    "": {
        0: "UTC Etc/UTC GMT Africa/Accra Atlantic/Reykjavik", 60: "Africa/Casablanca Africa/Lagos Africa/Algiers",
        120: "Africa/Johannesburg Africa/Cairo Asia/Jerusalem Europe/Kaliningrad",
        180: "Europe/Istanbul Europe/Moscow Asia/Riyadh Asia/Baghdad Africa/Nairobi Europe/Minsk", 210:
        "Asia/Tehran",
        240: "Asia/Dubai", 300: "Asia/Karachi Asia/Tashkent", 330: "Asia/Kolkata", 345: "Asia/Kathmandu", 360:
        "Asia/Dhaka",
        420: "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh", 480: "Asia/Shanghai Asia/Singapore Asia/Hong_Kong "
             "Asia/Taipei "
        "Asia/Manila Australia/Perth Asia/Kuala_Lumpur", 540: "Asia/Tokyo Asia/Seoul", 600: "Australia/Brisbane",
        720: "Pacific/Auckland", -180: "America/Sao_Paulo America/Argentina/Buenos_Aires America/Montevideo",
        -240: "America/Caracas America/Santiago America/La_Paz", -300: "America/Bogota America/Lima America/Panama",
        -360: "America/Mexico_City America/Guatemala", -420: "America/Phoenix", -600: "Pacific/Honolulu",
    },
}  # fmt: skip

ZONES: Final[dict[str, tuple[int, str]]] = {
    name: (minutes, rule) for rule, rows in _RULES.items() for minutes, names in rows.items() for name in names.split()
}
"""Each zone's offset in minutes and the rule of its summer time."""

_MINUTE: Final = 60_000_000
_DAY: Final = 86_400_000_000


def offset(zone: str, moments: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many microseconds a zone's clocks are ahead of UTC at each moment; 0 for a zone that is not known."""
    minutes, rule = ZONES.get(zone, (0, ""))
    found = np.full(len(moments), minutes * _MINUTE, dtype=np.int64)
    if not rule or not len(moments):
        return found
    years = moments.astype("datetime64[us]").astype("datetime64[Y]")
    is_summer = np.zeros(len(moments), dtype=np.bool_)
    for year in np.unique(years):
        begin, end = _summer(rule, int(year.astype(int)) + 1970, minutes)
        inside = (moments >= begin) & (moments < end) if begin < end else (moments >= begin) | (moments < end)
        is_summer |= (years == year) & inside
    return found + is_summer * 60 * _MINUTE


def _summer(rule: str, year: int, minutes: int) -> tuple[int, int]:
    """Return when summer time begins and ends in a year, in microseconds since 1970."""
    if rule == "eu":
        return _sunday(year, 3, -1) * _DAY + 60 * _MINUTE, _sunday(year, 10, -1) * _DAY + 60 * _MINUTE
    if rule == "us":
        begin, end = _sunday(year, 3, 2) * _DAY + 120 * _MINUTE, _sunday(year, 11, 1) * _DAY + 60 * _MINUTE
    else:
        begin, end = _sunday(year, 10, 1) * _DAY + 120 * _MINUTE, _sunday(year, 4, 1) * _DAY + 120 * _MINUTE
    return begin - minutes * _MINUTE, end - minutes * _MINUTE


def _sunday(year: int, month: int, which: int) -> int:
    """Return the first, second or (-1) last Sunday of a month, in days since 1970."""
    first = int(np.datetime64(f"{year:04d}-{month:02d}-01", "D").astype(np.int64))
    if which < 0:
        last = first + 30
        return last - (last + 4) % 7
    return first + (3 - first) % 7 + 7 * (which - 1)
