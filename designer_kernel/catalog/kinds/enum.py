"""``CREATE TYPE … AS ENUM``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.layout import LINE
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(CatalogObject):
    """An enumerated type with its labels in sort order."""

    kind = "enum"
    rank = 40
    section = "Types"
    schema: str
    name: str
    labels: tuple[str, ...]

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        labels = [literal(label) for label in self.labels]
        line = ", ".join(labels)
        inner = line if len(line) <= LINE else "\n    " + ",\n    ".join(labels) + "\n"
        return (f"CREATE TYPE {quote_path(self.schema, self.name)} AS ENUM ({inner})",)

    def address(self) -> str:
        return f"TYPE {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_type'::regclass::oid, t.oid, 0, n.nspname, t.typname,
                   (SELECT array_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = t.oid)
            FROM pg_type t
            JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype = 'e' AND n.nspname = ANY(%(schemas)s)
              AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, labels = row
        return cls(schema=schema, name=name, labels=tuple(labels or ()))
