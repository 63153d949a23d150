"""Who is looking at a project just now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Now


class Presence(Base):
    """Somebody who has a project open somewhere, and what they have chosen there.

    It is of some seconds only: no part of a design or its history, in no audit, and gone with a crash of the server.

    Attributes
    ----------
    id
        The place where it is open; one person may have several.
    chosen
        Ids of what is chosen there.
    seen_at
        When it was last heard of.
    """

    __tablename__ = "presences"
    __table_args__ = (Index(None, "project_id"), Index(None, "user_id"), {"prefixes": ["UNLOGGED"]})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="CASCADE"))
    who: Mapped[str] = mapped_column(String(255))
    chosen: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    seen_at: Mapped[Now]
