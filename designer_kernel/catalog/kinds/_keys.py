"""What primary keys and unique constraints share."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import MAX_BYTES, given_name, quote, quote_path
from designer_kernel.catalog.kinds._constraint import IndexedConstraint, deferring, key_columns, meeting
from designer_kernel.catalog.kinds._partitioned_indexes import DERIVED
from designer_kernel.catalog.kinds._queries import (
    DEFERRABLE,
    INCLUDED,
    INDEX_STORAGE,
    RELATIONS,
    column_names,
    from_version,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(IndexedConstraint):
    """Columns that identify a row, in key order; with ``period``, the last is a range that may not overlap."""

    if TYPE_CHECKING:  # each kind declares them in the order that its canonical JSON has
        columns: tuple[str, ...] = ()
        period: bool = False

    def named_columns(self) -> tuple[str, ...]:
        return self.columns + self.include

    def offenders(self, old: Self | None = None) -> str:
        if self.period:
            last = len(self.columns) - 1
            signs = ["&&" if place == last else "=" for place in range(len(self.columns))]
            return meeting(self.schema, self.table, tuple(map(quote, self.columns)), signs)
        columns = ", ".join(map(quote, self.columns))
        null = " OR ".join(f"{quote(column)} IS NULL" for column in self.columns)
        table = quote_path(self.schema, self.table)
        twice = f"SELECT {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1"
        if self.kind == "primary_key":
            return f"{twice}\nUNION ALL\nSELECT {columns} FROM {table} WHERE {null}"
        equal_nulls = getattr(self, "nulls_not_distinct", False)
        return twice if equal_nulls else twice.replace(" GROUP BY", f" WHERE NOT ({null}) GROUP BY")

    def sameness(self) -> tuple[Hashable, ...]:
        return self.columns, self.include, self.deferrable, self.period

    def _given_name(self) -> str:
        if self.kind == "primary_key":
            return f"{self.table.encode()[: MAX_BYTES - len('_pkey')].decode(errors='ignore')}_pkey"
        return given_name(self.table, "_".join(self.named_columns()), "key")

    def key(self) -> str:
        """Return what follows the words ``PRIMARY KEY`` or ``UNIQUE``, with the space before it."""
        return f" {key_columns(self.columns, self.period)}{self.storage()}{deferring(self.deferrable)}"


def keys_query(contype: str, version: int, nulls: str = "") -> str:
    """Return the query for the keys of a kind in ``pg_constraint``.

    Parameters
    ----------
    nulls
        SQL for whether nulls are equal, followed by a comma, for kinds that tell it.
    """
    period = from_version(version, 18, "k.conperiod", "false")
    return f"""{RELATIONS},{DERIVED}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname,
                   {column_names("k.conkey", "k.conrelid")},
                   {INCLUDED},
                   {nulls}{DEFERRABLE}, {period}, {INDEX_STORAGE}
            FROM pg_constraint k
            JOIN relations c ON c.oid = k.conrelid
            JOIN pg_index i ON i.indexrelid = k.conindid
            JOIN pg_class x ON x.oid = k.conindid
            LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
            WHERE k.contype = '{contype}' AND k.conindid NOT IN (SELECT d.oid FROM derived d)
            ORDER BY c.schema, c.relname, k.conname
            """
