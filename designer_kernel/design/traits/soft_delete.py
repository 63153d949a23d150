"""Soft delete: rows are marked as deleted; a view shows the live ones, and unique keys ignore the deleted."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name


class SoftDelete(Trait):
    """A ``deleted_at`` attribute, NULL while the row lives. ``view`` defaults to ``live_`` and the entity's name."""

    order: ClassVar[int] = 30
    title: ClassVar[str] = "soft delete"

    kind: Literal["soft_delete"] = "soft_delete"
    attribute: Name = "deleted_at"
    view: Name | None = None
