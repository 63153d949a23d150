"""``EXCLUDE`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint
from designer_kernel.catalog.objects import sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(Constraint):
    """An exclusion constraint; ``elements`` are pairs of column or parenthesised expression, and operator."""

    kind = "exclusion"
    method: str = "gist"
    elements: tuple[tuple[str, str], ...] = sql_text(default=())
    predicate: str = sql_text()
    deferrable: str = ""
