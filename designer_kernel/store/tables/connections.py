"""Databases that a team works on, and the keys under which the secrets of these connections are sealed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Key, Now


class DataKey(Base):
    """The key of a workspace's secrets, itself encrypted under a master key that is not in this database.

    Attributes
    ----------
    state
        ``active``: seals what is written; a workspace has one at most. ``retiring``: only opens what it sealed once,
        until the rotation that is under way has sealed that anew.
    """

    __tablename__ = "data_keys"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'retiring')", name="state"),
        Index(
            "uq_data_keys_active",
            "workspace_id",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index(None, "workspace_id"),
    )

    id: Mapped[Key]
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("designer.workspaces.id", ondelete="CASCADE"))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    master_key_id: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(20), server_default="active")
    created_at: Mapped[Now]


class Connection(Base):
    """A database somewhere.

    Attributes
    ----------
    connection_uri
        The connection string, sealed; nothing if nobody has given one yet, as after copying somebody else's.
    key_id
        The data key that it is sealed under.
    person_id
        Whose secret it is: who gave the connection string.
    mode
        What sessions of it may do at most.
    """

    __tablename__ = "connections"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        CheckConstraint("db_type IN ('postgres', 'mysql', 'mssql', 'mongodb')", name="db_type"),
        CheckConstraint("mode IN ('read-only', 'read-write')", name="mode"),
        CheckConstraint("(connection_uri IS NULL) = (key_id IS NULL)", name="sealed"),
        Index(None, "key_id"),
        Index(None, "person_id"),
    )

    id: Mapped[Key]
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("designer.workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    db_type: Mapped[str] = mapped_column(String(20), server_default="postgres")
    connection_uri: Mapped[bytes | None] = mapped_column(LargeBinary)
    mode: Mapped[str] = mapped_column(String(20), server_default="read-only")
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("designer.data_keys.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("designer.users.id", ondelete="SET NULL"))
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
