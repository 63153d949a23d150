"""``CREATE FUNCTION`` and ``CREATE PROCEDURE``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog import layout
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text

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
        return (self.definition, *layout.sql_body(self.definition))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (layout.function(self.definition),)

    def address(self) -> str:
        word = "FUNCTION" if self.returns else "PROCEDURE"
        return f"{word} {quote_path(self.schema, self.name)}({self.arguments})"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_proc'::regclass::oid, p.oid, 0, n.nspname, p.proname, oidvectortypes(p.proargtypes),
                   coalesce(pg_get_function_result(p.oid), ''), l.lanname, pg_get_functiondef(p.oid)
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_language l ON l.oid = p.prolang
            WHERE p.prokind IN ('f', 'p') AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_proc", "p.oid")}
            ORDER BY n.nspname, p.proname, oidvectortypes(p.proargtypes)
            """
