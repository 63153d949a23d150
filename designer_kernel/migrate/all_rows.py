"""Rows that row security hides from whoever migrates: they are moved and changed like all others, or nothing is done.

A query leaves out without a word what a policy hides, also from the owner of a table where that is forced. Under the
setting here it fails instead; and where the owner works, the force is lifted meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.table import Table

EVERYTHING: Final = "SET LOCAL row_security = off"
"""The setting under which a query fails rather than leave out rows by row security."""

_AS_EVER: Final = "SET LOCAL row_security TO DEFAULT"


def loudly(tables: Iterable[Table], *statements: str) -> tuple[str, ...]:
    """Return statements about rows so that they fail if row security hides some of them."""
    return (EVERYTHING, *statements, _AS_EVER) if any(table.row_security for table in tables) else statements


def unforced(tables: Iterable[Table], *statements: str) -> tuple[str, ...]:
    """Return statements about rows so that the owner of tables sees all of them, and others fail."""
    guarded = [table for table in tables if table.row_security]
    forced = [quote_path(table.schema, table.name) for table in guarded if table.force_row_security]
    lifted = (f"ALTER TABLE {path} NO FORCE ROW LEVEL SECURITY" for path in forced)
    again = (f"ALTER TABLE {path} FORCE ROW LEVEL SECURITY" for path in forced)
    return loudly(guarded, *lifted, *statements, *again)
