"""Locks on relations, and what a statement does to one of them.

Source: PostgreSQL manual, "Explicit Locking".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, TypeAlias

Relation: TypeAlias = tuple[str, str]
"""Schema and name."""


class LockMode(IntEnum):
    """Locks on tables, weakest first."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    def __str__(self) -> str:
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> str:
        """Who waits for whoever holds the lock, in a person's words."""
        if self >= LockMode.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self >= LockMode.SHARE else "changes of the schema"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a statement does to one relation: the lock it takes, and whether it rewrites or scans it."""

    relation: Relation
    lock: LockMode
    rewrites: bool = False
    scans: bool = False

    def joined(self, other: Effect | None) -> Effect:
        """Return what this one and another one do to the same relation together."""
        if other is None:
            return self
        return replace(
            self,
            lock=max(self.lock, other.lock),
            rewrites=self.rewrites or other.rewrites,
            scans=self.scans or other.scans,
        )


READS: Final = LockMode.ACCESS_SHARE
WRITES: Final = LockMode.ROW_EXCLUSIVE
UPDATES_ITSELF: Final = LockMode.SHARE_UPDATE_EXCLUSIVE
NO_WRITES: Final = LockMode.SHARE
NO_WRITES_BUT_OWN: Final = LockMode.SHARE_ROW_EXCLUSIVE
ALONE: Final = LockMode.ACCESS_EXCLUSIVE
