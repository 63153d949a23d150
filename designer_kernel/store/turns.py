"""Taking turns: locks on rows of the store, which nobody can hold but the store's own transactions."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

AUDITS: Final = "audits"
"""Who adds to the audit; `designer.end_of_audits` takes it, too."""

CHECKPOINTS: Final = "checkpoints"

FIRST_OWNER: Final = "first owner"
"""Who offers the code, or claims by it."""

LOCAL_OWNER: Final = "local owner"
ROTATION: Final = "rotation"

TAKE: Final = "SELECT designer.take_turn(%s)"
"""The statement for connections of the driver."""

_TAKE: Final = text("SELECT designer.take_turn(:name)")


def take(session: Session, name: str) -> None:
    """Wait until nobody else has this turn, and have it until the transaction ends."""
    session.execute(_TAKE, {"name": name})
