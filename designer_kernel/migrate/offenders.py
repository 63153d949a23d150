"""Rows that stand in the way of a step: the query of a hazard, asked on demand."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.errors import DesignerError, InvalidSql, StatementFailed
from designer_kernel.migrate.hazards import Hazard
from designer_kernel.postgres.query import query

if TYPE_CHECKING:
    import pandas as pd

COUNTED: Final = 10_000
"""Rows that are counted at most: whether there are ten thousand or a million makes no difference."""

SHOWN: Final = 20
"""Rows that are shown."""


@dataclass(frozen=True, slots=True)
class Offenders:
    """Rows that would make a step fail.

    Attributes
    ----------
    hazard
        The hazard whose query found them.
    count
        How many there are, at most `COUNTED`.
    is_more
        Whether there are more than ``count``.
    first
        The first ones.
    """

    hazard: Hazard
    count: int
    is_more: bool
    first: pd.DataFrame

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        if not self.count:
            return f"{self.hazard.on}: no row stands in the way"
        words = "row stands" if self.count == 1 else "rows stand"
        return f"{self.hazard.on}: {'more than ' if self.is_more else ''}{self.count} {words} in the way"


class NotAsked(DesignerError):
    """A hazard that has no query, or whose query cannot be answered by the target as it is."""


def offenders(
    hazard: Hazard, url: str, *, timeout_ms: int = 30_000, cancel: threading.Event | None = None
) -> Offenders:
    """Return the rows of a target that a hazard is about.

    The query only reads, in a transaction that can do nothing else.

    Parameters
    ----------
    url
        The target, as it is before the plan runs.
    timeout_ms
        How long it may take, in all.
    cancel
        Set by another thread to stop.

    Raises
    ------
    NotAsked
        If the hazard has no query, it takes too long, or the target has not what it is about.
    Cancelled
        If ``cancel`` was set.
    """
    if not hazard.query:
        raise NotAsked(
            f"no query tells the rows that would be in the way of {hazard.on}",
            where=str(hazard.on),
            mend="prove the plan with data, or try it on a copy",
        )
    bounded = f"SELECT count(*) AS count FROM ({hazard.query} LIMIT {COUNTED + 1}) counted"
    try:
        counted = query(url, _grouped(bounded, hazard), limit=1, timeout_ms=timeout_ms, cancel=cancel)
        first = query(url, hazard.query, limit=SHOWN, timeout_ms=timeout_ms, cancel=cancel)
    except (StatementFailed, InvalidSql) as error:
        raise NotAsked(
            f"the rows in the way of {hazard.on} could not be told: {error.what}",
            where=str(hazard.on),
            mend=error.mend or "ask again when the steps before it have run",
        ) from error
    count = int(counted["count"].iloc[0])
    return Offenders(hazard, min(count, COUNTED), count > COUNTED, first)


def _grouped(bounded: str, hazard: Hazard) -> str:
    """Return the query for the number, also where a limit would bind to the last part of a union alone."""
    if "UNION ALL" not in hazard.query:
        return bounded
    return f"SELECT count(*) AS count FROM (SELECT FROM ({hazard.query}) all_of_them LIMIT {COUNTED + 1}) counted"
