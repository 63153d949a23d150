"""Looking through the chain, from its first row to its last, for the first one that is not as it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from designer_kernel.store.engine import Store
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.audit import checkpoints, rows
from designer_kernel.studio.team.audit.appending import append
from designer_kernel.studio.team.audit.checkpoints import Checkpoint
from designer_kernel.studio.team.audit.diagnosing import Fault, broken_link, diagnose
from designer_kernel.studio.team.audit.hashing import BEGINNING
from designer_kernel.studio.team.audit.rows import Stored
from designer_kernel.studio.team.unit import Entry

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Progress = Callable[[int, int, str], None]
_OFTEN: Final = 5000


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found.

    Attributes
    ----------
    first, last
        The numbers of the first and the last row that were looked at; 0 if there is none.
    hash
        Of the last row.
    checkpoints
        How many signed lines were compared.
    covered
        The number of the last row that one of them speaks of; those after it are held by the chain alone.
    fault
        The first row that is not as it was written.
    """

    first: int
    last: int
    hash: str
    checkpoints: int
    covered: int
    fault: Fault | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return asdict(self) | {"holds": self.fault is None}


@dataclass(slots=True)
class Walk:
    """On the way along the chain.

    Attributes
    ----------
    expected, previous
        The number of the row that comes next, and the hash that it follows.
    marks
        Numbers and beginnings of hashes that checkpoints know, by number.
    sure
        The number of the last row that a mark spoke of, or of the one before the first.
    """

    expected: int
    previous: str
    marks: Iterator[tuple[int, str]]
    sure: int = 0
    _mark: tuple[int, str] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.sure = self.expected - 1
        self._next_mark()

    def step(self, session: Session, row: Stored) -> Fault | None:
        """Look at the next row; return what is wrong with it or with one before."""
        if row["seq"] != self.expected or rows.computed(row) != row["hash"]:
            return diagnose(session, row, self.expected)
        if row["previous_hash"] != self.previous:
            return broken_link(row, is_sure=self.sure == self.expected - 1)
        while self._mark is not None and self._mark[0] == self.expected:
            if not row["hash"].startswith(self._mark[1]):
                return Fault("rewritten", self.sure + 1, self.expected)
            self.sure = self.expected
            self._next_mark()
        self.expected += 1
        self.previous = row["hash"]
        return None

    def end(self) -> Fault | None:
        """Return what is missing at the end."""
        return None if self._mark is None else Fault("cut", self.expected)

    def _next_mark(self) -> None:
        self._mark = next((mark for mark in self.marks if mark[0] >= self.expected), None)


def verify(store: Store, book: Path, key: Ed25519PublicKey | None, *, progress: Progress | None = None) -> Verification:
    """Look through the whole chain, and compare it with the checkpoints in a file.

    Parameters
    ----------
    key
        What the checkpoints were signed with; without it they are not looked at.

    Raises
    ------
    BadCheckpoint
        If the file with the checkpoints is not as it was written.
    """
    # the checkpoints first: what they speak of is in any later snapshot
    starts, last, number = {1: BEGINNING}, None, 0
    for last in _read(book, key):
        starts[last.first] = last.before
        number += 1
    covered = last.seq if last else 0
    with store.transaction() as session:
        return _verified(session, starts, marks(_read(book, key)), (number, covered), progress)


def verify_and_tell(
    store: Store, actor: Actor, book: Path, key: Ed25519PublicKey | None, *, progress: Progress | None = None
) -> Verification:
    """Do as `verify`, and add a row that tells of it."""
    found = verify(store, book, key, progress=progress)
    told = {"first": found.first, "last": found.last, "covered": found.covered, "fault": str(found.fault or "")}
    with store.transaction() as session:
        result = "failed" if found.fault else "ok"
        append(session, actor, [Entry("audit.verify", "audits", result, None, told)])
    return found


def marks(lines: Iterable[Checkpoint]) -> Iterator[tuple[int, str]]:
    """Yield the marks of checkpoints, and what they say of their last rows."""
    for line in lines:
        yield from line.marks
        yield line.seq, line.hash


def _read(book: Path, key: Ed25519PublicKey | None) -> Iterator[Checkpoint]:
    return iter(()) if key is None else checkpoints.read(book, key)


def _verified(
    session: Session,
    starts: dict[int, str],
    known: Iterator[tuple[int, str]],
    compared: tuple[int, int],
    progress: Progress | None,
) -> Verification:
    end = rows.end(session)
    total = end[0] if end else 0
    walk, first, fault = None, 0, None
    for row in rows.stored(session):
        if walk is None:
            first = max((start for start in starts if start <= row["seq"]), default=1)
            walk = Walk(first, starts[first], known)
        fault = walk.step(session, row)
        if fault is not None:
            break
        if progress is not None and walk.expected % _OFTEN == 0:
            progress(walk.expected, total, "rows")
    if walk is None:
        walk = Walk(max(starts), starts[max(starts)], known)
    fault = fault or walk.end()
    return Verification(first, walk.expected - 1 if first else 0, walk.previous, *compared, fault)
