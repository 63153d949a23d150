"""``FOREIGN KEY`` constraints."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds._constraint import Constraint
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import ObjectId


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey(Constraint):
    """A foreign key of ``columns`` to ``referenced_columns`` of another table, pair by pair.

    Actions are PostgreSQL's words (``NO ACTION``, ``RESTRICT``, ``CASCADE``, ``SET NULL``, ``SET DEFAULT``);
    ``on_delete_columns`` narrows SET NULL and SET DEFAULT (PostgreSQL 15 and newer).
    """

    kind = "foreign_key"
    columns: tuple[str, ...]
    referenced_schema: str
    referenced_table: str
    referenced_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    on_delete_columns: tuple[str, ...] = ()
    match_full: bool = False
    deferrable: str = ""

    @property
    def referenced(self) -> ObjectId:
        """The table that is pointed to."""
        return table_id(self.referenced_schema, self.referenced_table)
