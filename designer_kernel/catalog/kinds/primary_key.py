"""``PRIMARY KEY`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint, including
from designer_kernel.catalog.spelling import names


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryKey(Constraint):
    """The primary key of a table, with its columns in key order."""

    kind = "primary_key"
    rank = 110
    section = "Constraints"
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()

    def words(self) -> str:
        return f"PRIMARY KEY {names(self.columns)}{including(self.include)}"
