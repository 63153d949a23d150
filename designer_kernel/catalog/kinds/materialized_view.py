"""``CREATE MATERIALIZED VIEW``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from designer_kernel.catalog import layout
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._bare_values import taken_apart
from designer_kernel.catalog.kinds._options import assignments
from designer_kernel.catalog.kinds._presence import relations
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.unnamed import named

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterializedView(CatalogObject):
    """A query whose result is stored.

    ``access_method`` and ``tablespace`` are empty where they are the server's usual ones. ``options`` are storage
    parameters as the server keeps them, ``name=value``; those of its TOAST table begin with ``toast.``.

    ``populated`` says whether creating it runs the query. What is introspected is created without data, as pg_dump
    does: in a database that is still being built, the query may call functions whose tables are not there yet, or read
    another server.
    """

    kind = "materialized_view"
    presence = relations("m")
    rank = 200
    bars_retyping = True
    section = "Views"
    schema: str
    name: str
    query: str = sql_text()
    access_method: str = ""
    tablespace: str = ""
    options: tuple[str, ...] = ()
    populated: bool = field(default=True, compare=False)

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("access_method", (self.access_method,)),) if self.access_method else ()

    def sql_fields(self) -> Iterable[str]:
        return (self.query,) if self.query else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        columns, query = taken_apart(self.query)
        text = f"CREATE MATERIALIZED VIEW {quote_path(self.schema, self.name)}{columns}"
        text += f" USING {quote(self.access_method)}" if self.access_method else ""
        text += f" WITH ({assignments(self.options)})" if self.options else ""
        text += f" TABLESPACE {quote(self.tablespace)}" if self.tablespace else ""
        text += f" AS\n{layout.query(named(query))}"
        return (text if self.populated else f"{text}\nWITH NO DATA",)

    def address(self) -> str:
        return f"MATERIALIZED VIEW {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, 0, c.schema, c.relname, ltrim(rtrim(pg_get_viewdef(c.oid), ';')),
                   CASE WHEN m.amname <> 'heap' THEN m.amname ELSE '' END, coalesce(s.spcname, ''),
                   coalesce(c.reloptions, '{{}}')
                   || coalesce((SELECT array_agg('toast.' || u.text ORDER BY u.place)
                                FROM unnest(t.reloptions) WITH ORDINALITY u (text, place)), '{{}}'),
                   false
            FROM relations c
            LEFT JOIN pg_am m ON m.oid = c.relam
            LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
            LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
            WHERE c.relkind = 'm'
            ORDER BY c.schema, c.relname
            """
