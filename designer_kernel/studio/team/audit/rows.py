"""Audit rows as they stand in the database, read in their order with flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import RowMapping, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from designer_kernel.store.tables.audits import Audit
from designer_kernel.studio.team.audit import canonical
from designer_kernel.studio.team.audit.hashing import COLUMNS, row_hash

Stored = dict[str, Any]
"""A row by the names of its columns; times as they are hashed, so that ones that no calendar has can be read."""

_AT_ONCE: Final = 1000
_TIME: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'
_UNREADABLE: Final = object()


def stored(session: Session, first: int | None = None, last: int | None = None) -> Iterator[Stored]:
    """Yield rows by number, all of one snapshot.

    Parameters
    ----------
    first, last
        The numbers to begin and to end at.
    """
    statement = _select().order_by(Audit.seq)
    if first is not None:
        statement = statement.where(Audit.seq >= first)
    if last is not None:
        statement = statement.where(Audit.seq <= last)
    for row in session.execute(statement.execution_options(yield_per=_AT_ONCE)).mappings():
        yield _stored(row)


def end(session: Session) -> tuple[int, str] | None:
    """Return the number and hash of the last row."""
    found = session.execute(select(Audit.seq, Audit.hash).order_by(Audit.seq.desc()).limit(1)).one_or_none()
    return None if found is None else (found.seq, found.hash)


def seq_of(session: Session, digest: str) -> int | None:
    """Return the number of the row that has this hash."""
    return session.scalar(select(Audit.seq).where(Audit.hash == digest).limit(1))


def hashes(session: Session, first: int, last: int) -> dict[int, str]:
    """Return the hashes that stand in the rows of some numbers."""
    found = session.execute(select(Audit.seq, Audit.hash).where(Audit.seq.between(first, last)))
    return {row.seq: row.hash for row in found}


def computed(row: Stored, **instead: Any) -> str:
    """Return the hash that a row should have, with other values for some columns; empty if it can have none."""
    try:
        return row_hash(row | instead)
    except (ValueError, TypeError, LookupError, RecursionError):
        return ""


def _select() -> Select[Any]:
    read = {
        "created_at": func.to_char(func.timezone("UTC", Audit.created_at), _TIME),
        "details": cast(Audit.details, Text),
    }
    return select(*(read.get(name, getattr(Audit, name)).label(name) for name in COLUMNS))


def _stored(row: RowMapping) -> Stored:
    found: Stored = {str(name): value for name, value in row.items()}
    try:
        found["details"] = canonical.decode(found["details"])
    except (ValueError, RecursionError):
        found["details"] = _UNREADABLE
    return found
