"""What was done to the chain, told by how its first wrong row is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from designer_kernel.studio.team.audit import rows
from designer_kernel.studio.team.audit.hashing import BEGINNING
from designer_kernel.studio.team.audit.rows import Stored

Kind = Literal["changed", "missing", "inserted", "moved", "rewritten", "cut"]

_NEAR: Final = 2000
"""Numbers, before and after its own, that a row is tried with to see where it was written."""

_WORDS: Final[dict[Kind, str]] = {
    "changed": "was changed after it was written",
    "missing": "is missing",
    "inserted": "was put in between",
    "moved": "stands in another's place",
    "rewritten": "was made anew, with those after it",
    "cut": "is missing, with all that came after it",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that is not as it was written.

    Attributes
    ----------
    seq
        Its number; that of the missing row if one is missing.
    until
        If the checkpoints tell only so much: it is one of those from ``seq`` to here.
    """

    kind: Kind
    seq: int
    until: int | None = None

    def __str__(self) -> str:
        if self.until is not None and self.until != self.seq:
            return f"one of the rows {self.seq} to {self.until} {_WORDS[self.kind]}"
        return f"row {self.seq} {_WORDS[self.kind]}"


def diagnose(session: Session, row: Stored, expected: int) -> Fault:
    """Return what was done, of a row whose number or whose own hash is not what it should be.

    Parameters
    ----------
    expected
        The number that it should have.
    """
    seq = row["seq"]
    if seq > expected:
        return Fault("missing", expected)
    if seq < expected:
        return Fault("inserted", seq)
    written = _written_as(session, row)
    if written is None:
        return Fault("changed", seq)
    if written < seq and _followed(session, row, written):
        return Fault("inserted", written)  # those from there to this one are right in themselves, but came later
    if written > seq and _is_shifted(session, seq + 1, written + 1):
        return Fault("missing", seq)  # taken out, and the rest numbered anew
    return Fault("moved", seq)


def broken_link(row: Stored, *, is_sure: bool) -> Fault:
    """Return what was done, of a row that is right in itself but does not follow the one before.

    Parameters
    ----------
    is_sure
        Whether the row before is known to be as it was written. Otherwise it is the one that was made anew, since this
        one still remembers what it followed.
    """
    return Fault("changed", row["seq"] if is_sure else row["seq"] - 1)


def _written_as(session: Session, row: Stored) -> int | None:
    """Return the number that a row was written with, whatever it follows now."""
    seq: int = row["seq"]
    hashes = rows.hashes(session, seq - _NEAR, seq + _NEAR) | {0: BEGINNING}
    before = rows.seq_of(session, row["previous_hash"])
    tried = [] if before is None else [before + 1]
    tried += [other for step in range(1, _NEAR) for other in (seq - step, seq + step) if other > 0]
    for other in tried:
        for previous in {row["previous_hash"], hashes.get(other - 1, "")}:
            if rows.computed(row, seq=other, previous_hash=previous) == row["hash"]:
                return other
    return None


def _followed(session: Session, row: Stored, written: int) -> bool:
    """Whether a row, when it was written, followed the one that still has the number before."""
    before = rows.hashes(session, written - 1, written - 1).get(written - 1, BEGINNING)
    return bool(rows.computed(row, seq=written, previous_hash=before) == row["hash"])


def _is_shifted(session: Session, seq: int, written: int) -> bool:
    """Whether the row of a number was written with another, or there is none."""
    found = next(rows.stored(session, seq, seq), None)
    return found is None or bool(rows.computed(found, seq=written) == found["hash"])
