"""Identities: time-ordered UUIDs for what a person creates, and derived ones for what follows from a design."""

from __future__ import annotations

import os
import time
from hashlib import blake2b
from uuid import UUID


def new_id() -> UUID:
    """Return a UUID version 7 (RFC 9562): sorted by time of creation, so collections keep the order of drawing."""
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    sub_millisecond = nanoseconds * 4096 // 1_000_000  # orders ids made within one millisecond
    random_bits = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    return UUID(int=(milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | sub_millisecond << 64 | 2 << 62 | random_bits)


def derived_id(owner: UUID, *path: str) -> UUID:
    """Return the identity of something that a trait or a relationship adds to ``owner``; equal input, equal id."""
    digest = blake2b(owner.bytes + "\x1f".join(path).encode(), digest_size=16).digest()
    number = int.from_bytes(digest, "big")
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 2 << 62)


def positional_id(position: int, *path: str) -> UUID:
    """Return a repeatable identity for an object of a hand-written file that gives none; sorts by ``position``."""
    tail = int.from_bytes(blake2b("\x1f".join(path).encode(), digest_size=8).digest(), "big") & ((1 << 62) - 1)
    return UUID(int=(position & (1 << 48) - 1) << 80 | 8 << 76 | 2 << 62 | tail)
