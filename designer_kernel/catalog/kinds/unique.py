"""``UNIQUE`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Constraint):
    """A unique constraint; ``deferrable`` is ``""``, ``"IMMEDIATE"`` or ``"DEFERRED"`` (its initial state)."""

    kind = "unique"
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    deferrable: str = ""
