"""Mends of failed statements: one module for each common mistake.

A proposer looks at a failed statement and yields mends, the best first. It need not be certain: the mended script is
read again, and the server judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from designer_kernel.exchange.sql.mends import columns, dialects, duplicates, keys, missing, names, partitions, refresh
from designer_kernel.exchange.sql.mends._base import Case, Script
from designer_kernel.exchange.sql.outcome import Change, Mend

_PROPOSERS: Final[tuple[Callable[[Case], Iterator[Mend]], ...]] = (
    partitions.propose, duplicates.propose, columns.propose, refresh.propose, names.propose, missing.propose,
    dialects.propose, keys.propose,
)  # fmt: skip


def mends_for(case: Case) -> tuple[Mend, ...]:
    """Return the mends of a failed statement, the best first; the last one is to leave the statement out."""
    found = [mend for propose in _PROPOSERS for mend in propose(case)]
    last = Mend(
        f"leave-out:{case.number}",
        "leave this statement out",
        "everything else is read; nothing of this statement is",
        (Change("drop", case.number),),
        is_last_resort=True,
    )
    return (*found, last)


__all__ = ["Case", "Script", "mends_for"]
