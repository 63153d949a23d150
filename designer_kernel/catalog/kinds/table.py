"""``CREATE TABLE``: the relation itself; columns, constraints and the rest are facts of their own."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(CatalogObject):
    """An ordinary table, a partitioned table (``partition_by``) or a partition (``partition_of`` and ``bound``).

    ``partition_by`` is the text after PARTITION BY: ``RANGE (created_at)``; ``bound`` is the text that follows the
    parent's name: ``FOR VALUES FROM (…) TO (…)`` or ``DEFAULT``. ``partition_of`` is (schema, name).
    """

    kind = "table"
    schema: str
    name: str
    unlogged: bool = False
    partition_by: str = sql_text()
    partition_of: tuple[str, str] | None = None
    bound: str = sql_text()
    row_security: bool = False
    force_row_security: bool = False

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))


def table_id(schema: str, name: str) -> ObjectId:
    """Return the identity of a relation; tables, views and materialized views share one name space."""
    return ObjectId("relation", (schema, name))
