"""Sample data that somebody asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Json, Key, Now


class SampleJob(Base):
    """A fill of what is deployed of a project: asked for at once, done in its own time.

    Attributes
    ----------
    user_id, who
        Who asked; the name stays when they are gone.
    config
        What was asked for.
    status
        ``pending``: nobody works on it yet. ``running``: rows are planned and sent; nothing of it is there before it is
        ``completed``, all at once. ``failed`` or ``cancelled``: nothing of it is there.
    is_cancelled
        Whether somebody wants it to end.
    counts
        Rows by table, as far as they were sent.
    rows_total
        How many rows there will be, once that is known.
    file_path
        Where rows were written, if not into tables.
    beat_at
        When whoever works on it was last heard of.
    """

    __tablename__ = "sample_jobs"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'running', 'completed', 'failed', 'cancelled')", name="status"),
        Index(None, "project_id", "created_at"),
        Index(None, "user_id"),
    )

    id: Mapped[Key]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("designer.users.id", ondelete="SET NULL"))
    who: Mapped[str] = mapped_column(String(255))
    config: Mapped[Json]
    status: Mapped[str] = mapped_column(String(20), server_default="pending")
    is_cancelled: Mapped[bool] = mapped_column(server_default="false")
    counts: Mapped[Json]
    rows_total: Mapped[int | None]
    notes: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    error: Mapped[str] = mapped_column(server_default="")
    file_path: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[Now]
    beat_at: Mapped[Now]
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
