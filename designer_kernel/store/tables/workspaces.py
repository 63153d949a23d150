"""Where teams work, and who belongs to them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from designer_kernel.store.base import Base, Key, Now

ROLES: Final = ("owner", "admin", "editor", "viewer")


class Workspace(Base):
    """A team's room: its projects, connections and audit rows belong to it."""

    __tablename__ = "workspaces"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(255))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="RESTRICT"), index=True)
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class _RoleInWorkspace:
    """A person's role in a workspace: at most one row for the two."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        """Return the constraints; each table needs its own."""
        return (
            UniqueConstraint("workspace_id", "user_id"),
            CheckConstraint("role IN ('owner', 'admin', 'editor', 'viewer')", name="role"),
            Index(None, "user_id"),
        )

    id: Mapped[Key]
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("designer.workspaces.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))


class Membership(_RoleInWorkspace, Base):
    """What a person may do in a workspace."""

    __tablename__ = "memberships"

    created_at: Mapped[Now]


class Invitation(_RoleInWorkspace, Base):
    """A membership that somebody is offered, and has not taken yet: nobody is put into a workspace unasked.

    Attributes
    ----------
    inviter_id
        Who offers it: it is worth what they may give when it is taken.
    """

    __tablename__ = "invitations"

    inviter_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="CASCADE"))
    created_at: Mapped[Now]
