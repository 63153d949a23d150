"""Checkpoints: signed lines in a file outside of the database that say how far the chain was, and what stood there.

Who may write to the database could write all rows anew, each with the right hash, or take away the last ones. The
checkpoints tell: they hold the hash of the last row of then, marks of rows on the way to it, and the signature of the
line before. The file may be copied, printed or kept by somebody else; what was cut from its own end is missed only by
those who have a copy.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.audit import canonical

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MARKS: Final = 1000
"""A checkpoint has at most so many marks: of each row, if no more were added since the one before."""

SHORT: Final = 16
"""Digits of a hash in a mark."""

_FORMAT: Final = 1
_DOMAIN: Final = b"schema-designer audit checkpoint\x00"


class BadCheckpoint(DesignerError):
    """A line of checkpoints that was not signed so, or does not follow the one before."""

    code = "bad_checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed line.

    Attributes
    ----------
    seq, hash
        Of the last row.
    first
        The number of the first row that the database still holds; rows before it are in sealed segments.
    before
        The hash that the first row follows.
    marks
        Numbers of rows between the checkpoint before and the last row, each with the beginning of its hash.
    at
        When it was made, by the database's clock.
    previous
        The signature of the checkpoint before.
    """

    seq: int
    hash: str
    first: int
    before: str
    marks: tuple[tuple[int, str], ...]
    at: str
    previous: str
    key: str
    signature: str = ""

    def content(self) -> dict[str, Any]:
        """Return what is signed."""
        return {
            "format": _FORMAT,
            "seq": self.seq,
            "hash": self.hash,
            "first": self.first,
            "before": self.before,
            "marks": [list(mark) for mark in self.marks],
            "at": self.at,
            "previous": self.previous,
            "key": self.key,
        }

    def signed_bytes(self) -> bytes:
        """Return the bytes that are signed."""
        return _DOMAIN + canonical.encode(self.content())

    def line(self) -> str:
        """Return it as it stands in the file."""
        return json.dumps(self.content() | {"signature": self.signature}, separators=(",", ":")) + "\n"


def read(path: Path, key: Ed25519PublicKey) -> Iterator[Checkpoint]:
    """Yield the checkpoints of a file, each when its signature was found right; none if there is no file.

    Raises
    ------
    BadCheckpoint
        If a line is none, was signed by another key or changed, or does not follow the one before.
    """
    if not path.exists():
        return
    before: Checkpoint | None = None
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                return  # whoever wrote it was stopped before it counted
            found = _read(line, f"{path}:{number}", key)
            if found.previous != (before.signature if before else "") or (before and found.seq < before.seq):
                raise BadCheckpoint(
                    "this checkpoint does not follow the one before",
                    where=f"{path}:{number}",
                    mend="lines were taken out or exchanged: compare the file with a copy of it",
                )
            yield found
            before = found


def last(path: Path, key: Ed25519PublicKey) -> Checkpoint | None:
    """Return the last checkpoint of a file, all of which is read; nothing if there is none."""
    found = deque(read(path, key), maxlen=1)
    return found[0] if found else None


def add(path: Path, checkpoint: Checkpoint, key: Ed25519PrivateKey) -> Checkpoint:
    """Sign a checkpoint, add its line to the file, and return it when the disk has it."""
    signed = replace(checkpoint, signature=key.sign(checkpoint.signed_bytes()).hex())
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.truncate(_whole(path))
        file.write(signed.line().encode())
        file.flush()
        os.fsync(file.fileno())
    return signed


def _whole(path: Path) -> int:
    """Return how long a file is up to the end of its last whole line."""
    return path.read_bytes().rfind(b"\n") + 1


def _read(line: bytes, where: str, key: Ed25519PublicKey) -> Checkpoint:
    from cryptography.exceptions import InvalidSignature

    try:
        content = canonical.decode(line.decode())
        if content.pop("format") != _FORMAT:
            raise ValueError("another format")
        marks = tuple((int(seq), str(digits)) for seq, digits in content.pop("marks"))
        found = Checkpoint(**content, marks=marks)
        key.verify(bytes.fromhex(found.signature), found.signed_bytes())
    except InvalidSignature:
        raise BadCheckpoint(
            "this checkpoint was not signed by this key, or was changed since",
            where=where,
            mend="compare the file with a copy of it, and the key with the one that was used",
        ) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise BadCheckpoint(
            "this line is no checkpoint", where=where, mend="compare the file with a copy of it"
        ) from None
    return found
