"""What a server refuses, in our words, and whether trying again could help."""

from __future__ import annotations

from typing import Final

import psycopg

from designer_kernel.errors import StatementFailed

_LASTING: Final = ("0A", "22", "23", "2B", "2F", "42", "44", "P0")
"""Classes of errors that come again however often it is tried: what we send does not fit what is there."""


_MENDS: Final = {
    "42501": "nothing was changed; connect as the owner of the tables, or ask for that right",
    "53100": "what was not committed is undone; make room on the server's disk, or ask for fewer rows",
}
"""What helps where it is not the rows that are wrong."""

AGAIN: Final = "P0001"
"""The code of a failure of our own that comes again, as of an exception that somebody's function raises."""


def refused(error: psycopg.Error, where: str) -> StatementFailed:
    """Return the server's refusal as our error; it names the constraint if the server does."""
    diag = error.diag
    place = f"{diag.schema_name}.{diag.table_name}.{diag.constraint_name}" if diag.constraint_name else where
    mend = _MENDS.get(
        error.sqlstate or "", "nothing was changed; leave the table out by tables=…, or report the constraint"
    )
    if not error.sqlstate:  # no server said it: the connection went
        mend = "look at the tables before you start again: what was not committed is undone"
    detail = f": {diag.message_detail}" if diag.message_detail else ""
    return StatementFailed(
        f"{diag.message_primary or str(error).strip()}{detail}",
        where=place,
        mend=mend,
        sqlstate=error.sqlstate or "",
    )


def is_lasting(sqlstate: str) -> bool:
    """Whether an error with this code comes again, unlike a lost connection, a full disk or a lock."""
    return sqlstate[:2] in _LASTING and bool(sqlstate)
