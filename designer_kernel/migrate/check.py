"""One thing that a proof tries."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried: whether it holds, and what was found, instead or beside it."""

    name: str
    holds: bool
    found: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
