"""``CREATE TRIGGER``."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(CatalogObject):
    """A trigger. ``timing`` is BEFORE, AFTER or INSTEAD OF; ``events`` are INSERT, UPDATE, DELETE, TRUNCATE.

    ``function`` is (schema, name); ``arguments`` are its string arguments.
    """

    kind = "trigger"
    schema: str
    table: str
    name: str
    timing: str
    events: tuple[str, ...]
    function: tuple[str, str]
    arguments: tuple[str, ...] = ()
    update_columns: tuple[str, ...] = ()
    for_each_row: bool = True
    condition: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("trigger", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)
