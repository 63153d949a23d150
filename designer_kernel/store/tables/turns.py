"""What writers take turns by."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base


class Turn(Base):
    """A name; whoever has locked its row goes on alone until the end of the transaction. Nothing else is in it.

    Advisory locks would do the same, but anybody may take them who may run anything in the database at all, and what
    teams deploy may.
    """

    __tablename__ = "turns"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
