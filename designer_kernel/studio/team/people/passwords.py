"""Passwords: which are taken, how they are kept, and how they are compared."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Final

from designer_kernel.studio.team.people.common_passwords import is_common
from designer_kernel.studio.team.refusals import BadInput

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 8
LONGEST: Final = 1024
"""Characters; more would only keep the hasher busy."""

MEMORY_KIB: Final = 46 * 1024
PASSES: Final = 1
LANES: Final = 1

_AT_ONCE: Final = threading.BoundedSemaphore(4)
"""Each hash takes `MEMORY_KIB`: many at a time would take all there is."""


def check(password: str, *own_words: str, where: str = "password") -> None:
    """Refuse a password that is too short, too long, or guessed first; what it is made of is its owner's choice.

    Parameters
    ----------
    own_words
        What is known of the person: their name, their address.

    Raises
    ------
    BadInput
        If it is refused; the message does not hold it.
    """
    if len(password) < SHORTEST:
        raise BadInput(
            f"a password has at least {SHORTEST} characters", where=where, mend="take some words that only you combine"
        )
    if len(password) > LONGEST:
        raise BadInput(f"a password has at most {LONGEST} characters", where=where, mend="take a shorter one")
    if is_common(password, own_words):
        raise BadInput(
            "this password is among the first that are guessed",
            where=where,
            mend="take some words that only you combine",
        )


def hashed(password: str) -> str:
    """Return what is kept of a password: argon2id, with its parameters and a random salt."""
    with _AT_ONCE:
        return _hasher().hash(_bytes(password))


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one that was kept.

    It takes the same time if nothing was kept, as of somebody who does not exist: then it is compared with nobody's.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    hasher = _hasher()
    nobodys = _nobodys(hasher)
    try:
        with _AT_ONCE:
            equal = hasher.verify(kept or nobodys, _bytes(password[:LONGEST]))
    except (InvalidHashError, VerificationError):
        return False
    return equal and bool(kept) and len(password) <= LONGEST


def is_outdated(kept: str) -> bool:
    """Whether a password was kept with weaker parameters than today's, and should be hashed again."""
    from argon2 import Type, extract_parameters

    found = extract_parameters(kept)
    weaker = found.memory_cost < MEMORY_KIB or found.time_cost < PASSES or found.parallelism < LANES
    return weaker or found.type is not Type.ID or found.hash_len < _hasher().hash_len


def _bytes(password: str) -> bytes:
    """Return the bytes of a password as it was given, without any change; half characters included."""
    return password.encode("utf-8", "surrogatepass")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID)


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """Return the hash that strangers' passwords are compared with; no password leads to it."""
    import secrets

    return hasher.hash(secrets.token_bytes(32))
