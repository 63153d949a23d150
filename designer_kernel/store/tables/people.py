"""Who works here."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Key, Now


class User(Base):
    """A person, known by a name and an address, both compared without regard to case by the services.

    Attributes
    ----------
    kind
        ``password``: logs in by a password. ``local``: the one owner of a notebook without any login. ``hub``: named by
        the server that the notebook runs under.
    session_version
        Grows when a password or a right changes: tokens of before are worth nothing then.
    """

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("username"), UniqueConstraint("email"))

    id: Mapped[Key]
    username: Mapped[str] = mapped_column(String(255))
    email: Mapped[str] = mapped_column(String(255))
    full_name: Mapped[str] = mapped_column(String(255), server_default="")
    password_hash: Mapped[str] = mapped_column(String(255), server_default="")
    kind: Mapped[str] = mapped_column(String(20), server_default="password")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    session_version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
