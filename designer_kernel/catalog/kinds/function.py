"""``CREATE FUNCTION`` (window and support functions too) and ``CREATE PROCEDURE``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog import layout
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import split_list

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(CatalogObject):
    """A function or procedure. ``arguments`` is its identity: the types in canonical spelling, comma-separated.

    ``definition`` is the whole ``CREATE FUNCTION`` statement; the other fields are what can be compared without it.
    """

    kind = "function"
    rank = 60
    section = "Functions"
    late_bound = True
    schema: str
    name: str
    arguments: str
    returns: str
    language: str
    definition: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("function", (self.schema, self.name, self.arguments))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def sql_fields(self) -> Iterable[str]:
        return (self.definition,)

    def late_sql(self) -> Iterable[str]:
        return layout.sql_body(self.definition)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (layout.function(self.definition),)

    def address(self) -> str:
        name = quote_path(self.schema, self.name)
        if self.returns:
            return f"FUNCTION {name}({self.arguments})"
        # Types alone could also be those of another procedure's inputs and outputs together.
        return f"PROCEDURE {name}({', '.join(f'IN {argument}' for argument in split_list(self.arguments))})"

    @classmethod
    def introspection(cls, version: int) -> str:
        # Those that an extension owns are its own; those that belong to a range type are made with it.
        return """
            SELECT 'pg_proc'::regclass::oid, p.oid, 0, n.nspname, p.proname, oidvectortypes(p.proargtypes),
                   coalesce(pg_get_function_result(p.oid), ''), l.lanname, pg_get_functiondef(p.oid)
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_language l ON l.oid = p.prolang
            WHERE p.prokind IN ('f', 'p', 'w') AND n.nspname = ANY(%(schemas)s)
              AND NOT EXISTS (SELECT FROM pg_depend e
                              WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i'))
            ORDER BY n.nspname, p.proname, oidvectortypes(p.proargtypes)
            """
