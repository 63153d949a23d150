"""``CREATE INDEX``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(CatalogObject):
    """An index that no constraint owns. ``keys`` are the columns and parenthesised expressions, with ordering.

    ``schema`` is that of the table; ``table`` may be a materialized view.
    """

    kind = "index"
    schema: str
    table: str
    name: str
    method: str = "btree"
    unique: bool = False
    nulls_not_distinct: bool = False
    keys: tuple[str, ...] = sql_text(default=())
    include: tuple[str, ...] = ()
    predicate: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("index", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)
