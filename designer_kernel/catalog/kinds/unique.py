"""``UNIQUE`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint, deferring, including, key_columns
from designer_kernel.catalog.kinds._queries import (
    DEFERRABLE,
    INCLUDED,
    OWN_CONSTRAINT,
    RELATIONS,
    column_names,
    from_version,
)


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
    period: bool = False

    def named_columns(self) -> tuple[str, ...]:
        return self.columns + self.include

    def words(self) -> str:
        nulls = " NULLS NOT DISTINCT" if self.nulls_not_distinct else ""
        columns = key_columns(self.columns, self.period)
        return f"UNIQUE{nulls} {columns}{including(self.include)}{deferring(self.deferrable)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        period = from_version(version, 18, "k.conperiod", "false")
        nulls = from_version(version, 15, "i.indnullsnotdistinct", "false")
        return f"""{RELATIONS}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname,
                   {column_names("k.conkey", "k.conrelid")},
                   {INCLUDED},
                   {nulls}, {DEFERRABLE}, {period}
            FROM pg_constraint k
            JOIN relations c ON c.oid = k.conrelid
            JOIN pg_index i ON i.indexrelid = k.conindid
            WHERE k.contype = 'u' AND {OWN_CONSTRAINT}
            ORDER BY c.schema, c.relname, k.conname
            """
