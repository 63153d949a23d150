"""Columns of tables, and their defaults as facts of their own (a default may need what needs the column)."""

from __future__ import annotations

from dataclasses import dataclass

from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId, sql_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(CatalogObject):
    """A column. ``type`` is spelled as ``format_type`` prints it: ``character varying(255)``, ``numeric(10,2)[]``.

    ``identity`` is ``""``, ``"ALWAYS"`` or ``"BY DEFAULT"``; ``generated`` is the expression of a stored generated
    column.
    """

    kind = "column"
    schema: str
    table: str
    name: str
    type: str
    not_null: bool = False
    identity: str = ""
    generated: str = sql_text()
    collation: str = ""

    @property
    def id(self) -> ObjectId:
        return column_id(self.schema, self.table, self.name)

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(CatalogObject):
    """The default expression of a column."""

    kind = "default"
    schema: str
    table: str
    column: str
    expression: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("default", (self.schema, self.table, self.column))

    @property
    def parent(self) -> ObjectId:
        return column_id(self.schema, self.table, self.column)


def column_id(schema: str, table: str, name: str) -> ObjectId:
    """Return the identity of a column."""
    return ObjectId("column", (schema, table, name))
