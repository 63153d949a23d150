"""Timestamps: when a row was created and last changed, kept by one shared trigger function."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name


class Timestamps(Trait):
    """``created_at`` and ``updated_at``; without ``updated`` rows are never expected to change."""

    order: ClassVar[int] = 20
    title: ClassVar[str] = "timestamps"

    kind: Literal["timestamps"] = "timestamps"
    created: Name = "created_at"
    updated: Name | None = "updated_at"
