"""Triggers that partitions have from their parents, where something speaks of them: a comment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import RELATIONS, not_of_extension
from designer_kernel.catalog.kinds.firing import TRIGGERS_ABOVE
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionTrigger(CatalogObject):
    """A trigger that comes with a parent's; ``inherited`` are those above, (schema, table, name), the nearest first."""

    kind = "partition_trigger"
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

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("trigger", path) for path in self.inherited)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return ()  # it comes with the parent's

    def address(self) -> str:
        return f"TRIGGER {quote(self.name)} ON {quote_path(self.schema, self.table)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_trigger'::regclass::oid, t.oid, 0, c.schema, c.relname, t.tgname, {TRIGGERS_ABOVE}
            FROM pg_trigger t
            JOIN relations c ON c.oid = t.tgrelid
            WHERE t.tgparentid <> 0
              AND EXISTS (SELECT FROM pg_description d WHERE d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid)
              AND {not_of_extension("pg_trigger", "t.oid")}
            ORDER BY c.schema, c.relname, t.tgname
            """
