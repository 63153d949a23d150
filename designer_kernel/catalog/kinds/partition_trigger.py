"""Triggers that partitions have from their parents, where something speaks of them: a comment, or a name of their own.

Before PostgreSQL 15 renaming the parent's trigger left those of partitions as they were, and a partition's trigger
could be renamed alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._presence import TRIGGERS
from designer_kernel.catalog.kinds._queries import RELATIONS, not_of_extension
from designer_kernel.catalog.kinds.firing import TRIGGERS_ABOVE
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_RENAMED: Final = """OR t.tgname <> (WITH RECURSIVE above AS (
                           SELECT p.oid, p.tgparentid, p.tgname FROM pg_trigger p WHERE p.oid = t.tgparentid
                           UNION ALL
                           SELECT p.oid, p.tgparentid, p.tgname FROM above a JOIN pg_trigger p ON p.oid = a.tgparentid)
                       SELECT a.tgname FROM above a WHERE a.tgparentid = 0)
                      AND t.tgconstraint = 0"""
"""Whether the trigger ``t`` of a partition has not the name of the uppermost one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionTrigger(CatalogObject):
    """A trigger that comes with a parent's; ``inherited`` are those above, (schema, table, name), the nearest first."""

    kind = "partition_trigger"
    presence = TRIGGERS
    rank = 300
    section = "Triggers"
    schema: str
    table: str
    name: str
    inherited: tuple[tuple[str, str, str], ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("trigger", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    @property
    def has_own_name(self) -> bool:
        """Whether it is not called like the trigger that it comes from; no server can make that from 15 on."""
        return self.name != self._made_as

    @property
    def _made_as(self) -> str:
        return self.inherited[-1][2]  # creating the uppermost one makes all those of partitions

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        for path in self.inherited:
            yield ObjectId("trigger", path)
            if self.has_own_name:  # setting the state of those above goes through the partitions by name
                yield ObjectId("trigger_state", path)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        if not self.has_own_name:
            return ()  # it comes with the parent's
        table = quote_path(self.schema, self.table)
        return (f"ALTER TRIGGER {quote(self._made_as)} ON {table}\n    RENAME TO {quote(self.name)}",)

    def address(self) -> str:
        return f"TRIGGER {quote(self.name)} ON {quote_path(self.schema, self.table)}"

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return ()

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_trigger'::regclass::oid, t.oid, 0, c.schema, c.relname, t.tgname, {TRIGGERS_ABOVE}
            FROM pg_trigger t
            JOIN relations c ON c.oid = t.tgrelid
            WHERE t.tgparentid <> 0
              AND (EXISTS (SELECT FROM pg_description d WHERE d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid)
                   {_RENAMED if version < 15 else ""})
              AND {not_of_extension("pg_trigger", "t.oid")}
            ORDER BY c.schema, c.relname, t.tgname
            """
