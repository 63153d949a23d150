"""Designs that teams share: what they hold row by row, how they came to be, their versions, where they were taken.

What an item of a design says stands whole in ``definition``; the columns beside it say some of it again, for queries
and reports, and are written together with it by one function (`designer_kernel.store.design_rows`). Identities of
items are those of the design. They are unique within a project and no further, so that one design can be in several
projects and comes back from the store as it went in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from designer_kernel.store.base import Base, Json, Key, Now


class Project(Base):
    """A design of a workspace, which calls each of its designs differently.

    Attributes
    ----------
    user_id
        Its owner: who made it.
    revision
        Counts its changes, from 1. Who changes a project locks this row first.
    state
        The id of the change that led to this revision. It tells states apart even where a revision was given twice,
        as by a store that was set back to a backup.
    definition
        What the design says itself, apart from its items.
    """

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), Index(None, "user_id"))

    id: Mapped[Key]
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("designer.workspaces.id", ondelete="CASCADE"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("designer.users.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(server_default="")
    target_database_type: Mapped[str] = mapped_column(String(50), server_default="PostgreSQL")
    revision: Mapped[int] = mapped_column(BigInteger, server_default="1")
    state: Mapped[UUID]
    definition: Mapped[Json]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class Entity(Base):
    """An entity, without its attributes; a design keeps its entities in the order of their ids."""

    __tablename__ = "entities"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(server_default="")
    is_abstract: Mapped[bool] = mapped_column(server_default="false")
    definition: Mapped[Json]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class Attribute(Base):
    """An attribute of an entity; ``ordinal`` is its place there, from 0."""

    __tablename__ = "attributes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "entity_id"], ["designer.entities.project_id", "designer.entities.id"], ondelete="CASCADE"
        ),
        Index(None, "project_id", "entity_id"),
    )

    project_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    entity_id: Mapped[UUID]
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(server_default="")
    data_type: Mapped[str] = mapped_column(String(200))
    length: Mapped[int | None]
    precision: Mapped[int | None]
    scale: Mapped[int | None]
    is_nullable: Mapped[bool] = mapped_column(server_default="true")
    is_primary_key: Mapped[bool] = mapped_column(server_default="false")
    is_unique: Mapped[bool] = mapped_column(server_default="false")
    default_value: Mapped[str | None]
    definition: Mapped[Json]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class Relationship(Base):
    """A relationship. Its ends are looked at when a transaction ends, so that both can be changed in any order."""

    __tablename__ = "relationships"
    __table_args__ = (
        ForeignKeyConstraint(
            ["project_id", "source_entity_id"],
            ["designer.entities.project_id", "designer.entities.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        ForeignKeyConstraint(
            ["project_id", "target_entity_id"],
            ["designer.entities.project_id", "designer.entities.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(None, "project_id", "source_entity_id"),
        Index(None, "project_id", "target_entity_id"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(255))
    description: Mapped[str] = mapped_column(server_default="")
    source_entity_id: Mapped[UUID]
    target_entity_id: Mapped[UUID]
    relationship_type: Mapped[str] = mapped_column(String(50))
    source_cardinality: Mapped[str] = mapped_column(String(10))
    target_cardinality: Mapped[str] = mapped_column(String(10))
    on_delete_action: Mapped[str] = mapped_column(String(50))
    on_update_action: Mapped[str] = mapped_column(String(50))
    definition: Mapped[Json]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class DesignObject(Base):
    """What a design holds beside entities and relationships: ``collection`` says what it is, such as ``views``."""

    __tablename__ = "design_objects"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    collection: Mapped[str] = mapped_column(String(30))
    name: Mapped[str | None] = mapped_column(String(255))
    definition: Mapped[Json]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class Change(Base):
    """One change of a project: what was asked for, and the rows that it wrote, after (``delta``) and before it.

    Attributes
    ----------
    who
        The name of who made it, which stays when they are gone.
    origin
        ``create``, ``edit``, ``undo`` or ``restore``.
    undoes
        The revision that an undo takes back.
    request
        A text by which its author knows it, so that it is never made twice.
    request_digest
        A digest of what was asked for, as it was sent: the same text for something else is a slip.
    """

    __tablename__ = "changes"
    __table_args__ = (
        UniqueConstraint("project_id", "user_id", "request"),
        CheckConstraint("origin IN ('create', 'edit', 'undo', 'restore')", name="origin"),
        Index(None, "user_id"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    state: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("designer.users.id", ondelete="SET NULL"))
    who: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[Now]
    origin: Mapped[str] = mapped_column(String(20))
    label: Mapped[str]
    base_revision: Mapped[int | None] = mapped_column(BigInteger)
    undoes: Mapped[int | None] = mapped_column(BigInteger)
    request: Mapped[str | None] = mapped_column(String(255))
    request_digest: Mapped[str | None] = mapped_column(String(64))
    edit: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    delta: Mapped[Json]
    inverse: Mapped[Json]


class SchemaVersion(Base):
    """A numbered state of a design, written once; ``design_hash`` tells whether it is still what was written.

    Attributes
    ----------
    author
        Who made it: known, unless it was brought from elsewhere, where anybody could write any name.
    brought_by
        The name of who brought it, with its author and time as they were given; empty if it was made here.
    request
        A digest of its author and the text by which they know it, so that it is never made twice.
    """

    __tablename__ = "schema_versions"
    __table_args__ = (UniqueConstraint("project_id", "number"), UniqueConstraint("project_id", "request"))

    id: Mapped[Key]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"))
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(BigInteger)
    message: Mapped[str] = mapped_column(server_default="")
    author: Mapped[str] = mapped_column(String(255))
    brought_by: Mapped[str] = mapped_column(String(255), server_default="")
    request: Mapped[str | None] = mapped_column(String(64))
    design_hash: Mapped[str] = mapped_column(String(64))
    catalog_hash: Mapped[str] = mapped_column(String(64), server_default="")
    definition: Mapped[Json]
    created_at: Mapped[Now]


class Migration(Base):
    """A way that a target was taken from one state of a design to another.

    Attributes
    ----------
    target
        What the target is called; never how it is reached.
    plan_hash
        Of the plan that was proved and applied.
    """

    __tablename__ = "migrations"
    __table_args__ = (
        CheckConstraint("direction IN ('up', 'down')", name="direction"),
        CheckConstraint("status IN ('running', 'applied', 'failed', 'undone')", name="status"),
        Index(None, "project_id", "target", "started_at"),
    )

    id: Mapped[Key]
    project_id: Mapped[UUID] = mapped_column(ForeignKey("designer.projects.id", ondelete="CASCADE"))
    target: Mapped[str] = mapped_column(String(255))
    direction: Mapped[str] = mapped_column(String(10), server_default="up")
    from_revision: Mapped[int | None] = mapped_column(BigInteger)
    to_revision: Mapped[int] = mapped_column(BigInteger)
    plan_hash: Mapped[str] = mapped_column(String(64), server_default="")
    definition: Mapped[Json]
    status: Mapped[str] = mapped_column(String(20), server_default="running")
    who: Mapped[str] = mapped_column(String(255))
    started_at: Mapped[Now]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
