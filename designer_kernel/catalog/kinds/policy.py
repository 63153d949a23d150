"""``CREATE POLICY``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(CatalogObject):
    """A row-level security policy. ``command`` is ALL, SELECT, INSERT, UPDATE or DELETE; no ``roles`` means PUBLIC."""

    kind = "policy"
    schema: str
    table: str
    name: str
    command: str = "ALL"
    permissive: bool = True
    roles: tuple[str, ...] = ()
    using: str = sql_text()
    check: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("policy", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)
