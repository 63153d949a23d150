"""``CREATE EXTENSION``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_THERE: Final = frozenset({"public", "pg_catalog"})
"""Schemas that every new database has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(CatalogObject):
    """An installed extension and the schema that its objects live in."""

    kind = "extension"
    rank = 30
    section = "Extensions"
    takes_parts = False
    name: str
    schema: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("extension", (self.name,))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("schema", (self.schema,)),)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        statements: tuple[str, ...] = ()
        if ObjectId("schema", (self.schema,)) not in catalog and self.schema not in _THERE:  # only others are told
            statements = (f"CREATE SCHEMA IF NOT EXISTS {quote(self.schema)}",)
        return (
            *statements,
            f"CREATE EXTENSION IF NOT EXISTS {quote(self.name)} WITH SCHEMA {quote(self.schema)}",
        )

    def address(self) -> str:
        return f"EXTENSION {quote(self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        # Every new database has PL/pgSQL.
        return """
            SELECT 'pg_extension'::regclass::oid, e.oid, 0, e.extname, n.nspname
            FROM pg_extension e
            JOIN pg_namespace n ON n.oid = e.extnamespace
            WHERE e.oid >= 16384 AND NOT (e.extname = 'plpgsql' AND n.nspname = 'pg_catalog')
            ORDER BY e.extname
            """
