"""``CREATE TYPE … AS ENUM``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._presence import types
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.layout import LINE
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum(CatalogObject):
    """An enumerated type with its labels in sort order."""

    kind = "enum"
    presence = types("typtype = 'e'")
    gives_way = True
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

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if [label for label in self.labels if label in old.labels] != list(old.labels) or self.id in change.using:
            return None
        path, statements = quote_path(self.schema, self.name), []
        added = tuple(f"{literal(label)}::{path}" for label in self.labels if label not in old.labels)
        if any(use in sql for fact in change.after.values() for sql in fact.sql_fields() for use in added):
            return None  # a value cannot be used in the transaction that adds it
        for place, label in enumerate(self.labels):
            if label not in old.labels:
                later = next((other for other in self.labels[place:] if other in old.labels), None)
                where = f" BEFORE {literal(later)}" if later is not None else ""
                statements.append(f"ALTER TYPE {path} ADD VALUE {literal(label)}{where}")
        return Alteration(tuple(statements))

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
