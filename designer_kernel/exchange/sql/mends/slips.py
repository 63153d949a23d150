"""Slips of the pen: a semicolon that is missing between two statements, a comma before a closing bracket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from designer_kernel.exchange.sql.mends._base import Case, parses
from designer_kernel.exchange.sql.outcome import Mend

_BEGINS: Final = re.compile(
    r"(?:CREATE|ALTER|DROP|COMMENT|GRANT|INSERT|SET|SELECT|UPDATE|DELETE|COPY)\b", re.IGNORECASE
)
_COMMA: Final = re.compile(r",(\s*(?:--[^\n]*\n\s*)*\))")


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mend of a slip, if the statement is one that the grammar takes without it."""
    if case.failure.sqlstate != "42601":
        return
    sql, offset = case.statement.sql, case.failure.offset
    first, second = sql[:offset].rstrip(), sql[offset:]
    if offset > 0 and _BEGINS.match(second) and parses(first):
        why = "two statements stand here without a semicolon between them"
        change = case.replace(f"{first};\n{second}")
        yield Mend(f"add-semicolon:{case.subject}", "put a semicolon between the two", why, (change,))
        return
    without = _COMMA.sub(r"\1", sql)
    if without != sql and parses(without):
        why = "a list ends with its last part, not with a comma"
        yield Mend(f"drop-comma:{case.subject}", "take the last comma out", why, (case.replace(without),))
