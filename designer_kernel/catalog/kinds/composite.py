"""``CREATE TYPE … AS (…)``, and its attributes as facts of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._presence import relations
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import path_of
from designer_kernel.catalog.layout import aligned
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite(CatalogObject):
    """A row type without a table."""

    kind = "composite"
    presence = relations("c")
    gives_way = True
    rank = 42
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
        lines = aligned([part.clause(folded) for part in folded.get(self.id, ())])
        inside = f"\n{lines}\n" if lines else ""
        return (f"CREATE TYPE {quote_path(self.schema, self.name)} AS ({inside})",)

    def address(self) -> str:
        return f"TYPE {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        # The address is that of the row in pg_class, on which the types of attributes and all users depend.
        return f"""
            SELECT 'pg_class'::regclass::oid, c.oid, 0, n.nspname, c.relname
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'c' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "c.reltype")}
            ORDER BY n.nspname, c.relname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeAttribute(CatalogObject):
    """An attribute of a composite type. ``collation`` is a qualified name, quoted, if it is not the type's own."""

    kind = "composite_attribute"
    presence = relations("c")
    rank = 43
    section = "Types"
    placement = "folds"
    integral = True
    ordered = True
    schema: str
    composite: str
    name: str
    type: str
    collation: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("attribute", (self.schema, self.composite, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.composite))

    def type_names(self) -> Iterable[str]:
        return (self.type,)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        return (quote(self.name), f"{self.type} COLLATE {self.collation}" if self.collation else self.type)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        composite = quote_path(self.schema, self.composite)
        return (f"ALTER TYPE {composite}\n    ADD ATTRIBUTE {' '.join(self.clause(folded))}",)

    def address(self) -> str:
        return f"COLUMN {quote_path(self.schema, self.composite, self.name)}"

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER TYPE {quote_path(self.schema, self.composite)}\n    DROP ATTRIBUTE {quote(self.name)}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.type == old.type and self.collation == old.collation:
            return Alteration(())
        path = quote_path(self.schema, self.composite)
        collation = f" COLLATE {self.collation}" if self.collation else ""
        return Alteration(
            (f"ALTER TYPE {path}\n    ALTER ATTRIBUTE {quote(self.name)} TYPE {self.type}{collation} CASCADE",)
        )

    def rename(self, to: Self) -> tuple[str, ...]:
        composite = quote_path(to.schema, to.composite)
        return (f"ALTER TYPE {composite} RENAME ATTRIBUTE {quote(self.name)} TO {quote(to.name)} CASCADE",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_class'::regclass::oid, c.oid, a.attnum, n.nspname, c.relname, a.attname,
                   format_type(a.atttypid, a.atttypmod),
                   CASE WHEN a.attcollation <> t.typcollation
                        THEN {path_of("pg_collation", "coll", "a.attcollation")} ELSE '' END
            FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_type t ON t.oid = a.atttypid
            WHERE c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "c.reltype")}
            ORDER BY n.nspname, c.relname, a.attnum
            """
