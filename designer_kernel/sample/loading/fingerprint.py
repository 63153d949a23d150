"""Whether two plans make the same rows: their numbers, and the bytes of a few rows of each table."""

from __future__ import annotations

import hashlib
from typing import Final

from designer_kernel.sample.loading.encoding import stream
from designer_kernel.sample.plan import Plan

_ROWS: Final = 3


def fingerprint(plan: Plan) -> str:
    """Return a hash of what a plan makes; that of another version of this program differs if its rows do."""
    digest = hashlib.sha256(str(plan.seed).encode())
    for name in sorted(plan.tables):
        table = plan.tables[name]
        digest.update(f"\x1f{table.label}\x1f{table.rows}\x1f{','.join(table.columns)}\x1f".encode())
        there = (table.existing and table.existing.rows, table.beside and (table.beside.rows, table.beside.draws))
        digest.update(repr(there).encode())  # rows that they lie beside, and those of theirs that were drawn again
        if not table.rows or not table.columns:
            continue
        for start in sorted({0, max(table.rows - _ROWS, 0)}):
            for data, _ in stream(plan, name, start, min(start + _ROWS, table.rows)):
                digest.update(data)
    return digest.hexdigest()
