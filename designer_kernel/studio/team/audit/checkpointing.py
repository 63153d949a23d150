"""Making checkpoints: where they belong by default, and what each says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from designer_kernel.errors import DesignerError
from designer_kernel.postgres import connection as connections
from designer_kernel.postgres import target
from designer_kernel.store import turns
from designer_kernel.store.engine import Store
from designer_kernel.studio.locations import data_directory
from designer_kernel.studio.team.audit import checkpoints, rows
from designer_kernel.studio.team.audit.checkpoints import MARKS, SHORT, Checkpoint
from designer_kernel.studio.team.audit.hashing import BEGINNING, moment
from designer_kernel.studio.team.audit.keys import key_id
from designer_kernel.studio.team.audit.verifying import Walk

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class BrokenChain(DesignerError):
    """Audit rows that are not as they were written: nobody signs them."""

    code = "broken_chain"


def book_of(url: str) -> Path:
    """Return the file with the checkpoints of a store: in the user's data directory, by host, port and database."""
    parameters = connections.parse(url)
    if target.describe(url).endswith("(embedded server)"):
        parts = ["embedded", parameters.get("dbname")]
    else:
        parts = [parameters.get("host") or "localhost", parameters.get("port") or 5432, parameters.get("dbname")]
    name = "_".join(re.sub(r"[^\w.-]+", "-", str(part)).strip("-.") for part in parts)
    return data_directory() / "audit" / f"{name}.checkpoints.jsonl"


def key_of() -> Path:
    """Return the file with the key that checkpoints are signed with by default."""
    return data_directory() / "audit" / "checkpoint.key"


def checkpoint(store: Store, book: Path, key: Ed25519PrivateKey) -> Checkpoint | None:
    """Sign how far the chain is and add that to a file; return it, or the last one if no row came since.

    Only rows that follow what the last checkpoint says are signed. Nothing is returned if there is no row at all.

    Raises
    ------
    BrokenChain
        If they do not.
    BadCheckpoint
        If the file is not as it was written.
    """
    with taking_turns(store) as session:
        return checkpoint_in(session, book, key)


@contextmanager
def taking_turns(store: Store) -> Iterator[Session]:
    """Yield a session while nobody else adds to the checkpoints of a store, so that each follows the one before."""
    with store.transaction() as session:
        turns.take(session, turns.CHECKPOINTS)
        yield session


def checkpoint_in(session: Session, book: Path, key: Ed25519PrivateKey) -> Checkpoint | None:
    """Do as `checkpoint`, when it is one's turn."""
    last = checkpoints.last(book, key.public_key())
    made = _made(session, last, key_id(key.public_key()))
    return last if made is None else checkpoints.add(book, made, key)


def _made(session: Session, last: Checkpoint | None, key: str) -> Checkpoint | None:
    """Return a checkpoint that is not signed yet; nothing if there is nothing new to tell."""
    end = rows.end(session)
    done = last.seq if last else 0
    if end is None or end == (last and (last.seq, last.hash)):
        if end is None and last is not None:
            raise BrokenChain(f"row {done} is missing", where="audits", mend="designer audit verify")
        return None
    step = -(-max(end[0] - done, 1) // MARKS)
    marks = tuple(
        (seq, digest[:SHORT])
        for seq, digest in _followed(session, last, end[0])
        if (seq - done) % step == 0 and seq < end[0]
    )
    now = session.scalar(select(func.clock_timestamp()))
    assert now is not None
    return Checkpoint(
        *end,
        first=last.first if last else 1,
        before=last.before if last else BEGINNING,
        marks=marks,
        at=moment(now),
        previous=last.signature if last else "",
        key=key,
    )


def _followed(session: Session, last: Checkpoint | None, end: int) -> Iterator[tuple[int, str]]:
    """Yield numbers and hashes of the rows since a checkpoint, each of which was looked at."""
    done = last.seq if last else 0
    walk = Walk(done + 1, last.hash if last else BEGINNING, iter(()))
    if last is not None and rows.hashes(session, done, done).get(done) != last.hash:
        raise BrokenChain(f"row {done} is not as it was signed", where="audits", mend="designer audit verify")
    for row in rows.stored(session, done + 1, end):
        fault = walk.step(session, row)
        if fault is not None:
            raise BrokenChain(str(fault), where="audits", mend="find out who changed it; designer audit verify")
        yield row["seq"], row["hash"]
