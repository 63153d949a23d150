"""``PRIMARY KEY`` constraints."""

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
class PrimaryKey(Constraint):
    """The primary key of a table, with its columns in key order."""

    kind = "primary_key"
    rank = 110
    section = "Constraints"
    columns: tuple[str, ...]
    include: tuple[str, ...] = ()
    deferrable: str = ""
    period: bool = False

    def named_columns(self) -> tuple[str, ...]:
        return self.columns + self.include

    def words(self) -> str:
        return (
            f"PRIMARY KEY {key_columns(self.columns, self.period)}{including(self.include)}{deferring(self.deferrable)}"
        )

    @classmethod
    def introspection(cls, version: int) -> str:
        period = from_version(version, 18, "k.conperiod", "false")
        return f"""{RELATIONS}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname,
                   {column_names("k.conkey", "k.conrelid")},
                   {INCLUDED},
                   {DEFERRABLE}, {period}
            FROM pg_constraint k
            JOIN relations c ON c.oid = k.conrelid
            JOIN pg_index i ON i.indexrelid = k.conindid
            WHERE k.contype = 'p' AND {OWN_CONSTRAINT}
            ORDER BY c.schema, c.relname, k.conname
            """
