"""``CREATE TYPE … AS (…)``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.layout import aligned
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite(CatalogObject):
    """A row type without a table. ``attributes`` are pairs of name and type, in their order."""

    kind = "composite"
    rank = 42
    section = "Types"
    schema: str
    name: str
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def type_names(self) -> Iterable[str]:
        return (type_name for _, type_name in self.attributes)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        lines = aligned([(quote(name), type_name) for name, type_name in self.attributes])
        inside = f"\n{lines}\n" if lines else ""
        return (f"CREATE TYPE {quote_path(self.schema, self.name)} AS ({inside})",)

    def address(self) -> str:
        return f"TYPE {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        # The address is that of the row in pg_class, on which the types of attributes and all users depend.
        return f"""
            SELECT 'pg_class'::regclass::oid, c.oid, 0, n.nspname, c.relname,
                   (SELECT array_agg(ARRAY[a.attname::text, format_type(a.atttypid, a.atttypmod)] ORDER BY a.attnum)
                    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'c' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "c.reltype")}
            ORDER BY n.nspname, c.relname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, attributes = row
        return cls(schema=schema, name=name, attributes=tuple((a, type_name) for a, type_name in attributes or ()))
