"""``UNIQUE`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint, deferring, including
from designer_kernel.catalog.spelling import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(Constraint):
    """A unique constraint; ``deferrable`` is ``""``, ``"IMMEDIATE"`` or ``"DEFERRED"`` (its initial state)."""

    kind = "unique"
    rank = 111
    section = "Constraints"
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    deferrable: str = ""

    def words(self) -> str:
        nulls = " NULLS NOT DISTINCT" if self.nulls_not_distinct else ""
        return f"UNIQUE{nulls} {names(self.columns)}{including(self.include)}{deferring(self.deferrable)}"
