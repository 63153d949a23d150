"""Old audit rows in sealed segments: signed files that take them out of the database without a gap in the chain.

First all rows are looked through, then the file is written, then a checkpoint says where the database's part begins
from now on, and only then the rows go. Whatever stops this between two of these, doing it again goes on from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError
from designer_kernel.store import turns
from designer_kernel.store.engine import Store
from designer_kernel.store.tables.audits import Audit
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.audit import canonical, checkpoints, rows
from designer_kernel.studio.team.audit.appending import append
from designer_kernel.studio.team.audit.checkpointing import BrokenChain, checkpoint_in, taking_turns
from designer_kernel.studio.team.audit.checkpoints import Checkpoint
from designer_kernel.studio.team.audit.diagnosing import Fault
from designer_kernel.studio.team.audit.keys import key_id, private_file
from designer_kernel.studio.team.audit.rows import Stored
from designer_kernel.studio.team.audit.verifying import Progress, verify
from designer_kernel.studio.team.unit import Entry

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_DOMAIN: Final = b"schema-designer audit segment\x00"


class BadSegment(DesignerError):
    """A file that is no sealed segment, or is not as it was sealed."""

    code = "bad_segment"


@dataclass(frozen=True, slots=True)
class Seal:
    """The last line of a segment.

    Attributes
    ----------
    first, last
        The numbers of its rows.
    before, hash
        What the first row follows, and the hash of the last one.
    content
        SHA-256 of the lines before.
    """

    first: int
    last: int
    before: str
    hash: str
    content: str
    key: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """Return the bytes that are signed."""
        told = asdict(self)
        del told["signature"]
        return _DOMAIN + canonical.encode(told)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that may be sealed, *first* to *until*, of those in the database, the last of which is *last*."""

    first: int
    until: int
    last: int


def seal(
    store: Store, actor: Actor, book: Path, key: Ed25519PrivateKey, file: Path, until: int,
    *, progress: Progress | None = None,
) -> Seal:  # fmt: skip
    """Take the rows up to a number out of the database, into a new file.

    Raises
    ------
    BrokenChain
        If a row, of these or of others, is not as it was written.
    BadSegment
        If the database holds no such rows, or no others; or if the file is there and is not their segment.
    """
    found = verify(store, book, key.public_key() if book.exists() else None, progress=progress)
    if found.fault is not None:
        raise BrokenChain(str(found.fault), where="audits", mend="find out who changed it; designer audit verify")
    _check_there(Part(found.first, until, found.last))
    if not file.exists():
        with store.transaction() as session:
            private_file(file, _sealed(session, found.first, until, key))
    made = opened(file, key.public_key())
    with store.transaction() as session:
        if (made.first, made.last) != (found.first, until) or rows.hashes(session, until, until)[until] != made.hash:
            raise BadSegment("this is the segment of other rows", where=str(file), mend="name a new file")
    _begin_behind(store, book, key, made)
    with Session(store.engine) as session, session.begin():
        _take_out(session, until)
        told = {"first": made.first, "last": made.last, "hash": made.hash, "file": file.name, "content": made.content}
        append(session, actor, [Entry("audit.seal", "audits", details=told)])
    return made


def part_until(store: Store, until: int) -> Part:
    """Return the rows up to a number.

    Raises
    ------
    BadSegment
        If the database holds no such rows, or no others.
    """
    with store.transaction() as session:
        first, last = _held(session)
    return _check_there(Part(first, until, last))


def part_before(store: Store, moment: datetime) -> Part | None:
    """Return the rows before the first that is not older than a moment, but for the last of all; nothing if none is."""
    with store.transaction() as session:
        first, last = _held(session)
        younger = session.scalar(select(func.min(Audit.seq)).where(Audit.created_at >= moment))
    until = (last if younger is None else younger) - 1
    return Part(first, until, last) if first <= until else None


def _held(session: Session) -> tuple[int, int]:
    """Return the numbers of the first and the last row in the database; 0 if there is none."""
    first, last = session.execute(select(func.min(Audit.seq), func.max(Audit.seq))).one()
    return first or 0, last or 0


def _check_there(part: Part) -> Part:
    if part.first <= part.until < part.last:
        return part
    raise BadSegment(
        f"the database holds the rows {part.first} to {part.last}" if part.last else "the database holds no audit row",
        where=f"row {part.until}",
        mend="name one of them, but not the last: it stays",
    )


def opened(file: Path, key: Ed25519PublicKey) -> Seal:
    """Look through a segment, and return its seal.

    Raises
    ------
    BadSegment
        If it is none, was not signed by this key, or a row in it is not as it was written.
    """
    content, previous, expected, first = sha256(), "", 0, 0
    for line, is_last in _lines(file):
        found = _decoded(line, file)
        if is_last:
            return _checked(found, file, key, content.hexdigest(), (first, expected - 1, previous))
        if not expected:
            first = expected = found.get("seq", 0)
            previous = found.get("previous_hash", "")
        place = (found.get("seq"), found.get("previous_hash"), found.get("hash"))
        if not isinstance(expected, int) or place != (expected, previous, rows.computed(found) or None):
            raise BadSegment(str(Fault("changed", expected)), where=str(file), mend="compare it with a copy")
        content.update(line)
        expected, previous = expected + 1, found["hash"]
    raise _none(file)


def _sealed(session: Session, first: int, until: int, key: Ed25519PrivateKey) -> Iterator[bytes]:
    """Yield rows as lines, and the seal as the last one."""
    content, before, last = sha256(), "", ""
    for row in rows.stored(session, first, until):
        line = canonical.encode({name: _plain(value) for name, value in row.items()}) + b"\n"
        content.update(line)
        before, last = before or row["previous_hash"], row["hash"]
        yield line
    made = Seal(first, until, before, last, content.hexdigest(), key_id(key.public_key()))
    made = replace(made, signature=key.sign(made.signed_bytes()).hex())
    yield json.dumps(asdict(made)).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | dict) else str(value)


def _begin_behind(store: Store, book: Path, key: Ed25519PrivateKey, made: Seal) -> None:
    """Let a checkpoint say that the database's part begins behind a segment, unless one does.

    Both lines are made in one turn: one that came in between would follow the same as the second of them.
    """
    with taking_turns(store) as session:
        last = checkpoint_in(session, book, key)
        assert last is not None
        if last.first <= made.last:
            now = session.scalar(select(func.clock_timestamp()))
            assert now is not None
            line = Checkpoint(
                last.seq, last.hash, made.last + 1, made.hash, (), now.isoformat(), last.signature,
                key_id(key.public_key()),
            )  # fmt: skip
            checkpoints.add(book, line, key)


def _take_out(session: Session, until: int) -> None:
    """Delete rows, as nobody but the owner of the table can: what refuses it is off for this transaction alone."""
    turns.take(session, turns.AUDITS)  # nobody adds a row meanwhile; readers see all or none
    session.execute(text("SELECT set_config('designer.scope', 'store', true)"))  # policies hold for the owner, too
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("ALTER TABLE designer.audits DISABLE TRIGGER audits_are_kept"))
    session.execute(delete(Audit).where(Audit.seq <= until).execution_options(synchronize_session=False))
    session.execute(text("ALTER TABLE designer.audits ENABLE TRIGGER audits_are_kept"))


def _lines(file: Path) -> Iterator[tuple[bytes, bool]]:
    """Yield lines, each with whether it is the last."""
    try:
        with file.open("rb") as lines:
            line = next(lines, b"")
            for following in lines:
                yield line, False
                line = following
            yield line, True
    except FileNotFoundError:
        raise BadSegment("there is no such file", where=str(file), mend="name a sealed segment") from None


def _decoded(line: bytes, file: Path) -> Stored:
    try:
        found = canonical.decode(line.decode())
    except (ValueError, RecursionError):
        raise _none(file) from None
    if not isinstance(found, dict):
        raise _none(file)
    return found


def _checked(found: Stored, file: Path, key: Ed25519PublicKey, content: str, held: tuple[int, int, str]) -> Seal:
    from cryptography.exceptions import InvalidSignature

    try:
        made = Seal(**found)
        key.verify(bytes.fromhex(made.signature), made.signed_bytes())
    except (TypeError, ValueError):
        raise _none(file) from None
    except InvalidSignature:
        raise BadSegment(
            "this segment was not sealed by this key", where=str(file), mend="name the key that was used: --key"
        ) from None
    if (made.content, made.first, made.last, made.hash) != (content, *held):
        raise BadSegment("rows of this segment are missing", where=str(file), mend="compare it with a copy")
    return made


def _none(file: Path) -> BadSegment:
    return BadSegment("this is no sealed segment", where=str(file), mend="name a file that designer audit seal wrote")
