"""One-time codes that people read to each other: a hundred random bits, in letters that are not taken for others."""

from __future__ import annotations

import secrets
from typing import Final

from designer_kernel.studio.team.people import families

LETTERS: Final = 20
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LONGEST: Final = 100


def new() -> str:
    """Return a new code, in groups."""
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(LETTERS))
    return "-".join(plain[start : start + 5] for start in range(0, LETTERS, 5))


def digest(code: str) -> str:
    """Return what is kept of a code, whatever its case and the signs between its letters; nothing if it is none."""
    plain = "".join(letter for letter in code[:_LONGEST].upper() if letter in _ALPHABET)
    return families.digest(plain) if len(plain) == LETTERS else ""
