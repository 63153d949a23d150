"""``CHECK`` constraints of tables."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint
from designer_kernel.catalog.objects import sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Constraint):
    """A check constraint; ``expression`` is without the outer ``CHECK (…)``."""

    kind = "check"
    expression: str = sql_text()
