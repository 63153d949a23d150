"""What was answered to requests that may come again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Json, Key, Now


class Answer(Base):
    """The answer to a request that its asker gave a key, written in the transaction of what the request did.

    Attributes
    ----------
    key
        The asker's, theirs alone.
    request
        SHA-256 of what was asked, in hexadecimal digits: another request with the same key is no repetition.
    body
        The answer, under ``answer``; nobody's secrets.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(255))
    request: Mapped[str] = mapped_column(String(64))
    body: Mapped[Json]
    created_at: Mapped[Now] = mapped_column(index=True)
