"""``CREATE SCHEMA``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.objects import CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema(CatalogObject):
    """A namespace."""

    kind = "schema"
    rank = 20
    section = "Schemas"
    takes_parts = False
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("schema", (self.name,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        if self.name == "public":
            return ()  # every new database has it, and creating it anew would ask for a privilege on the database
        return (f"CREATE SCHEMA IF NOT EXISTS {quote(self.name)}",)

    def address(self) -> str:
        return f"SCHEMA {quote(self.name)}"

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        # The schema public comes with the database; other tools take its absence amiss, so it stays.
        return () if self.name == "public" else (f"DROP {self.address()}",)

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return ()

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_namespace'::regclass::oid, n.oid, 0, n.nspname
            FROM pg_namespace n
            WHERE n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_namespace", "n.oid")}
            ORDER BY n.nspname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedSchema(CatalogObject):
    """A schema that every new database has, and this one has not: ``public``."""

    kind = "dropped_schema"
    rank = 20
    section = "Schemas"
    scope = "database"
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("dropped_schema", (self.name,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"DROP SCHEMA IF EXISTS {quote(self.name)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"CREATE SCHEMA {quote(self.name)}",)

    def leave(self, change: Change) -> tuple[str, ...] | None:
        if change.version < 15:
            return None
        owner = f"ALTER SCHEMA {quote(self.name)} OWNER TO pg_database_owner"
        return (*self.drop(change.before), owner)

    @classmethod
    def introspection(cls, version: int) -> str:
        return """
            SELECT 'pg_namespace'::regclass::oid, 0::oid, 0, 'public'
            WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'public')
              AND 'public' <> ALL(%(schemas)s)
            """
