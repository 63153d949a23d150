"""Audit rows, added in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from designer_kernel.studio.team.actor import Actor
    from designer_kernel.studio.team.unit import Entry


def append(session: Session, actor: Actor, entries: Sequence[Entry]) -> None:
    """Add rows to the chain."""
