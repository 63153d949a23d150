"""``CREATE TYPE name``: a type that was announced and never defined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._presence import types
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellType(CatalogObject):
    """A type of which only the name is known; functions may take and return it."""

    kind = "shell_type"
    presence = types("NOT typisdefined")
    rank = 38
    section = "Types"
    schema: str
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"CREATE TYPE {quote_path(self.schema, self.name)}",)

    def address(self) -> str:
        return f"TYPE {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_type'::regclass::oid, t.oid, 0, n.nspname, t.typname
            FROM pg_type t
            JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE NOT t.typisdefined AND t.typtype = 'p' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname
            """
