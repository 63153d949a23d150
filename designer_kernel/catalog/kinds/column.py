"""Columns of tables, and their defaults as facts of their own (a default may need what needs the column)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import default_value, expressions, in_parentheses

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(CatalogObject):
    """A column. ``type`` is spelled as ``format_type`` prints it: ``character varying(255)``, ``numeric(10,2)[]``.

    ``identity`` is ``""``, ``"ALWAYS"`` or ``"BY DEFAULT"``; ``generated`` is the expression of a generated column,
    stored unless ``virtual`` (PostgreSQL 18 and newer); ``collation`` is the name of a collation other than the
    type's own.
    """

    kind = "column"
    rank = 101
    section = "Columns"
    placement = "folds"
    integral = True
    ordered = True
    schema: str
    table: str
    name: str
    type: str
    not_null: bool = False
    identity: str = ""
    generated: str = sql_text()
    collation: str = ""
    virtual: bool = False

    @property
    def id(self) -> ObjectId:
        return column_id(self.schema, self.table, self.name)

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def type_names(self) -> Iterable[str]:
        return (self.type,)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.generated)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        rest = [f"COLLATE {quote(self.collation)}"] if self.collation else []
        if self.identity:
            rest.append(f"GENERATED {self.identity} AS IDENTITY")
        elif self.generated:
            how = "VIRTUAL" if self.virtual else "STORED"
            rest.append(f"GENERATED ALWAYS AS {in_parentheses(self.generated)} {how}")
        for part in folded.get(self.id, ()):
            rest += part.clause(folded)
        if self.not_null and not self.identity:  # an identity column is NOT NULL by itself
            rest.append("NOT NULL")
        return (quote(self.name), self.type, " ".join(rest))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        words = " ".join(cell for cell in self.clause(folded) if cell)
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    ADD COLUMN {words}",)

    def address(self) -> str:
        return f"COLUMN {quote_path(self.schema, self.table, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, a.attnum, c.schema, c.relname, a.attname,
                   format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' ELSE '' END,
                   CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) ELSE '' END,
                   coalesce(l.collname, ''), a.attgenerated = 'v'
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON a.attgenerated <> '' AND d.adrelid = a.attrelid AND d.adnum = a.attnum
            LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
            ORDER BY c.schema, c.relname, a.attnum
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(CatalogObject):
    """The default expression of a column."""

    kind = "default"
    rank = 102
    section = "Columns"
    placement = "folds"
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

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.expression)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        return (f"DEFAULT {default_value(self.expression)}",)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        table = quote_path(self.schema, self.table)
        return (f"ALTER TABLE {table}\n    ALTER COLUMN {quote(self.column)} SET DEFAULT {self.expression}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_attrdef'::regclass::oid, d.oid, 0, c.schema, c.relname, a.attname,
                   pg_get_expr(d.adbin, d.adrelid)
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attgenerated = ''
            JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
            ORDER BY c.schema, c.relname, a.attnum
            """


def column_id(schema: str, table: str, name: str) -> ObjectId:
    """Return the identity of a column."""
    return ObjectId("column", (schema, table, name))


def part_named(owner: ObjectId, column: str | None) -> ObjectId:
    """Return a relation's column of this name, or the owner itself if it is one already or there is no name."""
    return ObjectId("column", (*owner.path, column)) if column is not None and owner.kind == "relation" else owner
