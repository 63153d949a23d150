"""Defaults of the columns of views, which INSERT uses where no value is given (``ALTER VIEW … SET DEFAULT``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._presence import VIEWS
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import expressions

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewDefault(CatalogObject):
    """The default of a column of a view. The columns of views are no facts, so it is a part of the view."""

    kind = "view_default"
    presence = VIEWS
    rank = 205
    section = "Views"
    schema: str
    view: str
    column: str
    expression: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("default", (self.schema, self.view, self.column))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.view)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.expression)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        view = quote_path(self.schema, self.view)
        return (f"ALTER VIEW {view}\n    ALTER COLUMN {quote(self.column)} SET DEFAULT {self.expression}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        view = quote_path(self.schema, self.view)
        return (f"ALTER VIEW {view}\n    ALTER COLUMN {quote(self.column)} DROP DEFAULT",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_attrdef'::regclass::oid, d.oid, 0, c.schema, c.relname, a.attname,
                   pg_get_expr(d.adbin, d.adrelid)
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid
            JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE c.relkind = 'v'
            ORDER BY c.schema, c.relname, a.attnum
            """
