"""Archived: old rows move to a table of their own, many at a time."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name


class Archived(Trait):
    """Rows whose ``attribute`` is older than ``after`` are moved by a function ``archive_<entity>(batch)``.

    ``after`` is an interval as PostgreSQL reads it, such as ``7 years``. The archive table has no foreign keys.
    """

    order: ClassVar[int] = 80
    title: ClassVar[str] = "archived"

    kind: Literal["archived"] = "archived"
    after: Annotated[str, Field(pattern=r"^[0-9]{1,4} (day|month|year)s?$")] = "2 years"
    attribute: Name = "created_at"
    table: Name | None = None
