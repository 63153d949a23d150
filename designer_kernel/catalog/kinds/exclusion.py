"""``EXCLUDE`` constraints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._constraint import Constraint, deferring
from designer_kernel.catalog.objects import sql_text
from designer_kernel.catalog.spelling import expressions, in_parentheses, index_expressions


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(Constraint):
    """An exclusion constraint; ``elements`` are pairs of column or parenthesised expression, and operator."""

    kind = "exclusion"
    rank = 113
    section = "Constraints"
    method: str = "gist"
    elements: tuple[tuple[str, str], ...] = sql_text(default=())
    predicate: str = sql_text()
    deferrable: str = ""

    def sql_fields(self) -> Iterable[str]:
        return (*index_expressions(element for element, _ in self.elements), *expressions(self.predicate))

    def words(self) -> str:
        elements = ", ".join(f"{element} WITH {operator}" for element, operator in self.elements)
        where = f" WHERE {in_parentheses(self.predicate)}" if self.predicate else ""
        return f"EXCLUDE USING {quote(self.method)} ({elements}){where}{deferring(self.deferrable)}"
