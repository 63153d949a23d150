"""``CHECK`` constraints of tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint
from designer_kernel.catalog.kinds._queries import OWN_CONSTRAINT, RELATIONS
from designer_kernel.catalog.objects import sql_text
from designer_kernel.catalog.spelling import expressions, in_parentheses


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Constraint):
    """A check constraint; ``expression`` is without the outer ``CHECK (…)``."""

    kind = "check"
    rank = 112
    section = "Constraints"
    expression: str = sql_text()

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.expression)

    def words(self) -> str:
        return f"CHECK {in_parentheses(self.expression)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname,
                   pg_get_expr(k.conbin, k.conrelid)
            FROM pg_constraint k
            JOIN relations c ON c.oid = k.conrelid
            WHERE k.contype = 'c' AND {OWN_CONSTRAINT}
            ORDER BY c.schema, c.relname, k.conname
            """
