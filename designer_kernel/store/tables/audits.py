"""Who did what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Key, Moment


class Audit(Base):
    """What somebody did, or was refused. Rows are added and never changed: triggers refuse the rest.

    It refers to no other table, since it outlives what it tells of.

    Attributes
    ----------
    seq
        1, 2, 3, … without a gap.
    created_at
        When it came into the chain, by the server's clock.
    actor_id, actor_name
        Who, and the name they had then; no identity for a stranger.
    face, address
        Through what, and from where.
    action, resource
        ``noun.verb``, and the identity of what it was done to.
    result
        ``ok``, or ``denied``, ``refused``, ``failed``.
    format
        How the hash is made.
    previous_hash, hash
        SHA-256 of the row before and of this one, in hexadecimal digits.
    """

    __tablename__ = "audits"
    __table_args__ = (
        UniqueConstraint("seq"),
        UniqueConstraint("previous_hash"),
        CheckConstraint("seq > 0", name="seq"),
        Index(None, "workspace_id", "seq"),
    )

    id: Mapped[Key]
    seq: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Moment]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(Text)
    face: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str] = mapped_column(Text)
    workspace_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(Text)
    resource: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    format: Mapped[int] = mapped_column(SmallInteger)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
