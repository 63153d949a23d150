"""Mends of failed statements: one module for each common mistake.

A proposer looks at a failed statement and yields mends, the best first. It need not be certain: the mended script is
read again, and the server judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from designer_kernel.exchange.sql.mends import (
    collations,
    columns,
    dialects,
    duplicates,
    keys,
    missing,
    names,
    partitions,
    refresh,
    slips,
)
from designer_kernel.exchange.sql.mends._base import Case, Script
from designer_kernel.exchange.sql.outcome import Change, Mend

_PROPOSERS: Final[tuple[Callable[[Case], Iterator[Mend]], ...]] = (
    partitions.propose, duplicates.propose, columns.propose, refresh.propose, names.propose, missing.propose,
    slips.propose, dialects.propose, keys.propose,
    collations.propose,
)  # fmt: skip


NOTHING_KNOWN: Final = "nothing of this statement is read then, and all the rest is"
"""What is said of leaving a statement out where no mend is known."""


def mends_for(case: Case) -> tuple[Mend, ...]:
    """Return the mends of a failed statement, the best first; the last one is to leave the statement out."""
    found = _proposed(case) or _of_what_it_misses(case)
    if any(mend.is_last_resort for mend in found):
        return tuple(found)
    last = Mend(
        f"leave-out:{case.subject}",
        "leave this statement out",
        _why_left_out(case),
        (Change("drop", case.number),),
        is_last_resort=True,
    )
    return (*found, last)


def _why_left_out(case: Case) -> str:
    maker = case.script.waits_for(case.index)
    if maker is None:
        return NOTHING_KNOWN
    return f"what it misses would be made in line {case.script.statements[maker].piece.line}, which failed"


def _proposed(case: Case) -> list[Mend]:
    known = case.script.proposed
    if case.index not in known:
        known[case.index] = [mend for propose in _PROPOSERS for mend in propose(case)]
    return known[case.index]


def _of_what_it_misses(case: Case) -> list[Mend]:
    """Return the mends of the failed statement that would have made what this one misses."""
    script, seen, found = case.script, [case.index], list[Mend]()
    index = script.waits_for(case.index)
    while index is not None and index not in seen and not found:
        seen.append(index)
        proposed = [mend for mend in _proposed(Case(script, index)) if not mend.is_last_resort]
        found = proposed[:1] or script.inherited.get(index, [])
        index = script.waits_for(index)
    script.inherited.update(dict.fromkeys(seen, found))
    return found


__all__ = ["NOTHING_KNOWN", "Case", "Script", "mends_for"]
