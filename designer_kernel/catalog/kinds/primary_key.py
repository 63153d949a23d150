"""``PRIMARY KEY`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKey(Constraint):
    """The primary key of a table, with its columns in key order."""

    kind = "primary_key"
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
